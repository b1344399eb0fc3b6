package patina.interp;

import static patina.interp.Emitter.*;

import patina.interp.Emitter.Base;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/** Templates of the rarer operations on scalars, of scalar floating point, and of atomics. */
final class ScalarTemplates {
    private static final int O = 0, NE = 5;
    private static final int LOCK = 0xf0;

    private final TemplateCompiler to;
    private final Emitter x;

    ScalarTemplates(TemplateCompiler to, Emitter x) {
        this.to = to;
        this.x = x;
    }

    static boolean isSupported(Value v) {
        Lane w = v.a == null ? v.type.lane() : v.a.type.lane();
        return switch (v.op) {
            case UMULH, SMULH, UDIV, UREM, SDIV, SREM, UDIV_WIDE, UREM_WIDE, CLZ, CTZ, POPCNT, SMUL_OVERFLOW -> w != Lane.I1;
            case BSWAP -> w.bits() >= 32;
            case FNEG, FABS -> w.bits() <= 64;
            case FADD, FSUB, FMUL, FDIV, FSQRT, FMIN, FMAX, FCOMPARE, FCOMPARE_QUIET -> true;
            case SITOFP -> w.bits() >= 32;
            case FPTOSI -> (v.imm == Rounding.ZERO.ordinal() || v.imm == Rounding.CURRENT.ordinal()) && v.type.bits() >= 32;
            case FPCONV -> w != v.type.lane() && v.imm == 0;
            case CMPXCHG, ATOMIC_ADD, ATOMIC_XCHG -> v.type.words() == 1 && v.type.lanes() == 1;
            case FENCE -> true;
            default -> false;
        };
    }

    void step(Value v) {
        switch (v.op.shape) {
            case MEMORY -> atomic(v);
            default -> { if (v.op.floating != null) floating(v); else integer(v); }
        }
    }

    private static boolean wide(Lane w) { return w.bits() == 64; }

    private void integer(Value v) {
        Lane w = v.a.type.lane();
        switch (v.op) {
            case UMULH -> {
                to.load(RAX, v.a.frame);
                to.load(RCX, v.b.frame);
                product(w, 4, 5);
                to.store(v.frame);
            }
            case SMULH -> {
                to.loadSigned(RAX, v.a.frame, w);
                to.loadSigned(RCX, v.b.frame, w);
                product(w, 5, 7);
                to.wrapWide(w);
                to.store(v.frame);
            }
            case SMUL_OVERFLOW -> {
                to.loadSigned(RAX, v.a.frame, w);
                to.loadSigned(RCX, v.b.frame, w);
                x.registers(NONE, true, 0x0faf, RAX, RCX);
                if (wide(w)) { to.set(O, v.frame); return; }
                x.registers(NONE, true, w.bits() == 8 ? 0x0fbe : w.bits() == 16 ? 0x0fbf : 0x63, RCX, RAX);
                x.registers(NONE, true, 0x3b, RAX, RCX);
                to.set(NE, v.frame);
            }
            case UDIV, UREM -> {
                to.load(RAX, v.a.frame);
                to.load(RCX, v.b.frame);
                x.move(RDX, 0);
                quotient(6, v.op == Op.UREM);
                to.store(v.frame);
            }
            case SDIV, SREM -> {
                to.loadSigned(RAX, v.a.frame, w);
                to.loadSigned(RCX, v.b.frame, w);
                x.registers(NONE, true, 0x89, RAX, RDX);
                x.registers(NONE, true, 0xc1, 7, RDX);
                x.int8(63);
                quotient(7, v.op == Op.SREM);
                to.wrapWide(w);
                to.store(v.frame);
            }
            case UDIV_WIDE, UREM_WIDE -> {
                to.load(RDX, v.a.frame);
                to.load(RCX, v.c.frame);
                to.load(RAX, v.b.frame);
                quotient(6, v.op == Op.UREM_WIDE);
                to.store(v.frame);
            }
            case CTZ -> {
                to.load(RAX, v.a.frame);
                x.registers(NONE, true, 0x0fbc, RCX, RAX);
                x.move(RAX, w.bits());
                x.registers(NONE, true, 0x0f45, RAX, RCX);
                to.store(v.frame);
            }
            case CLZ -> {
                to.load(RAX, v.a.frame);
                x.registers(NONE, true, 0x0fbd, RCX, RAX);
                x.move(RAX, 0xffff_ffffL);
                x.registers(NONE, false, 0x0f45, RAX, RCX);
                x.registers(NONE, false, 0xf7, 3, RAX);
                x.registers(NONE, false, 0x83, 0, RAX);
                x.int8(w.bits() - 1);
                to.store(v.frame);
            }
            case POPCNT -> {
                to.load(RAX, v.a.frame);
                x.registers(F3, true, 0x0fb8, RAX, RAX);
                to.store(v.frame);
            }
            case BSWAP -> {
                to.load(RAX, v.a.frame);
                if (wide(w)) x.int8(0x48);
                x.int8(0x0f);
                x.int8(0xc8);
                to.store(v.frame);
            }
            case FNEG, FABS -> {
                long sign = 1L << w.bits() - 1;
                to.load(RAX, v.a.frame);
                x.move(RCX, v.op == Op.FNEG ? sign : sign - 1);
                x.registers(NONE, true, v.op == Op.FNEG ? 0x33 : 0x23, RAX, RCX);
                to.store(v.frame);
            }
            default -> throw new IllegalStateException(v.op.name());
        }
    }

