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
            case MINPS -> Packed.write(l, minimum(l, whole(l, 0, F32), whole(l, 1, F32)));
            case MINPD -> Packed.write(l, minimum(l, whole(l, 0, F64), whole(l, 1, F64)));
            case MINSS -> l.writeScalar(0, minimum(l, l.readScalar(0, F32), l.readScalar(1, F32)));
            case MINSD -> l.writeScalar(0, minimum(l, l.readScalar(0, F64), l.readScalar(1, F64)));
            case MAXPS -> Packed.write(l, maximum(l, whole(l, 0, F32), whole(l, 1, F32)));
            case MAXPD -> Packed.write(l, maximum(l, whole(l, 0, F64), whole(l, 1, F64)));
            case MAXSS -> l.writeScalar(0, maximum(l, l.readScalar(0, F32), l.readScalar(1, F32)));
            case MAXSD -> l.writeScalar(0, maximum(l, l.readScalar(0, F64), l.readScalar(1, F64)));
            case SQRTPS -> Packed.write(l, l.ir.unary(Op.FSQRT, whole(l, 1, F32)));
            case SQRTPD -> Packed.write(l, l.ir.unary(Op.FSQRT, whole(l, 1, F64)));
            case SQRTSS -> l.writeScalar(0, l.ir.unary(Op.FSQRT, l.readScalar(1, F32)));
            case SQRTSD -> l.writeScalar(0, l.ir.unary(Op.FSQRT, l.readScalar(1, F64)));
            case RCPPS -> Packed.write(l, Approximation.reciprocal(l.ir, whole(l, 1, F32)));
            case RCPSS -> l.writeScalar(0, Approximation.reciprocal(l.ir, l.readScalar(1, F32)));
            case RSQRTPS -> Packed.write(l, Approximation.reciprocalRoot(l.ir, whole(l, 1, F32)));
            case RSQRTSS -> l.writeScalar(0, Approximation.reciprocalRoot(l.ir, l.readScalar(1, F32)));
            case CMPPS -> Packed.write(l, compare(l, whole(l, 0, F32), whole(l, 1, F32)));
            case CMPPD -> Packed.write(l, compare(l, whole(l, 0, F64), whole(l, 1, F64)));
            case CMPSS -> l.writeScalar(0, l.ir.sext(compare(l, l.readScalar(0, F32), l.readScalar(1, F32)), Type.I32));
            case CMPSD -> l.writeScalar(0, l.ir.sext(compare(l, l.readScalar(0, F64), l.readScalar(1, F64)), Type.I64));
            case COMISS, UCOMISS -> l.flags.floatComparison(l.readScalar(0, F32), l.readScalar(1, F32));
            case COMISD, UCOMISD -> l.flags.floatComparison(l.readScalar(0, F64), l.readScalar(1, F64));
            case ROUNDPS -> Packed.write(l, l.ir.roundToIntegral(whole(l, 1, F32), rounding(l)));
            case ROUNDPD -> Packed.write(l, l.ir.roundToIntegral(whole(l, 1, F64), rounding(l)));
            case ROUNDSS -> l.writeScalar(0, l.ir.roundToIntegral(l.readScalar(1, F32), rounding(l)));
            case ROUNDSD -> l.writeScalar(0, l.ir.roundToIntegral(l.readScalar(1, F64), rounding(l)));
            case HADDPS -> horizontal(l, Op.FADD, F32);
            case HADDPD -> horizontal(l, Op.FADD, F64);
            case HSUBPS -> horizontal(l, Op.FSUB, F32);
            case HSUBPD -> horizontal(l, Op.FSUB, F64);
            case ADDSUBPS -> addSub(l, F32, 0, 5, 2, 7);
            case ADDSUBPD -> addSub(l, F64, 0, 3);
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

    /** The second operand where either is a NaN or both are zero (SDM vol. 2, MINPS). */
    private static Value minimum(Lift l, Value a, Value b) { return l.ir.select(l.ir.compare(Op.FLT, a, b), a, b); }

    private static Value maximum(Lift l, Value a, Value b) { return l.ir.select(l.ir.compare(Op.FLT, b, a), a, b); }

    /** CMPPS and kin: EQ, LT, LE, UNORD and their negations. The legacy encodings look at the immediate's low three bits only. */
    private static Value compare(Lift l, Value a, Value b) {
        int predicate = Packed.immediate(l) & 7;
        Op op = switch (predicate & 3) { case 0 -> Op.FEQ; case 1 -> Op.FLT; case 2 -> Op.FLE; default -> Op.FUNORDERED; };
        Value holds = l.ir.compare(op, a, b);
        return predicate < 4 ? holds : l.ir.not(holds);
    }

    /** ROUNDPS and kin: bit 2 of the immediate asks for MXCSR's mode, else bits 1-0 give it. */
    private static Rounding rounding(Lift l) {
        int n = Packed.immediate(l);
        return (n & 4) != 0 ? Rounding.CURRENT : Rounding.of(n & 3);
    }

    private static void horizontal(Lift l, Op op, Lane lane) {
        Value a = whole(l, 0, lane), b = whole(l, 1, lane);
        Packed.write(l, l.ir.binary(op, Packed.even(l, a, b), Packed.odd(l, a, b)));
    }

    /** Even lanes are differences, odd lanes sums. */
    private static void addSub(Lift l, Lane lane, int... lanes) {
        Value a = whole(l, 0, lane), b = whole(l, 1, lane);
        Packed.write(l, l.ir.shuffle(l.ir.binary(Op.FSUB, a, b), l.ir.binary(Op.FADD, a, b), lanes));
    }

    /**
     * DPPS: (p0 + p1) + (p2 + p3); the immediate's high half chooses the products, its low half the lanes that get the sum. Each lane has its
     * own order of operands, which tells where several are NaNs: found on the CPU.
     */
    private static void dotPs(Lift l) {
        int n = Packed.immediate(l);
        Value zero = l.ir.zero(Packed.type(l, F32));
        Value p = l.ir.shuffle(l.ir.binary(Op.FMUL, whole(l, 0, F32), whole(l, 1, F32)), zero, chosen(n >> 4, 4));
        Value pairs = l.ir.binary(Op.FADD, l.ir.shuffle(p, p, 1, 0, 3, 2), p);
        Value sum = l.ir.binary(Op.FADD, pairs, l.ir.shuffle(pairs, pairs, 2, 3, 0, 1));
        Packed.write(l, l.ir.shuffle(sum, zero, chosen(n, 4)));
    }

    private static void dotPd(Lift l) {
        int n = Packed.immediate(l);
        Value zero = l.ir.zero(Packed.type(l, F64));
        Value p = l.ir.shuffle(l.ir.binary(Op.FMUL, whole(l, 0, F64), whole(l, 1, F64)), zero, chosen(n >> 4, 2));
        Value sum = l.ir.binary(Op.FADD, p, l.ir.shuffle(p, p, 1, 0));
        Packed.write(l, l.ir.shuffle(sum, zero, chosen(n, 2)));
    }

    /** Lane i where bit i is set, else a lane of the zero vector that follows. */
    private static int[] chosen(int bits, int lanes) {
        int[] mask = new int[lanes];
        for (int i = 0; i < lanes; i++) mask[i] = (bits >> i & 1) == 0 ? lanes : i;
        return mask;
    }
}
