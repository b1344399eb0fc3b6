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
    public static long toSigned(long sig, int se, Lane to, Rounding mode) {
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

    /** FRNDINT. */
    public static void rint(long[] r, int at, long sig, int se, Rounding mode) {
        if (Extended.nan(r, at, sig, se)) return;
        int x = Extended.exponent(se) - BIAS, sign = se & SIGN;
        if (x >= 63 || sig == 0) { Extended.put(r, at, sig, se); return; }
        long whole = x < 0 ? 0 : sig >>> 63 - x;
        if (Extended.roundsUp(mode, sign != 0, (whole & 1) != 0, fraction(sig, x))) whole++;
        if (whole == 0) { Extended.put(r, at, 0, sign); return; }
        int zeros = Long.numberOfLeadingZeros(whole);
        Extended.put(r, at, whole << zeros, sign | BIAS + 63 - zeros);
    }

    /** The bits of sig * 2^(x - 63) after the binary point, the lowest one standing for all further down; x < 64. */
    private static long fraction(long sig, int x) {
        return x >= 0 ? x == 63 ? 0 : sig << x + 1 : x == -1 ? sig : sig != 0 ? 1 : 0;
    }

    /** From F32 or F64; exact, signalling NaNs become quiet. */
    public static void widen(long[] r, int at, long bits, Lane from) {
        boolean single = from == Lane.F32;
        int fractionBits = single ? 23 : 52, maximum = single ? 0xff : 0x7ff, bias = single ? 127 : 1023;
        int sign = (int) (bits >>> (single ? 31 : 63)) << 15, e = (int) (bits >>> fractionBits) & maximum;
        long fraction = bits << 64 - fractionBits >>> 1;
        if (e == maximum) Extended.put(r, at, INTEGER | (fraction != 0 ? QUIET | fraction : 0), sign | EXPONENT);
        else if (e != 0) Extended.put(r, at, INTEGER | fraction, sign | e - bias + BIAS);
        else if (fraction == 0) Extended.put(r, at, 0, sign);
        else {
            int zeros = Long.numberOfLeadingZeros(fraction);
            Extended.put(r, at, fraction << zeros, sign | 1 - bias + BIAS - zeros);
        }
    }

    /** To F32 or F64, rounded once; an unsupported encoding gives the default NaN. */
    public static long narrow(long sig, int se, Lane to, Rounding mode) {
        boolean single = to == Lane.F32;
        int fractionBits = single ? 23 : 52, maximum = single ? 0xff : 0x7ff, bias = single ? 127 : 1023;
        long sign = (long) (se >> 15 & 1) << to.bits() - 1, infinity = (long) maximum << fractionBits;
        if (Extended.isUnsupported(sig, se)) return Fp.defaultNaN(to);
        if ((se & EXPONENT) == EXPONENT) return sign | infinity | (sig << 1 == 0 ? 0 : (sig | QUIET) << 1 >>> 64 - fractionBits);
        if (sig == 0) return sign;
        int zeros = Long.numberOfLeadingZeros(sig), e = Extended.exponent(se) - zeros - BIAS + bias;
        sig <<= zeros;
        // the kept bits with the integer bit, shifted further for a denormal result
        int shift = 63 - fractionBits + Math.max(0, 1 - e);
        long kept = shift < 64 ? sig >>> shift : 0;
        long rest = shift < 64 ? sig << 64 - shift : shift == 64 ? sig : 1;
        if (Extended.roundsUp(mode, sign != 0, (kept & 1) != 0, rest)) kept++;
        if (e < 1) return sign | kept;
        // a carry out of the kept bits raises the exponent by itself, since the integer bit is added to it
        long result = ((long) (e - 1) << fractionBits) + kept;
        if (e < maximum && result < infinity) return sign | result;
        return sign | (Extended.roundsUp(mode, sign != 0, true, -1) ? infinity : infinity - 1);
    }
}
