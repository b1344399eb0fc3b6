package patina.guest.x86;

import static patina.ir.Extended.BIAS;
import static patina.ir.Extended.EXPONENT;
import static patina.ir.Extended.INTEGER;
import static patina.ir.Extended.SIGN;

import java.math.BigInteger;
import patina.ir.Extended;
import patina.ir.FloatUnit;
import patina.ir.Format;

/**
 * F2XM1, FYL2X, FYL2XP1 (SDM vol. 2): the true value rounded to nearest. A CPU may be off by one unit in the last place (SDM vol. 1, 8.3.10).
 */
final class X87Transcendental {
    private X87Transcendental() {}

    /** Below 2^TINY a function's first term is its value to 64 bits. */
    static final int TINY = -70;

    /** F2XM1: 2^ST(0) - 1. Outside of -1 … 1 the manual leaves the result open: ST(0) stays. */
    static void exponential(X87Registers st) {
        if (!st.inUse(1)) { st.setIndefinite(0); return; }
        if (st.nan(1, 0)) return;
        long x = st.significand(0);
        int xe = st.signExponent(0), sign = xe & SIGN, exponent = Math.max(xe & EXPONENT, 1) - BIAS;
        if (x == 0) return;
        if (exponent >= 0) {
            if (Extended.isInfinite(x, xe) && sign != 0) st.set(0, INTEGER, SIGN | BIAS);
            else if (exponent == 0 && x == INTEGER && sign != 0) st.set(0, INTEGER, SIGN | BIAS - 1);
            return;
        }
        st.raise(X87Registers.PRECISION);
        long[] r = new long[2];
        if (exponent < TINY) X87Real.round(r, sign, X87Real.unsigned(x).multiply(X87Real.LN2), exponent - 63 - X87Real.BITS);
        else {
            BigInteger y = X87Real.multiply(X87Real.of(x, xe), X87Real.LN2);
            BigInteger result = X87Real.exponentialMinus1(sign != 0 ? y.negate() : y).abs();
            X87Real.round(r, sign, result, -X87Real.BITS);
        }
        st.set(0, r);
    }

    /** FYL2X: ST(1) * log2 ST(0), then pop. */
    static void logarithm(X87Registers st) {
        long x = st.significand(0), y = st.significand(1);
        int xe = st.signExponent(0), ye = st.signExponent(1);
        if (!st.inUse(2)) st.setIndefinite(1);
        else if (!st.nan(2, 1)) {
            boolean yInfinite = Extended.isInfinite(y, ye), one = x == INTEGER && xe == BIAS;
            int below = (xe & EXPONENT) < BIAS ? SIGN : 0;
            if (x != 0 && (xe & SIGN) != 0) st.invalid(1);
            else if (x == 0) {
                if (y == 0) st.invalid(1);
                else {
                    if (!yInfinite) st.raise(X87Registers.ZERO_DIVIDE);
                    st.set(1, INTEGER, ye & SIGN ^ SIGN | EXPONENT);
                }
            } else if (Extended.isInfinite(x, xe) ? y == 0 : one && yInfinite) st.invalid(1);
            else if (yInfinite || Extended.isInfinite(x, xe)) st.set(1, INTEGER, ye & SIGN ^ below | EXPONENT);
            else if (y == 0 || one) st.set(1, 0, ye & SIGN ^ (one ? 0 : below));
            else product(st, y, ye, below, naturalLogarithm(x, xe), 0);
        }
        st.pop();
    }

    /** |ln| of a positive finite number other than 1. */
    private static BigInteger naturalLogarithm(long x, int xe) {
        int k = Extended.normalExponent(x, xe) - BIAS;
        BigInteger m = X87Real.unsigned(x << Long.numberOfLeadingZeros(x)).shiftLeft(X87Real.BITS - 63);
        if (m.compareTo(X87Real.ONE.multiply(BigInteger.valueOf(181)).shiftRight(7)) > 0) { m = m.shiftRight(1); k++; }
        BigInteger z = X87Real.divide(m.subtract(X87Real.ONE), m.add(X87Real.ONE));
        return X87Real.atanhTwice(z).add(X87Real.LN2.multiply(BigInteger.valueOf(k))).abs();
    }

    /** ST(1) = y * logarithm * 2^scale / ln 2, its sign y's or the contrary. */
    private static void product(X87Registers st, long y, int ye, int flip, BigInteger logarithm, int scale) {
        long[] r = new long[2];
        BigInteger log2 = X87Real.divide(logarithm, X87Real.LN2);
        int exponent = Math.max(ye & EXPONENT, 1) - BIAS - 63;
        X87Real.round(r, ye & SIGN ^ flip, log2.multiply(X87Real.unsigned(y)), exponent + scale - X87Real.BITS);
        st.set(1, r);
        st.raise(X87Registers.PRECISION);
    }

    /** FYL2XP1: ST(1) * log2(ST(0) + 1), then pop. Meant for |ST(0)| < 1 - root(1/2); at and below -1 invalid. */
    static void logarithmPlus1(X87Registers st) {
        long x = st.significand(0), y = st.significand(1);
        int xe = st.signExponent(0), ye = st.signExponent(1), sign = xe & SIGN;
        if (!st.inUse(2)) st.setIndefinite(1);
        else if (!st.nan(2, 1)) {
            boolean xInfinite = Extended.isInfinite(x, xe), yInfinite = Extended.isInfinite(y, ye);
            int exponent = Math.max(xe & EXPONENT, 1) - BIAS;
            if (sign != 0 && exponent >= 0 || x == 0 && yInfinite || xInfinite && y == 0) st.invalid(1);
            else if (xInfinite || yInfinite) st.set(1, INTEGER, ye & SIGN ^ sign | EXPONENT);
            else if (x == 0 || y == 0) st.set(1, 0, ye & SIGN ^ sign);
            else if (exponent < TINY) product(st, y, ye, sign, X87Real.unsigned(x).shiftLeft(X87Real.BITS - 63), exponent);
            else if (exponent >= 0) product(st, y, ye, sign, plus1(x, xe), 0);
            else {
                BigInteger n = X87Real.of(x, xe);
                if (sign != 0) n = n.negate();
                product(st, y, ye, sign, X87Real.atanhTwice(X87Real.divide(n, n.add(X87Real.ONE.shiftLeft(1)))).abs(), 0);
            }
        }
        st.pop();
    }

    /** ln(1 + x), x >= 1. */
    private static BigInteger plus1(long x, int xe) {
        long[] sum = new long[2];
        Extended.add(sum, 0, x, xe, INTEGER, BIAS, Format.EXTENDED, new FloatUnit());
        return naturalLogarithm(sum[0], (int) sum[1]);
    }
}
