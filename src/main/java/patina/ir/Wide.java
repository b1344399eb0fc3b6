package patina.ir;

import java.math.BigInteger;

/** Division of 128 by 64 bits where the quotient fits into 64. */
final class Wide {
    private Wide() {}

    static long divideUnsigned(long high, long low, long by) {
        return high == 0 ? Long.divideUnsigned(low, by) : unsigned(high, low).divide(unsigned(0, by)).longValue();
    }

    static long remainderUnsigned(long high, long low, long by) {
        return high == 0 ? Long.remainderUnsigned(low, by) : unsigned(high, low).mod(unsigned(0, by)).longValue();
    }

    private static BigInteger unsigned(long high, long low) { return half(high).shiftLeft(64).or(half(low)); }

    private static BigInteger half(long word) { return BigInteger.valueOf(word >>> 1).shiftLeft(1).or(BigInteger.valueOf(word & 1)); }
}
