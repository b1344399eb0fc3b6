package patina.ir;

import static patina.ir.Fp.isDenormal;
import static patina.ir.Fp.isNaN;
import static patina.ir.Fp.quiet;

/** F32 and F64 arithmetic in every rounding mode and with every flag: by {@link Extended}'s, which rounds once, to the format asked for. */
final class SoftFp {
    private SoftFp() {}

    private static boolean isSignalling(long a, Lane w) { return isNaN(a, w) && quiet(a, w) != a; }

    /** The result where a or b is a NaN. */
    static long nan(long a, long b, Lane w, FloatUnit u) {
        if (isSignalling(a, w) || isSignalling(b, w)) u.raise(FloatUnit.INVALID);
        return quiet(isNaN(a, w) ? a : b, w);
    }

    // r: words 0-1 the result, 2-3 and 4-5 the operands

    /** FADD, FMUL, FDIV. */
    static long arithmetic(Op op, long a, long b, Lane w, FloatUnit u) {
        if (isNaN(a, w) || isNaN(b, w)) return nan(a, b, w, u);
        int before = operands(a, b, w, u);
        long[] r = u.scratch;
        Extended.arithmetic(op, r, 0, r[2], (int) r[3], r[4], (int) r[5], Format.of(w), u);
        return result(a, b, w, before, u);
    }

    static long sqrt(long a, Lane w, FloatUnit u) {
        if (isNaN(a, w)) return nan(a, a, w, u);
        int before = operands(a, a, w, u);
        long[] r = u.scratch;
        Extended.sqrt(r, 0, r[2], (int) r[3], Format.of(w), u);
        return result(a, a, w, before, u);
    }

    private static int operands(long a, long b, Lane w, FloatUnit u) {
        ExtendedConvert.widen(u.scratch, 2, u.operand(a, w), w);
        ExtendedConvert.widen(u.scratch, 4, u.operand(b, w), w);
        return u.begin();
    }

    private static long result(long a, long b, Lane w, int before, FloatUnit u) {
        u.end(before, !u.denormalsAreZero && (isDenormal(a, w) || isDenormal(b, w)));
        return ExtendedConvert.pack(u.scratch[0], (int) u.scratch[1], w);
    }

    static long order(long a, long b, Lane w, boolean signals, FloatUnit u) {
        if (isNaN(a, w) || isNaN(b, w)) {
            if (signals || isSignalling(a, w) || isSignalling(b, w)) u.raise(FloatUnit.INVALID);
            return Fp.UNORDERED;
        }
        if (!u.denormalsAreZero && (isDenormal(a, w) || isDenormal(b, w))) u.raise(FloatUnit.DENORMAL);
        double x = Fp.value(u.operand(a, w), w), y = Fp.value(u.operand(b, w), w);
        return x < y ? Fp.LESS : x == y ? Fp.EQUAL : Fp.GREATER;
    }

    static long rint(long a, Lane w, Rounding mode, boolean silent, FloatUnit u) {
        if (isNaN(a, w)) return nan(a, a, w, u);
        long[] r = u.scratch;
        ExtendedConvert.widen(r, 2, u.operand(a, w), w);
        ExtendedConvert.rint(r, 0, r[2], (int) r[3], mode, silent, u);
        return ExtendedConvert.pack(r[0], (int) r[1], w);
    }

    /** A denormal raises nothing of its own here (SDM vol. 2, CVTSD2SI). */
    static long toSigned(long a, Lane w, Lane to, Rounding mode, FloatUnit u) {
        long[] r = u.scratch;
        ExtendedConvert.widen(r, 2, u.operand(a, w), w);
        return ExtendedConvert.toSigned(r[2], (int) r[3], to, mode, u);
    }

    static long fromSigned(long a, Lane to, FloatUnit u) {
        long[] r = u.scratch;
        ExtendedConvert.fromSigned(r, 2, a);
        return ExtendedConvert.narrow(r[2], (int) r[3], to, u);
    }

    static long convert(long a, Lane from, Lane to, FloatUnit u) {
        if (isDenormal(a, from) && !u.denormalsAreZero) u.raise(FloatUnit.DENORMAL);
        long[] r = u.scratch;
        ExtendedConvert.widen(r, 2, u.operand(a, from), from);
        return ExtendedConvert.narrow(r[2], (int) r[3], to, u);
    }
}
