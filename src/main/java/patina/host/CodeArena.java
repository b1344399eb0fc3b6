package patina.host;

import static patina.host.HostMemory.*;
import static patina.host.Syscall.must;

import java.util.ArrayList;
import java.util.List;

/**
 * The one range of host addresses that holds native code of guests: code images mapped from the cache and code made in the run. The fault
 * handler knows a guest's fault by it. Handed out in runs of pages, upwards; a run is never writable and executable at once.
 */
public final class CodeArena {
    public static final long SIZE = 2L << 30;

    private static final int MREMAP_MAYMOVE = 1, MREMAP_FIXED = 2;

    private final long start, end;
    private final List<Twofold> free = new ArrayList<>();
    private long next;

    private CodeArena(long start) {
        this.start = this.next = start;
        end = start + SIZE;
        FaultHandling.codeRange(start, end);
    }

    private static CodeArena instance;

    /** The JVM's arena; reserved on first use. */
    public static synchronized CodeArena get() {
        if (instance == null) {
            FaultHandling.install();
            instance = new CodeArena(must("reserving " + SIZE + " bytes for code", reserve(SIZE)));
        }
        return instance;
    }

    public boolean contains(long hostPc) { return hostPc >= start && hostPc < end; }

    public synchronized long used() { return next - start; }

    /** Zeroed pages for at least {@code length} bytes, readable and writable; 0 if the arena is full. To be made executable by {@link #seal}. */
    public long allocate(long length) {
        long a = take(length);
        if (a != 0) must("mmap", Syscall.mmap(a, roundUp(length), READ | WRITE, PRIVATE | ANONYMOUS | FIXED, -1, 0));
        return a;
    }

    /** Address space for at least {@code length} bytes with nothing in it yet, for {@link #map}; 0 if the arena is full. */
    public synchronized long take(long length) {
        long size = roundUp(length);
        if (length <= 0 || size > end - next) return 0;
        long a = next;
        next += size;
        return a;
    }

    /** Maps a file's pages privately over [address, address + length), taken before; 0 or -errno. Not writable and executable at once. */
    public long map(long address, long length, int protection, int fd, long offset) {
        if (!contains(address) || length <= 0 || length > end - address) throw new IllegalArgumentException("not in the arena");
        if ((protection & (WRITE | EXECUTE)) == (WRITE | EXECUTE)) throw new IllegalArgumentException("writable and executable");
        long r = Syscall.mmap(address, length, protection, PRIVATE | FIXED, fd, offset);
        return r == address ? 0 : r;
    }

    /** Makes pages from {@link #allocate} executable and read-only. */
    public void seal(long address, long length) {
        must("mprotect", Syscall.call(Syscall.MPROTECT, address, roundUp(length), READ | EXECUTE));
    }

    /** The same memory at two addresses: it is written at one and executed at the other. */
    public record Twofold(long writable, long executable, long length) {}

    /** At least {@code length} bytes that take memory when they are first written; null if there are none to be had. */
    public synchronized Twofold twofold(long length) {
        for (Twofold t : free) if (t.length >= length && free.remove(t)) return t;
        long size = roundUp(length), executable = take(size);
        if (executable == 0) return null;
        long writable = Syscall.mmap(0, size, READ | WRITE, SHARED | ANONYMOUS | NORESERVE, -1, 0);
        // of a shared mapping an old size of 0 asks for a second one: mremap(2)
        if (writable > 0 && Syscall.call(Syscall.MREMAP, writable, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, executable) == executable
                && Syscall.call(Syscall.MPROTECT, executable, size, READ | EXECUTE) == 0) return new Twofold(writable, executable, size);
        if (writable > 0) unmap(writable, size);
        release(executable, size);
        return null;
    }

    /** No thread may be in it. Its content stays as it is. */
    public synchronized void release(Twofold t) { free.add(t); }

    /** Gives the memory of a run back to the kernel. No thread may be in it; its addresses are not used again, unless it was the last run. */
    public synchronized void release(long address, long length) {
        must("mmap", Syscall.mmap(address, roundUp(length), NONE, PRIVATE | ANONYMOUS | NORESERVE | FIXED, -1, 0));
        if (address + roundUp(length) == next) next = address;
    }
}
