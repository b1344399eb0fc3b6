package patina.guest.x86;

import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Shifts and rotates (SDM vol. 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD, SHRD). The count is taken modulo 32, of 64-bit operands modulo
 * 64; a count of zero changes no flag. Where a count of 8 or 16 bits goes beyond the operand, everything is done in a wider type.
 * Undefined flags are as Intel's CPUs leave them: OF as if the count were 1, AF clear, after shifts.
 */
final class Shifts {
    private Shifts() {}

    /** The count in operand i, masked, as {@code type}. */
    private static Value count(Lift l, int i, Type type) {
        return l.ir.and(l.readAs(i, type.bits()), l.bits(0) == 64 ? 63 : 31);
    }

    private static Value bit(Lift l, Value v, Value index) { return l.ir.trunc(l.ir.binary(Op.LSHR, v, index), Type.I1); }

    private static Value fixed(Lift l, long n, Value like) { return l.ir.constant(n, like.type); }

    /** Flags change from here on only if the count is not zero. */
    private static void unlessZero(Lift l, Value count) { l.flags.onlyIf(l.ir.compare(Op.NE, count, fixed(l, 0, count))); }

    static void shift(Lift l) {
        int bits = l.bits(0);
        Value a = l.read(0);
        Type wideType = bits < 32 ? Type.I32 : a.type;
        Value count = count(l, 1, wideType);
        if (count.isConst(0)) { l.write(0, a); return; }
        Value before = l.ir.sub(count, fixed(l, 1, count)), r, carry, overflow;
        switch (l.insn.mnemonic()) {
            case SHL -> {
                Value wide = l.ir.binary(Op.SHL, l.ir.zext(a, wideType), count);
                r = l.ir.trunc(wide, a.type);
                carry = bits < 32 ? bit(l, wide, fixed(l, bits, wide)) : bit(l, a, l.ir.sub(fixed(l, bits, count), count));
                overflow = topBitsDiffer(l, a);
            }
            case SHR -> {
                Value wide = l.ir.zext(a, wideType);
                r = l.ir.trunc(l.ir.binary(Op.LSHR, wide, count), a.type);
                carry = bit(l, wide, before);
                overflow = l.ir.isNegative(a);
            }
            default -> {
                Value wide = l.ir.sext(a, wideType);
                r = l.ir.trunc(l.ir.binary(Op.ASHR, wide, count), a.type);
                carry = l.ir.trunc(l.ir.binary(Op.ASHR, wide, before), Type.I1);
                overflow = l.ir.i1(false);
            }
        }
        l.write(0, r);
        unlessZero(l, count);
        l.flags.result(r);
        l.flags.setAdjust(l.ir.i1(false));
        l.flags.setCarry(carry);
        l.flags.setOverflow(overflow);
    }

    /** ROL, ROR: only CF and OF change, also where the count is a multiple of the width. */
    static void rotate(Lift l) {
        boolean left = l.insn.mnemonic() == Mnemonic.ROL;
        Value a = l.read(0), count = count(l, 1, a.type);
        if (count.isConst(0)) { l.write(0, a); return; }
        Value r = l.ir.binary(left ? Op.ROTL : Op.ROTR, a, count);
        l.write(0, r);
        unlessZero(l, count);
        Value carry = left ? l.ir.trunc(r, Type.I1) : l.ir.isNegative(r);
        l.flags.setCarry(carry);
        if (count.isConst() && !count.isConst(1)) return;
        Value across = l.ir.xor(a, l.ir.shl(a, l.bits(0) - 1));
        l.flags.setOverflow(left ? topBitsDiffer(l, a) : l.ir.isNegative(across));
    }

    private static Value topBitsDiffer(Lift l, Value v) { return l.ir.isNegative(l.ir.xor(v, l.ir.shl(v, 1))); }

