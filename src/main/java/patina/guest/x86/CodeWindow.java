package patina.guest.x86;

import patina.guest.CodeSource;

/** A piece of guest code at hand, fetched as decoding goes along. Used by one thread. */
final class CodeWindow {
    private static final int LONGEST = 15;

    private final CodeSource code;
    private final Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
    private final byte[] bytes = new byte[256];
    private long start;
    private int length;

    CodeWindow(CodeSource code) { this.code = code; }

    /** What stands at {@code pc}; {@link Decoded.Truncated} where the executable bytes end before it is clear. */
    Decoded decode(long pc) {
        long offset = pc - start;
        boolean inside = offset >= 0 && offset < length && (offset + LONGEST <= length || length < bytes.length);
        if (!inside) {
            start = pc;
            length = code.fetch(pc, bytes);
            offset = 0;
        }
        return decoder.decode(bytes, (int) offset, length - (int) offset, pc);
    }
}
