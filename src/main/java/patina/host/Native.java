package patina.host;

import java.io.File;
import java.net.URI;

/**
 * The native methods, made from src/main/asm at build time and loaded as a shared object of a few KiB. A host is one assembly file.
 * All addresses are host addresses.
 *
 * <p>The object lies in the directory that the system property {@code patina.native} names, else in {@code native} beside our jar or classes.
 */
public final class Native {
    private Native() {}

    private static final String LIBRARY = "libpatina.so";

    private static final File FILE = library();

    static { System.load(FILE.getPath()); }

    /** The library's path: it is a program too (src/main/asm). */
    public static String program() { return FILE.getPath(); }

    private static File library() {
        String named = System.getProperty("patina.native");
        File directory = named != null ? new File(named) : new File(ours(), "native");
        File file = new File(directory, LIBRARY).getAbsoluteFile();
        if (!file.isFile()) {
            throw new UnsatisfiedLinkError(file + " is missing: build Patina (mvn package), or name its directory with -Dpatina.native=DIR");
        }
        return file;
    }

    /** The directory of our jar or classes. */
    private static File ours() {
        return new File(URI.create(Native.class.getProtectionDomain().getCodeSource().getLocation().toString())).getParentFile();
    }

    /** A raw system call of the host kernel; the result as the kernel gives it (-errno on failure). */
    public static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    /**
     * As {@link #syscall}, for calls that may block, on behalf of the guest thread with this state: if the state's POLL is set, or a signal
     * handler sets it before the kernel is entered, the result is -EINTR and no call was made. A call that sleeps is ended with -EINTR by
     * {@link HostThread#wake}; -EINTR may also come for no reason of the guest's.
     */
    public static native long interruptibleSyscall(long state, long number, long a, long b, long c, long d, long e, long f);

    /**
     * Runs a program as a new process that begins with the caller's descriptors and with all signals blocked: its number, or -errno. {@code path}: a
     * zero-terminated string; {@code arguments}, {@code environment}: null-terminated arrays of such. No signal is sent at its end; wait for it with __WALL.
     */
    public static native long spawn(long path, long arguments, long environment);

    /** Loads the pinned registers from the state, runs native code from {@code code} on, and returns when it exits (the state says why). */
    public static native void enter(long state, long code);

    /** Address of a stub, by its number in {@link Stub}. */
    public static native long stub(int number);

    /** Index of the first differing byte of [a, a + length) and [b, b + length), or -1. Memory that cannot be read differs (at no certain index). */
    public static native long mismatch(long a, long b, long length);

    /**
     * Compares {@code count} stretches: rows of offset 8, length 4, offset 4, the first from {@code a}, the second from {@code b}. 0 if all are
     * the same; memory that cannot be read differs.
     */
    public static native int differs(long rows, long count, long a, long b);

    /** CRC32C of {@code length} bytes that follow those with the CRC {@code before}, 0 for none. See {@link Crc32c}. */
    static native int crc32c(int before, long address, long length);

    /** CRC32C of three stretches of {@code third} bytes, a multiple of 8, one behind the other: 4 bytes each to {@code into}. */
    static native void crc32cThirds(long address, long third, long into);

    /** SHA-256 of {@code count} blocks of 64 bytes, onto the eight 32-bit words at {@code hash}. Only where {@link HostCpu#hasSha}. */
    static native void sha256(long hash, long blocks, long count);

    /** 0 if the byte at {@code address} can be read, else the signal that reading it raises: 7 SIGBUS, 11 SIGSEGV. */
    public static native int probe(long address);

    /** A copy of this process that waits for its end (see {@link Snapshot}): its number or -errno. */
    static native long snapshot(long page);

    /** Fetches what is pending of [start, end) by a table of {@link StubData#PENDING_ROWS}; negative: -errno, it cannot be had. */
    public static native long bring(long table, long start, long end);

    /** The rows of [start, end) are pending no longer, and nothing is fetched. */
    public static native void drop(long table, long start, long end);

    /** CPUID: EAX, EBX, ECX, EDX to 16 bytes at {@code into}. */
    static native void cpuid(int leaf, int subleaf, long into);

    /** XCR0; only where CPUID says OSXSAVE. */
    static native long xgetbv();

    /** Stubs, and DATA: the block of {@link StubData}. LEAVE is EXIT for code that keeps the guest's registers in the state; SNAPSHOT is what such a process runs. */
    public enum Stub {
        DISPATCH, EXIT, FAULT_HANDLER, SIGNAL_HANDLER, SIGNAL_RETURN, DATA, LEAVE, SNAPSHOT;

        public long address() { return stub(ordinal()); }
    }
}
