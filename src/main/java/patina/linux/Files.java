package patina.linux;

import java.nio.charset.StandardCharsets;
import java.util.List;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Protection;

/** Opening, duplicating, closing and controlling descriptors; symbolic links. */
final class Files {
    private Files() {}

    private static final int AT_FDCWD = -100, O_CREAT_WRONLY_TRUNC = 0x241;

    /** open(2). */
    static long open(Task task, Args args) { return open(task, args, AT_FDCWD, 0, args.get(1), args.get(2)); }

    static long creat(Task task, Args args) { return open(task, args, AT_FDCWD, 0, O_CREAT_WRONLY_TRUNC, args.get(1)); }

    static long openat(Task task, Args args) { return open(task, args, args.fd(0), 1, args.get(2), args.get(3)); }

    private static long open(Task task, Args args, int directory, int argument, long flags, long mode) {
        String named = args.named(argument, directory), own = named == null ? null : task.process().paths.ofSelf(named);
        long fd = named == null ? ProcFiles.NOT_OURS : own != null ? ProcFiles.open(task, task.process(), own, flags) : ProcFiles.openOther(task, named, flags);
        if (named != null) MemoryFile.opened(task, named);
        if (fd != ProcFiles.NOT_OURS) return fd;
        long path = args.path(argument, named, directory, follows(flags));
        if (ControllingTerminal.OWN.equals(named)) return ControllingTerminal.open(task, directory, path, flags, mode);
        fd = task.blocking(SyscallName.OPENAT, directory, path, flags, mode, 0, 0);
        if (fd >= 0 && named != null) ControllingTerminal.opened(task, (int) fd, flags);
        return fd;
    }

