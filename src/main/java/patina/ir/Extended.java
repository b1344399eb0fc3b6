package patina.ir;

/**
 * Arithmetic on x87 double extended numbers (Intel SDM vol. 1, 4.2.2, 4.8 and chapter 8) as the unit's control asks, and raises its flags. A number is a pair:
 * {@code sig}, the 64-bit significand with its explicit integer bit, and {@code se}, the sign (bit 15) over the biased exponent.
 * Results go to {@code r[at]} (significand) and {@code r[at + 1]} (sign and exponent); nothing is allocated.
 *
 * <p>Encodings that the FPU does not support (integer bit clear with a non-zero exponent) are invalid operands. Pseudo-denormals are numbers.
 */
public final class Extended {
    private Extended() {}

    public static final int BIAS = 16383, EXPONENT = 0x7fff, SIGN = 0x8000;
    /** The integer bit. */
    public static final long INTEGER = Long.MIN_VALUE;
    public static final long QUIET = 1L << 62;
    /** The real indefinite: the negative default NaN. */
    public static final long INDEFINITE = INTEGER | QUIET;
    public static final int INDEFINITE_SE = 0xffff;

    // ---- what a number is

    public static boolean isUnsupported(long sig, int se) { return (se & EXPONENT) != 0 && sig >= 0; }

    /** A NaN proper; an unsupported encoding is none. */
    public static boolean isNaN(long sig, int se) { return (se & EXPONENT) == EXPONENT && sig < 0 && sig << 1 != 0; }

    public static boolean isInfinite(long sig, int se) { return (se & EXPONENT) == EXPONENT && sig == INTEGER; }

    public static boolean isZero(long sig, int se) { return sig == 0 && (se & EXPONENT) == 0; }

    /** Neither NaN, infinite nor unsupported. */
    public static boolean isFinite(long sig, int se) { return (se & EXPONENT) != EXPONENT && !isUnsupported(sig, se); }

    /** The biased exponent that a number's significand counts by: denormals have 1. */
    static int exponent(int se) { return Math.max(se & EXPONENT, 1); }

    /** Biased exponent that a finite number other than zero would have if it were normalised; may be negative. */
    public static int normalExponent(long sig, int se) { return exponent(se) - Long.numberOfLeadingZeros(sig); }

    /** The sign and exponent that an arithmetic result has: a pseudo-denormal is normal. */
    public static int canonical(long sig, int se) { return sig < 0 && (se & EXPONENT) == 0 ? se | 1 : se; }

    // ---- results

    static void put(long[] r, int at, long sig, int se) { r[at] = sig; r[at + 1] = se & 0xffff; }

    static void indefinite(long[] r, int at) { put(r, at, INDEFINITE, INDEFINITE_SE); }

    static void invalid(long[] r, int at, FloatUnit u) {
        indefinite(r, at);
        u.raise(FloatUnit.INVALID);
    }

    private static void infinity(long[] r, int at, int sign) { put(r, at, INTEGER, sign | EXPONENT); }

    /** A NaN or unsupported operand of one makes the result; true if so. */
    public static boolean nan(long[] r, int at, long sig, int se) {
        if (isUnsupported(sig, se)) indefinite(r, at);
        else if (isNaN(sig, se)) put(r, at, sig | QUIET, se);
        else return false;
        return true;
    }

    /** The same for two operands (SDM vol. 1, table 4-7): a quiet NaN wins over a signalling one, else the larger significand does. */
    public static boolean nan(long[] r, int at, long as, int ae, long bs, int be) {
        if (isUnsupported(as, ae) || isUnsupported(bs, be)) { indefinite(r, at); return true; }
        boolean an = isNaN(as, ae), bn = isNaN(bs, be);
        if (!an && !bn) return false;
        boolean first = an;
        if (an && bn) {
            int order = Long.compareUnsigned(as, bs);
            first = (as & QUIET) != (bs & QUIET) ? (as & QUIET) != 0 : order != 0 ? order > 0 : (ae & SIGN) == 0;
        }
        if (first) put(r, at, as | QUIET, ae);
        else put(r, at, bs | QUIET, be);
        return true;
    }

