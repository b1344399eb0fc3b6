package patina.guest.x86;

import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.RAX;
import static patina.guest.x86.X86State.RDX;
import static patina.guest.x86.X86State.SCRATCH_A;
import static patina.guest.x86.X86State.SCRATCH_B;
import static patina.guest.x86.X86State.SCRATCH_IMMEDIATE;
import static patina.guest.x86.X86State.SCRATCH_X;
import static patina.guest.x86.X86State.SCRATCH_Y;

import patina.ir.Type;
import patina.ir.Value;

/**
 * What is too large for IR operations and runs as a helper ({@link SseHelpers}): string comparisons, and the control and state
 * instructions. Arguments go to the scratch slots.
 */
final class SseSystem {
    private SseSystem() {}

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case EMMS -> leaveMmx(l);
            case LDMXCSR -> atAddress(l, SseHelpers.LOAD_MXCSR);
            case STMXCSR -> atAddress(l, SseHelpers.STORE_MXCSR);
            case FXSAVE -> atAddress(l, SseHelpers.SAVE);
            case FXRSTOR -> atAddress(l, SseHelpers.RESTORE);
            case PCMPESTRI -> { explicitLengths(l); compareStrings(l, SseHelpers.EXPLICIT_TO_INDEX); }
            case PCMPESTRM -> { explicitLengths(l); compareStrings(l, SseHelpers.EXPLICIT_TO_MASK); }
            case PCMPISTRI -> compareStrings(l, SseHelpers.IMPLICIT_TO_INDEX);
            case PCMPISTRM -> compareStrings(l, SseHelpers.IMPLICIT_TO_MASK);
            default -> { return false; }
        }
        return true;
    }

    /** The x87 registers are empty again. TOP is 0, which the manual does not say but the CPU does. */
    private static void leaveMmx(Lift l) {
        l.ir.set(X86State.X87_TOP, l.ir.i64(0));
        l.ir.set(X86State.X87_TAGS, l.ir.constant(0, Type.I8));
    }

    private static void atAddress(Lift l, int helper) {
        l.ir.set(SCRATCH_X, l.address(0));
        l.helper(helper);
    }

    /** EAX and EDX, or with REX.W RAX and RDX, as signed numbers. */
    private static void explicitLengths(Lift l) {
        Type t = Type.integer(Math.max(32, l.insn.operandBits()));
        l.ir.set(SCRATCH_X, l.ir.sext(l.ir.trunc(l.ir.get(GPR[RAX]), t), Type.I64));
        l.ir.set(SCRATCH_Y, l.ir.sext(l.ir.trunc(l.ir.get(GPR[RDX]), t), Type.I64));
    }

    private static void compareStrings(Lift l, int helper) {
        Value a = l.readVector(0, X86State.XMM_TYPE, Packed.ANY), b = l.readVector(1, X86State.XMM_TYPE, Packed.ANY);
        l.ir.set(SCRATCH_A, a);
        l.ir.set(SCRATCH_B, b);
        l.ir.set(SCRATCH_IMMEDIATE, l.ir.i64(Packed.immediate(l)));
        l.helper(helper);
    }
}
