package patina.guest.x86;

import static patina.guest.x86.X87Stack.C0;
import static patina.guest.x86.X87Stack.C1;
import static patina.guest.x86.X87Stack.C2;
import static patina.guest.x86.X87Stack.C3;
import static patina.ir.Extended.EXPONENT;
import static patina.ir.Extended.SIGN;

import patina.ir.Extended;
import patina.ir.ExtendedConvert;
import patina.ir.FloatUnit;
import patina.ir.Format;
import patina.ir.Lane;
import patina.ir.Rounding;

/** FPREM, FPREM1, FSCALE, FXTRACT (SDM vol. 2): exact but for what is too large or tiny. */
final class X87Scaling {
    private X87Scaling() {}

    /** ST(0) becomes ST(0) - ST(1) * Q; Q is truncated, or for FPREM1 the nearest integer. The three low bits of Q go to C0 C3 C1. */
    static void remainder(X87Registers st, boolean nearest) {
        st.setCodes(C2, 0);
        if (!st.inUse(2)) { st.setIndefinite(0); return; }
        int before = st.status();
        if (st.nan(2, 0)) return;
        long x = st.significand(0), y = st.significand(1);
        int xe = st.signExponent(0), ye = st.signExponent(1);
        if (Extended.isInfinite(x, xe) || y == 0) {
            st.setStatus(before);
            st.invalid(0);
            return;
        }
        st.setCodes(C0 | C1 | C2 | C3, 0);
        if (x == 0 || Extended.isInfinite(y, ye)) { st.set(0, x, Extended.canonical(x, xe)); return; }
        int xn = Extended.normalExponent(x, xe), yn = Extended.normalExponent(y, ye), distance = xn - yn;
        x <<= Long.numberOfLeadingZeros(x);
        y <<= Long.numberOfLeadingZeros(y);
        if (distance < 64) reduce(st, x, y, xn, yn, nearest);
        else {
            // a partial step; the manual leaves its size to the CPU within 32 … 63 bits
            int bits = distance & 31 | 32;
            long[] qr = divide(x, y, bits);
            st.setCodes(0, C2);
            put(st, xe & SIGN, yn + distance - bits, qr[1]);
        }
    }

    private static void reduce(X87Registers st, long x, long y, int xn, int yn, boolean nearest) {
        int sign = st.signExponent(0) & SIGN, distance = xn - yn;
        long q = 0, r = x;
        if (distance >= 0) {
            long[] qr = divide(x, y, distance);
            q = qr[0];
            r = qr[1];
            int order = Long.compareUnsigned(r, y - r);
            if (nearest && (order > 0 || order == 0 && (q & 1) != 0)) { q++; r = y - r; sign ^= SIGN; }
            put(st, r == 0 ? st.signExponent(0) & SIGN : sign, yn, r);
        } else if (nearest && distance == -1 && Long.compareUnsigned(x, y) > 0) {
            q = 1;
            put(st, sign ^ SIGN, xn, y - x + y);
        } else put(st, sign, xn, x);
        st.setCodes(0, ((q & 4) != 0 ? C0 : 0) | ((q & 2) != 0 ? C3 : 0) | ((q & 1) != 0 ? C1 : 0));
    }

    /** Quotient (its low 64 bits) and remainder of x * 2^shift / y, both with their top bits set. */
    private static long[] divide(long x, long y, int shift) {
        long q = 0, r = x;
        boolean carry = false;
        for (int i = 0; i <= shift; i++) {
            q <<= 1;
            if (carry || Long.compareUnsigned(r, y) >= 0) { r -= y; q |= 1; }
            if (i == shift) break;
            carry = r < 0;
            r <<= 1;
        }
        return new long[] {q, r};
    }

    /** ST(0) = significand * 2^(exponent - bias - 63). Exact, but tiny perhaps. */
    private static void put(X87Registers st, int sign, int exponent, long significand) {
        long[] r = new long[2];
        if (significand == 0) r[1] = sign;
        else {
            int zeros = Long.numberOfLeadingZeros(significand);
            FloatUnit u = st.unit();
            Extended.round(r, 0, sign, exponent - zeros, significand << zeros, 0, Format.EXTENDED, u);
            st.raise(u.status());
        }
        st.set(0, r);
    }

    /** ST(0) * 2^ST(1), ST(1) truncated. */
    static void scale(X87Registers st) {
        if (!st.inUse(2)) { st.setIndefinite(0); return; }
        if (st.nan(2, 0)) return;
        long x = st.significand(0), y = st.significand(1);
        int xe = st.signExponent(0), ye = st.signExponent(1);
        boolean zero = x == 0, infinite = Extended.isInfinite(x, xe);
        if (Extended.isInfinite(y, ye)) {
            boolean down = (ye & SIGN) != 0;
            if (down ? infinite : zero) st.invalid(0);
            else st.set(0, down ? 0 : Extended.INTEGER, xe & SIGN | (down ? 0 : EXPONENT));
            return;
        }
        if (zero || infinite) return;
        if (y == 0) { st.set(0, x, Extended.canonical(x, xe)); return; }
        int by = clamp(y, ye), zeros = Long.numberOfLeadingZeros(x);
        long[] r = new long[2];
        FloatUnit u = st.unit();
        int e = Extended.normalExponent(x, xe) + by;
        boolean over = !u.isMasked(FloatUnit.OVERFLOW) && e - Extended.WRAP >= EXPONENT, under = !u.isMasked(FloatUnit.UNDERFLOW) && e + Extended.WRAP <= 0;
        if (over || under) {        // further than wrapping the exponent reaches
            st.raise((over ? FloatUnit.OVERFLOW : FloatUnit.UNDERFLOW) | FloatUnit.INEXACT);
            st.set(0, over ? Extended.INTEGER : 0, xe & SIGN | (over ? EXPONENT : 0));
            return;
        }
        Extended.round(r, 0, xe & SIGN, e, x << zeros, 0, Format.EXTENDED, u);
        st.raise(u.status());
        st.set(0, r);
    }

    /** A number's integral part, as far as it can matter to an exponent. */
    private static int clamp(long sig, int se) {
        if ((se & EXPONENT) > Extended.BIAS + 17) return (se & SIGN) != 0 ? -0x2_0000 : 0x2_0000;
        return (int) ExtendedConvert.toSigned(sig, se, Lane.I64, Rounding.ZERO, new FloatUnit());
    }

    /** ST(0) is replaced by its exponent, then its significand is pushed. */
    static void extract(X87Registers st) {
        if (!st.inUse(1) | !st.hasRoom()) {
            st.setIndefinite(0);
            st.push(Extended.INDEFINITE, Extended.INDEFINITE_SE);
            return;
        }
        if (st.nan(1, 0)) { st.push(st.significand(0), st.signExponent(0)); return; }
        long x = st.significand(0);
        int xe = st.signExponent(0);
        if (x == 0) {
            st.raise(X87Registers.ZERO_DIVIDE);
            st.set(0, Extended.INTEGER, SIGN | EXPONENT);
            st.push(x, xe);
        } else if (Extended.isInfinite(x, xe)) {
            st.set(0, Extended.INTEGER, EXPONENT);
            st.push(x, xe);
        } else {
            long[] r = new long[2];
            ExtendedConvert.fromSigned(r, 0, Extended.normalExponent(x, xe) - Extended.BIAS);
            st.set(0, r);
            st.push(x << Long.numberOfLeadingZeros(x), xe & SIGN | Extended.BIAS);
        }
    }
}
