package patina.interp;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Operations in order, a long each: the {@link Kind}, the lane's ordinal, and the frame indices of result and two arguments, for which state
 * offsets may stand. What a third argument is depends on the kind. C1 checks one array access a step, not five.
 */
final class Steps {
    final long[] words;
    final int[] thirds;
    final Value[] values;

    /** The values that {@code mark} picks, which fit {@code count}. */
    Steps(Value[] picked, int count, Layout layout) {
        values = picked;
        words = new long[count];
        thirds = new int[count];
        for (int i = 0; i < count; i++) fill(i, picked[i], layout);
    }

    private void fill(int at, Value v, Layout layout) {
        int kind = Kind.of(v), d = v.frame, a = v.a != null ? v.a.frame : 0, b = v.b != null ? v.b.frame : 0;
        int c = v.c != null ? v.c.frame : v.type.lane().ordinal();
        switch (kind) {
            case Kind.GET64, Kind.GET8, Kind.GET128 -> a = (int) v.imm;
            case Kind.SET64, Kind.SET8, Kind.SET128 -> d = (int) v.imm;
            case Kind.GET -> { a = (int) v.imm; c = v.type.bytes(); }
            case Kind.SET -> { d = (int) v.imm; c = v.a.type.bytes(); }
            case Kind.LOAD -> c = v.type.bytes();
            case Kind.STORE -> c = v.b.type.bytes();
            case Kind.LOAD128, Kind.STORE128 -> c = (int) Math.max(0, v.imm - 1);
            case Kind.PURE, Kind.FLOAT -> {
                if (v.b == null) b = layout.extra(v.imm);
                if (v.c == null) c = layout.extra(v.type.lane().ordinal());
            }
            default -> { }
        }
        if ((d | a | b) >>> 16 != 0) throw new IllegalStateException("a block of more than 65536 values");
        words[at] = kind | lane(v).ordinal() << 8 | d << 16 & 0xffff_ffffL | (long) a << 32 | (long) b << 48;
        thirds[at] = c;
    }

    /** The lane that the meaning is told: the first argument's; TRUNC's is told its result's. */
    private static Lane lane(Value v) {
        if (v.op == Op.SELECT || v.op == Op.TRUNC && v.type.lanes() == 1 && v.a.type.lanes() == 1) return v.type.lane();
        Type t = v.a != null ? v.a.type : v.type;
        return t.lane();
    }
}
