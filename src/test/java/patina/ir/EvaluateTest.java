package patina.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@link Evaluate} on vectors: lane-wise rows do on each lane what they do on a scalar; the others by example. */
class EvaluateTest {
    private static final int A = 0, B = 8, C = 16, R = 24;
    private static final Set<Op> WIDE_ONLY = EnumSet.of(Op.UDIV_WIDE, Op.UREM_WIDE);
    private final SplittableRandom random = new SplittableRandom(1);

    private static Value argument(Type type, int frame) { return at(new Value(Op.GET, type, null, null, null, 0, null, 0), frame); }

    private static Value at(Value v, int frame) { v.frame = frame; return v; }

    private static Value operation(Op op, Type type, Type a, Type b, Type c, long imm, int... mask) {
        return at(new Value(op, type, a == null ? null : argument(a, A), b == null ? null : argument(b, B),
                c == null ? null : argument(c, C), imm, mask.length == 0 ? null : mask, 0), R);
    }

    private long[] evaluate(Value v, long[] a, long[] b, long[] c) {
        long[] f = new long[32];
        for (int i = 0; i < f.length; i++) f[i] = random.nextLong();      // what lies beyond a value must not matter
        System.arraycopy(a, 0, f, A, a.length);
        System.arraycopy(b, 0, f, B, b.length);
        System.arraycopy(c, 0, f, C, c.length);
        Evaluate.apply(v, f, new Environment());
        return java.util.Arrays.copyOfRange(f, R, R + v.type.words());
    }

    /** Lane i of words, by arithmetic of its own. */
    private static long lane(long[] words, Type t, int i) {
        int bytes = t.lane().bits() / 8;
        long v = 0;
        for (int k = bytes - 1; k >= 0; k--) { int at = i * bytes + k; v = v << 8 | words[at / 8] >>> 8 * (at % 8) & 0xff; }
        return v;
    }

    private long[] words(Type t) {
        long[] words = new long[t.words()];
        for (int i = 0; i < words.length; i++) words[i] = random.nextInt(4) == 0 ? -1L << random.nextInt(64) : random.nextLong();
        return words;
    }

    private void laneWise(Op op, Type result, Type a, Type b, Type c, long imm) {
        long[] x = words(a), y = b == null ? new long[0] : words(b), z = c == null ? new long[0] : words(c);
        if (op.name().matches("[US](DIV|REM)")) for (int i = 0; i < b.lanes(); i++) if (lane(y, b, i) == 0) return;
        long[] r = evaluate(operation(op, result, a, b, c, imm), x, y, z);
        Type scalar = new Type(result.lane(), 1);
        for (int i = 0; i < result.lanes(); i++) {
            Value one = operation(op, op.shape == Op.Shape.COMPARE ? Type.I1 : scalar, op.shape == Op.Shape.SELECT ? Type.I1 : new Type(a.lane(), 1),
                    b == null ? null : new Type(b.lane(), 1), c == null ? null : new Type(c.lane(), 1), imm);
            long first = lane(x, a, i);
            if (op.shape == Op.Shape.SELECT) first = first >>> a.lane().bits() - 1;
            long expected = evaluate(one, new long[] {first}, b == null ? y : new long[] {lane(y, b, i)}, c == null ? z : new long[] {lane(z, c, i)})[0];
            if (op.shape == Op.Shape.COMPARE) expected = expected == 0 ? 0 : result.lane().wrap(-1);
            assertEquals(Long.toHexString(expected), Long.toHexString(lane(r, result, i)), op + " " + a + " -> " + result + " lane " + i);
        }
    }

    @Test void laneWiseRowsOnVectors() {
        for (int bits : new int[] {16, 32, 64, 128, 256})
            for (Lane lane : new Lane[] {Lane.I8, Lane.I16, Lane.I32, Lane.I64, Lane.F32, Lane.F64}) {
                if (bits < 2 * lane.bits()) continue;
                Type t = Type.vector(lane, bits), mask = t.withLane(lane.integer());
                for (Op op : Op.values()) {
                    boolean real = op.name().startsWith("F");
                    if (WIDE_ONLY.contains(op) || op.meaning == null && op.floating == null || op.name().startsWith("FRECIPROCAL") && lane != Lane.F32
                            || op.name().startsWith("FCOMPARE") || real != lane.isFloat() && op.shape != Op.Shape.SELECT) continue;
                    if (op.name().endsWith("_SAT") && op.shape == Op.Shape.BINARY && lane.bits() > 16) continue;
                    for (int n = 0; n < 20; n++) shape(op, t, mask);
                }
            }
    }

    private void shape(Op op, Type t, Type mask) {
        switch (op.shape) {
            case UNARY -> laneWise(op, t, t, null, null, op == Op.FRINT ? random.nextInt(4) : 0);
            case BINARY -> laneWise(op, t, t, t, null, 0);
            case TERNARY -> laneWise(op, t, t, t, t, 0);
            case COMPARE -> laneWise(op, mask, t, t, null, 0);
            case SELECT -> laneWise(op, t, mask, t, t, 0);
            default -> { }
        }
    }

