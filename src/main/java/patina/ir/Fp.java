package patina.ir;

/**
 * Floating point on raw bits, as SSE does it under the default MXCSR (Intel SDM vol. 1, 4.8.3.5, 11.5.2): round to nearest even; a NaN
 * result is the first operand's NaN made quiet, else the second's, else the negative default NaN.
 */
public final class Fp {
    private Fp() {}

    static final long NAN64 = 0xfff8_0000_0000_0000L, QUIET64 = 1L << 51;
    static final long NAN32 = 0xffc0_0000L, QUIET32 = 1L << 22;

    /** The number; exact for F32 and F64. */
    public static double value(long bits, Lane w) {
        return w == Lane.F32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    static boolean isNaN(long bits, Lane w) {
        return w == Lane.F32 ? (bits & 0x7fff_ffffL) > 0x7f80_0000L : (bits & Long.MAX_VALUE) > 0x7ff0_0000_0000_0000L;
    }

    static long quiet(long bits, Lane w) { return bits | (w == Lane.F32 ? QUIET32 : QUIET64); }

    static long defaultNaN(Lane w) { return w == Lane.F32 ? NAN32 : NAN64; }

    static long binary(long a, long b, Lane w, char op) {
        if (isNaN(a, w)) return quiet(a, w);
        if (isNaN(b, w)) return quiet(b, w);
        if (w == Lane.F32) {
            float x = Float.intBitsToFloat((int) a), y = Float.intBitsToFloat((int) b);
            return bits(switch (op) { case '+' -> x + y; case '-' -> x - y; case '*' -> x * y; default -> x / y; });
        }
        double x = Double.longBitsToDouble(a), y = Double.longBitsToDouble(b);
        return bits(switch (op) { case '+' -> x + y; case '-' -> x - y; case '*' -> x * y; default -> x / y; });
    }

    static long sqrt(long a, Lane w) {
        if (isNaN(a, w)) return quiet(a, w);
        return w == Lane.F32 ? bits((float) Math.sqrt(Float.intBitsToFloat((int) a))) : bits(Math.sqrt(Double.longBitsToDouble(a)));
    }

    static long rint(long a, Lane w, Rounding mode) {
        if (isNaN(a, w)) return quiet(a, w);
        double x = rint(value(a, w), mode);
        return w == Lane.F32 ? bits((float) x) : bits(x);
    }

    /** CURRENT means nearest here: a state that asks for another mode is reported when it is set. */
    static double rint(double x, Rounding mode) {
        return switch (mode) {
            case NEAREST, CURRENT -> Math.rint(x);
            case DOWN -> Math.floor(x);
            case UP -> Math.ceil(x);
            case ZERO -> Math.copySign(Math.floor(Math.abs(x)), x);
        };
    }

    static long toSigned(long a, Lane w, Lane to, Rounding mode) {
        double x = rint(value(a, w), mode), limit = to == Lane.I64 ? 0x1p63 : Math.scalb(1.0, to.bits() - 1);
        return to.wrap(x >= -limit && x < limit ? (long) x : to.min());
    }

    static long fromSigned(long a, Lane to) { return to == Lane.F32 ? bits((float) a) : bits((double) a); }

    static long convert(long a, Lane from, Lane to) {
        if (from == to) return isNaN(a, from) ? quiet(a, from) : a;
        if (!isNaN(a, from)) return to == Lane.F32 ? bits((float) value(a, from)) : bits(value(a, from));
        return to == Lane.F32 ? a >>> 32 & 0x8000_0000L | 0x7fc0_0000L | a >>> 29 & 0x3f_ffffL
                : (a & 0x8000_0000L) << 32 | 0x7ff8_0000_0000_0000L | (a & 0x3f_ffffL) << 29;
    }

    private static long bits(float x) { return x != x ? NAN32 : Float.floatToRawIntBits(x) & 0xffff_ffffL; }

    private static long bits(double x) { return x != x ? NAN64 : Double.doubleToRawLongBits(x); }
}
