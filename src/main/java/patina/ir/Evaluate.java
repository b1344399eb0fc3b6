package patina.ir;

/** Applies pure and floating-point operations to whole values that lie in a frame of longs: value v in words v.frame … v.frame + v.type.words() - 1. */
public final class Evaluate {
    private Evaluate() {}

    /** Computes {@code v}, which must not be floating point, from its arguments in {@code f} and stores it there. */
    public static void apply(Value v, long[] f) { apply(v, f, null); }

    /** Raises flags in the environment; where exceptions are not masked, {@link Environment#settle} has to follow. */
    public static void apply(Value v, long[] f, Environment e) {
        Type t = v.type;
        switch (v.op.shape) {
            case CONSTANT -> { f[v.frame] = v.imm; for (int i = 1; i < t.words(); i++) f[v.frame + i] = 0; }
            case VECTOR -> { if (v.op != Op.MOVEMASK || !Words.apply(v, f)) vector(v, f); }
            default -> {
                if (t.lane() == Lane.F80 || v.a.type.lane() == Lane.F80) { F80.apply(v, f, e); return; }
                if (t.isVector()) { if (!Words.apply(v, f)) lanewise(v, f, e); return; }
                f[v.frame] = lane(v, f[v.a.frame], 0, f, laneOf(v), e);
            }
        }
    }

    private static Lane laneOf(Value v) { return v.op.shape == Op.Shape.SELECT ? v.type.lane() : v.a.type.lane(); }

    /** One lane's result, a being the first argument's. */
    private static long lane(Value v, long a, int i, long[] f, Lane w, Environment e) {
        return v.op.floating != null ? v.op.floating.apply(a, second(v, i, f), third(v, i, f), w, e.vector)
                : v.op.meaning.apply(a, second(v, i, f), third(v, i, f), w);
    }

    private static void lanewise(Value v, long[] f, Environment e) {
        Type t = v.type;
        Lane w = laneOf(v);
        long ones = t.lane().wrap(-1);
        for (int i = 0; i < t.lanes(); i++) {
            long a = lane(f, v.a, i);
            if (v.op.shape == Op.Shape.SELECT) a = a >>> (v.a.type.lane().bits() - 1);
            long r = lane(v, a, i, f, w, e);
            put(f, v, i, v.op.shape == Op.Shape.COMPARE && r != 0 ? ones : r);
        }
    }

    /** Second argument: a value, or imm (the rounding mode) where there is none. */
    private static long second(Value v, int i, long[] f) { return v.b == null ? v.imm : lane(f, v.b, i); }

    /** Third argument: a value, or the ordinal of the result lane for conversions. */
    private static long third(Value v, int i, long[] f) { return v.c == null ? v.type.lane().ordinal() : lane(f, v.c, i); }

    private static void vector(Value v, long[] f) {
        Type t = v.type;
        switch (v.op) {
            case BITCAST -> {
                System.arraycopy(f, v.a.frame, f, v.frame, t.words());
                if (t.bits() < 64) f[v.frame] &= (1L << t.bits()) - 1;   // a short vector's word may hold anything above its lanes
            }
            case EXTRACT -> f[v.frame] = lane(f, v.a, (int) v.imm);
            case INSERT -> {
                System.arraycopy(f, v.a.frame, f, v.frame, t.words());
                put(f, v, (int) v.imm, f[v.b.frame]);
            }
            case SPLAT -> { for (int i = 0; i < t.lanes(); i++) put(f, v, i, f[v.a.frame]); }
            case SHUFFLE -> {
                int n = v.a.type.lanes();
                for (int i = 0; i < t.lanes(); i++) put(f, v, i, v.mask[i] < n ? lane(f, v.a, v.mask[i]) : lane(f, v.b, v.mask[i] - n));
            }
            case PERMUTE_BYTES -> {
                int span = Math.min(16, t.lanes());
                for (int i = 0; i < t.lanes(); i++) {
                    int from = (int) lane(f, v.b, i);
                    put(f, v, i, (from & 0x80) != 0 ? 0 : lane(f, v.a, i / span * span + (from & span - 1)));
                }
            }
            case MOVEMASK -> {
                long mask = 0;
                int top = v.a.type.lane().bits() - 1;
                for (int i = 0; i < v.a.type.lanes(); i++) mask |= (lane(f, v.a, i) >>> top & 1) << i;
                f[v.frame] = mask;
            }
            case SAD -> {
                for (int i = 0; i < t.lanes(); i++) {
                    long sum = 0;
                    for (int j = 8 * i; j < 8 * i + 8; j++) sum += Math.abs(lane(f, v.a, j) - lane(f, v.b, j));
                    put(f, v, i, sum);
                }
            }
            default -> throw new IllegalStateException(v.op + " is not a vector operation");
        }
    }

    /** Lane i of a value in the frame. A scalar's only lane serves for every i. */
    static long lane(long[] f, Value v, int i) {
        Type t = v.type;
        if (t.lanes() == 1) return f[v.frame];
        int at = i * t.lane().bits();
        return t.lane().wrap(f[v.frame + (at >>> 6)] >>> at);
    }

    private static void put(long[] f, Value v, int i, long x) {
        Lane w = v.type.lane();
        if (w.bits() == 64 || v.type.lanes() == 1) { f[v.frame + (v.type.lanes() == 1 ? 0 : i)] = x; return; }
        int at = i * w.bits(), word = v.frame + (at >>> 6);
        long mask = w.wrap(-1) << at;
        f[word] = f[word] & ~mask | x << at & mask;
    }
}
