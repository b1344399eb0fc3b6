package patina.ir;

/**
 * Floating point on raw bits, as SSE does it under the unit's control (Intel SDM vol. 1, 4.8.3.5, 4.9, 11.5.2): a NaN result is the first
 * operand's NaN made quiet, else the second's, else the negative default NaN.
 *
 * <p>Where the control is as programs find it and the operands and the result are nothing special, Java's own arithmetic is the
 * result, and the only flag is whether it is exact. All else is {@link SoftFp}'s.
 */
public final class Fp {
    private Fp() {}

    static final long NAN64 = 0xfff8_0000_0000_0000L, QUIET64 = 1L << 51;
    static final long NAN32 = 0xffc0_0000L, QUIET32 = 1L << 22;

    /** The number; exact for F32 and F64. */
    public static double value(long bits, Lane w) { return w == Lane.F32 ? single(bits) : Double.longBitsToDouble(bits); }

    private static float single(long bits) { return Float.intBitsToFloat((int) bits); }

    private static double real(long bits) { return Double.longBitsToDouble(bits); }

    private static long bits(float x) { return Float.floatToRawIntBits(x) & 0xffff_ffffL; }

    private static long bits(double x) { return Double.doubleToRawLongBits(x); }

    static boolean isNaN(long bits, Lane w) {
        return w == Lane.F32 ? (bits & 0x7fff_ffffL) > 0x7f80_0000L : (bits & Long.MAX_VALUE) > 0x7ff0_0000_0000_0000L;
    }

    static boolean isDenormal(long bits, Lane w) {
        return w == Lane.F32 ? (bits & 0x7f80_0000L) == 0 && (bits & 0x7f_ffffL) != 0
                : (bits & 0x7ff0_0000_0000_0000L) == 0 && (bits & 0xf_ffff_ffff_ffffL) != 0;
    }

    /** Neither denormal, infinite nor NaN: normal or zero. */
    private static boolean isUsual32(long bits) { return isNormal32(bits) || (bits & 0x7fff_ffffL) == 0; }

    private static boolean isUsual64(long bits) { return isNormal64(bits) || bits << 1 == 0; }

    private static boolean isNormal32(long bits) { return ((bits >>> 23) + 1 & 0xfe) != 0; }

    private static boolean isNormal64(long bits) { return ((bits >>> 52) + 1 & 0x7fe) != 0; }

    /** Normal, and not the least one, which may have been tiny before it was rounded. */
    private static boolean isClear32(long bits) { return ((bits >>> 23) + 1 & 0xfe) > 2; }

    private static boolean isClear64(long bits) { return ((bits >>> 52) + 1 & 0x7fe) > 2; }

    static long quiet(long bits, Lane w) { return bits | (w == Lane.F32 ? QUIET32 : QUIET64); }

    static long defaultNaN(Lane w) { return w == Lane.F32 ? NAN32 : NAN64; }

    static long sign(Lane w) { return 1L << w.bits() - 1; }

    // ---- arithmetic

    static long add(long a, long b, Lane w, FloatUnit u) {
        if (u.plain) {
            if (w == Lane.F64) {
                double x = real(a), y = real(b), r = x + y;
                if (isUsual64(bits(r)) && isUsual64(a) && isUsual64(b) && (u.inexact || isSum(x, y, r))) return bits(r);
            } else {
                float x = single(a), y = single(b), r = x + y;
                if (isUsual32(bits(r)) && isUsual32(a) && isUsual32(b) && (u.inexact || (double) r == (double) x + y && isSum(x, y, r))) return bits(r);
            }
        }
        return SoftFp.arithmetic(Op.FADD, a, b, w, u);
    }

    /** A NaN that is subtracted keeps its sign. */
    static long sub(long a, long b, Lane w, FloatUnit u) {
        return isNaN(b, w) ? SoftFp.nan(a, b, w, u) : add(a, b ^ sign(w), w, u);
    }

    static long mul(long a, long b, Lane w, FloatUnit u) {
        if (u.plain) {
            if (w == Lane.F64) {
                double r = real(a) * real(b);
                if (isClear64(bits(r)) && isUsual64(a) && isUsual64(b) && (u.inexact || isProduct(a, b, bits(r)))) return bits(r);
            } else {
                float x = single(a), y = single(b), r = x * y;
                if (isClear32(bits(r)) && isUsual32(a) && isUsual32(b) && (u.inexact || (double) r == (double) x * y)) return bits(r);
            }
        }
        return SoftFp.arithmetic(Op.FMUL, a, b, w, u);
    }

    static long div(long a, long b, Lane w, FloatUnit u) {
        if (u.plain) {
            if (w == Lane.F64) {
                double r = real(a) / real(b);
                if (isClear64(bits(r)) && isNormal64(a) && isNormal64(b) && (u.inexact || isProduct(bits(r), b, a))) return bits(r);
            } else {
                float x = single(a), y = single(b), r = x / y;
                if (isClear32(bits(r)) && isNormal32(a) && isNormal32(b) && (u.inexact || (double) x == (double) r * y)) return bits(r);
            }
        }
        return SoftFp.arithmetic(Op.FDIV, a, b, w, u);
    }

