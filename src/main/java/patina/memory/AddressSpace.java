package patina.memory;

import java.util.List;
import patina.guest.CodeSource;

/**
 * One guest process's memory: {@link #SIZE} bytes of guest addresses from 0, reserved as one piece of host memory at {@link #base}.
 * Guest address g is host address base + g. The real kernel keeps the pages; the table of mappings here says what the guest may do, and is
 * consulted before any Java access, so that a wild guest pointer is a {@link GuestFault} and never harms the JVM.
 *
 * <p>Changes to mappings are synchronized; readers may run at the same time and see either state.
 */
public final class AddressSpace implements CodeSource {
    /** Guest addresses are below this (16 TiB). */
    public static final long SIZE = 1L << 44;
    public static final int PAGE = 4096;

    /** Told after each change, on the thread that made it. */
    public interface Listener {
        void mapped(Mapping mapping);
        /** Pages [start, end) were unmapped, replaced, or lost their permission to execute. */
        void removed(long start, long end);
    }

    /** Host address of guest address 0. */
    public long base() { throw new UnsupportedOperationException(); }

    public void addListener(Listener listener) { throw new UnsupportedOperationException(); }

    /** mmap(2) as the guest's kernel does it. Returns the guest address or -errno. {@code address} is a hint unless MAP_FIXED is in {@code flags}. */
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) { throw new UnsupportedOperationException(); }

    /** As {@link #mmap} with a label for /proc/self/maps. */
    public long mmap(long address, long length, int protection, int flags, int fd, long offset, String label) { throw new UnsupportedOperationException(); }

    public long munmap(long address, long length) { throw new UnsupportedOperationException(); }

    public long mprotect(long address, long length, int protection) { throw new UnsupportedOperationException(); }

    public long mremap(long oldAddress, long oldLength, long newLength, int flags, long newAddress) { throw new UnsupportedOperationException(); }

    public long madvise(long address, long length, int advice) { throw new UnsupportedOperationException(); }

    /** brk(2): 0 asks. {@link #setBreak} says where it starts. */
    public long brk(long address) { throw new UnsupportedOperationException(); }

    public void setBreak(long address) { throw new UnsupportedOperationException(); }

    /** The mapping that holds {@code address}, or null. */
    public Mapping mapping(long address) { throw new UnsupportedOperationException(); }

    /** All mappings by address. */
    public List<Mapping> mappings() { throw new UnsupportedOperationException(); }

    /** Host address of [address, address + length) if every page allows {@code protection}, else 0. For system call arguments. */
    public long hostAddress(long address, long length, int protection) { throw new UnsupportedOperationException(); }

    // ---- accesses by the interpreter and by helpers: checked, throw GuestFault

    public long load(long address, int bytes) { throw new UnsupportedOperationException(); }

    public void store(long address, int bytes, long value) { throw new UnsupportedOperationException(); }

    /** Checks [address, address + bytes) and gives its host address; bytes <= 4096. */
    public long forRead(long address, int bytes) { throw new UnsupportedOperationException(); }

    public long forWrite(long address, int bytes) { throw new UnsupportedOperationException(); }

    @Override public int fetch(long pc, byte[] into) { throw new UnsupportedOperationException(); }
}
