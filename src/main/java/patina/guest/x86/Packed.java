package patina.guest.x86;

import patina.ir.Lane;
import patina.ir.Type;
import patina.ir.Value;

/** Operands as the vector families see them: whole MMX or XMM registers and memory of the same size, or their low halves. */
final class Packed {
    private Packed() {}

    /** Legacy SSE demands this of 128-bit memory operands, but for the instructions that say they do not (SDM vol. 1, 10.4.1.1, 11.3). */
    static final int ALIGNED = 16, ANY = 1;

    /** Bits of register operand i: 64 in the MMX form, 128 in the XMM form. Not the operand's own bits: those are what it uses. */
    static int bits(Lift l, int i) {
        return l.operand(i) instanceof Operand.Register r && r.file() == Operand.File.MMX ? 64 : 128;
    }

    /** The type of whole registers like operand 0. */
    static Type type(Lift l, Lane lane) { return Type.vector(lane, bits(l, 0)); }

    /** Source operand i, as wide as operand 0. */
    static Value read(Lift l, int i, Lane lane) { return read(l, i, type(l, lane)); }

    static Value read(Lift l, int i, Type type) { return l.readVector(i, type, type.bits() == 128 ? ALIGNED : ANY); }

    /** Register operand 0 becomes v. */
    static void write(Lift l, Value v) { l.writeVector(0, v, ANY); }

    /** The low 64 bits of operand i, or 64 bits of memory. */
    static Value low(Lift l, int i) {
        if (l.isMemory(i)) return l.ir.load(l.address(i), Type.I64);
        return bits(l, i) == 64 ? l.read(i) : l.ir.extract(l.xmm(l.registerIndex(i), X86State.XMM_TYPE), 0);
    }

    static Value low(Lift l, int i, Lane lane) { return l.ir.bitcast(low(l, i), Type.vector(lane, 64)); }

    /** 128 bits with the 64 bits of v below and zero above. */
    static Value extended(Lift l, Value v) { return l.ir.insert(l.ir.zero(X86State.XMM_TYPE), l.ir.bitcast(v, Type.I64), 0); }

    /** The 128-bit constant of two halves. */
    static Value constant(Lift l, long low, long high, Lane lane) {
        Value both = l.ir.insert(l.ir.splat(l.ir.i64(low), 2), l.ir.i64(high), 1);
        return l.ir.bitcast(both, Type.vector(lane, 128));
    }

    /** Every lane of {@code type} holds v. */
    static Value all(Lift l, long v, Type type) { return l.ir.splat(l.ir.constant(v, new Type(type.lane(), 1)), type.lanes()); }

    /** The 8-bit immediate, which comes last. */
    static int immediate(Lift l) { return (int) ((Operand.Immediate) l.insn.operands().getLast()).value() & 0xff; }

    /** Whether operands 0 and 1 are the same register: XOR of it with itself makes zero. */
    static boolean same(Lift l) {
        return l.operand(0) instanceof Operand.Register a && l.operand(1) instanceof Operand.Register b && a.index() == b.index();
    }

    /** A mask of {@code lanes} lane numbers: start, start + step, … */
    static int[] lanes(int lanes, int start, int step) {
        int[] mask = new int[lanes];
        for (int i = 0; i < lanes; i++) mask[i] = start + i * step;
        return mask;
    }

    /** The even-numbered lanes of a:b, or of a alone where b is null. */
    static Value even(Lift l, Value a, Value b) { return every2nd(l, a, b, 0); }

    static Value odd(Lift l, Value a, Value b) { return every2nd(l, a, b, 1); }

    private static Value every2nd(Lift l, Value a, Value b, int start) {
        int n = a.type.lanes();
        return l.ir.shuffle(a, b == null ? a : b, lanes(b == null ? n / 2 : n, start, 2));
    }
}
