package patina.oracle;

import java.util.Arrays;

/** Where code and data lie: at the same addresses for the guest, in its address space, and for the host's CPU, in ours. */
final class Layout {
    private Layout() {}

    /** The lowest addresses that Linux gives to programs (/proc/sys/vm/mmap_min_addr): 32-bit addressing and absolute operands reach them. */
    static final long DATA = 0x10000;
    static final int DATA_BYTES = 0x2000;
    static final long DATA_MIDDLE = DATA + DATA_BYTES / 2;
    static final long CODE = 0x10_0000;
    static final int CODE_BYTES = 0x1000;
    /** Of segment GS: small, so that operands stay in the data area. */
    static final long GS_BASE = 0x40;
    /** Execution ends when it comes here. */
    static final long END = CODE + CODE_BYTES;

    /** All code bytes: {@code code}, a jump to {@link #END}, zeros. */
    static byte[] ended(byte[] code) {
        byte[] all = Arrays.copyOf(code, CODE_BYTES);
        int distance = (int) (END - (CODE + code.length + 5));
        all[code.length] = (byte) 0xe9;
        for (int i = 0; i < 4; i++) all[code.length + 1 + i] = (byte) (distance >>> 8 * i);
        return all;
    }
}
