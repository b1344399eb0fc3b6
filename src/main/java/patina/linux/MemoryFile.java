package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.AddressSpace;
import patina.memory.Mapping;
import patina.memory.Protection;

/**
 * /proc/self/mem (proc(5)): the guest's descriptor is the host's own file, and its position a guest address. Reads and writes are made where the host
 * has that address, as far as the guest has something mapped there; what may be forced is the kernel's to say (fs/proc/base.c, mem_rw).
 */
final class MemoryFile implements Syscall.Body {
    private static final long AT_FDCWD = -100, SEEK_SET = 0, SEEK_CUR = 1;

    private final SyscallName name;
    private final Pass otherwise;

    /** A row of the table: the call {@code name} on any descriptor. */
    MemoryFile(SyscallName name, String shape) {
        this.name = name;
        otherwise = new Pass(name, Pass.Mode.WAITS, shape);
    }

    static long open(Task task, long flags) {
        long fd = Kernel.call(SyscallName.OPENAT, AT_FDCWD, task.scratch.string("/proc/self/mem"), flags);
        if (fd >= 0) task.process().hasMemoryFile = true;
        return fd;
    }

    static boolean is(Task task, int fd) {
        Process process = task.process();
        return process.hasMemoryFile && isOurs(process.paths.link("/proc/thread-self/fd/" + fd), "/proc/" + process.tree.hostPid + "/");
    }

    /** mem, or task/TID/mem. */
    private static boolean isOurs(String link, String process) { return link.startsWith(process) && link.endsWith("/mem"); }

    /** A file was opened by a path that ends so, which may be this one in other words. */
    static void opened(Task task, String path) { if (path.endsWith("mem")) task.process().hasMemoryFile = true; }

    @Override public long call(Task task, Args args) {
        if (!task.process().hasMemoryFile || !is(task, args.fd(0))) {
            long refused = name == SyscallName.READ ? ControllingTerminal.mayUse(task, args.fd(0), Signal.SIGTTIN)
                : name == SyscallName.WRITE ? ControllingTerminal.mayWrite(task, args.fd(0)) : 0;
            return refused != 0 ? refused : otherwise.call(task, args);
        }
        return switch (name) {
            case READ, WRITE -> onward(task, args, new long[] {args.get(1), args.get(2)}, name == SyscallName.WRITE);
            default -> args.get(3) < 0 ? Errno.EINVAL.result() : at(args, args.get(1), args.get(2), args.get(3), name == SyscallName.PWRITE64);
        };
    }

    /** readv(2) and relatives. */
    static long vector(Task task, Args args, SyscallName name) {
        long count = args.get(2), from = args.get(1);
        if (count < 0 || count > Vectors.IOV_MAX) return Errno.EINVAL.result();
        if ((name == SyscallName.PREADV2 || name == SyscallName.PWRITEV2) && args.get(5) != 0) return Errno.EOPNOTSUPP.result();
        long host = args.host(from, count * Vectors.IOVEC, Protection.READ);
        long[] parts = new long[2 * (int) count];
        for (int i = 0; i < parts.length; i++) parts[i] = Raw.getLong(host + 8L * i);
        boolean write = name == SyscallName.WRITEV || name == SyscallName.PWRITEV || name == SyscallName.PWRITEV2;
        boolean placed = name != SyscallName.READV && name != SyscallName.WRITEV && !((name == SyscallName.PREADV2 || name == SyscallName.PWRITEV2) && args.get(3) == -1);
        return placed ? args.get(3) < 0 ? Errno.EINVAL.result() : parts(args, parts, args.get(3), write) : onward(task, args, parts, write);
    }

    /** From the file's position on, which moves. {@code parts}: addresses and lengths. */
    private static long onward(Task task, Args args, long[] parts, boolean write) {
        int fd = args.fd(0);
        long position = Kernel.call(SyscallName.LSEEK, fd, 0, SEEK_CUR), done = parts(args, parts, position, write);
        if (done > 0) Kernel.call(SyscallName.LSEEK, fd, position + done, SEEK_SET);
        return done;
    }

    private static long parts(Args args, long[] parts, long position, boolean write) {
        long sum = 0;
        for (int i = 0; i < parts.length; i += 2) {
            long done = at(args, parts[i], parts[i + 1], position + sum, write);
            if (done < 0) return sum > 0 ? sum : done;
            sum += done;
            if (done < parts[i + 1]) break;
        }
        return sum;
    }

    /** What is mapped there without a hole; if nothing is, the host is asked about a page that nobody has. */
    private static long at(Args args, long buffer, long length, long address, boolean write) {
        AddressSpace memory = args.task.process().memory();
        long mapped = 0;
        for (Mapping m : length <= 0 ? new Mapping[0] : memory.mappings(address, address + length)) {
            if (m.start() != address + mapped) break;
            mapped += m.length();
        }
        SyscallName call = write ? SyscallName.PWRITE64 : SyscallName.PREAD64;
        memory.bring(address, mapped);
        long done = Kernel.call(call, args.fd(0), args.forKernel(buffer, length), mapped == 0 ? length : mapped, mapped == 0 ? 0 : memory.base() + address);
        if (write && mapped > 0) memory.written(address, mapped);       // an error may come after a part was written
        return done;
    }
}
