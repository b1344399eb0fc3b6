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
 * <p>Precision is 64 bits and arithmetic rounds to nearest, whatever the control word asks; conversions to integers and FRNDINT follow it.
 * All exceptions are masked. Of the sticky flags only IE of stack faults and ordered comparisons, SF, and those of the helpers are kept.
 */
final class X87 {
    private X87() {}

    /** Lifts the instruction at hand if it is of this family. */
    static boolean lift(Lift l) {
        if (l.insn.mnemonic().name().charAt(0) != 'F') return false;
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
            case FSQRT -> l.x87.write(0, l.ir.unary(Op.FSQRT, l.x87.read(0)));
            case FCHS -> l.x87.write(0, l.ir.unary(Op.FNEG, l.x87.read(0)));
            case FABS -> l.x87.write(0, l.ir.unary(Op.FABS, l.x87.read(0)));
            case FRNDINT -> l.x87.write(0, rounded(l, l.x87.read(0), Type.F80));
            default -> { return false; }
        }
        return true;
    }

    /** Operand 0 (ST(0) where it is not named) becomes itself op the last operand; reversed: the last operand op itself. */
    private static void binary(Lift l, Op op, boolean reversed) {
        Value b = source(l, l.insn.operands().size() - 1);
        int to = l.isMemory(0) ? 0 : l.registerIndex(0);
        Value a = l.x87.read(to);
        l.x87.write(to, reversed ? l.ir.binary(op, b, a) : l.ir.binary(op, a, b));
    }

    private static void pop(Lift l, Op op, boolean reversed) {
        binary(l, op, reversed);
        l.x87.pop();
    }

    /** Operand i as F80: a stack register, a float or, for the FI forms and FILD, an integer in memory. */
    static Value source(Lift l, int i) {
        if (!l.isMemory(i)) return l.x87.read(l.registerIndex(i));
        if (isInteger(l.insn.mnemonic())) return l.ir.convert(Op.SITOFP, l.read(i), Type.F80);
        Type type = l.bits(i) == 32 ? Type.F32 : l.bits(i) == 64 ? Type.F64 : Type.F80;
        return l.ir.convert(Op.FPCONV, l.ir.load(l.address(i), type), Type.F80);
    }

    private static boolean isInteger(Mnemonic m) {
        return switch (m) {
            case FIADD, FISUB, FISUBR, FIMUL, FIDIV, FIDIVR, FICOM, FICOMP, FILD -> true;
            default -> false;
        };
    }

    /** A value rounded to an integer type, or to an integral F80, as the control word asks (FCW.RC, in {@link Rounding}'s order). */
    private static Value rounded(Lift l, Value v, Type to) {
        Value mode = l.ir.and(l.ir.lshr(l.ir.get(X87_CONTROL), 10), 3);
        if (mode.isConst()) return rounded(l, v, to, Rounding.of(mode.imm));
        Value result = rounded(l, v, to, Rounding.NEAREST);
        for (Rounding m : DIRECTED)
            result = l.ir.select(l.ir.compare(Op.EQ, mode, l.ir.constant(m.ordinal(), Type.I16)), rounded(l, v, to, m), result);
        return result;
    }

    private static final Rounding[] DIRECTED = {Rounding.DOWN, Rounding.UP, Rounding.ZERO};

    private static Value rounded(Lift l, Value v, Type to, Rounding mode) {
        return to.lane().isFloat() ? l.ir.roundToIntegral(v, mode) : l.ir.toSigned(v, to, mode);
    }

    private static boolean move(Lift l) {
        switch (l.insn.mnemonic()) {
            case FLD, FILD -> l.x87.push(source(l, 0));
            case FST -> store(l);
            case FSTP -> { store(l); l.x87.pop(); }
            case FIST -> storeInteger(l, null);
            case FISTP -> { storeInteger(l, null); l.x87.pop(); }
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

    private static void store(Lift l) {
        Value v = l.x87.read(0);
        if (!l.isMemory(0)) { l.x87.write(l.registerIndex(0), v); return; }
        Type type = l.bits(0) == 32 ? Type.F32 : l.bits(0) == 64 ? Type.F64 : Type.F80;
        l.ir.store(l.address(0), l.ir.convert(Op.FPCONV, v, type));
    }

    /** {@code mode} null: the control word's. */
    private static void storeInteger(Lift l, Rounding mode) {
        Value v = l.x87.read(0);
        Type type = Type.integer(l.bits(0));
        l.ir.store(l.address(0), mode != null ? l.ir.toSigned(v, type, mode) : rounded(l, v, type));
    }

    private static void exchange(Lift l) {
        int i = l.insn.operands().isEmpty() ? 1 : l.registerIndex(l.insn.operands().size() - 1);
        Value a = l.x87.read(0), b = l.x87.read(i);
        l.x87.write(0, b);
        l.x87.write(i, a);
    }

    private static void moveIf(Lift l, int condition) {
        Value other = l.x87.read(l.registerIndex(1));
        l.x87.write(0, l.ir.select(l.flags.condition(condition), other, l.x87.read(0)));
    }

    /** The constants, rounded to nearest (SDM vol. 2, FLD1/FLDL2T/…). */
    private static boolean constant(Lift l) {
        switch (l.insn.mnemonic()) {
            case FLDZ -> push(l, 0, 0);
            case FLD1 -> push(l, 0x8000_0000_0000_0000L, 0x3fff);
            case FLDPI -> push(l, 0xc90f_daa2_2168_c235L, 0x4000);
            case FLDL2T -> push(l, 0xd49a_784b_cd1b_8afeL, 0x4000);
            case FLDL2E -> push(l, 0xb8aa_3b29_5c17_f0bcL, 0x3fff);
            case FLDLG2 -> push(l, 0x9a20_9a84_fbcf_f799L, 0x3ffd);
            case FLDLN2 -> push(l, 0xb172_17f7_d1cf_79acL, 0x3ffe);
            default -> { return false; }
        }
        return true;
    }

    private static void push(Lift l, long significand, int signExponent) { l.x87.push(l.ir.f80(significand, signExponent)); }

    private static boolean helper(Lift l) {
        X87Helpers helper = X87Helpers.of(l.insn.mnemonic(), l.insn.operandBits());
        if (helper == null) return false;
        if (!l.insn.operands().isEmpty()) l.ir.set(HELPER_ADDRESS, l.address(0));
        l.helper(X87Helpers.FIRST + helper.ordinal());
        l.x87.forget();
        return true;
    }
}
