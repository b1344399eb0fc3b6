package patina.guest.x86;

import static patina.guest.x86.X87Stack.C2;
import static patina.ir.Extended.BIAS;
import static patina.ir.Extended.EXPONENT;
import static patina.ir.Extended.INTEGER;
import static patina.ir.Extended.SIGN;

import java.math.BigInteger;
import patina.ir.Extended;

/**
 * FSIN, FCOS, FSINCOS, FPTAN, FPATAN (SDM vol. 2). Arguments are reduced by the CPU's 66-bit pi (SDM vol. 1, 8.3.8), the function of what
 * is left is rounded to nearest. A CPU may be off by one unit in the last place (8.3.10).
 */
final class X87Trigonometry {
    private X87Trigonometry() {}

    /** Half of the 66-bit pi. */
    private static final BigInteger HALF_PI = new BigInteger("3243f6a8885a308d3", 16).shiftLeft(X87Real.BITS - 65);

    /** What the instructions make of their argument: a quadrant and the rest in -pi/4 … pi/4. */
    private record Angle(int quadrant, BigInteger rest) {
        static Angle of(long sig, int se) {
            BigInteger[] qr = X87Real.of(sig, se).divideAndRemainder(HALF_PI);
            BigInteger rest = qr[1];
            int quadrant = qr[0].intValue();
            if (rest.shiftLeft(1).compareTo(HALF_PI) > 0) { rest = rest.subtract(HALF_PI); quadrant++; }
            return (se & SIGN) == 0 ? new Angle(quadrant & 3, rest) : new Angle(-quadrant & 3, rest.negate());
        }

        BigInteger sine() { return wave(quadrant); }

        BigInteger cosine() { return wave(quadrant + 1); }

        /** Sine of the rest plus n quarter turns. */
        private BigInteger wave(int n) {
            BigInteger v = X87Real.sineOrCosine(rest, n & 1 ^ 1);
            return (n & 2) != 0 ? v.negate() : v;
        }
    }

    static void sine(X87Registers st) {
        if (isAngle(st, 0) && !isTiny(st)) set(st, 0, angle(st).sine());
    }

    static void cosine(X87Registers st) {
        if (!isAngle(st, 0)) return;
        if (isTiny(st)) st.set(0, INTEGER, BIAS);
        else set(st, 0, angle(st).cosine());
    }

    static void sineCosine(X87Registers st) {
        if (!isAngle(st, 1)) return;
        Angle angle = isTiny(st) ? null : angle(st);
        if (angle != null) set(st, 0, angle.sine());
        st.push(INTEGER, BIAS);
        if (angle != null) set(st, 0, angle.cosine());
    }

    static void tangent(X87Registers st) {
        if (!isAngle(st, 1)) return;
        if (!isTiny(st)) {
            Angle angle = angle(st);
            set(st, 0, X87Real.divide(angle.sine(), angle.cosine()));
        }
        st.push(INTEGER, BIAS);
    }

    /** ST(0) can be computed with; else all is done: NaN, infinity (two results if {@code pushes}), or C2 set as the argument is out of range. */
    private static boolean isAngle(X87Registers st, int pushes) {
        st.setCodes(C2 | X87Stack.C1, 0);
        boolean room = pushes == 0 || st.hasRoom();
        if (!st.inUse(1) || !room) st.setIndefinite(0);
        else {
            boolean infinite = Extended.isInfinite(st.significand(0), st.signExponent(0));
            if (infinite) st.invalid(0);
            else if (!st.nan(1, 0)) {
                if ((st.signExponent(0) & EXPONENT) < BIAS + 63) return true;
                st.setCodes(0, C2);
                return false;
            }
        }
        if (pushes != 0) st.push(st.significand(0), st.signExponent(0));
        return false;
    }

    /** So small that sine and tangent are ST(0) itself to 64 bits; it is made canonical. */
    private static boolean isTiny(X87Registers st) {
        if ((st.signExponent(0) & EXPONENT) - BIAS >= X87Transcendental.TINY) return false;
        st.set(0, st.significand(0), Extended.canonical(st.significand(0), st.signExponent(0)));
        return true;
    }

    private static Angle angle(X87Registers st) { return Angle.of(st.significand(0), st.signExponent(0)); }

    private static void set(X87Registers st, int i, BigInteger n) {
        long[] r = new long[2];
        X87Real.round(r, n.signum() < 0 ? SIGN : 0, n.abs(), -X87Real.BITS);
        st.set(i, r);
        st.raise(X87Registers.PRECISION);
    }

    /** FPATAN: the angle of the point (ST(0), ST(1)), then pop. */
    static void arctangent(X87Registers st) {
        if (!st.inUse(2)) st.setIndefinite(1);
        else if (!st.nan(2, 1)) {
            long x = st.significand(0), y = st.significand(1);
            int xe = st.signExponent(0), ye = st.signExponent(1);
            boolean left = (xe & SIGN) != 0, xInfinite = Extended.isInfinite(x, xe), yInfinite = Extended.isInfinite(y, ye);
            BigInteger pi = X87Real.PI, quarter = pi.shiftRight(2);
            if (xInfinite && yInfinite) setAngle(st, ye, left ? pi.subtract(quarter) : quarter, -X87Real.BITS);
            else if (yInfinite || x == 0 && y != 0) setAngle(st, ye, pi.shiftRight(1), -X87Real.BITS);
            else if (!xInfinite && y != 0) finite(st, x, xe, y, ye);
            else if (left) setAngle(st, ye, pi, -X87Real.BITS);
            else st.set(1, 0, ye & SIGN);
        }
        st.pop();
    }

    /** Both finite and not zero. */
    private static void finite(X87Registers st, long x, int xe, long y, int ye) {
        boolean left = (xe & SIGN) != 0;
        int distance = Extended.normalExponent(y, ye) - Extended.normalExponent(x, xe);
        BigInteger m = X87Real.unsigned(y << Long.numberOfLeadingZeros(y)), n = X87Real.unsigned(x << Long.numberOfLeadingZeros(x));
        BigInteger ratio = X87Real.divide(m, n), pi = X87Real.PI, half = pi.shiftRight(1), result;
        if (distance < X87Transcendental.TINY && !left) { setAngle(st, ye, ratio, distance - X87Real.BITS); return; }
        distance = Math.clamp(distance, -X87Real.BITS, X87Real.BITS);
        BigInteger quotient = distance >= 0 ? ratio.shiftLeft(distance) : ratio.shiftRight(-distance);
        if (quotient.compareTo(X87Real.ONE) <= 0) {
            BigInteger a = X87Real.arctangent(quotient);
            result = left ? pi.subtract(a) : a;
        } else {
            BigInteger inverse = X87Real.divide(n, m), a = X87Real.arctangent(inverse.shiftRight(distance));
            result = left ? half.add(a) : half.subtract(a);
        }
        setAngle(st, ye, result, -X87Real.BITS);
    }

    private static void setAngle(X87Registers st, int ye, BigInteger magnitude, int exponent2) {
        long[] r = new long[2];
        X87Real.round(r, ye & SIGN, magnitude, exponent2);
        st.set(1, r);
        st.raise(X87Registers.PRECISION);
    }
}
