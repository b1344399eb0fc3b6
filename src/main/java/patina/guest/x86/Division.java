package patina.guest.x86;

import static patina.guest.x86.X86State.RAX;
import static patina.guest.x86.X86State.RDX;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/**
 * DIV and IDIV (SDM vol. 2): #DE where the divisor is zero or the quotient does not fit. Narrow ones divide 64-bit numbers; 64-bit ones divide 128 by 64, or
 * 64 by 64 where the upper half is seen to be an extension of the lower. All flags are undefined: left alone.
 */
final class Division {
    private Division() {}

    static void unsigned(Lift l) {
        int bits = l.bits(0);
        Value by = l.ir.zext(l.read(0), Type.I64), quotient, remainder;
        if (bits == 64) {
            Value high = l.gpr(RDX, 64), low = l.gpr(RAX, 64);
            boolean narrow = high.isConst(0);
            l.ir.trapIf(l.ir.compare(Op.ULE, by, high), Trap.DIVIDE);
            quotient = narrow ? l.ir.binary(Op.UDIV, low, by) : l.ir.ternary(Op.UDIV_WIDE, high, low, by);
            remainder = narrow ? l.ir.binary(Op.UREM, low, by) : l.ir.ternary(Op.UREM_WIDE, high, low, by);
        } else {
            Value dividend = dividend(l, bits, false);
            l.ir.trapIf(l.ir.isZero(by), Trap.DIVIDE);
            quotient = l.ir.binary(Op.UDIV, dividend, by);
            remainder = l.ir.binary(Op.UREM, dividend, by);
            l.ir.trapIf(l.ir.compare(Op.ULT, l.ir.i64((1L << bits) - 1), quotient), Trap.DIVIDE);
        }
        finish(l, quotient, remainder);
    }

    static void signed(Lift l) {
        int bits = l.bits(0);
        Value by = l.read(0);
        if (bits >= 32 && isExtended(l, bits)) extended(l, by);
        else if (bits == 64) wide(l, by);
        else {
            Value dividend = dividend(l, bits, true), divisor = l.ir.sext(by, Type.I64);
            l.ir.trapIf(overflows(l, dividend, divisor), Trap.DIVIDE);
            Value quotient = l.ir.binary(Op.SDIV, dividend, divisor);
            Value fits = l.ir.sext(l.ir.trunc(quotient, by.type), Type.I64);
            l.ir.trapIf(l.ir.compare(Op.NE, fits, quotient), Trap.DIVIDE);
            finish(l, quotient, l.ir.binary(Op.SREM, dividend, divisor));
        }
    }

    /** Whether RDX:RAX is what CDQ or CQO leaves, in this very block. */
    private static boolean isExtended(Lift l, int bits) {
        Value high = l.gpr(RDX, bits), low = l.gpr(RAX, bits);
        return high.op == Op.ASHR && high.b.isConst(bits - 1)
                && (high.a == low || high.a.op == Op.TRUNC && low.op == Op.TRUNC && high.a.a == low.a);
    }

    private static void extended(Lift l, Value by) {
        Value dividend = l.gpr(RAX, by.type.bits());
        l.ir.trapIf(overflows(l, dividend, by), Trap.DIVIDE);
        finish(l, l.ir.binary(Op.SDIV, dividend, by), l.ir.binary(Op.SREM, dividend, by));
    }

    /** The divisor is zero, or the one quotient that does not fit into the dividend's width. */
    private static Value overflows(Lift l, Value dividend, Value by) {
        Lane lane = by.type.lane();
        Value least = l.ir.compare(Op.EQ, dividend, l.ir.constant(lane.min(), by.type));
        return l.ir.or(l.ir.isZero(by), l.ir.and(least, l.ir.compare(Op.EQ, by, l.ir.constant(-1, by.type))));
    }

    /** 128 by 64 bits: divides the magnitudes, then gives the quotient the sign of both and the remainder that of the dividend. */
    private static void wide(Lift l, Value by) {
        Value high = l.gpr(RDX, 64), low = l.gpr(RAX, 64), zero = l.ir.i64(0);
        Value negative = l.ir.isNegative(high), opposite = l.ir.isNegative(l.ir.xor(high, by));
        Value lowSize = magnitude(l, negative, low);
        Value highSize = l.ir.select(negative, l.ir.add(l.ir.not(high), l.ir.zext(l.ir.isZero(low), Type.I64)), high);
        Value bySize = magnitude(l, l.ir.isNegative(by), by);
        l.ir.trapIf(l.ir.compare(Op.ULE, bySize, highSize), Trap.DIVIDE);
        Value quotient = l.ir.ternary(Op.UDIV_WIDE, highSize, lowSize, bySize);
        Value remainder = l.ir.ternary(Op.UREM_WIDE, highSize, lowSize, bySize);
        Value largest = l.ir.add(l.ir.i64(Long.MAX_VALUE), l.ir.zext(opposite, Type.I64));
        l.ir.trapIf(l.ir.compare(Op.ULT, largest, quotient), Trap.DIVIDE);
        finish(l, magnitude(l, opposite, quotient), magnitude(l, negative, remainder));
    }

    private static Value magnitude(Lift l, Value negative, Value v) {
        return l.ir.select(negative, l.ir.sub(l.ir.constant(0, v.type), v), v);
    }

    /** AX, DX:AX or EDX:EAX as I64. */
    private static Value dividend(Lift l, int bits, boolean signed) {
        if (bits == 8) return signed ? l.ir.sext(l.gpr(RAX, 16), Type.I64) : l.ir.zext(l.gpr(RAX, 16), Type.I64);
        Value high = signed ? l.ir.sext(l.gpr(RDX, bits), Type.I64) : l.ir.zext(l.gpr(RDX, bits), Type.I64);
        return l.ir.or(l.ir.shl(high, bits), l.ir.zext(l.gpr(RAX, bits), Type.I64));
    }

    private static void finish(Lift l, Value quotient, Value remainder) {
        Integers.setDouble(l, l.ir.trunc(remainder, l.type(0)), l.ir.trunc(quotient, l.type(0)));
    }
}