    @Test void conversionsOnVectors() {
        Lane[] integers = {Lane.I8, Lane.I16, Lane.I32, Lane.I64};
        for (int n = 0; n < 50; n++)
            for (int lanes : new int[] {2, 4, 8}) {
                for (int i = 0; i < 3; i++) {
                    Type narrow = new Type(integers[i], lanes), wide = new Type(integers[i + 1], lanes);
                    for (Op op : EnumSet.of(Op.ZEXT, Op.SEXT)) laneWise(op, wide, narrow, null, null, 0);
                    for (Op op : EnumSet.of(Op.TRUNC, Op.TRUNC_SSAT, Op.TRUNC_USAT)) laneWise(op, narrow, wide, null, null, 0);
                }
                for (Lane real : new Lane[] {Lane.F32, Lane.F64})
                    for (Lane integer : new Lane[] {Lane.I32, Lane.I64}) {
                        laneWise(Op.SITOFP, new Type(real, lanes), new Type(integer, lanes), null, null, 0);
                        laneWise(Op.FPTOSI, new Type(integer, lanes), new Type(real, lanes), null, null, random.nextInt(4));
                    }
                laneWise(Op.FPCONV, new Type(Lane.F64, lanes), new Type(Lane.F32, lanes), null, null, 0);
                laneWise(Op.FPCONV, new Type(Lane.F32, lanes), new Type(Lane.F64, lanes), null, null, 0);
            }
    }

    private static final Type BYTES = new Type(Lane.I8, 16), WORDS = new Type(Lane.I16, 8), QUADS = new Type(Lane.I64, 2);
    private static final long LOW = 0x0706_0504_0302_0100L, HIGH = 0x8f8e_8d8c_8b8a_8988L;

    private void check(Value v, long[] a, long[] b, long... expected) {
        assertArrayEquals(expected, evaluate(v, a, b, new long[0]), () -> v.op.name());
    }

    @Test void lanesInAndOut() {
        long[] a = {LOW, HIGH}, none = {};
        check(operation(Op.EXTRACT, Type.I8, BYTES, null, null, 15), a, none, 0x8f);
        check(operation(Op.EXTRACT, Type.I16, WORDS, null, null, 4), a, none, 0x8988);
        check(operation(Op.EXTRACT, Type.I64, QUADS, null, null, 1), a, none, HIGH);
        check(operation(Op.INSERT, WORDS, WORDS, Type.I16, null, 5), a, new long[] {0xffff}, LOW, 0x8f8e_8d8c_ffff_8988L);
        check(operation(Op.SPLAT, WORDS, Type.I16, null, null, 0), new long[] {0x1234}, none, 0x1234_1234_1234_1234L, 0x1234_1234_1234_1234L);
        check(operation(Op.ZERO, QUADS, null, null, null, 0), none, none, 0, 0);
    }

    @Test void bitcastOfShortVectorsIsCanonical() {
        Type pair = new Type(Lane.I8, 2);
        check(operation(Op.BITCAST, Type.I16, pair, null, null, 0), new long[] {0x1234_5678_9abc_def0L}, new long[0], 0xdef0);
        check(operation(Op.BITCAST, QUADS, BYTES, null, null, 0), new long[] {LOW, HIGH}, new long[0], LOW, HIGH);
    }

    @Test void shuffles() {
        long[] a = {LOW, HIGH}, b = {-1, 0};
        check(operation(Op.SHUFFLE, BYTES, BYTES, BYTES, null, 0, 15, 14, 13, 12, 11, 10, 9, 8, 16, 24, 16, 24, 0, 1, 2, 3),
                a, b, 0x8889_8a8b_8c8d_8e8fL, 0x0302_0100_00ff_00ffL);
        Value two = operation(Op.SHUFFLE, new Type(Lane.I16, 2), WORDS, WORDS, null, 0, 7, 8);
        assertEquals(0xffff_8f8eL, evaluate(two, a, b, new long[0])[0] & 0xffff_ffffL);
        check(operation(Op.PERMUTE_BYTES, BYTES, BYTES, BYTES, null, 0), new long[] {LOW, HIGH},
                new long[] {0x800f_7f01_0081_0a0bL, 0x0101_0101_ff01_0101L}, 0x008f_8f01_0000_8a8bL, 0x0101_0101_0001_0101L);
    }

    @Test void masksAndSums() {
        long[] a = {LOW, HIGH}, none = {};
        check(operation(Op.MOVEMASK, Type.I32, BYTES, null, null, 0), a, none, 0xff00);
        check(operation(Op.MOVEMASK, Type.I32, WORDS, null, null, 0), a, none, 0xf0);
        check(operation(Op.MOVEMASK, Type.I32, QUADS, null, null, 0), a, none, 2);
        check(operation(Op.SAD, QUADS, BYTES, BYTES, null, 0), new long[] {LOW, -1}, new long[] {0, 0}, 28, 8 * 255);
        check(operation(Op.SAD, Type.I64, new Type(Lane.I8, 8), new Type(Lane.I8, 8), null, 0), new long[] {0}, new long[] {-1}, 8 * 255);
    }
}