    /** The upper half of rax * rcx, extended as their lane is; {@code digit} of mul or imul, {@code shift} of shr or sar. */
    private void product(Lane w, int digit, int shift) {
        if (wide(w)) {
            x.registers(NONE, true, 0xf7, digit, RCX);
            x.registers(NONE, true, 0x89, RDX, RAX);
        } else {
            x.registers(NONE, true, 0x0faf, RAX, RCX);
            x.registers(NONE, true, 0xc1, shift, RAX);
            x.int8(w.bits());
        }
    }

    private void quotient(int digit, boolean remainder) {
        x.registers(NONE, true, 0xf7, digit, RCX);
        if (remainder) x.registers(NONE, true, 0x89, RDX, RAX);
    }

    // ---- floating point: the guest's MXCSR is in force, and what is not masked faults

    private void floating(Value v) {
        Lane w = v.a.type.lane();
        int prefix = w == Lane.F64 ? F2 : F3;
        switch (v.op) {
            case FADD, FMUL, FSUB, FMIN, FDIV, FMAX -> arithmetic(prefix, VectorTemplates.floating(v.op), v);
            case FSQRT -> {
                to.scalar(0, v.a);
                x.registers(prefix, false, VectorTemplates.floating(v.op), 0, 0);
                result(v);
            }
            case FPCONV -> {
                to.scalar(0, v.a);
                x.registers(prefix, false, 0x0f5a, 0, 0);
                result(v);
            }
            case SITOFP -> {
                to.loadSigned(RAX, v.a.frame, w);
                x.registers(v.type.lane() == Lane.F64 ? F2 : F3, true, 0x0f2a, 0, RAX);
                result(v);
            }
            case FPTOSI -> {
                to.scalar(0, v.a);
                x.registers(prefix, wide(v.type.lane()), v.imm == Rounding.ZERO.ordinal() ? 0x0f2c : 0x0f2d, RAX, 0);
                to.store(v.frame);
            }
            case FCOMPARE, FCOMPARE_QUIET -> {
                to.scalar(0, v.a);
                to.scalar(1, v.b);
                x.registers(w == Lane.F64 ? P66 : NONE, false, v.op == Op.FCOMPARE ? 0x0f2f : 0x0f2e, 0, 1);
                x.int8(0x9f);                                   // lahf
                x.registers(NONE, false, 0x0fb6, RAX, 4);       // movzx eax, ah
                x.registers(NONE, false, 0x83, 4, RAX);
                x.int8(0x45);
                to.store(v.frame);
            }
            default -> throw new IllegalStateException(v.op.name());
        }
    }

    private void arithmetic(int prefix, int opcode, Value v) {
        to.scalar(0, v.a);
        to.scalar(1, v.b);
        x.registers(prefix, false, opcode, 0, 1);
        result(v);
    }

    /** xmm0's lowest lane. */
    private void result(Value v) {
        x.registers(P66, wide(v.type.lane()), 0x0f7e, 0, RAX);
        to.store(v.frame);
    }

    // ---- atomics

    private void atomic(Value v) {
        if (v.op == Op.FENCE) { x.int8(0x0f); x.int8(0xae); x.int8(0xf0); return; }
        int bits = v.type.bits(), prefix = bits == 16 ? P66 : NONE, byteForm = bits == 8 ? 0 : 1;
        to.load(RAX, v.a.frame);
        to.check();
        x.registers(NONE, true, 0x89, RAX, RCX);
        to.load(RDX, v.op == Op.CMPXCHG ? v.c.frame : v.b.frame);
        switch (v.op) {
            case CMPXCHG -> {
                to.load(RAX, v.b.frame);
                x.int8(LOCK);
                x.guest(prefix, bits == 64, 0x0fb0 | byteForm, RDX, RCX);
            }
            case ATOMIC_ADD -> {
                x.int8(LOCK);
                x.guest(prefix, bits == 64, 0x0fc0 | byteForm, RDX, RCX);
                x.registers(NONE, true, 0x89, RDX, RAX);
            }
            default -> {
                x.guest(prefix, bits == 64, 0x86 | byteForm, RDX, RCX);
                x.registers(NONE, true, 0x89, RDX, RAX);
            }
        }
        to.store(v.frame);
    }
}
