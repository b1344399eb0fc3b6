package patina.guest.x86;

import static patina.guest.x86.X86State.ADJUST;
import static patina.guest.x86.X86State.CF;
import static patina.guest.x86.X86State.DF;
import static patina.guest.x86.X86State.OF;
import static patina.guest.x86.X86State.OTHER_FLAGS;
import static patina.guest.x86.X86State.PARITY;
import static patina.guest.x86.X86State.SIGN;
import static patina.guest.x86.X86State.ZERO;

import patina.ir.Builder;
import patina.ir.Op;
import patina.ir.Slot;
import patina.ir.Type;
import patina.ir.Value;

/**
 * The status flags of the block being lifted. Remembers what the present flags come from, so that a condition becomes one comparison of
 * operands instead of a formula over flags. Undefined flags are left as they are or set as Intel's CPUs do; never guessed at in tests.
 */
final class Flags {
    private final Builder ir;
    /** SF and OF are those of minuend - subtrahend, and CF too where {@link #unsigned}. Null where they come from something else. */
    private Value minuend, subtrahend;
    private boolean unsigned;
    /** ZF, SF are those of this value; null where they come from something else. */
    private Value result;
    /** Where not null, flags change only if this I1 is set. */
    private Value onlyIf;
    /** The FCOMPARE that the present flags come from, else null. */
    private Value order;

    Flags(Builder ir) { this.ir = ir; }

    /** Until {@link #always}, flags change only if {@code condition} is set: shifts by a count that may be zero. */
    void onlyIf(Value condition) { onlyIf = condition.isConst(1) ? null : condition; }

    void always() { onlyIf = null; }

    private void put(Slot slot, Value v) {
        order = null;
        ir.set(slot, onlyIf == null ? v : ir.select(onlyIf, v, ir.get(slot)));
    }

    /** ZF, SF, PF of an integer result of 8 to 64 bits. */
    void result(Value r) {
        forget();
        Value wide = ir.sext(r, Type.I64);
        put(ZERO, wide);
        put(SIGN, wide);
        put(PARITY, ir.trunc(r, Type.I8));
        if (onlyIf == null) result = r;
    }

    /** After r = a + b (without carry in). */
    void addition(Value a, Value b, Value r) {
        result(r);
        put(CF, ir.compare(Op.ULT, r, a));
        put(OF, ir.compare(Op.SADD_OVERFLOW, a, b));
        adjust(a, b, r);
    }

    /** After r = a - b (without borrow in). */
    void subtraction(Value a, Value b, Value r) {
        result(r);
        put(CF, ir.compare(Op.ULT, a, b));
        put(OF, ir.compare(Op.SSUB_OVERFLOW, a, b));
        adjust(a, b, r);
        remember(a, b, true);
    }

    /** After r = a + b + carry. */
    void additionWithCarry(Value a, Value b, Value carry, Value r) {
        Value sum = ir.add(a, b);
        result(r);
        put(CF, ir.or(ir.compare(Op.ULT, r, carry), ir.compare(Op.ULT, sum, a)));
        put(OF, ir.isNegative(ir.and(ir.xor(a, r), ir.xor(b, r))));
        adjust(a, b, r);
    }

    /** After r = a - b - borrow. */
    void subtractionWithBorrow(Value a, Value b, Value borrow, Value r) {
        Value difference = ir.sub(a, b);
        result(r);
        put(CF, ir.or(ir.compare(Op.ULT, difference, borrow), ir.compare(Op.ULT, a, b)));
        put(OF, ir.isNegative(ir.and(ir.xor(a, b), ir.xor(a, r))));
        adjust(a, b, r);
    }

    /** After r = a + 1: as an addition, but CF stays. */
    void increment(Value a, Value r) {
        result(r);
        put(OF, ir.compare(Op.SADD_OVERFLOW, a, ir.constant(1, a.type)));
        adjust(a, ir.constant(1, a.type), r);
        remember(a, ir.constant(-1, a.type), false);
    }

    /** After r = a - 1: as a subtraction, but CF stays. */
    void decrement(Value a, Value r) {
        Value one = ir.constant(1, a.type);
        result(r);
        put(OF, ir.compare(Op.SSUB_OVERFLOW, a, one));
        adjust(a, one, r);
        remember(a, one, false);
    }

    /** After AND, OR, XOR, TEST: CF and OF are clear, AF is undefined (clear here, as on Intel's CPUs). */
    void logic(Value r) {
        result(r);
        put(CF, ir.i1(false));
        put(OF, ir.i1(false));
        put(ADJUST, ir.constant(0, Type.I8));
        remember(r, ir.constant(0, r.type), true);
    }

    /** AF after r = a ± b ± carry: bit 4 of a ^ b ^ r. */
    void adjust(Value a, Value b, Value r) { put(ADJUST, ir.trunc(ir.xor(ir.xor(a, b), r), Type.I8)); }

    private void remember(Value a, Value b, boolean alsoUnsigned) {
        if (onlyIf != null) return;
        minuend = a;
        subtrahend = b;
        unsigned = alsoUnsigned;
    }

    /** COMISS, UCOMISD, FCOMI and their kin: ZF PF CF are an FCOMPARE's bits, the others clear (SDM vol. 2). */
    void order(Value bits) {
        zeroAndCarry(orderHas(bits, 1 << ZERO_BIT), ir.trunc(bits, Type.I1));
        setParity(orderHas(bits, 1 << PARITY_BIT));
        order = bits;
    }

    private Value orderHas(Value bits, int mask) { return ir.compare(Op.NE, ir.and(bits, mask), ir.constant(0, Type.I8)); }

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

    // ---- one flag, from an I1

