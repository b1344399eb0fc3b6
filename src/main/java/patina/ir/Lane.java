package patina.ir;

/** What one lane of a value holds. Every lane but F80 travels as a long: integers zero-extended, floats as their raw bits. */
public enum Lane {
    I1(1), I8(8), I16(16), I32(32), I64(64), F32(32), F64(64), F80(80);

    private final int bits;
    /** The canonical form's bits, and how far up a lane has to be moved to fill a long. A lane of 64 bits or more is all of it. */
    private final long mask;
    private final int spare;

    Lane(int bits) {
        this.bits = bits;
        spare = Math.max(0, 64 - bits);
        mask = -1L >>> spare;
    }

    public int bits() { return bits; }

    public boolean isFloat() { return ordinal() >= F32.ordinal(); }

    /** The low {@link #bits} of {@code v}, zero-extended: the canonical form. */
    public long wrap(long v) { return v & mask; }

    /** A canonical value as a signed number. */
    public long signed(long v) { return v << spare >> spare; }

    public long min() { return bits >= 64 ? Long.MIN_VALUE : -1L << (bits - 1); }

    public long max() { return bits >= 64 ? Long.MAX_VALUE : (1L << (bits - 1)) - 1; }

    /** The integer lane of the same width. */
    public Lane integer() { return this == F32 ? I32 : this == F64 ? I64 : this; }

    public static Lane ofBits(int bits) {
        return switch (bits) {
            case 1 -> I1; case 8 -> I8; case 16 -> I16; case 32 -> I32; case 64 -> I64;
            default -> throw new IllegalArgumentException("no integer lane of " + bits + " bits");
        };
    }
}
