package patina.guest.x86;

import static patina.guest.x86.X86State.HELPER_ADDRESS;
import static patina.guest.x86.X86State.X87_CONTROL;

import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/**
 * x87 (SDM vol. 1, chapter 8; vol. 2): arithmetic, moves, constants. Comparisons and control are in {@link X87Control}, what is too rare
 * or too long for operations in {@link X87Helpers}.
 *
 * <p>Precision, rounding and exception flags are the {@link patina.ir.FloatUnit}'s affair. C1 tells of stack faults only, not of what was
 * rounded up. All this is code for masked exceptions; it goes no further where they are not ({@link X87Unmasked}).
 */
final class X87 {
    private X87() {}

    /** Only x87 instructions begin with F, but for FXSAVE and FXRSTOR, which are lifted before. */
    static boolean has(Insn insn) { return insn.mnemonic().name().charAt(0) == 'F'; }

    /** Lifts the instruction at hand if it is of this family. */
    static boolean lift(Lift l) {
        if (!has(l.insn)) return false;
        X87Unmasked.check(l);
        l.x87.begin();
        if (!arithmetic(l) && !move(l) && !constant(l) && !helper(l) && !X87Control.lift(l)) return false;
        l.x87.end();
        return true;
    }

    private static boolean arithmetic(Lift l) {
        switch (l.insn.mnemonic()) {
            case FADD, FIADD -> binary(l, Op.FADD, false);
            case FADDP -> pop(l, Op.FADD, false);
            case FSUB, FISUB -> binary(l, Op.FSUB, false);
            case FSUBP -> pop(l, Op.FSUB, false);
            case FSUBR, FISUBR -> binary(l, Op.FSUB, true);
            case FSUBRP -> pop(l, Op.FSUB, true);
            case FMUL, FIMUL -> binary(l, Op.FMUL, false);
            case FMULP -> pop(l, Op.FMUL, false);
            case FDIV, FIDIV -> binary(l, Op.FDIV, false);
            case FDIVP -> pop(l, Op.FDIV, false);
            case FDIVR, FIDIVR -> binary(l, Op.FDIV, true);
            case FDIVRP -> pop(l, Op.FDIV, true);
            case FSQRT -> compute(l, l.ir.unary(Op.FSQRT, l.x87.read(0)));
            case FCHS -> compute(l, l.ir.unary(Op.FNEG, l.x87.read(0)));
            case FABS -> compute(l, l.ir.unary(Op.FABS, l.x87.read(0)));
            case FRNDINT -> compute(l, l.ir.roundToIntegral(l.x87.read(0), Rounding.CURRENT));
            default -> { return false; }
        }
        return true;
    }

    private static void compute(Lift l, Value v) { l.x87.write(0, l.x87.unlessEmpty(v)); }

    /** Operand 0 (ST(0) where it is not named) becomes itself op the last operand; reversed: the last operand op itself. */
    private static void binary(Lift l, Op op, boolean reversed) {
        int last = l.insn.operands().size() - 1, to = l.isMemory(0) ? 0 : l.registerIndex(0);
        Value b = operand(l, last), a = l.x87.read(to);
        l.x87.write(to, l.x87.unlessEmpty(reversed ? l.ir.binary(op, b, a) : l.ir.binary(op, a, b)));
    }

    private static void pop(Lift l, Op op, boolean reversed) {
        binary(l, op, reversed);
        l.x87.pop();
    }

    /** Operand i of arithmetic or a comparison. */
    static Value operand(Lift l, int i) {
        return l.isMemory(i) && !isInteger(l.insn.mnemonic()) ? l.ir.widenForArithmetic(l.ir.load(l.address(i), real(l, i))) : source(l, i);
    }

    /** Operand i as F80: a stack register, a float or, for the FI forms and FILD, an integer in memory. */
    private static Value source(Lift l, int i) {
        if (!l.isMemory(i)) return l.x87.read(l.registerIndex(i));
        if (isInteger(l.insn.mnemonic())) return l.ir.convert(Op.SITOFP, l.read(i), Type.F80);
        return l.ir.convert(Op.FPCONV, l.ir.load(l.address(i), real(l, i)), Type.F80);
    }

    private static Type real(Lift l, int i) { return l.bits(i) == 32 ? Type.F32 : l.bits(i) == 64 ? Type.F64 : Type.F80; }

    private static boolean isInteger(Mnemonic m) {
        return switch (m) {
            case FIADD, FISUB, FISUBR, FIMUL, FIDIV, FIDIVR, FICOM, FICOMP, FILD -> true;
            default -> false;
        };
    }