    private static boolean follows(long flags) { return (flags & O_NOFOLLOW) == 0 && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL); }

    private static final int O_CREAT = 0x40, O_EXCL = 0x80, O_NOFOLLOW = 0x20000;

    /** openat2(2): flags, mode, and how the path may be resolved, which the kernel looks at. */
    static long openat2(Task task, Args args) {
        int directory = args.fd(0);
        long how = args.get(3) < OPEN_HOW ? 0 : task.process().memory().hostAddressNow(args.get(2), OPEN_HOW, Protection.READ);
        boolean below = how != 0 && (Raw.getLong(how + 16) & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) != 0;
        String named = below ? null : args.named(1, directory), own = how == 0 || named == null ? null : task.process().paths.ofSelf(named);
        long path = args.path(1, named, directory, how == 0 || follows(Raw.getLong(how)));
        long opened = task.blocking(SyscallName.OPENAT2, directory, path, args.pointer(2), args.get(3), 0, 0);
        if (named != null) MemoryFile.opened(task, named);
        if (opened < 0 || own == null) return opened;
        Kernel.call(SyscallName.CLOSE, opened);     // ours takes its number
        long made = ProcFiles.open(task, task.process(), own, Raw.getLong(how));
        return made != ProcFiles.NOT_OURS ? made : task.blocking(SyscallName.OPENAT2, directory, path, args.pointer(2), args.get(3), 0, 0);
    }

    private static final int OPEN_HOW = 24, RESOLVE_BENEATH = 8, RESOLVE_IN_ROOT = 16;

    /** close_range(2), around the descriptors that are not the guest's. */
    static long closeRange(Task task, Args args) {
        long first = args.get(0) & 0xffffffffL, last = args.get(1) & 0xffffffffL, flags = args.get(2) & 0xffffffffL;
        if (first > last || (flags & ~6) != 0) return Errno.EINVAL.result();
        return closeRange(task.process(), first, last, flags);
    }

    static long closeRange(Process process, long first, long last, long flags) {
        while (first <= last) {
            long reserved = first > Integer.MAX_VALUE ? -1 : process.nextReserved((int) first);
            long end = reserved < 0 || reserved > last ? last + 1 : reserved;
            long result = end == first ? 0 : Kernel.call(SyscallName.CLOSE_RANGE, first, end - 1, flags);
            if (Errno.is(result)) return result;
            first = end;
            while (first <= last && process.reserved((int) first)) first++;
        }
        return 0;
    }

    /** Whether a call on a descriptor comes back at once, so that no signal makes it fail: it does not wait, or is a file on a disc (signal(7)). */
    static boolean neverWaits(Task task, SyscallName name, int fd) {
        switch (name) {
            case READ, READV, PREAD64, PREADV, WRITE, WRITEV, PWRITE64, PWRITEV, RECVFROM, RECVMSG, SENDTO, SENDMSG, ACCEPT4, CONNECT -> { }
            default -> { return false; }
        }
        long flags = Kernel.call(SyscallName.FCNTL, fd, F_GETFL), status = task.scratch.take(STAT);
        if (!Errno.is(flags) && (flags & O_NONBLOCK) != 0) return true;
        return Kernel.call(SyscallName.FSTAT, fd, status) == 0 && (Raw.getInt(status + ST_MODE) & S_IFMT) == S_IFREG;
    }

    private static final int O_NONBLOCK = 0x800, STAT = 144, ST_MODE = 24, S_IFMT = 0xf000, S_IFREG = 0x8000;

    static long dup(Task task, Args args) { return task.process().descriptorLimit.given(Kernel.call(SyscallName.DUP, args.fd(0))); }

    /** dup2(2): equal descriptors are left alone. */
    static long dup2(Task task, Args args) {
        int from = args.fd(0), to = args.fd(1);
        if (from != to) return duplicate(task, from, to, 0);
        long open = Kernel.call(SyscallName.FCNTL, from, F_GETFD);
        return Errno.is(open) ? open : from;
    }

    /** dup3(2). Unlike dup2, equal descriptors are an error. */
    static long dup3(Task task, Args args) { return duplicate(task, args.fd(0), args.fd(1), args.get(2)); }

    private static long duplicate(Task task, int from, int to, long flags) {
        DescriptorLimit limit = task.process().descriptorLimit;
        boolean allowed = limit.allows(to);
        long result = Kernel.call(SyscallName.DUP3, from, allowed ? to : -1, flags); // errors in the kernel's order
        return allowed ? limit.given(result) : result;
    }

    private static final int F_DUPFD = 0, F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_GETLK = 5, F_SETLK = 6, F_SETLKW = 7, F_SETOWN = 8,
            F_GETOWN = 9, F_SETSIG = 10, F_GETSIG = 11, F_SETOWN_EX = 15, F_GETOWN_EX = 16, F_OFD_GETLK = 36, F_OFD_SETLK = 37, F_OFD_SETLKW = 38,
            F_SETLEASE = 1024, F_GETLEASE = 1025, F_NOTIFY = 1026, F_DUPFD_QUERY = 1027, F_DUPFD_CLOEXEC = 1030, F_SETPIPE_SZ = 1031, F_GETPIPE_SZ = 1032,
            F_ADD_SEALS = 1033, F_GET_SEALS = 1034, F_GET_RW_HINT = 1035, F_SET_RW_HINT = 1036, F_GET_FILE_RW_HINT = 1037, F_SET_FILE_RW_HINT = 1038;

    /** fcntl(2). */
    static long fcntl(Task task, Args args) {
        int fd = args.fd(0), command = args.integer(1);
        return switch (command) {
            case F_DUPFD, F_DUPFD_CLOEXEC -> task.process().descriptorLimit.allows(args.integer(2) & 0xffffffffL)
                ? task.process().descriptorLimit.given(Kernel.call(SyscallName.FCNTL, fd, command, args.get(2)))
                : Kernel.call(SyscallName.FCNTL, fd, command, -1);
            case F_SETOWN -> setOwner(task, fd, args.integer(2));
            case F_SETLEASE, F_NOTIFY -> {
                if (Kernel.call(SyscallName.FCNTL, fd, F_GETOWN) == 0) setOwner(task, fd, task.process().pid());
                yield Kernel.call(SyscallName.FCNTL, fd, command, args.get(2));
            }
            case F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETOWN, F_SETSIG, F_GETSIG, F_GETLEASE,
                F_DUPFD_QUERY, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS -> Kernel.call(SyscallName.FCNTL, fd, command, args.get(2));
            case F_SETLKW, F_OFD_SETLKW -> task.blocking(SyscallName.FCNTL, fd, command, args.pointer(2), 0, 0, 0);
            case F_GETLK, F_OFD_GETLK, F_SETLK, F_OFD_SETLK, F_SETOWN_EX, F_GETOWN_EX, F_SET_RW_HINT, F_GET_RW_HINT, F_SET_FILE_RW_HINT, F_GET_FILE_RW_HINT ->
                Kernel.call(SyscallName.FCNTL, fd, command, args.pointer(2));
            default -> isOpen(fd) ? Errno.EINVAL.result() : Errno.EBADF.result();
        };
    }

    /** F_SETOWN: to the host another guest process than the first is its thread, which gets the signals ({@link Siginfo#takeThread}). */
    private static long setOwner(Task task, int fd, int owner) {
        Process process = task.process().tree.process(owner);
        if (process == null || process.relations.isFirst()) return Kernel.call(SyscallName.FCNTL, fd, F_SETOWN, owner);
        long thread = task.scratch.take(8);
        Raw.putInt(thread, F_OWNER_TID);
        Raw.putInt(thread + 4, owner);
        return Kernel.call(SyscallName.FCNTL, fd, F_SETOWN_EX, thread);
    }

    private static final int F_OWNER_TID = 0;

    /** Whether it is more than a place (O_PATH), which most calls take for closed. */
    static boolean isOpen(int fd) {
        long flags = Kernel.call(SyscallName.FCNTL, fd, F_GETFL);
        return !Errno.is(flags) && (flags & O_PATH) == 0;
    }

    private static final int O_PATH = 0x200000;

    /** getdents64(2). /proc/self/fd does not show the descriptors that are not the guest's. */
    static long getdents64(Task task, Args args) { return getdents(args, SyscallName.GETDENTS64, 19); }

    static long getdents(Task task, Args args) { return getdents(args, SyscallName.GETDENTS, 18); }

    /** {@code name}: where d_name is in a record; d_reclen is two or three bytes before it, at 16. */
    private static long getdents(Args args, SyscallName call, int name) {
        int fd = args.fd(0);
        long result;
        if (args.task.process().tree.grown() && Kernel.call(SyscallName.LSEEK, fd, 0, SEEK_CUR) == 0 && directory(args.task, fd).equals("/proc"))
            return withProcesses(args, call, name);
        do result = Kernel.call(call, fd, args.pointer(1), args.get(2));
        while (result > 0 && listsDescriptors(args.task, fd) && (result = withoutReserved(args.task, args.out(1, result), result, name)) == 0);
        return result;
    }

    private static final long SEEK_CUR = 1;
    private static final byte DT_DIR = 4;

    /** The beginning of /proc, where the host does not list threads: the guests after the first come behind what there is. */
    private static long withProcesses(Args args, SyscallName call, int name) {
        ProcessTree tree = args.task.process().tree;
        List<Process> others = tree.all().stream().filter(p -> !p.relations.isFirst()).toList();
        long size = args.get(2) & 0xffffffffL, record = name + Integer.toString(Integer.MAX_VALUE).length() + 2 + 7 & -8, room = others.size() * record;
        if (size < room + 4096) return Kernel.call(call, args.fd(0), args.pointer(1), args.get(2));
        long result = Kernel.call(call, args.fd(0), args.pointer(1), size - room);
        if (result <= 0) return result;
        long buffer = args.out(1, result + room), last = buffer, to = buffer + result;
        for (long at = buffer; at < to; at += Raw.getShort(at + 16) & 0xffff) last = at;
        for (Process p : others) {
            Raw.fill(to, record, (byte) 0);
            Raw.putLong(to, p.pid());
            Raw.putLong(to + 8, Raw.getLong(last + 8));
            Raw.putShort(to + 16, (short) record);
            Raw.putByte(name == 19 ? to + 18 : to + record - 1, DT_DIR);
            byte[] number = Integer.toString(p.pid()).getBytes(StandardCharsets.ISO_8859_1);
            Raw.copy(number, 0, to + name, number.length);
            to += record;
        }
        return to - buffer;
    }

    private static String directory(Task task, int fd) {
        long text = task.scratch.take(64);
        long length = Kernel.call(SyscallName.READLINKAT, AT_FDCWD, task.scratch.string("/proc/thread-self/fd/" + fd), text, 64);
        return Errno.is(length) ? "" : Scratch.read(text, (int) length);
    }

    private static boolean listsDescriptors(Task task, int fd) {
        String path = directory(task, fd);
        return path.startsWith("/proc/" + task.process().tree.hostPid + "/") && (path.endsWith("/fd") || path.endsWith("/fdinfo"));
    }

    private static long withoutReserved(Task task, long buffer, long length, int nameAt) {
        long to = 0;
        for (long from = 0, next; from < length; from = next) {
            int record = Raw.getShort(buffer + from + 16) & 0xffff;
            next = from + record;
            byte[] name = new byte[record - nameAt];
            Raw.copy(buffer + from + nameAt, name, 0, name.length);
            int number = 0, n = 0;
            while (n < name.length && name[n] >= '0' && name[n] <= '9') number = 10 * number + name[n++] - '0';
            if (n > 0 && task.process().reserved(number)) continue;
            byte[] kept = new byte[record];
            Raw.copy(buffer + from, kept, 0, record);
            Raw.copy(kept, 0, buffer + to, record);
            to += record;
        }
        return to;
    }

    /** readlink(2). */
    static long readlink(Task task, Args args) { return readlink(task, args, AT_FDCWD, 0); }

    static long readlinkat(Task task, Args args) { return readlink(task, args, args.fd(0), 1); }

    /** Arguments: the path, the buffer, its size. */
    private static long readlink(Task task, Args args, int directory, int argument) {
        int buffer = argument + 1, size = args.integer(argument + 2);
        if (size <= 0) return Errno.EINVAL.result();
        Paths paths = task.process().paths;
        String named = args.named(argument, directory), own = named == null ? null : paths.ofSelf(named);
        if ("exe".equals(own)) return give(args, buffer, size, task.process().executable());
        ProcFiles.Other other = named == null || own != null ? null : ProcFiles.other(task, named);
        if (other != null && other.name().equals("exe")) return give(args, buffer, size, other.process().executable());
        long host = args.path(argument, named, directory, false);
        if (own == null || !paths.translates()) return Kernel.call(SyscallName.READLINKAT, directory, host, args.pointer(buffer), size);
        long text = task.scratch.take(Args.PATH_MAX), length = Kernel.call(SyscallName.READLINKAT, directory, host, text, Args.PATH_MAX);
        return length < 0 ? length : give(args, buffer, size, paths.guest(Scratch.read(text, (int) length)));
    }

    private static long give(Args args, int buffer, int size, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int length = Math.min(size, bytes.length);
        Raw.copy(bytes, 0, args.out(buffer, length), length);
        return length;
    }

    /** getcwd(2): the length with the zero at the end. */
    static long getcwd(Task task, Args args) {
        Paths paths = task.process().paths;
        if (!paths.translates()) return Kernel.call(SyscallName.GETCWD, args.pointer(0), args.get(1));
        long text = task.scratch.take(Args.PATH_MAX), length = Kernel.call(SyscallName.GETCWD, text, Args.PATH_MAX);
        if (length < 0) return length;
        String host = Scratch.read(text, (int) length - 1), path = (paths.isOutside(host) ? "(unreachable)" + host : paths.guest(host)) + "\0";
        return Long.compareUnsigned(args.get(1), path.length()) < 0 ? Errno.ERANGE.result() : give(args, 0, path.length(), path);
    }

    /** chroot(2): {@link Paths} has the root; whether the caller may change it the kernel says, whose own stays. */
    static long chroot(Task task, Args args) {
        Paths paths = task.process().paths;
        long directory = Kernel.call(SyscallName.OPENAT, AT_FDCWD, args.path(0, AT_FDCWD, true), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (Errno.is(directory)) return directory;
        String name = "/proc/thread-self/fd/" + directory, hostPath = paths.link(name);
        long result = Kernel.call(SyscallName.FACCESSAT2, AT_FDCWD, task.scratch.string(name), X_OK, AT_EACCESS);
        if (result == 0) result = Kernel.call(SyscallName.CHROOT, task.scratch.string("/"));
        Kernel.call(SyscallName.CLOSE, directory);
        if (result == 0) paths.enter(hostPath);
        return result;
    }

    private static final int O_DIRECTORY = 0x10000, O_CLOEXEC = 0x80000, X_OK = 1, AT_EACCESS = 0x200;
}
