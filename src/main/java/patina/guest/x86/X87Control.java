package patina.guest.x86;

import static patina.guest.x86.X86State.X87_CONTROL;
import static patina.guest.x86.X86State.X87_STATUS;
import static patina.guest.x86.X86State.X87_TOP;
import static patina.guest.x86.X87Stack.C0;
import static patina.guest.x86.X87Stack.C1;
import static patina.guest.x86.X87Stack.C2;
import static patina.guest.x86.X87Stack.C3;

import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** x87 comparisons, classification, and the control, status and tag words. */
final class X87Control {
    private X87Control() {}

    private static final int CODES = C0 | C1 | C2 | C3;

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case FCOM, FICOM -> compare(l, true, 0);
            case FCOMP, FICOMP -> compare(l, true, 1);
            case FCOMPP -> compare(l, true, 2);
            case FUCOM -> compare(l, false, 0);
            case FUCOMP -> compare(l, false, 1);
            case FUCOMPP -> compare(l, false, 2);
            case FTST -> compareStatus(l, l.ir.zero(Type.F80), true);
            case FCOMI -> compareFlags(l, true, 0);
            case FCOMIP -> compareFlags(l, true, 1);
            case FUCOMI -> compareFlags(l, false, 0);
            case FUCOMIP -> compareFlags(l, false, 1);
            case FXAM -> examine(l);
            case FNSTCW -> l.write(0, l.ir.get(X87_CONTROL));
            case FNSTSW -> l.write(0, l.ir.or(l.ir.or(l.ir.get(X87_STATUS), l.ir.raisedF80()), l.ir.shl(l.ir.trunc(l.ir.get(X87_TOP), Type.I16), 11)));
            case FINCSTP -> rotate(l, 1);
            case FDECSTP -> rotate(l, -1);
            case FFREE -> l.x87.free(l.registerIndex(0));
            case FFREEP -> { l.x87.free(l.registerIndex(0)); l.x87.pop(); }
            case FWAIT, FNOP, FENI, FDISI, FSETPM -> { }
            default -> { return false; }
        }
        return true;
    }

    private static void compare(Lift l, boolean signals, int pops) {
        Value b = l.insn.operands().isEmpty() ? l.x87.read(1) : X87.operand(l, l.insn.operands().size() - 1);
        compareStatus(l, b, signals);
        for (int i = 0; i < pops; i++) l.x87.pop();
    }

    /** ST(0) : b into C3 C2 C0, which are an FCOMPARE's bits (SDM vol. 2, FCOM). */
    private static void compareStatus(Lift l, Value b, boolean signals) {
        setCodes(l, l.ir.shl(l.ir.zext(l.ir.order(l.x87.read(0), b, signals), Type.I16), 8));
    }

    /** ST(0) : ST(i) into ZF PF CF, as COMISD does; OF, SF, AF are cleared (SDM vol. 2, FCOMI). */
    private static void compareFlags(Lift l, boolean signals, int pops) {
        l.flags.order(l.ir.order(l.x87.read(0), l.x87.read(l.registerIndex(l.insn.operands().size() - 1)), signals));
        for (int i = 0; i < pops; i++) l.x87.pop();
    }

    private static void setCodes(Lift l, Value codes) {
        l.ir.set(X87_STATUS, l.ir.or(l.ir.and(l.ir.get(X87_STATUS), ~CODES & 0xffff), codes));
    }

    /** FXAM (SDM vol. 2): C1 the sign; C3 C2 C0: unsupported 000, NaN 001, normal 010, infinity 011, zero 100, empty 101, denormal 110. */
    private static void examine(Lift l) {
        Value st = l.x87.raw(0);
        Value significand = l.ir.convert(Op.F80_SIGNIFICAND, st, Type.I64), signed = l.ir.convert(Op.F80_EXPONENT, st, Type.I16);
        Value exponent = l.ir.and(signed, 0x7fff), integer = l.ir.isNegative(significand);
        Value small = l.ir.select(l.ir.isZero(significand), code(l, C3), code(l, C3 | C2));
        Value infinite = l.ir.compare(Op.EQ, significand, l.ir.i64(Long.MIN_VALUE));
        Value large = l.ir.select(infinite, code(l, C2 | C0), code(l, C0));
        Value usual = l.ir.select(l.ir.compare(Op.EQ, exponent, code(l, 0x7fff)), large, code(l, C2));
        Value kind = l.ir.select(l.ir.isZero(exponent), small, l.ir.select(integer, usual, code(l, 0)));
        Value sign = l.ir.and(l.ir.lshr(signed, 6), C1);
        setCodes(l, l.ir.or(sign, l.ir.select(l.x87.inUse(0), kind, code(l, C3 | C0))));
    }

    private static Value code(Lift l, int bits) { return l.ir.constant(bits, Type.I16); }

    private static void rotate(Lift l, int by) {
        l.x87.move(by);
        l.ir.set(X87_STATUS, l.ir.and(l.ir.get(X87_STATUS), ~C1 & 0xffff));
    }
}