    /**
     * Rounds hi.lo * 2^(e - BIAS - 63) to a result. {@code hi} has its top bit set; {@code lo} is the fraction below it, its lowest bit
     * standing for everything further down. {@code e} may lie outside the range. A denormal result of a narrower format leaves the
     * exponent below its least one, with the integer bit clear.
     *
     * <p>Tininess is looked at after rounding (SDM vol. 1, 4.9.1.5). An x87 that does not mask overflow or underflow gives the result with
     * its exponent moved by {@value #WRAP}; SSE gives none.
     */
    public static void round(long[] r, int at, int sign, int e, long hi, long lo, Format f, FloatUnit u) {
        int unused = 64 - f.precision(u);
        boolean tiny = e < f.least && (e < f.least - 1 || !carries(hi, lo, unused, sign != 0, u.rounding));
        boolean wraps = f == Format.EXTENDED;
        if (tiny && u.flush && u.isMasked(FloatUnit.UNDERFLOW)) {
            u.raise(FloatUnit.UNDERFLOW | FloatUnit.INEXACT);
            put(r, at, 0, sign);
            return;
        }
        if (tiny && wraps && !u.isMasked(FloatUnit.UNDERFLOW)) e += WRAP;
        if (e < f.least) {
            int shift = f.least - e;
            lo = shift < 64 ? hi << 64 - shift | sticky(lo) : shift == 64 ? hi | sticky(lo) : 1;
            hi = shift < 64 ? hi >>> shift : 0;
            e = f.least - 1;
        }
        if (unused > 0) {
            lo = hi << 64 - unused | sticky(lo);
            hi = hi >>> unused << unused;
        }
        long unit = 1L << unused;
        if (lo != 0) u.raise(FloatUnit.INEXACT);
        if (tiny && (lo != 0 || !u.isMasked(FloatUnit.UNDERFLOW))) u.raise(FloatUnit.UNDERFLOW);
        if (roundsUp(u.rounding, sign != 0, (hi & unit) != 0, lo)) {
            hi += unit;
            if (hi == 0) { hi = INTEGER; e++; }
        }
        if (e < f.least && hi < 0) e = f.least;
        if (e <= f.most) put(r, at, hi, sign | e);
        else if (wraps && !u.isMasked(FloatUnit.OVERFLOW)) { u.raise(FloatUnit.OVERFLOW); put(r, at, hi, sign | e - WRAP); }
        else overflow(r, at, sign, unit, f, u);
    }

    public static final int WRAP = 24576;

    /** Whether it becomes a power of two when it is rounded with all bits of the significand. */
    private static boolean carries(long hi, long lo, int unused, boolean negative, Rounding mode) {
        if (hi >>> unused != -1L >>> unused) return false;
        return roundsUp(mode, negative, true, unused == 0 ? lo : hi << 64 - unused | sticky(lo));
    }

    private static void overflow(long[] r, int at, int sign, long unit, Format f, FloatUnit u) {
        u.raise(FloatUnit.OVERFLOW | FloatUnit.INEXACT);
        if (roundsUp(u.rounding, sign != 0, true, -1)) infinity(r, at, sign);
        else put(r, at, -unit, sign | f.most);
    }

    /** Whether a magnitude with the fraction {@code lo} after its last bit goes up. */
    static boolean roundsUp(Rounding mode, boolean negative, boolean odd, long lo) {
        return switch (mode) {
            case NEAREST, CURRENT -> lo < 0 && (odd || lo != Long.MIN_VALUE);
            case DOWN -> negative && lo != 0;
            case UP -> !negative && lo != 0;
            case ZERO -> false;
        };
    }

    private static long sticky(long bits) { return bits != 0 ? 1 : 0; }

    /** Pseudo-denormals, which have the integer bit, are denormal operands too. */
    public static boolean isDenormal(long sig, int se) { return (se & EXPONENT) == 0 && sig != 0; }

    /** What an operand raises by being a NaN or unsupported. */
    static boolean isSignalling(long sig, int se) { return isUnsupported(sig, se) || isNaN(sig, se) && (sig & QUIET) == 0; }

    private static boolean nan(long[] r, int at, long as, int ae, long bs, int be, FloatUnit u) {
        if (!nan(r, at, as, ae, bs, be)) return false;
        if (isSignalling(as, ae) || isSignalling(bs, be)) u.raise(FloatUnit.INVALID);
        return true;
    }

    // ---- addition

    static void arithmetic(Op op, long[] r, int at, long as, int ae, long bs, int be, Format f, FloatUnit u) {
        switch (op) {
            case FADD -> add(r, at, as, ae, bs, be, f, u);
            case FSUB -> sub(r, at, as, ae, bs, be, f, u);
            case FMUL -> mul(r, at, as, ae, bs, be, f, u);
            case FDIV -> div(r, at, as, ae, bs, be, f, u);
            default -> throw new IllegalStateException(op + " is no arithmetic");
        }
    }

    public static void add(long[] r, int at, long as, int ae, long bs, int be, Format f, FloatUnit u) {
        if (!nan(r, at, as, ae, bs, be, u)) sum(r, at, as, ae, bs, be, f, u);
    }

    /** A NaN subtrahend keeps its sign. */
    public static void sub(long[] r, int at, long as, int ae, long bs, int be, Format f, FloatUnit u) {
        if (!nan(r, at, as, ae, bs, be, u)) sum(r, at, as, ae, bs, be ^ SIGN, f, u);
    }