    void setCarry(Value bit) { unsigned = false; put(CF, bit); }
    void setOverflow(Value bit) { minuend = null; unsigned = false; put(OF, bit); }
    void setZero(Value bit) { forget(); put(ZERO, ir.zext(ir.xor(bit, ir.i1(true)), Type.I64)); }
    void setSign(Value bit) { forget(); put(SIGN, ir.shl(ir.zext(bit, Type.I64), 63)); }
    /** PARITY with an even (0) or odd (1) number of bits. */
    void setParity(Value bit) { put(PARITY, ir.zext(ir.xor(bit, ir.i1(true)), Type.I8)); }
    void setAdjust(Value bit) { put(ADJUST, ir.shl(ir.zext(bit, Type.I8), 4)); }

    Value carry() { return ir.get(CF); }
    Value overflow() { return ir.get(OF); }
    Value zero() { return ir.isZero(result != null ? result : ir.get(ZERO)); }
    Value sign() { return ir.isNegative(result != null ? result : ir.get(SIGN)); }
    Value parity() { return ir.isZero(ir.and(ir.unary(Op.POPCNT, ir.get(PARITY)), 1)); }
    Value adjust() { return ir.trunc(ir.lshr(ir.get(ADJUST), 4), Type.I1); }

    /** The I1 of a condition code: 0-15 in the encoding's order (Intel SDM vol. 1, appendix B). */
    Value condition(int code) {
        Value holds = positive(code >> 1);
        return (code & 1) == 0 ? holds : ir.xor(holds, ir.i1(true));
    }

    private Value positive(int pair) {
        if (order != null) {
            switch (pair) {
                case 1 -> { return ir.trunc(order, Type.I1); }
                case 2 -> { return orderHas(order, 1 << ZERO_BIT); }
                case 3 -> { return orderHas(order, 1 << ZERO_BIT | 1 << CARRY_BIT); }
                case 5 -> { return orderHas(order, 1 << PARITY_BIT); }
                default -> { }
            }
        }
        return switch (pair) {
            case 0 -> overflow();
            case 1 -> unsigned ? ir.compare(Op.ULT, minuend, subtrahend) : carry();
            case 2 -> unsigned ? ir.compare(Op.EQ, minuend, subtrahend) : zero();
            case 3 -> unsigned ? ir.compare(Op.ULE, minuend, subtrahend) : ir.or(carry(), zero());
            case 4 -> sign();
            case 5 -> parity();
            case 6 -> minuend != null ? ir.compare(Op.SLT, minuend, subtrahend) : ir.xor(sign(), overflow());
            default -> minuend != null ? ir.compare(Op.SLE, minuend, subtrahend) : ir.or(zero(), ir.xor(sign(), overflow()));
        };
    }

    /** Forgets what the flags come from: another writer of flags slots is about to act. */
    void forget() {
        minuend = subtrahend = result = null;
        unsigned = false;
    }

    // ---- all flags as the word that PUSHF, LAHF and SYSCALL see (Intel SDM vol. 1, 3.4.3)

    static final int CARRY_BIT = 0, PARITY_BIT = 2, ADJUST_BIT = 4, ZERO_BIT = 6, SIGN_BIT = 7, DIRECTION_BIT = 10, OVERFLOW_BIT = 11;
    /** Bit 1 is always set, IF is for every user program. */
    static final int ALWAYS_SET = 0x202;
    /** NT, AC, ID, TF: kept in OTHER_FLAGS. */
    static final int TRACE = 0x100, OTHER_BITS = 0x244000 | TRACE;

    /** SF ZF AF PF CF and the always set bit 1, as an I64. */
    Value lowByte() {
        Value word = ir.i64(2);
        word = withBit(word, carry(), CARRY_BIT);
        word = withBit(word, parity(), PARITY_BIT);
        word = withBit(word, zero(), ZERO_BIT);
        word = withBit(word, sign(), SIGN_BIT);
        return ir.or(word, ir.and(ir.zext(ir.get(ADJUST), Type.I64), 1 << ADJUST_BIT));
    }

    Value word() {
        Value word = ir.or(lowByte(), ir.i64(ALWAYS_SET));
        word = withBit(word, ir.get(DF), DIRECTION_BIT);
        word = withBit(word, overflow(), OVERFLOW_BIT);
        return ir.or(word, ir.zext(ir.get(OTHER_FLAGS), Type.I64));
    }

    private Value withBit(Value word, Value flag, int bit) { return ir.or(word, ir.shl(ir.zext(flag, Type.I64), bit)); }

    /** SF ZF AF PF CF from an I64 (SAHF). */
    void setLowByte(Value word) {
        forget();
        put(CF, bit(word, CARRY_BIT));
        setParity(bit(word, PARITY_BIT));
        put(ADJUST, ir.trunc(word, Type.I8));
        setZero(bit(word, ZERO_BIT));
        put(SIGN, ir.shl(word, 63 - SIGN_BIT));
    }

    /** All that POPF may change at privilege level 3 but TF ({@link Stack#popFlags}); {@code bits} is 16 or 64. */
    void setWord(Value word, int bits) {
        setLowByte(word);
        put(DF, bit(word, DIRECTION_BIT));
        put(OF, bit(word, OVERFLOW_BIT));
        int changed = bits == 16 ? OTHER_BITS & 0xffff : OTHER_BITS;
        Value other = ir.and(ir.trunc(word, Type.I32), changed);
        put(OTHER_FLAGS, ir.or(ir.and(ir.get(OTHER_FLAGS), OTHER_BITS & ~changed), other));
    }

    private Value bit(Value word, int bit) { return ir.trunc(ir.lshr(word, bit), Type.I1); }
}
