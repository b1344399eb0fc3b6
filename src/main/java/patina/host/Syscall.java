package patina.host;

/** Numbers of the host's system calls that this package and guest memory use (x86-64: arch/x86/entry/syscalls/syscall_64.tbl). */
public final class Syscall {
    private Syscall() {}

    public static final int CLOSE = 3, FSTAT = 5, LSEEK = 8, MMAP = 9, MPROTECT = 10, MUNMAP = 11, RT_SIGACTION = 13, RT_SIGPROCMASK = 14, RT_SIGRETURN = 15, IOCTL = 16, PREAD64 = 17,
            MREMAP = 25, MINCORE = 27, MADVISE = 28, SHMAT = 30, SHMCTL = 31, GETPID = 39, WAIT4 = 61, KILL = 62, FCNTL = 72, READLINK = 89, CAPGET = 125, SIGALTSTACK = 131, ARCH_PRCTL = 158, GETTID = 186, EXIT_GROUP = 231, TGKILL = 234, OPENAT = 257,
            PROCESS_VM_READV = 310, MEMFD_CREATE = 319;

    public static long call(int number) { return Native.syscall(number, 0, 0, 0, 0, 0, 0); }
    public static long call(int number, long a) { return Native.syscall(number, a, 0, 0, 0, 0, 0); }
    public static long call(int number, long a, long b) { return Native.syscall(number, a, b, 0, 0, 0, 0); }
    public static long call(int number, long a, long b, long c) { return Native.syscall(number, a, b, c, 0, 0, 0); }
    public static long call(int number, long a, long b, long c, long d) { return Native.syscall(number, a, b, c, d, 0, 0); }
    public static long call(int number, long a, long b, long c, long d, long e) { return Native.syscall(number, a, b, c, d, e, 0); }

    public static long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return Native.syscall(MMAP, address, length, protection, flags, fd, offset);
    }

    /** A call that only fails if we are wrong about the host: the result, or an error that says so. */
    static long must(String what, long result) {
        if (Errno.is(result)) throw new IllegalStateException("host kernel: " + what + " failed with " + Errno.name(result));
        return result;
    }
}