    private static void sum(long[] r, int at, long as, int ae, long bs, int be, Format f, FloatUnit u) {
        int sign = ae & SIGN;
        boolean subtract = ((ae ^ be) & SIGN) != 0;
        if (isInfinite(as, ae)) {
            if (subtract && isInfinite(bs, be)) invalid(r, at, u);
            else put(r, at, as, ae);
            return;
        }
        if (isInfinite(bs, be)) { put(r, at, bs, be); return; }
        if (as == 0 && bs == 0) { put(r, at, 0, subtract ? zeroSign(u) : sign); return; }
        if (bs == 0 || as == 0) {
            if (as == 0) { as = bs; ae = be; sign = be & SIGN; }
            int zeros = Long.numberOfLeadingZeros(as);
            round(r, at, sign, exponent(ae) - zeros, as << zeros, 0, f, u);
            return;
        }
        int az = Long.numberOfLeadingZeros(as), bz = Long.numberOfLeadingZeros(bs);
        int ax = exponent(ae) - az, bx = exponent(be) - bz;
        as <<= az;
        bs <<= bz;
        if (ax < bx || ax == bx && Long.compareUnsigned(as, bs) < 0) {
            long s = as; as = bs; bs = s;
            int x = ax; ax = bx; bx = x;
            sign = be & SIGN;
        }
        int shift = ax - bx;
        long lo = shift == 0 ? 0 : shift < 64 ? bs << 64 - shift : shift < 128 ? bs >>> shift - 64 | sticky(shift == 64 ? 0 : bs << 128 - shift) : 1;
        long hi = shift < 64 ? bs >>> shift : 0;
        if (subtract) difference(r, at, sign, ax, as, hi, lo, f, u);
        else {
            long total = as + hi;
            if (Long.compareUnsigned(total, as) < 0) round(r, at, sign, ax + 1, total >>> 1 | INTEGER, total << 63 | lo >>> 1 | lo & 1, f, u);
            else round(r, at, sign, ax, total, lo, f, u);
        }
    }

    /** a.0 - hi.lo, which is not negative. */
    private static void difference(long[] r, int at, int sign, int e, long a, long hi, long lo, Format f, FloatUnit u) {
        long low = -lo, high = a - hi - (lo != 0 ? 1 : 0);
        if ((high | low) == 0) { put(r, at, 0, zeroSign(u)); return; }
        if (high == 0) { high = low; low = 0; e -= 64; }
        int zeros = Long.numberOfLeadingZeros(high);
        if (zeros > 0) { high = high << zeros | low >>> 64 - zeros; low <<= zeros; }
        round(r, at, sign, e - zeros, high, low, f, u);
    }

    /** The sign of an exact zero difference. */
    private static int zeroSign(FloatUnit u) { return u.rounding == Rounding.DOWN ? SIGN : 0; }

    // ---- multiplication, division, square root

    public static void mul(long[] r, int at, long as, int ae, long bs, int be, Format f, FloatUnit u) {
        if (nan(r, at, as, ae, bs, be, u)) return;
        int sign = (ae ^ be) & SIGN;
        if (isInfinite(as, ae) || isInfinite(bs, be)) {
            if (as == 0 || bs == 0) invalid(r, at, u);
            else infinity(r, at, sign);
            return;
        }
        if (as == 0 || bs == 0) { put(r, at, 0, sign); return; }
        int az = Long.numberOfLeadingZeros(as), bz = Long.numberOfLeadingZeros(bs);
        as <<= az;
        bs <<= bz;
        int e = exponent(ae) - az + exponent(be) - bz - BIAS + 1;
        long hi = Math.unsignedMultiplyHigh(as, bs), lo = as * bs;
        if (hi >= 0) { hi = hi << 1 | lo >>> 63; lo <<= 1; e--; }
        round(r, at, sign, e, hi, lo, f, u);
    }

    public static void div(long[] r, int at, long as, int ae, long bs, int be, Format f, FloatUnit u) {
        if (nan(r, at, as, ae, bs, be, u)) return;
        int sign = (ae ^ be) & SIGN;
        boolean ai = isInfinite(as, ae), bi = isInfinite(bs, be);
        if (ai && bi || as == 0 && bs == 0) { invalid(r, at, u); return; }
        if (bs == 0 && !ai) u.raise(FloatUnit.ZERO_DIVIDE);
        if (ai || bs == 0) { infinity(r, at, sign); return; }
        if (bi || as == 0) { put(r, at, 0, sign); return; }
        int az = Long.numberOfLeadingZeros(as), bz = Long.numberOfLeadingZeros(bs);
        as <<= az;
        bs <<= bz;
        int e = exponent(ae) - az - exponent(be) + bz + BIAS;
        long high = as, low = 0;
        if (Long.compareUnsigned(as, bs) >= 0) { high = as >>> 1; low = as << 63; }
        else e--;
        long q = divide(high, low, bs), rest = low - q * bs;
        round(r, at, sign, e, q, fraction(rest, bs), f, u);
    }

