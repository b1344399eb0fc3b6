package patina.engine;

import static patina.ir.StateLayout.JUMP_CACHE_ENTRIES;

import patina.host.Raw;

/** The table from guest to host addresses that native code looks into by itself; one per guest process, in native memory. Direct-mapped. */
final class JumpCache {
    /** Bytes of native memory that it takes. */
    static final long BYTES = 16L * JUMP_CACHE_ENTRIES;

    final long address;

    /** {@code address}: {@link #BYTES} zeroed bytes. */
    JumpCache(long address) {
        this.address = address;
        clear();
    }

    void put(long guestPc, long hostPc) {
        long entry = entry(guestPc);
        Raw.putLong(entry, EMPTY);
        Raw.putLong(entry + 8, hostPc);
        Raw.putLong(entry, guestPc);
    }

    void clear() {
        Raw.fill(address, BYTES, (byte) 0xff);
    }

    /** No guest address: not canonical. */
    private static final long EMPTY = -1;

    private long entry(long pc) { return address + 16 * ((pc ^ pc >>> 15) & JUMP_CACHE_ENTRIES - 1); }
}
