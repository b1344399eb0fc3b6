package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.AddressSpace;
import patina.memory.Mapping;

/** Resource limits. Those that would bind the translator with the guest are kept as numbers only. */
final class Limits {
    private Limits() {}

    static final String NOTE = "descriptors and stack; limits that would bind the translator too are remembered, not enforced";
    /** An unlimited stack ends where other mappings begin; a tiny one must hold the arguments. */
    private static final long STACK_MOST = 1020L << 20, STACK_LEAST = 256 << 10;
    private static final int RLIMIT_FSIZE = 1, RLIMIT_STACK = 3, RLIMIT_CORE = 4, RLIMIT_NPROC = 6, RLIMIT_NOFILE = 7, COUNT = 16, BYTES = 16;
    private static final long RLIM_INFINITY = -1;

    /** What one process was told or has set: soft and hard limit by resource, null: the host's. */
    static final class Table {
        private final long[][] own = new long[COUNT][];

        Table() {
            own[RLIMIT_STACK] = hosts(RLIMIT_STACK);
            own[RLIMIT_NOFILE] = hosts(RLIMIT_NOFILE);
        }

        /** fork(2). */
        Table(Table parent) { for (int i = 0; i < COUNT; i++) if (parent.own[i] != null) own[i] = parent.own[i].clone(); }

        /** RLIMIT_NPROC, where the guest has set it; else the host's binds. */
        long processes() { return own[RLIMIT_NPROC] == null ? Long.MAX_VALUE : own[RLIMIT_NPROC][0] & Long.MAX_VALUE; }

        private static long[] hosts(int resource) {
            long at = Kernel.allocate(BYTES);
            Kernel.call(SyscallName.PRLIMIT64, 0, resource, 0, at);
            long[] both = {Raw.getLong(at), Raw.getLong(at + 8)};
            Kernel.free(at, BYTES);
            return both;
        }

        /** The host's limit binds: what the guest sets is not enforced. */
        boolean limitsFileSize() { return hosts(RLIMIT_FSIZE)[0] != RLIM_INFINITY; }

        /** The soft limit: numbers below it are the guest's to use. */
        long descriptors() { return own[RLIMIT_NOFILE][0]; }

        void limitDescriptors(Inherited inherited, long most) {
            long[] files = own[RLIMIT_NOFILE];
            if (inherited.softFiles() > 0) files = new long[] {inherited.softFiles(), inherited.hardFiles()};
            own[RLIMIT_NOFILE] = new long[] {Math.min(files[0], most), Math.min(files[1], most)};
        }

        /** Bytes of stack under the soft limit. */
        long stackBytes() {
            long soft = own[RLIMIT_STACK][0] & -AddressSpace.PAGE;
            return soft < 0 || soft > STACK_MOST ? STACK_MOST : Math.max(soft, STACK_LEAST);
        }
    }

    /** getrlimit(2). */
    static long getrlimit(Task task, Args args) {
        int resource = args.integer(0);
        return resource < 0 || resource >= COUNT ? Errno.EINVAL.result() : get(task, resource, args.out(1, BYTES));
    }

    static long setrlimit(Task task, Args args) { return set(task, args.integer(0), args.in(1, BYTES)); }

    /** prlimit(2). */
    static long prlimit64(Task task, Args args) {
        int pid = args.integer(0), resource = args.integer(1);
        if (pid != 0 && pid != task.process().pid()) return Kernel.call(SyscallName.PRLIMIT64, task.process().stranger(pid), resource, args.pointer(2), args.pointer(3));
        long next = args.inOrNull(2, BYTES);
        if (resource < 0 || resource >= COUNT) return Errno.EINVAL.result();
        long old = args.outOrNull(3, BYTES);
        long copy = task.scratch.take(BYTES);
        if (next != 0) Raw.copy(next, copy, BYTES);
        long result = old == 0 ? 0 : get(task, resource, old);
        return Errno.is(result) || next == 0 ? result : set(task, resource, copy);
    }

    private static long get(Task task, int resource, long to) {
        if (resource < 0 || resource >= COUNT) return Errno.EINVAL.result();
        long[] own = task.process().limits.own[resource];
        if (own == null) return Kernel.call(SyscallName.PRLIMIT64, 0, resource, 0, to);
        Raw.putLong(to, own[0]);
        Raw.putLong(to + 8, own[1]);
        return 0;
    }

    /** The kernel grows a stack when it is touched, up to the limit of that time (mm/mmap.c, expand_stack); here it is there at once. */
    private static void growStack(Process process) {
        long bottom = process.memory().size() - AddressSpace.PAGE - process.limits.stackBytes(), size = process.program().stackBottom - bottom;
        Mapping stack = process.memory().mapping(process.program().stackBottom);
        if (size <= 0 || stack == null || !stack.label().equals("[stack]")) return;
        long at = process.memory().mmap(bottom, size, stack.protection(), MAP_PRIVATE_ANONYMOUS_NORESERVE_FIXED_NOREPLACE, -1, 0, "[stack]");
        if (at == bottom) process.program().stackBottom = bottom;
        else process.log.line("the stack cannot grow to " + process.limits.stackBytes() + " bytes: " + Errno.name(at));
    }

    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE_FIXED_NOREPLACE = 0x2 | 0x20 | 0x4000 | 0x100000;

    private static long set(Task task, int resource, long from) {
        if (resource < 0 || resource >= COUNT) return Errno.EINVAL.result();
        long soft = Raw.getLong(from), hard = Raw.getLong(from + 8);
        if (Long.compareUnsigned(soft, hard) > 0) return Errno.EINVAL.result();
        if (resource == RLIMIT_CORE) return Kernel.call(SyscallName.PRLIMIT64, 0, resource, from, 0);
        long at = task.scratch.take(BYTES);
        get(task, resource, at);
        if (Long.compareUnsigned(hard, Raw.getLong(at + 8)) > 0) return Errno.EPERM.result();
        task.process().limits.own[resource] = new long[] {soft, hard};
        if (resource == RLIMIT_STACK) growStack(task.process());
        return 0;
    }
}
