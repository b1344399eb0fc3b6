package patina.ir;

/** The meanings of the commonest rows of {@link Op} by name, on canonical lanes of {@code w}, for whoever wants them inlined. */
public final class Scalar {
    private Scalar() {}

    public static long add(long a, long b, Lane w) { return w.wrap(a + b); }
    public static long sub(long a, long b, Lane w) { return w.wrap(a - b); }
    public static long mul(long a, long b, Lane w) { return w.wrap(a * b); }
    public static long and(long a, long b) { return a & b; }
    public static long or(long a, long b) { return a | b; }
    public static long xor(long a, long b) { return a ^ b; }
    public static long not(long a, Lane w) { return w.wrap(~a); }
    public static long neg(long a, Lane w) { return w.wrap(-a); }
    public static long shl(long a, long b, Lane w) { return w.wrap(a << (b & (w.bits() - 1))); }
    public static long lshr(long a, long b, Lane w) { return a >>> (b & (w.bits() - 1)); }
    public static long ashr(long a, long b, Lane w) { return w.wrap(w.signed(a) >> (b & (w.bits() - 1))); }
    public static long rotr(long a, long b, Lane w) { return rotl(a, -b, w); }

    public static long rotl(long a, long b, Lane w) {
        int n = (int) b & (w.bits() - 1);
        return n == 0 ? a : w.wrap(a << n | a >>> (w.bits() - n));
    }

    public static long eq(long a, long b) { return a == b ? 1 : 0; }
    public static long ne(long a, long b) { return a != b ? 1 : 0; }
    public static long ult(long a, long b) { return Long.compareUnsigned(a, b) < 0 ? 1 : 0; }
    public static long ule(long a, long b) { return Long.compareUnsigned(a, b) <= 0 ? 1 : 0; }
    public static long slt(long a, long b, Lane w) { return w.signed(a) < w.signed(b) ? 1 : 0; }
    public static long sle(long a, long b, Lane w) { return w.signed(a) <= w.signed(b) ? 1 : 0; }
    public static long addOverflows(long a, long b, Lane w) { return ((a ^ a + b) & (b ^ a + b)) >>> (w.bits() - 1) & 1; }
    public static long subOverflows(long a, long b, Lane w) { return ((a ^ b) & (a ^ a - b)) >>> (w.bits() - 1) & 1; }

    public static long select(long p, long a, long b) { return p != 0 ? a : b; }

    public static long signExtend(long a, Lane from, Lane to) { return to.wrap(from.signed(a)); }
    public static long truncate(long a, Lane to) { return to.wrap(a); }
}