    /** rest / by as a fraction, rest < by: its first bit, and in the last whether anything follows. */
    private static long fraction(long rest, long by) {
        if (rest == 0) return 0;
        int order = Long.compareUnsigned(rest, by - rest);
        return order < 0 ? 1 : order == 0 ? INTEGER : INTEGER | 1;
    }

    /** high:low / by for high < by and by's top bit set (Warren, Hacker's Delight, divlu): two digits of 32 bits. */
    static long divide(long high, long low, long by) {
        long q1 = digit(high, low >>> 32, by);
        long rest = (high << 32 | low >>> 32) - q1 * by;
        return q1 << 32 | digit(rest, low & 0xffff_ffffL, by);
    }

    /** The quotient of (high:next) by by, one 32-bit digit. */
    private static long digit(long high, long next, long by) {
        long top = by >>> 32, bottom = by & 0xffff_ffffL;
        long q = Long.divideUnsigned(high, top), rest = high - q * top;
        while (q >>> 32 != 0 || Long.compareUnsigned(q * bottom, rest << 32 | next) > 0) {
            q--;
            rest += top;
            if (rest >>> 32 != 0) break;
        }
        return q;
    }

    public static void sqrt(long[] r, int at, long as, int ae, Format f, FloatUnit u) {
        if (nan(r, at, as, ae)) {
            if (isSignalling(as, ae)) u.raise(FloatUnit.INVALID);
            return;
        }
        if (as == 0) { put(r, at, as, ae); return; }
        if ((ae & SIGN) != 0) { invalid(r, at, u); return; }
        if (isInfinite(as, ae)) { infinity(r, at, 0); return; }
        int zeros = Long.numberOfLeadingZeros(as), x = exponent(ae) - zeros - BIAS;
        as <<= zeros;
        // an even exponent 2h leaves the root as root(sig / 2^63) * 2^h: n = sig * 2^63 has the root's 64 bits
        boolean odd = (x & 1) != 0;
        long high = odd ? as : as >>> 1, low = odd ? 0 : as << 63;
        long root = root(high, low);
        long rest = low - root * root;
        boolean wide = high - Math.unsignedMultiplyHigh(root, root) - (Long.compareUnsigned(low, root * root) < 0 ? 1 : 0) != 0;
        boolean up = wide || Long.compareUnsigned(rest, root) > 0;
        round(r, at, 0, (x >> 1) + BIAS, root, (up ? INTEGER : 0) | (wide || rest != 0 ? 1 : 0), f, u);
    }

    /** The integer root of high:low >= 2^126: a double's guess, one Newton step, and the last unit put right. */
    private static long root(long high, long low) {
        double guess = Math.sqrt((high >>> 11) * 0x1p11) * 0x1p32;
        long x = guess >= 0x1p64 ? -1 : guess < 0x1p63 ? INTEGER : (long) (guess * 0.5) << 1;
        long q = Long.compareUnsigned(high, x) >= 0 ? -1 : divide(high, low, x);
        x = (x >>> 1) + (q >>> 1) + (x & q & 1);
        if (x >= 0) x = INTEGER;
        while (exceeds(x, high, low)) x--;
        while (x != -1 && !exceeds(x + 1, high, low)) x++;
        return x;
    }

    private static boolean exceeds(long x, long high, long low) {
        int order = Long.compareUnsigned(Math.unsignedMultiplyHigh(x, x), high);
        return order > 0 || order == 0 && Long.compareUnsigned(x * x, low) > 0;
    }

    // ---- comparison

    public static final int UNORDERED = 2;

    /** -1, 0, 1 or {@link #UNORDERED}. */
    public static int compare(long as, int ae, long bs, int be) {
        if (isNaN(as, ae) || isNaN(bs, be) || isUnsupported(as, ae) || isUnsupported(bs, be)) return UNORDERED;
        if (as == 0 && bs == 0) return 0;
        boolean negative = (ae & SIGN) != 0;
        if (negative != ((be & SIGN) != 0)) return negative ? -1 : 1;
        int order = as == 0 || bs == 0 ? Long.compareUnsigned(as, bs)
                : exponent(ae) != exponent(be) ? Integer.compare(exponent(ae), exponent(be)) : Long.compareUnsigned(as, bs);
        return negative ? -Integer.signum(order) : Integer.signum(order);
    }
}