    /** RCL, RCR: rotate the operand and CF, width + 1 bits. */
    static void rotateThroughCarry(Lift l) {
        boolean left = l.insn.mnemonic() == Mnemonic.RCL;
        int bits = l.bits(0);
        Value a = l.read(0), count = count(l, 1, Type.I64), carryIn = l.ir.zext(l.flags.carry(), Type.I64), r, carry;
        if (count.isConst(0)) { l.write(0, a); return; }
        if (bits == 64) {
            Value rest = l.ir.sub(l.ir.i64(64), count), before = l.ir.sub(count, l.ir.i64(1));
            Op shift = left ? Op.SHL : Op.LSHR, back = left ? Op.LSHR : Op.SHL;
            Value in = l.ir.binary(Op.SHL, carryIn, left ? before : rest);
            Value round = l.ir.binary(back, l.ir.binary(back, a, l.ir.i64(1)), rest);
            r = l.ir.or(l.ir.or(l.ir.binary(shift, a, count), in), round);
            r = l.ir.select(l.ir.isZero(count), a, r);
            carry = bit(l, a, left ? rest : before);
        } else {
            // at most 33 bits, rotated by at most 32: fits in 64
            Value n = bits == 32 ? count : l.ir.binary(Op.UREM, count, l.ir.i64(bits + 1));
            Value all = l.ir.or(l.ir.zext(a, Type.I64), l.ir.shl(carryIn, bits)), rest = l.ir.sub(l.ir.i64(bits + 1), n);
            Value round = l.ir.or(l.ir.binary(Op.SHL, all, left ? n : rest), l.ir.binary(Op.LSHR, all, left ? rest : n));
            r = l.ir.trunc(round, a.type);
            carry = bit(l, round, l.ir.i64(bits));
        }
        l.write(0, r);
        unlessZero(l, count);
        l.flags.setCarry(carry);
        l.flags.setOverflow(left ? topBitsDiffer(l, a) : l.ir.xor(l.ir.isNegative(a), l.ir.trunc(carryIn, Type.I1)));
    }

    /** SHLD, SHRD. Of 16 bits by more than 16 the result is undefined; Intel's CPUs shift destination:source:destination. */
    static void shiftDouble(Lift l) {
        boolean left = l.insn.mnemonic() == Mnemonic.SHLD;
        int bits = l.bits(0);
        Value a = l.read(0), b = l.read(1), count = count(l, 2, Type.I64), r, carry;
        if (count.isConst(0)) { l.write(0, a); return; }
        Value before = l.ir.sub(count, l.ir.i64(1));
        if (bits == 64) {
            Value rest = l.ir.sub(l.ir.i64(64), count);
            r = l.ir.or(l.ir.binary(left ? Op.SHL : Op.LSHR, a, count), l.ir.binary(left ? Op.LSHR : Op.SHL, b, rest));
            r = l.ir.select(l.ir.isZero(count), a, r);
            carry = bit(l, a, left ? rest : before);
        } else {
            Value wideA = l.ir.zext(a, Type.I64), wideB = l.ir.zext(b, Type.I64);
            Value all = left ? joined(l, wideA, wideB, bits) : joined(l, wideB, wideA, bits);
            if (bits == 16) all = left ? joined(l, all, wideA, 16) : l.ir.or(all, l.ir.shl(wideA, 32));
            int at = left ? 32 : 0;
            Value shifted = l.ir.binary(left ? Op.SHL : Op.LSHR, all, count);
            r = l.ir.trunc(l.ir.lshr(shifted, at), a.type);
            carry = left ? bit(l, all, l.ir.sub(l.ir.i64(at + bits), count)) : bit(l, all, before);
        }
        l.write(0, r);
        unlessZero(l, count);
        l.flags.result(r);
        l.flags.setAdjust(l.ir.i1(false));
        l.flags.setCarry(carry);
        l.flags.setOverflow(left ? topBitsDiffer(l, a) : l.ir.isNegative(l.ir.xor(a, l.ir.shl(b, bits - 1))));
    }

    private static Value joined(Lift l, Value high, Value low, int bits) { return l.ir.or(l.ir.shl(high, bits), low); }
}
