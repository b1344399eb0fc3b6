package patina.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a block: appends operations, folds constants and identities, and forwards what is known to be in a slot. One per block.
 * A slot is always read and written with its declared type.
 */
public final class Builder {
    /** Registers that GETX and SETX can reach from their offset. */
    public static final int INDEXED = 8;

    private final List<Value> code = new ArrayList<>(64);
    private long[] insns = new long[8];
    private int insn = -1;
    /** What each slot is known to hold, by offset. */
    private final Offsets known = new Offsets();

    /** All that follows belongs to the guest instruction at {@code pc}. */
    public void startInsn(long pc) {
        if (++insn == insns.length) insns = Arrays.copyOf(insns, 2 * insn);
        insns[insn] = pc;
    }

    public Block finish(long length, Exit exit) {
        return Block.of(insns[0], (int) length, Arrays.copyOf(insns, insn + 1), DeadCode.eliminate(code, exit), exit);
    }

    /** Operations so far. A mark for {@link #forget}. */
    public int size() { return code.size(); }

    /** Takes back everything since {@code size} operations, with the last instruction begun. */
    public void forget(int size) {
        code.subList(size, code.size()).clear();
        known.clear();
        insn--;
    }

    // ---- constants

    public Value constant(long value, Type type) { return add(Op.CONST, type, null, null, null, type.lane().wrap(value)); }

    public Value i64(long value) { return constant(value, Type.I64); }

    public Value i1(boolean value) { return constant(value ? 1 : 0, Type.I1); }

    /** A guest address known from the code: relative to the image where code is lifted from an image file. */
    public Value address(long pc) { return add(Op.ADDRESS, Type.I64, null, null, null, pc); }

    /** All bits zero, of any type. */
    public Value zero(Type type) { return add(Op.ZERO, type, null, null, null, 0); }

    // ---- pure operations, and floating point

    public Value unary(Op op, Value a) { return pure(op, a.type, a, null, null, 0); }

    public Value binary(Op op, Value a, Value b) {
        if (!a.type.equals(b.type)) throw new IllegalArgumentException(op + " of " + a.type + " and " + b.type);
        return pure(op, a.type, a, b, null, 0);
    }

    public Value ternary(Op op, Value a, Value b, Value c) { return pure(op, a.type, a, b, c, 0); }

    public Value add(Value a, Value b) { return binary(Op.ADD, a, b); }
    public Value add(Value a, long b) { return b == 0 ? a : binary(Op.ADD, a, constant(b, a.type)); }
    public Value sub(Value a, Value b) { return binary(Op.SUB, a, b); }
    public Value and(Value a, Value b) { return binary(Op.AND, a, b); }
    public Value and(Value a, long b) { return binary(Op.AND, a, constant(b, a.type)); }
    public Value or(Value a, Value b) { return binary(Op.OR, a, b); }
    public Value xor(Value a, Value b) { return binary(Op.XOR, a, b); }
    public Value shl(Value a, long by) { return by == 0 ? a : binary(Op.SHL, a, constant(by, a.type)); }
    public Value lshr(Value a, long by) { return by == 0 ? a : binary(Op.LSHR, a, constant(by, a.type)); }
    public Value ashr(Value a, long by) { return by == 0 ? a : binary(Op.ASHR, a, constant(by, a.type)); }
    public Value not(Value a) { return unary(Op.NOT, a); }

    /** A COMPARE: an I1 from scalars, a mask of integer lanes from vectors. */
    public Value compare(Op op, Value a, Value b) {
        if (!a.type.equals(b.type)) throw new IllegalArgumentException(op + " of " + a.type + " and " + b.type);
        return pure(op, compareType(a), a, b, null, 0);
    }

    private static Type compareType(Value a) { return a.type.isVector() ? new Type(a.type.lane().integer(), a.type.lanes()) : Type.I1; }

    /** The same as a mask of the scalars' width. */
    public Value compareMask(Op op, Value a, Value b) { return pure(op, a.type.isVector() ? compareType(a) : Type.integer(a.type.bits()), a, b, null, 0); }

    /** FCOMPARE, quiet or not: an I8. */
    public Value order(Value a, Value b, boolean signals) { return pure(signals ? Op.FCOMPARE : Op.FCOMPARE_QUIET, Type.I8, a, b, null, 0); }

    public Value isZero(Value a) { return compare(Op.EQ, a, constant(0, a.type)); }

    public Value isNegative(Value a) { return compare(Op.SLT, a, constant(0, a.type)); }

    /** a where the I1 (or each mask lane's top bit) is set, else b. */
    public Value select(Value condition, Value a, Value b) {
        if (!a.type.equals(b.type)) throw new IllegalArgumentException("SELECT of " + a.type + " and " + b.type);
        if (condition.isConst()) return condition.imm != 0 ? a : b;
        return pure(Op.SELECT, a.type, condition, a, b, 0);
    }

    /** A conversion of each lane to {@code to}'s lanes; nothing where the type is already right. */
    public Value convert(Op op, Value a, Type to) { return a.type.equals(to) ? a : pure(op, to, a, null, null, 0); }

    public Value zext(Value a, Type to) { return convert(Op.ZEXT, a, to); }
    public Value sext(Value a, Type to) { return convert(Op.SEXT, a, to); }
    public Value trunc(Value a, Type to) { return convert(Op.TRUNC, a, to); }

