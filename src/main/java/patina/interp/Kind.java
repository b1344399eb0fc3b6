package patina.interp;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/**
 * What the interpreter's loop does for a step. In eights, a switch each, for which C1 makes comparisons in order: the commonest come
 * first, and the loop's case for a kind stands in the switch of its eight. A named operation is {@link patina.ir.Scalar}'s; PURE is any other
 * on scalars, by its row; EVALUATE is what {@link patina.ir.Evaluate} has to do. FLOAT and FLOATS are the same for floating point.
 */
final class Kind {
    private Kind() {}

    static final int GET64 = 0, SET64 = 1, ADD = 2, LOAD64 = 3, STORE64 = 4, EQ = 5, TRUNC = 6, AND = 7, LOAD = 8, STORE = 9, SUB = 10, ULT = 11,
            XOR = 12, SET8 = 13, SHL = 14, LSHR = 15, OR = 16, SEXT = 17, ULE = 18, SLT = 19, SLE = 20, SELECT = 21, ASHR = 22, GET8 = 23, NE = 24,
            ROTL = 25, ROTR = 26, NOT = 27, MUL = 28, NEG = 29, ADD_OVERFLOW = 30, SUB_OVERFLOW = 31, GET128 = 32, SET128 = 33, LOAD128 = 34,
            STORE128 = 35, INSERT_LOW = 36, FLOAT = 37, PURE = 38, EVALUATE = 39, FLOATS = 40, GET = 41, SET = 42, STATE = 43, MEMORY = 44, CONTROL = 45;

    private static final byte[] NAMED = new byte[Op.values().length];

    static {
        name(Op.ADD, ADD); name(Op.SUB, SUB); name(Op.MUL, MUL); name(Op.AND, AND); name(Op.OR, OR); name(Op.XOR, XOR); name(Op.NOT, NOT);
        name(Op.NEG, NEG); name(Op.SHL, SHL); name(Op.LSHR, LSHR); name(Op.ASHR, ASHR); name(Op.ROTL, ROTL); name(Op.ROTR, ROTR);
        name(Op.EQ, EQ); name(Op.NE, NE); name(Op.ULT, ULT); name(Op.ULE, ULE); name(Op.SLT, SLT); name(Op.SLE, SLE);
        name(Op.SADD_OVERFLOW, ADD_OVERFLOW); name(Op.SSUB_OVERFLOW, SUB_OVERFLOW); name(Op.SELECT, SELECT);
        name(Op.SEXT, SEXT); name(Op.TRUNC, TRUNC);
    }

    private static void name(Op op, int kind) { NAMED[op.ordinal()] = (byte) kind; }

    static int of(Value v) {
        return switch (v.op.shape) {
            case STATE -> state(v);
            case MEMORY -> memory(v);
            case CONTROL -> CONTROL;
            default -> v.op.floating != null ? isScalar(v) ? FLOAT : FLOATS : !isScalar(v) ? isInsertLow(v) ? INSERT_LOW : EVALUATE : NAMED[v.op.ordinal()] != 0 ? NAMED[v.op.ordinal()] : PURE;
        };
    }

    private static int state(Value v) {
        if (v.op != Op.GET && v.op != Op.SET) return STATE;
        boolean get = v.op == Op.GET;
        return switch ((get ? v.type : v.a.type).bits()) {
            case 64 -> get ? GET64 : SET64;
            case 1, 8 -> get ? GET8 : SET8;
            case 16, 32 -> get ? GET : SET;
            case 128 -> get ? GET128 : SET128;
            default -> STATE;
        };
    }

    private static int memory(Value v) {
        if (v.op != Op.LOAD && v.op != Op.STORE) return MEMORY;
        boolean load = v.op == Op.LOAD;
        int bits = (load ? v.type : v.b.type).bits();
        if (bits == 128) return load ? LOAD128 : STORE128;
        if (bits > 64 || v.imm > 1) return MEMORY;
        return bits == 64 ? load ? LOAD64 : STORE64 : load ? LOAD : STORE;
    }

    private static boolean isInsertLow(Value v) {
        return v.op == Op.INSERT && v.imm == 0 && v.type.bits() == 128 && v.type.lane().bits() == 64;
    }

    private static boolean isScalar(Value v) {
        return (v.op.meaning != null || v.op.floating != null) && scalar(v.type) && scalar(v.a.type) && (v.b == null || scalar(v.b.type));
    }

    private static boolean scalar(Type t) { return t.lanes() <= 1 && t.lane() != Lane.F80; }

    /**
     * Where the value's words stand already because it is its argument under another type, or -1: then it is no step at all. A short
     * vector's word may hold anything above its lanes: only whole words count.
     */
    static int alias(Value v) {
        return switch (v.op) {
            case ZEXT -> isScalar(v) ? v.a.frame : -1;
            case BITCAST -> v.type.bits() >= 64 && v.type.lane() != Lane.F80 && v.a.type.lane() != Lane.F80
                    || v.type.lanes() == 1 && v.a.type.lanes() == 1 ? v.a.frame : -1;
            case EXTRACT -> v.type.lane().bits() == 64 ? v.a.frame + (int) v.imm : -1;
            default -> -1;
        };
    }
}
