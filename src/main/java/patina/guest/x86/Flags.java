package patina.guest.x86;

import static patina.guest.x86.X86State.ADJUST;
import static patina.guest.x86.X86State.CF;
import static patina.guest.x86.X86State.OF;
import static patina.guest.x86.X86State.PARITY;
import static patina.guest.x86.X86State.SIGN;
import static patina.guest.x86.X86State.ZERO;

import patina.ir.Builder;
import patina.ir.Op;
import patina.ir.Slot;
import patina.ir.Type;
import patina.ir.Value;

/**
 * The status flags of the block being lifted. Remembers the last subtraction, so that a condition on it becomes one comparison of its
 * operands instead of a formula over flags. Undefined flags are left as they are or set as Intel's CPUs do; never guessed at in tests.
 */
final class Flags {
    private final Builder ir;
    /** Operands of the subtraction that the present flags come from; null where they come from something else. */
    private Value minuend, subtrahend;
    /** Operands of the floating-point comparison that the present flags come from, else null. */
    private Value floatLeft, floatRight;

    Flags(Builder ir) { this.ir = ir; }

    /** ZF, SF, PF of an integer result of 8 to 64 bits. */
    void result(Value r) {
        forget();
        Value wide = ir.sext(r, Type.I64);
        ir.set(ZERO, wide);
        ir.set(SIGN, wide);
        ir.set(PARITY, ir.trunc(r, Type.I8));
    }

    /** After r = a + b (without carry in). */
    void addition(Value a, Value b, Value r) {
        result(r);
        ir.set(CF, ir.compare(Op.ULT, r, a));
        ir.set(OF, ir.compare(Op.SADD_OVERFLOW, a, b));
        adjust(a, b, r);
    }

    /** After r = a - b (without borrow in). */
    void subtraction(Value a, Value b, Value r) {
        result(r);
        ir.set(CF, ir.compare(Op.ULT, a, b));
        ir.set(OF, ir.compare(Op.SSUB_OVERFLOW, a, b));
        adjust(a, b, r);
        minuend = a;
        subtrahend = b;
    }

    /** After AND, OR, XOR, TEST: CF and OF are clear, AF is undefined (clear here, as on Intel's CPUs). */
    void logic(Value r) {
        result(r);
        ir.set(CF, ir.i1(false));
        ir.set(OF, ir.i1(false));
        ir.set(ADJUST, ir.constant(0, Type.I8));
        minuend = r;
        subtrahend = ir.constant(0, r.type);
    }

    /** AF after r = a ± b ± carry: bit 4 of a ^ b ^ r. */
    void adjust(Value a, Value b, Value r) {
        ir.set(ADJUST, ir.trunc(ir.xor(ir.xor(a, b), r), Type.I8));
    }

    /** COMISS, UCOMISD and their kin: ZF unordered or equal, CF unordered or less, PF unordered; the others clear (SDM vol. 2). */
    void floatComparison(Value a, Value b) {
        Value unordered = ir.compare(Op.FUNORDERED, a, b);
        zeroAndCarry(ir.or(ir.compare(Op.FEQ, a, b), unordered), notLessOrEqual(b, a));
        setParity(unordered);
        floatLeft = a;
        floatRight = b;
    }

    /** ZF and CF as given, the other status flags clear. */
    void zeroAndCarry(Value zero, Value carry) {
        Value clear = ir.i1(false);
        setZero(zero);
        setCarry(carry);
        setOverflow(clear);
        setSign(clear);
        setParity(clear);
        setAdjust(clear);
    }

    private Value notLessOrEqual(Value a, Value b) { return ir.xor(ir.compare(Op.FLE, a, b), ir.i1(true)); }

    /** Sets one flag to an I1. */
    void setCarry(Value bit) { forget(); ir.set(CF, bit); }
    void setOverflow(Value bit) { forget(); ir.set(OF, bit); }
    void setZero(Value bit) { forget(); ir.set(ZERO, ir.zext(ir.xor(bit, ir.i1(true)), Type.I64)); }
    void setSign(Value bit) { forget(); ir.set(SIGN, ir.shl(ir.zext(bit, Type.I64), 63)); }
    /** PARITY with an even (0) or odd (1) number of bits. */
    void setParity(Value bit) { forget(); ir.set(PARITY, ir.zext(ir.xor(bit, ir.i1(true)), Type.I8)); }
    void setAdjust(Value bit) { ir.set(ADJUST, ir.shl(ir.zext(bit, Type.I8), 4)); }

    Value carry() { return ir.get(CF); }
    Value overflow() { return ir.get(OF); }
    Value zero() { return ir.isZero(ir.get(ZERO)); }
    Value sign() { return ir.isNegative(ir.get(SIGN)); }
    Value parity() { return ir.isZero(ir.and(ir.unary(Op.POPCNT, ir.get(PARITY)), 1)); }
    Value adjust() { return ir.trunc(ir.lshr(ir.get(ADJUST), 4), Type.I1); }

    /** The I1 of a condition code: 0-15 in the encoding's order (Intel SDM vol. 1, appendix B). */
    Value condition(int code) {
        Value holds = positive(code >> 1);
        return (code & 1) == 0 ? holds : ir.xor(holds, ir.i1(true));
    }

    private Value positive(int pair) {
        if (floatLeft != null) {
            Value a = floatLeft, b = floatRight;
            switch (pair) {
                case 1 -> { return notLessOrEqual(b, a); }
                case 3 -> { return ir.xor(ir.compare(Op.FLT, b, a), ir.i1(true)); }
                case 5 -> { return ir.compare(Op.FUNORDERED, a, b); }
                default -> { }
            }
        }
        boolean known = minuend != null;
        return switch (pair) {
            case 0 -> overflow();
            case 1 -> known ? ir.compare(Op.ULT, minuend, subtrahend) : carry();
            case 2 -> known ? ir.compare(Op.EQ, minuend, subtrahend) : zero();
            case 3 -> known ? ir.compare(Op.ULE, minuend, subtrahend) : ir.or(carry(), zero());
            case 4 -> sign();
            case 5 -> parity();
            case 6 -> known ? ir.compare(Op.SLT, minuend, subtrahend) : ir.xor(sign(), overflow());
            default -> known ? ir.compare(Op.SLE, minuend, subtrahend) : ir.or(zero(), ir.xor(sign(), overflow()));
        };
    }

    /** Forgets the remembered operands: another writer of flags slots is about to act. */
    void forget() { minuend = floatLeft = null; }
}
