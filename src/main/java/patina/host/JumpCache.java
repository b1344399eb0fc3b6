package patina.host;

import static patina.ir.StateLayout.JUMP_CACHE_ENTRIES;

import patina.ir.StateLayout;

/**
 * A guest thread's jump cache as the DISPATCH stub reads it: pairs (guest pc, host pc). Only the owning thread calls {@link #put},
 * {@link #find} and {@link #clear}; any thread may {@link #remove} and {@link #removeAll}: those change guest pcs only, which the stub reads first, so that the
 * host pc beside a guest pc that it has found is always there.
 *
 * <p>An unused entry holds a guest pc that belongs in another entry, so that no lookup ever matches it.
 */
public final class JumpCache {
    private static final int ENTRY = 16;
    private static final long SIZE = (long) ENTRY * JUMP_CACHE_ENTRIES;
    private final long address;

    /** Allocates the cache and enters it in the state. */
    public JumpCache(long state) {
        // not allocated and cleared: most of its pages are never touched
        address = Syscall.must("mmap", Syscall.mmap(0, SIZE, HostMemory.READ | HostMemory.WRITE, HostMemory.PRIVATE | HostMemory.ANONYMOUS, -1, 0));
        Raw.putLong(address, unused(0));
        Raw.putLong(state + StateLayout.JUMP_CACHE, address);
    }

    public void put(long guestPc, long hostPc) {
        long entry = address + ENTRY * index(guestPc);
        Raw.putLong(entry + 8, hostPc);
        Raw.putLongVolatile(entry, guestPc);
    }

    /** The host pc for a guest pc, as the stub finds it; 0 if it is not there. By the owning thread. */
    public long find(long guestPc) {
        long entry = address + ENTRY * index(guestPc);
        return Raw.getLongVolatile(entry) == guestPc ? Raw.getLong(entry + 8) : 0;
    }

    public void remove(long guestPc) {
        long index = index(guestPc);
        Raw.compareAndExchangeLong(address + ENTRY * index, guestPc, unused(index));
    }

    public void clear() {
        Raw.fill(address, SIZE, (byte) 0);
        Raw.putLong(address, unused(0));
    }

    public void removeAll() {
        for (long i = 0; i < JUMP_CACHE_ENTRIES; i++) Raw.putLong(address + ENTRY * i, unused(i));
        Raw.fence();
    }

    /** When the thread is gone. */
    public void free() { HostMemory.unmap(address, SIZE); }

    private static long index(long pc) { return (pc ^ pc >>> 15) & JUMP_CACHE_ENTRIES - 1; }

    private static long unused(long index) { return index == 0 ? 1 : 0; }
}
