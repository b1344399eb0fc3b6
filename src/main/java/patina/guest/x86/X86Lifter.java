package patina.guest.x86;

import patina.guest.CodeSource;
import patina.ir.Block;

/** Lifts blocks: decodes, hands each instruction to its family, ends the block where control may go elsewhere. */
final class X86Lifter {
    private X86Lifter() {}

    static Block lift(CodeSource code, long pc, int limit) { throw new UnsupportedOperationException(); }
}
