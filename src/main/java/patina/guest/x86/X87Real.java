package patina.guest.x86;

import java.math.BigInteger;
import patina.ir.Extended;
import patina.ir.FloatUnit;
import patina.ir.Format;

/** Fixed-point arithmetic for the transcendental instructions: a number is an integer n standing for n / 2^{@link #BITS}. */
final class X87Real {
    private X87Real() {}

    /** Enough for 64 good bits of a result as small as 2^-134, i.e. of what is left of 2^-70 after cancellation. */
    static final int BITS = 288;
    static final BigInteger ONE = BigInteger.ONE.shiftLeft(BITS);
    static final BigInteger LN2 = atanhTwice(ONE.divide(BigInteger.valueOf(3)));
    /** Pi by Machin's formula. */
    static final BigInteger PI = arctangentSeries(ONE.divide(BigInteger.valueOf(5))).shiftLeft(4)
            .subtract(arctangentSeries(ONE.divide(BigInteger.valueOf(239))).shiftLeft(2));

    static BigInteger multiply(BigInteger a, BigInteger b) { return a.multiply(b).shiftRight(BITS); }

    static BigInteger divide(BigInteger a, BigInteger b) { return a.shiftLeft(BITS).divide(b); }

    /** The magnitude of a finite number, without its lowest bits where it is tiny. */
    static BigInteger of(long sig, int se) {
        return unsigned(sig).shiftLeft(Math.max(se & Extended.EXPONENT, 1) - Extended.BIAS - 63 + BITS);
    }

    static BigInteger unsigned(long n) {
        BigInteger half = BigInteger.valueOf(n >>> 1).shiftLeft(1);
        return (n & 1) != 0 ? half.setBit(0) : half;
    }

    /** Rounds magnitude * 2^exponent2 (positive) into r; one more bit says that the value is never exact. */
    static void round(long[] r, int sign, BigInteger magnitude, int exponent2) {
        int drop = magnitude.bitLength() - 128;
        BigInteger top = magnitude.shiftRight(drop);
        Extended.round(r, 0, sign, exponent2 + drop + 127 + Extended.BIAS, top.shiftRight(64).longValue(), top.longValue() | 1, Format.EXTENDED, new FloatUnit());
    }

    /** 2 artanh z = ln((1 + z) / (1 - z)). */
    static BigInteger atanhTwice(BigInteger z) { return odd(z, false).shiftLeft(1); }

    private static BigInteger arctangentSeries(BigInteger z) { return odd(z, true); }

    /** z ± z^3/3 + z^5/5 ± … */
    private static BigInteger odd(BigInteger z, boolean alternating) {
        BigInteger square = multiply(z, z), power = z, sum = z;
        for (int k = 3; power.bitLength() > 1; k += 2) {
            power = multiply(power, square);
            if (alternating) power = power.negate();
            sum = sum.add(power.divide(BigInteger.valueOf(k)));
        }
        return sum;
    }

    /** e^y - 1. */
    static BigInteger exponentialMinus1(BigInteger y) {
        BigInteger term = y, sum = y;
        for (int k = 2; term.bitLength() > 1; k++) {
            term = multiply(term, y).divide(BigInteger.valueOf(k));
            sum = sum.add(term);
        }
        return sum;
    }

    /** sin y for k = 1, cos y for k = 0; |y| < 1. */
    static BigInteger sineOrCosine(BigInteger y, int k) {
        BigInteger square = multiply(y, y), term = k == 1 ? y : ONE, sum = term;
        while (term.bitLength() > 1) {
            term = multiply(term, square).divide(BigInteger.valueOf((long) (k + 1) * (k + 2))).negate();
            sum = sum.add(term);
            k += 2;
        }
        return sum;
    }

    /** arctan z, 0 <= z <= 1: halves the angle three times, arctan z = 2 arctan(z / (1 + root(1 + z^2))). */
    static BigInteger arctangent(BigInteger z) {
        for (int i = 0; i < 3; i++) {
            BigInteger root = ONE.add(multiply(z, z)).shiftLeft(BITS).sqrt();
            z = divide(z, ONE.add(root));
        }
        return arctangentSeries(z).shiftLeft(3);
    }
}
