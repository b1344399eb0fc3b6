package patina.interp;

import static patina.interp.Emitter.*;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** Templates of operations on vectors, mostly of 128 bits. Needs what x86-64-v2 has. */
final class VectorTemplates {
    private final TemplateCompiler to;
    private final Emitter x;

    VectorTemplates(TemplateCompiler to, Emitter x) {
        this.to = to;
        this.x = x;
    }

    static boolean isSupported(Value v) {
        Type t = v.type, a = v.a == null ? t : v.a.type;
        if (t.lane() == Lane.F80 || a.lane() == Lane.F80) return false;
        return switch (v.op) {
            case NOT -> t.bits() == 128;
            case SHL, LSHR, ASHR -> t.bits() == 128 && shift(v) != 0;
            case SPLAT -> t.bits() == 128 && t.lane().bits() >= 8;
            case SHUFFLE -> isWhole(t) && isWhole(a) && t.lane().bits() >= 8;
            case MOVEMASK -> a.bits() == 128 && a.lane().bits() != 16;
            case EXTRACT -> t.bits() >= 8;
            case INSERT -> t.bits() == 128 && t.lane().bits() >= 8;
            case TRUNC_SSAT, TRUNC_USAT -> a.bits() == 128 && a.lane().bits() <= 32;
            default -> a.bits() == 128 && (v.b == null || v.b.type.bits() == 128) && (binary(v) != 0 || floating(v.op) != 0);
        };
    }

    private static boolean isWhole(Type t) { return t.bits() == 64 || t.bits() == 128; }

    void step(Value v) {
        Type t = v.type;
        int bits = t.lane().bits();
        switch (v.op) {
            case NOT -> {
                to.vector(0, v.a.frame);
                x.registers(P66, false, 0x0f76, 1, 1);
                x.registers(P66, false, 0x0fef, 0, 1);
                to.storeVector(v.frame);
            }
            case SHL, LSHR, ASHR -> {
                int digit = v.op == Op.SHL ? 6 : v.op == Op.LSHR ? 2 : 4;
                to.vector(0, v.a.frame);
                x.registers(P66, false, shift(v), digit, 0);
                x.int8((int) v.b.a.imm & bits - 1);
                to.storeVector(v.frame);
            }
            case SPLAT -> {
                to.load(RAX, v.a.frame);
                x.registers(P66, true, 0x0f6e, 0, RAX);
                switch (bits) {
                    case 8 -> {
                        x.registers(P66, false, 0x0fef, 1, 1);
                        x.registers(P66, false, 0x0f3800, 0, 1);
                    }
                    case 16 -> {
                        x.registers(F2, false, 0x0f70, 0, 0);
                        x.int8(0);
                        x.registers(P66, false, 0x0f6c, 0, 0);
                    }
                    case 32 -> {
                        x.registers(P66, false, 0x0f70, 0, 0);
                        x.int8(0);
                    }
                    default -> x.registers(P66, false, 0x0f6c, 0, 0);
                }
                to.storeVector(v.frame);
            }
            case SHUFFLE -> shuffle(v);
            case MOVEMASK -> {
                to.vector(0, v.a.frame);
                int lane = v.a.type.lane().bits();
                x.registers(lane == 32 ? NONE : P66, false, lane == 8 ? 0x0fd7 : 0x0f50, RAX, 0);
                to.store(v.frame);
            }
            case EXTRACT -> {
                to.readWord(bits / 8, v.a.frame, (int) v.imm * bits / 8);
                to.store(v.frame);
            }
            case INSERT -> {
                to.vector(0, v.a.frame);
                to.storeVector(v.frame);
                to.load(RAX, v.b.frame);
                to.writeWord(bits / 8, v.frame, (int) v.imm * bits / 8);
            }
            case TRUNC_SSAT, TRUNC_USAT -> {
                boolean bytes = v.a.type.lane().bits() == 16, signed = v.op == Op.TRUNC_SSAT;
                to.vector(0, v.a.frame);
                x.registers(P66, false, bytes ? signed ? 0x0f63 : 0x0f67 : signed ? 0x0f6b : 0x0f382b, 0, 0);
                to.storeHalf(v.frame);
            }
            default -> {
                boolean swapped = v.op == Op.SLT;
                to.vector(0, swapped ? v.b.frame : v.a.frame);
                if (v.b != null) to.vector(1, swapped ? v.a.frame : v.b.frame);
                if (v.op.floating != null) x.registers(v.a.type.lane() == Lane.F64 ? P66 : NONE, false, floating(v.op), 0, v.b == null ? 0 : 1);
                else x.registers(P66, false, binary(v), 0, 1);
                to.storeVector(v.frame);
            }
        }
    }

