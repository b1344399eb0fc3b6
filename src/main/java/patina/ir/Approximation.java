package patina.ir;

/**
 * RCPPS and RSQRTPS. The manual promises a relative error below 1.5 * 2^-12 and no more (Intel SDM vol. 2). What Intel's CPUs give, found by
 * trying all significands: the exact function of the middle of the argument's table interval (11 bits of the significand for 1/x; 10 for
 * 1/sqrt(x)), rounded to 12 bits of fraction; denormal arguments count as zero and denormal results become zero. AMD's CPUs give other values.
 */
final class Approximation {
    private Approximation() {}

    private static final int SIGN = 0x8000_0000, EXPONENT = 0x7f80_0000, QUIET = 1 << 22, NAN = 0xffc0_0000;
    /** Bit below the 12 bits of fraction that are kept, in an F32 and in an F64. */
    private static final int DROPPED_32 = 11, DROPPED_64 = 40;

    /** The rounding is done in F64: rounding twice gives another value at one table entry. */
    static long reciprocal(int x) {
        if (isNaN(x)) return (x | QUIET) & 0xffff_ffffL;
        if (!isOrdinary(x)) return bits(1 / Float.intBitsToFloat(flush(x)));
        long quotient = Double.doubleToRawLongBits(1.0 / Float.intBitsToFloat(middle(x, 12)));
        long rounded = quotient + (1L << DROPPED_64 - 1) & -1L << DROPPED_64;
        return flush((int) bits((float) Double.longBitsToDouble(rounded))) & 0xffff_ffffL;
    }

    static long reciprocalRoot(int x) {
        if (isNaN(x)) return (x | QUIET) & 0xffff_ffffL;
        if (!isOrdinary(x)) {
            int flushed = flush(x);
            return flushed == (SIGN | EXPONENT) ? NAN & 0xffff_ffffL : bits(flushed == EXPONENT ? 0 : 1 / Float.intBitsToFloat(flushed));
        }
        if (x < 0) return NAN & 0xffff_ffffL;
        float quotient = 1 / (float) Math.sqrt(Float.intBitsToFloat(middle(x, 13)));
        return Float.floatToRawIntBits(quotient) + (1 << DROPPED_32 - 1) & -1 << DROPPED_32 & 0xffff_ffffL;
    }

    private static boolean isNaN(int x) { return (x & ~SIGN) > EXPONENT; }

    /** Neither zero nor denormal, nor infinite, nor a NaN. */
    private static boolean isOrdinary(int x) { return (x & EXPONENT) != 0 && (x & EXPONENT) != EXPONENT; }

    /** The middle of the interval of 2^width units that it lies in. */
    private static int middle(int x, int width) { return x & -1 << width | 1 << width - 1; }

    private static int flush(int x) { return (x & EXPONENT) == 0 ? x & SIGN : x; }

    private static long bits(float x) { return Float.floatToRawIntBits(x) & 0xffff_ffffL; }
}
