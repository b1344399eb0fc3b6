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

    static long divide(long high, long low, long by) {
        return high == low >> 63 ? low / by : signed(high, low).divide(BigInteger.valueOf(by)).longValue();
    }

    static long remainder(long high, long low, long by) {
        return high == low >> 63 ? low % by : signed(high, low).remainder(BigInteger.valueOf(by)).longValue();
    }

    private static BigInteger unsigned(long high, long low) {
        return signed(high, low).and(BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE));
    }

    private static BigInteger signed(long high, long low) {
        BigInteger unsignedLow = BigInteger.valueOf(low >>> 1).shiftLeft(1).or(BigInteger.valueOf(low & 1));
        return BigInteger.valueOf(high).shiftLeft(64).or(unsignedLow);
    }
}
