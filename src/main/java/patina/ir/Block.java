package patina.ir;

import java.util.List;

/**
 * Straight-line code with one entry, lifted from consecutive guest instructions.
 *
 * @param pc        guest address of the first instruction
 * @param length    guest bytes covered
 * @param insns     guest address of each instruction
 * @param code      operations in order; every argument precedes its use
 * @param exit      how it ends
 * @param frameSize longs of an interpreter frame
 */
public record Block(long pc, int length, long[] insns, List<Value> code, Exit exit, int frameSize) {

    /** Lays the frame out and closes the block. */
    public static Block of(long pc, int length, long[] insns, List<Value> code, Exit exit) {
        int next = 0;
        for (Value v : code) { v.frame = next; next += v.type.words(); }
        return new Block(pc, length, insns, code, exit, next);
    }

    public int instructions() { return insns.length; }

    /** Instructions that are done where an {@link Op#EXIT_IF} leaves: one that leads back to its own has done a round of that, which counts as each element of a repeated one. */
    public int done(Value exitIf) { return exitIf.insn + (exitIf.imm == insns[exitIf.insn] ? 1 : 0); }
}
