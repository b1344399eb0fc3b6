package patina.guest.x86;

import patina.guest.CodeSource;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Trap;

/** Lifts blocks: decodes, hands each instruction to its family, ends the block where control may go elsewhere. */
final class X86Lifter {
    private X86Lifter() {}

    /** See {@link patina.guest.Guest#lift}. */
    static Block lift(CodeSource code, long pc, int limit) {
        CodeWindow window = new CodeWindow(code);
        Lift l = new Lift();
        long at = pc;
        for (int n = 0; n < limit && l.exit == null; n++) {
            // instanceof, not a pattern switch: no bootstrap at JVM start
            Decoded decoded = window.decode(at);
            if (decoded instanceof Decoded.Invalid invalid) return n == 0 ? refuse(l, invalid) : end(l, pc, at);
            if (!(decoded instanceof Insn insn)) return n == 0 ? null : end(l, pc, at);
            if (!add(l, insn, n == 0)) return end(l, pc, at);
            at = insn.next();
        }
        return end(l, pc, at);
    }

    /** Adds the instruction to the block, or returns false if the block has to end before it. */
    private static boolean add(Lift l, Insn insn, boolean first) {
        int mark = l.ir.size();
        l.begin(insn);
        l.ir.startInsn(insn.pc());
        boolean known = true;
        try {
            known = Integers.lift(l) || Control.lift(l) || Strings.lift(l) || Sse.lift(l) || X87.lift(l);
        } catch (UnsupportedInstruction unsupported) {
            known = false;
        }
        if (known && (first || !l.startsBlock)) return true;
        l.ir.forget(mark);
        l.exit = null;
        if (!first) return false;
        l.ir.startInsn(insn.pc());
        l.raise(Trap.UNSUPPORTED);
        return true;
    }

    /** Ends the block before {@code at}. */
    private static Block end(Lift l, long pc, long at) { return l.ir.finish(at - pc, l.exit == null ? new Exit.Jump(at) : l.exit); }

    /** A block that raises what the processor raises for bytes that are no instruction (SDM vol. 3, 6.15). */
    private static Block refuse(Lift l, Decoded.Invalid invalid) {
        Trap trap = invalid.reason() == Decoded.Reason.TOO_LONG ? Trap.GENERAL_PROTECTION : Trap.UNDEFINED;
        l.ir.startInsn(invalid.pc());
        return l.ir.finish(invalid.length(), new Exit.Raise(trap, invalid.pc()));
    }
}
