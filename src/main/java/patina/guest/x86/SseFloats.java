package patina.guest.x86;

import static patina.ir.Lane.F32;
import static patina.ir.Lane.F64;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/** SSE floating point: arithmetic, comparisons, square roots and approximations, rounding. */
final class SseFloats {
    private SseFloats() {}

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case ADDPS -> packed(l, Op.FADD, F32);
            case ADDPD -> packed(l, Op.FADD, F64);
            case ADDSS -> scalar(l, Op.FADD, F32);
            case ADDSD -> scalar(l, Op.FADD, F64);
            case SUBPS -> packed(l, Op.FSUB, F32);
            case SUBPD -> packed(l, Op.FSUB, F64);
            case SUBSS -> scalar(l, Op.FSUB, F32);
            case SUBSD -> scalar(l, Op.FSUB, F64);
            case MULPS -> packed(l, Op.FMUL, F32);
            case MULPD -> packed(l, Op.FMUL, F64);
            case MULSS -> scalar(l, Op.FMUL, F32);
            case MULSD -> scalar(l, Op.FMUL, F64);
            case DIVPS -> packed(l, Op.FDIV, F32);
            case DIVPD -> packed(l, Op.FDIV, F64);
            case DIVSS -> scalar(l, Op.FDIV, F32);
            case DIVSD -> scalar(l, Op.FDIV, F64);
            case MINPS -> packed(l, Op.FMIN, F32);
            case MINPD -> packed(l, Op.FMIN, F64);
            case MINSS -> scalar(l, Op.FMIN, F32);
            case MINSD -> scalar(l, Op.FMIN, F64);
            case MAXPS -> packed(l, Op.FMAX, F32);
            case MAXPD -> packed(l, Op.FMAX, F64);
            case MAXSS -> scalar(l, Op.FMAX, F32);
            case MAXSD -> scalar(l, Op.FMAX, F64);
            case SQRTPS -> Packed.write(l, l.ir.unary(Op.FSQRT, whole(l, 1, F32)));
            case SQRTPD -> Packed.write(l, l.ir.unary(Op.FSQRT, whole(l, 1, F64)));
            case SQRTSS -> l.writeScalar(0, l.ir.unary(Op.FSQRT, l.readScalar(1, F32)));
            case SQRTSD -> l.writeScalar(0, l.ir.unary(Op.FSQRT, l.readScalar(1, F64)));
            case RCPPS -> Packed.write(l, l.ir.unary(Op.FRECIPROCAL, whole(l, 1, F32)));
            case RCPSS -> l.writeScalar(0, l.ir.unary(Op.FRECIPROCAL, l.readScalar(1, F32)));
            case RSQRTPS -> Packed.write(l, l.ir.unary(Op.FRECIPROCAL_ROOT, whole(l, 1, F32)));
            case RSQRTSS -> l.writeScalar(0, l.ir.unary(Op.FRECIPROCAL_ROOT, l.readScalar(1, F32)));
            case CMPPS -> Packed.write(l, compare(l, whole(l, 0, F32), whole(l, 1, F32)));
            case CMPPD -> Packed.write(l, compare(l, whole(l, 0, F64), whole(l, 1, F64)));
            case CMPSS -> l.writeScalar(0, compare(l, l.readScalar(0, F32), l.readScalar(1, F32)));
            case CMPSD -> l.writeScalar(0, compare(l, l.readScalar(0, F64), l.readScalar(1, F64)));
            case COMISS -> l.flags.order(l.ir.order(l.readScalar(0, F32), l.readScalar(1, F32), true));
            case COMISD -> l.flags.order(l.ir.order(l.readScalar(0, F64), l.readScalar(1, F64), true));
            case UCOMISS -> l.flags.order(l.ir.order(l.readScalar(0, F32), l.readScalar(1, F32), false));
            case UCOMISD -> l.flags.order(l.ir.order(l.readScalar(0, F64), l.readScalar(1, F64), false));
            case ROUNDPS -> Packed.write(l, l.ir.roundToIntegral(whole(l, 1, F32), rounding(l)));
            case ROUNDPD -> Packed.write(l, l.ir.roundToIntegral(whole(l, 1, F64), rounding(l)));
            case ROUNDSS -> l.writeScalar(0, l.ir.roundToIntegral(l.readScalar(1, F32), rounding(l)));
            case ROUNDSD -> l.writeScalar(0, l.ir.roundToIntegral(l.readScalar(1, F64), rounding(l)));
            case HADDPS -> horizontal(l, Op.FADD, F32);
            case HADDPD -> horizontal(l, Op.FADD, F64);
            case HSUBPS -> horizontal(l, Op.FSUB, F32);
            case HSUBPD -> horizontal(l, Op.FSUB, F64);
            case ADDSUBPS -> addSub(l, F32, 0, 2, 1, 3);
            case ADDSUBPD -> addSub(l, F64, 0, 1);
            case DPPS -> dotPs(l);
            case DPPD -> dotPd(l);
            default -> { return false; }
        }
        return true;
    }

    private static Value whole(Lift l, int i, Lane lane) { return Packed.read(l, i, lane); }

    private static void packed(Lift l, Op op, Lane lane) { Packed.write(l, l.ir.binary(op, whole(l, 0, lane), whole(l, 1, lane))); }

    private static void scalar(Lift l, Op op, Lane lane) {
        l.writeScalar(0, l.ir.binary(op, l.readScalar(0, lane), l.readScalar(1, lane)));
    }

    /** CMPPS and kin: EQ, LT, LE, UNORD and their negations. The legacy encodings look at the immediate's low three bits only. */
    private static Value compare(Lift l, Value a, Value b) {
        int predicate = Packed.immediate(l) & 7;
        Op op = switch (predicate & 3) { case 0 -> Op.FEQ; case 1 -> Op.FLT; case 2 -> Op.FLE; default -> Op.FUNORDERED; };
        Value holds = l.ir.compareMask(op, a, b);
        return predicate < 4 ? holds : l.ir.not(holds);
    }

    /** ROUNDPS and kin: bit 2 of the immediate asks for MXCSR's mode, else bits 1-0 give it; bit 3 keeps the loss quiet. */
    private static int rounding(Lift l) {
        int n = Packed.immediate(l), quiet = (n & 8) != 0 ? Rounding.QUIET : 0;
        return quiet | ((n & 4) != 0 ? Rounding.CURRENT.ordinal() : n & 3);
    }

    private static void horizontal(Lift l, Op op, Lane lane) {
        Value a = whole(l, 0, lane), b = whole(l, 1, lane);
        Packed.write(l, l.ir.binary(op, Packed.even(l, a, b), Packed.odd(l, a, b)));
    }

    /** Even lanes are differences, odd lanes sums. */
    private static void addSub(Lift l, Lane lane, int... mask) {
        Value a = whole(l, 0, lane), b = whole(l, 1, lane);
        Value differences = l.ir.binary(Op.FSUB, Packed.even(l, a, null), Packed.even(l, b, null));
        Packed.write(l, l.ir.shuffle(differences, l.ir.binary(Op.FADD, Packed.odd(l, a, null), Packed.odd(l, b, null)), mask));
    }

    /**
     * DPPS: (p0 + p1) + (p2 + p3); the immediate's high half chooses the products, its low half the lanes that get the sum. Each lane has its
     * own order of operands, which tells where several are NaNs: found on the CPU. A product that is not chosen raises nothing.
     */
    private static void dotPs(Lift l) {
        int n = Packed.immediate(l);
        Value zero = l.ir.zero(Packed.type(l, F32)), p = products(l, F32, chosen(n >> 4, 4));
        Value pairs = l.ir.binary(Op.FADD, l.ir.shuffle(p, p, 1, 0, 3, 2), p);
        Value sum = l.ir.binary(Op.FADD, pairs, l.ir.shuffle(pairs, pairs, 2, 3, 0, 1));
        Packed.write(l, l.ir.shuffle(sum, zero, chosen(n, 4)));
    }

    private static void dotPd(Lift l) {
        int n = Packed.immediate(l);
        Value zero = l.ir.zero(Packed.type(l, F64)), p = products(l, F64, chosen(n >> 4, 2));
        Value sum = l.ir.binary(Op.FADD, p, l.ir.shuffle(p, p, 1, 0));
        Packed.write(l, l.ir.shuffle(sum, zero, chosen(n, 2)));
    }

    private static Value products(Lift l, Lane lane, int[] mask) {
        Value zero = l.ir.zero(Packed.type(l, lane));
        return l.ir.binary(Op.FMUL, l.ir.shuffle(whole(l, 0, lane), zero, mask), l.ir.shuffle(whole(l, 1, lane), zero, mask));
    }

    /** Lane i where bit i is set, else a lane of the zero vector that follows. */
    private static int[] chosen(int bits, int lanes) {
        int[] mask = new int[lanes];
        for (int i = 0; i < lanes; i++) mask[i] = (bits >> i & 1) == 0 ? lanes : i;
        return mask;
    }
}