    static long sqrt(long a, Lane w, FloatUnit u) {
        if (u.plain && u.inexact) {
            if (w == Lane.F64) {
                double r = Math.sqrt(real(a));
                if (isNormal64(bits(r)) && isNormal64(a)) return bits(r);
            } else {
                float r = (float) Math.sqrt(single(a));   // a root rounded twice is the same (Figueroa, When is double rounding innocuous?)
                if (isNormal32(bits(r)) && isNormal32(a)) return bits(r);
            }
        }
        return SoftFp.sqrt(a, w, u);
    }

    /** Whether r, which is x + y rounded to nearest, is the very sum (Knuth, TAOCP vol. 2, 4.2.2: the error of an addition). */
    private static boolean isSum(double x, double y, double r) {
        double b = r - x;
        return (x - (r - b)) + (y - b) == 0;
    }

    /** Whether the normal r, which is a * b rounded or by which a divides it, is the very product: by the odd parts of the significands. */
    private static boolean isProduct(long a, long b, long r) {
        long x = odd(a), y = odd(b);
        return Math.multiplyHigh(x, y) == 0 && x * y == odd(r);
    }

    private static long odd(long bits) {
        long significand = bits & 0xf_ffff_ffff_ffffL | 1L << 52;
        return significand >>> Long.numberOfTrailingZeros(significand);
    }

    // ---- comparisons: FEQ and FUNORDERED are quiet, FLT and FLE signal any NaN (SDM vol. 2, CMPPD)

    static boolean equal(long a, long b, Lane w, FloatUnit u) {
        if (!plain(a, b, w, u)) return SoftFp.order(a, b, w, false, u) == EQUAL;
        return value(a, w) == value(b, w);
    }

    static boolean less(long a, long b, Lane w, FloatUnit u) {
        if (!plain(a, b, w, u)) return SoftFp.order(a, b, w, true, u) == LESS;
        return value(a, w) < value(b, w);
    }

    static boolean lessOrEqual(long a, long b, Lane w, FloatUnit u) {
        if (plain(a, b, w, u)) return value(a, w) <= value(b, w);
        long order = SoftFp.order(a, b, w, true, u);
        return order == LESS || order == EQUAL;
    }

    static boolean unordered(long a, long b, Lane w, FloatUnit u) {
        return !plain(a, b, w, u) && SoftFp.order(a, b, w, false, u) == UNORDERED;
    }

    /** What FCOMPARE gives: as ZF PF CF of EFLAGS after COMISD, and C3 C2 C0 of the x87 after FCOM. */
    static final int GREATER = 0, LESS = 1, EQUAL = 0x40, UNORDERED = 0x45;

    static long order(long a, long b, Lane w, boolean signals, FloatUnit u) {
        if (!plain(a, b, w, u)) return SoftFp.order(a, b, w, signals, u);
        double x = value(a, w), y = value(b, w);
        return x < y ? LESS : x == y ? EQUAL : GREATER;
    }

    private static boolean plain(long a, long b, Lane w, FloatUnit u) {
        return u.plain && (w == Lane.F32 ? isUsual32(a) && isUsual32(b) : isUsual64(a) && isUsual64(b));
    }

    /** MINSD: the second operand where either is a NaN, which signals, or both are zero. */
    static long min(long a, long b, Lane w, FloatUnit u) {
        if (!plain(a, b, w, u)) return SoftFp.order(a, b, w, true, u) == LESS ? u.operand(a, w) : u.operand(b, w);
        return value(a, w) < value(b, w) ? a : b;
    }

    static long max(long a, long b, Lane w, FloatUnit u) {
        if (!plain(a, b, w, u)) return SoftFp.order(a, b, w, true, u) == GREATER ? u.operand(a, w) : u.operand(b, w);
        return value(a, w) > value(b, w) ? a : b;
    }

    // ---- conversions

    /** {@code imm}: a {@link Rounding}, and {@link Rounding#QUIET}. */
    static long rint(long a, Lane w, long imm, FloatUnit u) {
        Rounding mode = Rounding.of(imm & ~Rounding.QUIET);
        return SoftFp.rint(a, w, mode, (imm & Rounding.QUIET) != 0, u);
    }

    static long toSigned(long a, Lane w, Lane to, Rounding mode, FloatUnit u) {
        double x = value(a, w);
        if (u.plain && mode == Rounding.ZERO && Math.abs(x) < 0x1p31 && (u.inexact || x == (int) x) && to.bits() >= 32) return to.wrap((long) x);
        return SoftFp.toSigned(a, w, to, mode, u);
    }

    static long fromSigned(long a, Lane to, FloatUnit u) {
        if (to == Lane.F64 && a == (int) a) return bits((double) a);
        return SoftFp.fromSigned(a, to, u);
    }

    static long convert(long a, Lane from, Lane to, FloatUnit u) {
        if (from == Lane.F32 && to == Lane.F64 && isUsual32(a)) return bits((double) single(a));
        if (from == Lane.F64 && to == Lane.F32 && u.plain && u.inexact && isNormal64(a)) {
            float r = (float) real(a);
            if (isClear32(bits(r))) return bits(r);
        }
        return SoftFp.convert(a, from, to, u);
    }
}
