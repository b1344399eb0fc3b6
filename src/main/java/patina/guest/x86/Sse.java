package patina.guest.x86;

import static patina.guest.x86.X86State.X87_TAGS;
import static patina.guest.x86.X86State.X87_TOP;

import patina.ir.Type;

/**
 * MMX and SSE to SSE4.2: hands the instruction to its family.
 */
final class Sse {
    private Sse() {}

    /** Lifts the instruction at hand if it is of one of these families. */
    static boolean lift(Lift l) {
        boolean mmx = namesMmx(l.insn);
        if (mmx || l.insn.mnemonic() == Mnemonic.EMMS) l.x87.checkPending();
        boolean lifted = SseMoves.lift(l) || SseFloats.lift(l) || SseIntegers.lift(l) || SseShuffles.lift(l)
                || SseShifts.lift(l) || SseConversions.lift(l) || SseSystem.lift(l);
        if (lifted && mmx) enterMmx(l);
        return lifted;
    }

    private static boolean namesMmx(Insn insn) {
        for (Operand o : insn.operands()) if (o instanceof Operand.Register r && r.file() == Operand.File.MMX) return true;
        return false;
    }

    /** Every MMX instruction but EMMS, readers too, marks all x87 registers valid and sets TOP to 0 (SDM vol. 1, 9.5.1). */
    private static void enterMmx(Lift l) {
        l.ir.set(X87_TOP, l.ir.i64(0));
        l.ir.set(X87_TAGS, l.ir.constant(0xff, Type.I8));
    }
}
