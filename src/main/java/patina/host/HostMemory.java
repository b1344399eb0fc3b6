package patina.host;

/** mmap(2)'s constants and the few ways in which we use it for ourselves. */
public final class HostMemory {
    private HostMemory() {}

    public static final int NONE = 0, READ = 1, WRITE = 2, EXECUTE = 4;
    public static final int SHARED = 1, PRIVATE = 2, FIXED = 0x10, ANONYMOUS = 0x20, GROWSDOWN = 0x100, NORESERVE = 0x4000,
            POPULATE = 0x8000, FIXED_NOREPLACE = 0x100000;
    public static final long PAGE = 4096;

    /** Address space without memory behind it, or -errno. */
    public static long reserve(long length) { return Syscall.mmap(0, length, NONE, PRIVATE | ANONYMOUS | NORESERVE, -1, 0); }

    public static void unmap(long address, long length) {
        if (length != 0) Syscall.must("munmap", Syscall.call(Syscall.MUNMAP, address, length));
    }

    public static long roundUp(long length) { return length + PAGE - 1 & -PAGE; }
}
