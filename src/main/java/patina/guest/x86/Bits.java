package patina.guest.x86;

import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** Bit test, scan and count, CRC32 (SDM vol. 2). */
final class Bits {
    private Bits() {}

    /** BSF, BSR. A source of zero leaves the destination as it was, all 64 bits of it. The flags but ZF are undefined: left alone. */
    static void scan(Lift l, Op zeros) {
        Value source = l.read(1), none = l.ir.isZero(source), index = l.ir.unary(zeros, source);
        if (zeros == Op.CLZ) index = l.ir.sub(l.ir.constant(l.bits(1) - 1, source.type), index);
        int register = l.registerIndex(0);
        Value before = l.gpr(register, 64);
        l.setGpr(register, index);
        l.ir.set(X86State.GPR[register], l.ir.select(none, before, l.gpr(register, 64)));
        l.flags.setZero(none);
    }

    /** POPCNT: every flag but ZF is clear. */
    static void count(Lift l) {
        Value source = l.read(1);
        l.write(0, l.ir.unary(Op.POPCNT, source));
        l.flags.logic(source);
        l.flags.setSign(l.ir.i1(false));
        l.flags.setParity(l.ir.i1(false));
    }

    /**
     * BT, BTS, BTR, BTC: CF is the bit; ZF stays, the others are undefined: left alone. An offset in a register counts, with sign, from
     * the memory operand on and may lie far outside it.
     */
    static void test(Lift l) {
        int bits = l.bits(0);
        Value offset = l.readAs(1, bits), index = l.ir.and(offset, bits - 1);
        Value bit = l.ir.binary(Op.SHL, l.ir.constant(1, offset.type), index), a;
        Mnemonic name = l.insn.mnemonic();
        if (l.operand(0) instanceof Operand.Memory m) {
            Value address = l.operand(1) instanceof Operand.Immediate ? l.address(m) : beyond(l, m, offset);
            if (l.insn.lock()) {
                a = switch (name) {
                    case BTS -> l.ir.atomic(Op.ATOMIC_OR, address, bit);
                    case BTR -> l.ir.atomic(Op.ATOMIC_AND, address, l.ir.not(bit));
                    default  -> l.ir.atomic(Op.ATOMIC_XOR, address, bit);
                };
            } else {
                a = l.ir.load(address, offset.type);
                if (name != Mnemonic.BT) l.ir.store(address, changed(l, a, bit));
            }
        } else {
            a = l.read(0);
            if (name != Mnemonic.BT) l.write(0, changed(l, a, bit));
        }
        l.flags.setCarry(l.ir.trunc(l.ir.binary(Op.LSHR, a, index), Type.I1));
    }

    private static Value changed(Lift l, Value a, Value bit) {
        return switch (l.insn.mnemonic()) {
            case BTS -> l.ir.or(a, bit);
            case BTR -> l.ir.and(a, l.ir.not(bit));
            default  -> l.ir.xor(a, bit);
        };
    }

    private static Value beyond(Lift l, Operand.Memory m, Value offset) {
        int bits = m.bits();
        Value units = l.ir.ashr(l.ir.sext(offset, Type.I64), Integer.numberOfTrailingZeros(bits));
        Value bytes = l.ir.shl(units, Integer.numberOfTrailingZeros(bits / 8));
        return l.linear(m, l.wrapped(l.ir.add(l.offset(m), bytes)));
    }

    private static final int CASTAGNOLI = 0x82F63B78;

    /** CRC32: reflected, bit by bit; rare enough. No flags. */
    static void crc32(Lift l) {
        int bits = l.bits(1);
        Type type = bits == 64 ? Type.I64 : Type.I32;
        Value v = l.ir.xor(l.ir.zext(l.ir.trunc(l.read(0), Type.I32), type), l.ir.zext(l.read(1), type));
        Value zero = l.ir.constant(0, type);
        for (int i = 0; i < bits; i++) {
            Value odd = l.ir.sub(zero, l.ir.and(v, 1));
            v = l.ir.xor(l.ir.lshr(v, 1), l.ir.and(odd, CASTAGNOLI & 0xffffffffL));
        }
        l.write(0, l.ir.zext(l.ir.trunc(v, Type.I32), l.type(0)));
    }
}
