package patina.ir;

import static patina.ir.Extended.BIAS;
import static patina.ir.Extended.EXPONENT;
import static patina.ir.Extended.INTEGER;
import static patina.ir.Extended.QUIET;
import static patina.ir.Extended.SIGN;

/** Double extended numbers to and from integers and the narrower formats, and to integral values. Conventions as in {@link Extended}. */
public final class ExtendedConvert {
    private ExtendedConvert() {}

    /** Exact. */
    public static void fromSigned(long[] r, int at, long n) {
        if (n == 0) { Extended.put(r, at, 0, 0); return; }
        long magnitude = Math.abs(n);
        int zeros = Long.numberOfLeadingZeros(magnitude);
        Extended.put(r, at, magnitude << zeros, (n < 0 ? SIGN : 0) | BIAS + 63 - zeros);
    }

    /** Rounded to an integer of {@code to}'s width; its minimum, the integer indefinite, where it does not fit. */
    public static long toSigned(long sig, int se, Lane to, Rounding mode, FloatUnit u) {
        long n = toSigned(sig, se, to, mode == Rounding.CURRENT ? u.rounding : mode);
        int x = Extended.exponent(se) - BIAS;
        if (n == to.wrap(to.min()) && !isMinimum(sig, se, to, mode == Rounding.CURRENT ? u.rounding : mode)) u.raise(FloatUnit.INVALID);
        else if (x < 63 && fraction(sig, x) != 0) u.raise(FloatUnit.INEXACT);
        return n;
    }

    /** Whether a number that gives the minimum does so because it rounds to it. */
    private static boolean isMinimum(long sig, int se, Lane to, Rounding mode) {
        int x = Extended.exponent(se) - BIAS;
        if (!Extended.isFinite(sig, se) || (se & SIGN) == 0 || x > 63) return false;
        long whole = x < 0 ? 0 : sig >>> 63 - x;
        if (Extended.roundsUp(mode, true, (whole & 1) != 0, fraction(sig, x))) whole++;
        return whole == 1L << to.bits() - 1;
    }

    private static long toSigned(long sig, int se, Lane to, Rounding mode) {
        if (!Extended.isFinite(sig, se)) return to.wrap(to.min());
        int x = Extended.exponent(se) - BIAS;
        boolean negative = (se & SIGN) != 0;
        if (x > 63) return to.wrap(to.min());
        long whole = x < 0 ? 0 : sig >>> 63 - x, rest = fraction(sig, x);
        if (Extended.roundsUp(mode, negative, (whole & 1) != 0, rest)) {
            whole++;
            if (whole == 0) return to.wrap(to.min());
        }
        if (negative ? Long.compareUnsigned(whole, -to.min()) > 0 : Long.compareUnsigned(whole, to.max()) > 0) return to.wrap(to.min());
        return to.wrap(negative ? -whole : whole);
    }

    /** FRNDINT, ROUNDSD; {@code quiet}: says nothing of what is lost. */
    public static void rint(long[] r, int at, long sig, int se, Rounding mode, boolean quiet, FloatUnit u) {
        if (Extended.nan(r, at, sig, se)) {
            if (Extended.isSignalling(sig, se)) u.raise(FloatUnit.INVALID);
            return;
        }
        int x = Extended.exponent(se) - BIAS, sign = se & SIGN;
        if (x >= 63 || sig == 0) { Extended.put(r, at, sig, se); return; }
        long whole = x < 0 ? 0 : sig >>> 63 - x, rest = fraction(sig, x);
        if (rest != 0 && !quiet) u.raise(FloatUnit.INEXACT);
        if (Extended.roundsUp(mode == Rounding.CURRENT ? u.rounding : mode, sign != 0, (whole & 1) != 0, rest)) whole++;
        if (whole == 0) { Extended.put(r, at, 0, sign); return; }
        int zeros = Long.numberOfLeadingZeros(whole);
        Extended.put(r, at, whole << zeros, sign | BIAS + 63 - zeros);
    }

    /** The bits of sig * 2^(x - 63) after the binary point, the lowest one standing for all further down; x < 64. */
    private static long fraction(long sig, int x) {
        return x >= 0 ? x == 63 ? 0 : sig << x + 1 : x == -1 ? sig : sig != 0 ? 1 : 0;
    }

    /** From F32 or F64; exact. NaNs stay as they are. */
    public static void widen(long[] r, int at, long bits, Lane from) {
        Format f = Format.of(from);
        int sign = (int) (bits >>> from.bits() - 1) << 15, e = (int) (bits >>> f.fractionBits()) & 2 * f.bias + 1;
        long fraction = bits << 64 - f.fractionBits() >>> 1;
        if (e == 2 * f.bias + 1) Extended.put(r, at, INTEGER | fraction, sign | EXPONENT);
        else if (e != 0) Extended.put(r, at, INTEGER | fraction, sign | e - f.bias + BIAS);
        else if (fraction == 0) Extended.put(r, at, 0, sign);
        else {
            int zeros = Long.numberOfLeadingZeros(fraction);
            Extended.put(r, at, fraction << zeros, sign | 1 - f.bias + BIAS - zeros);
        }
    }

    /** To F32 or F64, rounded once; an unsupported encoding gives the default NaN. */
    public static long narrow(long sig, int se, Lane to, FloatUnit u) {
        Format f = Format.of(to);
        if (Extended.isSignalling(sig, se)) u.raise(FloatUnit.INVALID);
        if (Extended.isUnsupported(sig, se)) return Fp.defaultNaN(to);
        if (Extended.isNaN(sig, se)) return pack(sig | QUIET, se, to);
        if (Extended.isInfinite(sig, se) || sig == 0) return pack(sig, se, to);
        int zeros = Long.numberOfLeadingZeros(sig);
        Extended.round(u.scratch, 0, se & SIGN, Extended.exponent(se) - zeros, sig << zeros, 0, f, u);
        return pack(u.scratch[0], (int) u.scratch[1], to);
    }

    /** A number that {@link Extended#round} made for F32 or F64, or a special one, as bits. */
    static long pack(long sig, int se, Lane to) {
        Format f = Format.of(to);
        long sign = (long) (se >> 15 & 1) << to.bits() - 1, kept = sig >>> 63 - f.fractionBits();
        if (sig >= 0) return sign | kept;
        int e = (se & EXPONENT) == EXPONENT ? 2 * f.bias + 1 : (se & EXPONENT) - BIAS + f.bias;
        return sign | (long) e << f.fractionBits() | kept & (1L << f.fractionBits()) - 1;
    }
}