    /** An F80 from its significand with the integer bit (I64) and its sign and exponent (I16). */
    public Value f80(Value significand, Value signExponent) { return pure(Op.F80_PACK, Type.F80, significand, signExponent, null, 0); }

    public Value f80(long significand, int signExponent) { return f80(i64(significand), constant(signExponent, Type.I16)); }

    public Value toSigned(Value a, Type to, Rounding mode) { return pure(Op.FPTOSI, to, a, null, null, mode.ordinal()); }

    public Value roundToIntegral(Value a, Rounding mode) { return roundToIntegral(a, mode.ordinal()); }

    /** {@code imm}: as FRINT's. */
    public Value roundToIntegral(Value a, int imm) { return pure(Op.FRINT, a.type, a, null, null, imm); }

    /** An F32 or F64 as F80, signalling NaNs and all: see {@link Op#FPCONV}. */
    public Value widenForArithmetic(Value a) { return pure(Op.FPCONV, Type.F80, a, null, null, 1); }

    /** See {@link Op#F80_RAISED}. */
    public Value raisedF80() { return add(Op.F80_RAISED, Type.I16, null, null, null, 0); }

    public Value bitcast(Value a, Type to) {
        if (a.type.equals(to)) return a;
        if (a.type.bits() != to.bits()) throw new IllegalArgumentException("BITCAST from " + a.type + " to " + to);
        if (a.op == Op.BITCAST) return bitcast(a.a, to);
        if (a.op == Op.ZERO) return zero(to);
        return pure(Op.BITCAST, to, a, null, null, 0);
    }

    // ---- vectors

    public Value extract(Value vector, int lane) {
        return pure(Op.EXTRACT, new Type(vector.type.lane(), 1), vector, null, null, lane);
    }

    public Value insert(Value vector, Value scalar, int lane) { return pure(Op.INSERT, vector.type, vector, scalar, null, lane); }

    public Value splat(Value scalar, int lanes) {
        if (lanes == 1) return scalar;
        return pure(Op.SPLAT, new Type(scalar.type.lane(), lanes), scalar, null, null, 0);
    }

    /** Result lane i is lane mask[i] of a:b (b's lanes count on from a's). */
    public Value shuffle(Value a, Value b, int... mask) {
        return add(Op.SHUFFLE, new Type(a.type.lane(), mask.length), a, b, null, 0, mask);
    }

    /** A vector operation by its row, with the result type given (PERMUTE_BYTES, MOVEMASK, SAD …). */
    public Value vector(Op op, Type type, Value a, Value b) { return pure(op, type, a, b, null, 0); }

    // ---- state and memory

    public Value get(Slot slot) { return get(slot.offset(), slot.type()); }

    public Value get(int offset, Type type) {
        Value v = known.get(offset);
        if (v == null) known.put(offset, v = add(Op.GET, type, null, null, null, offset));
        return v;
    }

    public void set(Slot slot, Value v) {
        if (!v.type.equals(slot.type())) throw new IllegalArgumentException(slot + " = " + v.type);
        set(slot.offset(), v);
    }

    public void set(int offset, Value v) {
        known.put(offset, v);
        add(Op.SET, Type.VOID, v, null, null, offset);
    }

    /** The register at {@code offset} + 16 * {@code index}. */
    public Value getIndexed(int offset, Value index, Type type) { return add(Op.GETX, type, index, null, null, offset); }

    public void setIndexed(int offset, Value index, Value v) {
        known.remove(offset, offset + 16 * INDEXED);
        add(Op.SETX, Type.VOID, index, v, null, offset);
    }

    public Value load(Value address, Type type) { return load(address, type, 1); }

    /** {@code alignment}: what the guest's instruction demands, in bytes; a misaligned address raises ALIGNMENT's fault. */
    public Value load(Value address, Type type, int alignment) { return add(Op.LOAD, type, address, null, null, alignment); }

    public void store(Value address, Value v) { store(address, v, 1); }

    public void store(Value address, Value v, int alignment) { add(Op.STORE, Type.VOID, address, v, null, alignment); }

    /** ATOMIC_*: yields what memory held before. */
    public Value atomic(Op op, Value address, Value v) { return add(op, v.type, address, v, null, 0); }

    public Value compareExchange(Value address, Value expected, Value desired) {
        return add(Op.CMPXCHG, expected.type, address, expected, desired, 0);
    }

    public void fence() { add(Op.FENCE, Type.VOID, null, null, null, 0); }

    public void trapIf(Value condition, Trap trap) {
        if (!condition.isConst(0)) add(Op.TRAP_IF, Type.VOID, condition, null, null, trap.ordinal());
    }

    /** Leaves the block for {@code target} (relative as an {@link Exit}'s) if the I1 is set; state changes up to here count. */
    public void exitIf(Value condition, long target) {
        if (!condition.isConst(0)) add(Op.EXIT_IF, Type.VOID, condition, null, null, target);
    }

    // ---- folding

    private Value pure(Op op, Type type, Value a, Value b, Value c, long imm) {
        Value folded = Fold.fold(this, op, type, a, b, c, imm);
        return folded != null ? folded : add(op, type, a, b, c, imm);
    }

    private Value add(Op op, Type type, Value a, Value b, Value c, long imm) { return add(op, type, a, b, c, imm, null); }

    private Value add(Op op, Type type, Value a, Value b, Value c, long imm, int[] mask) {
        Value v = new Value(op, type, a, b, c, imm, mask, Math.max(insn, 0));
        code.add(v);
        return v;
    }
}