    /** The opcode of a shift by an immediate, or 0. */
    private static int shift(Value v) {
        int bits = v.type.lane().bits();
        if (v.b.op != Op.SPLAT || !v.b.a.isConst() || bits == 8 || bits == 64 && v.op == Op.ASHR) return 0;
        return bits == 16 ? 0x0f71 : bits == 32 ? 0x0f72 : 0x0f73;
    }

    /** By bytes, of both arguments; a byte that comes from elsewhere is zero. */
    private void shuffle(Value v) {
        int width = v.type.lane().bits() / 8, lanes = v.a.type.lanes();
        long[] a = {-1, -1}, b = {-1, -1};      // an index with the top bit set gives zero
        boolean fromA = false, fromB = false;
        for (int i = 0; i < v.type.lanes(); i++) {
            boolean second = v.mask[i] >= lanes;
            fromA |= !second;
            fromB |= second;
            for (int j = 0; j < width; j++) {
                int at = i * width + j;
                long index = (long) (v.mask[i] % lanes) * width + j;
                long[] into = second ? b : a;
                into[at >> 3] = into[at >> 3] & ~(0xffL << 8 * (at & 7)) | index << 8 * (at & 7);
            }
        }
        if (fromA || !fromB) pick(0, v.a.frame, a);
        if (fromB) pick(fromA ? 1 : 0, v.b.frame, b);
        if (fromA && fromB) x.registers(P66, false, 0x0feb, 0, 1);
        if (v.type.bits() == 128) to.storeVector(v.frame); else to.storeHalf(v.frame);
    }

    private void pick(int reg, int from, long[] indices) {
        to.vector(reg, from);
        for (int i = 0; i < 2; i++) {
            x.move(RAX, indices[i]);
            x.registers(P66, true, 0x0f6e, 2 + i, RAX);
        }
        to.forget();
        x.registers(P66, false, 0x0f6c, 2, 3);
        x.registers(P66, false, 0x0f3800, reg, 2);
    }

    /** The opcode, of scalars too: the prefix says of which. 0 where there is none. */
    static int floating(Op op) {
        return switch (op) {
            case FADD -> 0x0f58;
            case FMUL -> 0x0f59;
            case FSUB -> 0x0f5c;
            case FMIN -> 0x0f5d;
            case FDIV -> 0x0f5e;
            case FMAX -> 0x0f5f;
            case FSQRT -> 0x0f51;
            default -> 0;
        };
    }

    /** With prefix 66: of two integer vectors; 0 where there is none. */
    private static int binary(Value v) {
        if (v.b == null || v.op.floating != null) return 0;
        int lane = Integer.numberOfTrailingZeros(v.a.type.lane().bits()) - 3;
        return switch (v.op) {
            case AND -> 0x0fdb;
            case OR -> 0x0feb;
            case XOR -> 0x0fef;
            case SAD -> 0x0ff6;
            case ADD -> pick(lane, 0x0ffc, 0x0ffd, 0x0ffe, 0x0fd4);
            case SUB -> pick(lane, 0x0ff8, 0x0ff9, 0x0ffa, 0x0ffb);
            case MUL -> pick(lane, 0, 0x0fd5, 0x0f3840, 0);
            case UMULH -> pick(lane, 0, 0x0fe4, 0, 0);
            case SMULH -> pick(lane, 0, 0x0fe5, 0, 0);
            case EQ -> pick(lane, 0x0f74, 0x0f75, 0x0f76, 0x0f3829);
            case SLT -> pick(lane, 0x0f64, 0x0f65, 0x0f66, 0x0f3837);
            case UMIN -> pick(lane, 0x0fda, 0x0f383a, 0x0f383b, 0);
            case UMAX -> pick(lane, 0x0fde, 0x0f383e, 0x0f383f, 0);
            case SMIN -> pick(lane, 0x0f3838, 0x0fea, 0x0f3839, 0);
            case SMAX -> pick(lane, 0x0f383c, 0x0fee, 0x0f383d, 0);
            case SADD_SAT -> pick(lane, 0x0fec, 0x0fed, 0, 0);
            case SSUB_SAT -> pick(lane, 0x0fe8, 0x0fe9, 0, 0);
            case UADD_SAT -> pick(lane, 0x0fdc, 0x0fdd, 0, 0);
            case USUB_SAT -> pick(lane, 0x0fd8, 0x0fd9, 0, 0);
            case UAVG -> pick(lane, 0x0fe0, 0x0fe3, 0, 0);
            default -> 0;
        };
    }

    private static int pick(int lane, int... opcodes) { return opcodes[lane]; }
}