    private static boolean move(Lift l) {
        switch (l.insn.mnemonic()) {
            case FLD, FILD -> l.x87.push(loaded(l));
            case FST -> store(l);
            case FSTP -> { store(l); l.x87.pop(); }
            case FSTPNCE -> { l.x87.copyIfUsed(l.registerIndex(0)); l.x87.pop(); }
            case FIST -> storeInteger(l, Rounding.CURRENT);
            case FISTP -> { storeInteger(l, Rounding.CURRENT); l.x87.pop(); }
            case FISTTP -> { storeInteger(l, Rounding.ZERO); l.x87.pop(); }
            case FXCH -> exchange(l);
            case FCMOVB -> moveIf(l, 2);
            case FCMOVNB -> moveIf(l, 3);
            case FCMOVE -> moveIf(l, 4);
            case FCMOVNE -> moveIf(l, 5);
            case FCMOVBE -> moveIf(l, 6);
            case FCMOVNBE -> moveIf(l, 7);
            case FCMOVU -> moveIf(l, 10);
            case FCMOVNU -> moveIf(l, 11);
            default -> { return false; }
        }
        return true;
    }

    /** What FLD and FILD push. Where there is no room for it nothing is said of the operand. */
    private static Value loaded(Lift l) {
        if (!l.isMemory(0) || isInteger(l.insn.mnemonic()) || l.bits(0) == 80) return source(l, 0);
        Value v = l.ir.load(l.address(0), real(l, 0)), room = l.x87.room();
        return l.ir.convert(Op.FPCONV, room == null ? v : l.ir.select(room, v, l.ir.zero(v.type)), Type.F80);
    }

    private static void store(Lift l) {
        Value v = l.x87.read(0);
        if (!l.isMemory(0)) { l.x87.write(l.registerIndex(0), v); return; }
        l.ir.store(l.address(0), l.ir.convert(Op.FPCONV, v, real(l, 0)));
    }

    private static void storeInteger(Lift l, Rounding mode) {
        l.ir.store(l.address(0), l.ir.toSigned(l.x87.read(0), Type.integer(l.bits(0)), mode));
    }

    private static void exchange(Lift l) {
        int i = l.insn.operands().isEmpty() ? 1 : l.registerIndex(l.insn.operands().size() - 1);
        Value a = l.x87.read(0), b = l.x87.read(i);
        l.x87.write(0, b);
        l.x87.write(i, a);
    }

    /** Both registers are looked at, whether it moves or not. */
    private static void moveIf(Lift l, int condition) {
        Value other = l.x87.read(l.registerIndex(1)), own = l.x87.read(0);
        compute(l, l.ir.select(l.flags.condition(condition), other, own));
    }

    /** The constants, rounded as the control word asks (SDM vol. 2, FLD1/FLDL2T/…). */
    private static boolean constant(Lift l) {
        switch (l.insn.mnemonic()) {
            case FLDZ -> push(l, l.ir.i64(0), 0);
            case FLD1 -> push(l, l.ir.i64(0x8000_0000_0000_0000L), 0x3fff);
            case FLDPI -> push(l, unlessDown(l, 0xc90f_daa2_2168_c235L), 0x4000);
            case FLDL2T -> push(l, ifUp(l, 0xd49a_784b_cd1b_8afeL), 0x4000);
            case FLDL2E -> push(l, unlessDown(l, 0xb8aa_3b29_5c17_f0bcL), 0x3fff);
            case FLDLG2 -> push(l, unlessDown(l, 0x9a20_9a84_fbcf_f799L), 0x3ffd);
            case FLDLN2 -> push(l, unlessDown(l, 0xb172_17f7_d1cf_79acL), 0x3ffe);
            default -> { return false; }
        }
        return true;
    }

    private static void push(Lift l, Value significand, int signExponent) {
        l.x87.push(l.ir.f80(significand, l.ir.constant(signExponent, Type.I16)));
    }

    /** One less where FCW.RC is down (1) or to zero (3). */
    private static Value unlessDown(Lift l, long significand) { return l.ir.sub(l.ir.i64(significand), roundingBit(l, 10)); }

    /** One more where FCW.RC is up (2). */
    private static Value ifUp(Lift l, long significand) {
        Value up = l.ir.and(roundingBit(l, 11), l.ir.xor(roundingBit(l, 10), l.ir.i64(1)));
        return l.ir.binary(Op.ADD, l.ir.i64(significand), up);
    }

    private static Value roundingBit(Lift l, int bit) {
        return l.ir.and(l.ir.zext(l.ir.lshr(l.ir.get(X87_CONTROL), bit), Type.I64), 1);
    }

    private static boolean helper(Lift l) {
        X87Helpers helper = X87Helpers.of(l.insn.mnemonic(), l.insn.operandBits());
        if (helper == null) return false;
        if (!l.insn.operands().isEmpty()) l.ir.set(HELPER_ADDRESS, l.address(0));
        l.helper(X87Helpers.FIRST + helper.ordinal());
        return true;
    }
}
