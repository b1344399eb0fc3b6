package patina.guest.x86;

import static patina.ir.Lane.I16;
import static patina.ir.Lane.I32;
import static patina.ir.Lane.I64;
import static patina.ir.Lane.I8;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Shifts of lanes and of whole registers. The count is one 64-bit number for all lanes; what reaches the lane's width gives zero, or copies of
 * the sign. The IR's shifts take their amounts modulo the width, so both are said here.
 */
final class SseShifts {
    private SseShifts() {}

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case PSLLW -> shift(l, Op.SHL, I16);
            case PSLLD -> shift(l, Op.SHL, I32);
            case PSLLQ -> shift(l, Op.SHL, I64);
            case PSRLW -> shift(l, Op.LSHR, I16);
            case PSRLD -> shift(l, Op.LSHR, I32);
            case PSRLQ -> shift(l, Op.LSHR, I64);
            case PSRAW -> shift(l, Op.ASHR, I16);
            case PSRAD -> shift(l, Op.ASHR, I32);
            case PSLLDQ -> left(l, Math.min(Packed.immediate(l), 16));
            case PSRLDQ -> right(l, Packed.read(l, 0, I8), l.ir.zero(Packed.type(l, I8)), Math.min(Packed.immediate(l), 16));
            case PALIGNR -> align(l);
            default -> { return false; }
        }
        return true;
    }

    private static void shift(Lift l, Op op, Lane lane) {
        Value v = Packed.read(l, 0, lane);
        if (l.operand(1) instanceof Operand.Immediate) Packed.write(l, byConstant(l, op, v, Packed.immediate(l)));
        else Packed.write(l, byVariable(l, op, v, count(l)));
    }

    private static Value byConstant(Lift l, Op op, Value v, int count) {
        int width = v.type.lane().bits();
        if (count >= width && op != Op.ASHR) return l.ir.zero(v.type);
        return count == 0 ? v : l.ir.binary(op, v, Packed.all(l, Math.min(count, width - 1), v.type));
    }

    /** The low 64 bits of operand 1; memory is read in full. */
    private static Value count(Lift l) {
        Value v = Packed.read(l, 1, I64);
        return v.type.isVector() ? l.ir.extract(v, 0) : v;
    }

    private static Value byVariable(Lift l, Op op, Value v, Value count) {
        Type t = v.type, scalar = new Type(t.lane(), 1);
        Value last = l.ir.i64(t.lane().bits() - 1), excessive = l.ir.compare(Op.ULT, last, count);
        if (op == Op.ASHR) count = l.ir.select(excessive, last, count);
        Value shifted = l.ir.binary(op, v, l.ir.splat(l.ir.trunc(count, scalar), t.lanes()));
        return op == Op.ASHR ? shifted : l.ir.select(excessive, l.ir.zero(t), shifted);
    }

    private static void left(Lift l, int bytes) {
        Value v = Packed.read(l, 0, I8);
        Packed.write(l, l.ir.shuffle(l.ir.zero(v.type), v, Packed.lanes(16, 16 - bytes, 1)));
    }

    /** high:low, shifted right by at most one register's bytes, its low register. */
    private static void right(Lift l, Value low, Value high, int bytes) {
        Packed.write(l, l.ir.shuffle(low, high, Packed.lanes(low.type.lanes(), bytes, 1)));
    }

    private static void align(Lift l) {
        Value high = Packed.read(l, 0, I8), low = Packed.read(l, 1, I8);
        int bytes = Packed.immediate(l), n = high.type.lanes();
        if (bytes <= n) right(l, low, high, bytes);
        else right(l, high, l.ir.zero(high.type), Math.min(bytes - n, n));
    }
}
