package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** Resource limits. Those that would bind the translator with the guest are kept as numbers only. */
final class Limits {
    private Limits() {}

    static final String NOTE = "limits that would bind the translator too are remembered, not enforced";
    static final long STACK_BYTES = 8L << 20;
    private static final int RLIMIT_STACK = 3, RLIMIT_CORE = 4, RLIMIT_NOFILE = 7, COUNT = 16, BYTES = 16;
    private static final long INFINITY = -1;

    /** What one process was told or has set: soft and hard limit by resource, null: the host's. */
    static final class Table {
        private final long[][] own = new long[COUNT][];

        Table() { own[RLIMIT_STACK] = new long[] {STACK_BYTES, INFINITY}; }
    }

    /** getrlimit(2). */
    static long getrlimit(Task task, Args args) { return get(task, args.integer(0), args.out(1, BYTES)); }

    static long setrlimit(Task task, Args args) { return set(task, args.integer(0), args.in(1, BYTES)); }

    /** prlimit(2). */
    static long prlimit64(Task task, Args args) {
        int pid = args.integer(0), resource = args.integer(1);
        long next = args.inOrNull(2, BYTES), old = args.outOrNull(3, BYTES);
        if (pid != 0 && pid != task.process().pid()) return Kernel.call(SyscallName.PRLIMIT64, pid, resource, next, old);
        long copy = task.scratch.take(BYTES);
        if (next != 0) Raw.copy(next, copy, BYTES);
        long result = old == 0 ? 0 : get(task, resource, old);
        return Errno.is(result) || next == 0 ? result : set(task, resource, copy);
    }

    private static long get(Task task, int resource, long to) {
        if (resource < 0 || resource >= COUNT) return Errno.EINVAL.result();
        long[] own = task.process().limits.own[resource];
        if (own == null) {
            long result = Kernel.call(SyscallName.PRLIMIT64, 0, resource, 0, to);
            if (resource != RLIMIT_NOFILE || task.process().descriptorLimit() == 0) return result;
            own = new long[] {task.process().descriptorLimit(), task.process().descriptorLimit()};
        }
        Raw.putLong(to, own[0]);
        Raw.putLong(to + 8, own[1]);
        return 0;
    }

    private static long set(Task task, int resource, long from) {
        if (resource < 0 || resource >= COUNT) return Errno.EINVAL.result();
        long soft = Raw.getLong(from), hard = Raw.getLong(from + 8);
        if (Long.compareUnsigned(soft, hard) > 0) return Errno.EINVAL.result();
        if (resource == RLIMIT_CORE) return Kernel.call(SyscallName.PRLIMIT64, 0, resource, from, 0);
        long at = task.scratch.take(BYTES);
        get(task, resource, at);
        if (Long.compareUnsigned(hard, Raw.getLong(at + 8)) > 0) return Errno.EPERM.result();
        task.process().limits.own[resource] = new long[] {soft, hard};
        return 0;
    }
}
