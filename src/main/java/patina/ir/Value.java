package patina.ir;

/** One operation of a block and the value it yields. Created by {@link Builder} only; immutable but for its place in a frame. */
public final class Value {
    public final Op op;
    public final Type type;
    /** Up to three arguments; null where there are fewer. */
    public final Value a, b, c;
    public final long imm;
    /** SHUFFLE's mask, else null. */
    public final int[] mask;
    /** Index into the block's guest instructions: whose part this is. */
    public final int insn;
    /** Where an interpreter frame keeps it: index of its first long. Set by {@link Block}. */
    public int frame = -1;
    /** A mark for the one pass that walks over the block at the moment. */
    public int mark;

    Value(Op op, Type type, Value a, Value b, Value c, long imm, int[] mask, int insn) {
        this.op = op; this.type = type; this.a = a; this.b = b; this.c = c; this.imm = imm; this.mask = mask; this.insn = insn;
    }

    public boolean isConst() { return op == Op.CONST || op == Op.ZERO; }

    public boolean isConst(long value) { return isConst() && imm == value; }
}
