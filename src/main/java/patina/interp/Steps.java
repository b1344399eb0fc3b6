package patina.interp;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** Operations in order, {@value #WIDTH} ints each: the {@link Kind} with the lane's ordinal above it, and frame indices of result and arguments. */
final class Steps {
    static final int WIDTH = 5;

    final int[] words;
    final Value[] values;

    /** The values that {@code mark} picks, which fit {@code count}. */
    Steps(Value[] picked, int count, Layout layout) {
        values = picked;
        words = new int[WIDTH * count];
        for (int i = 0; i < count; i++) fill(WIDTH * i, picked[i], layout);
    }

    private void fill(int at, Value v, Layout layout) {
        int kind = Kind.of(v);
        words[at] = kind | lane(v).ordinal() << 8;
        words[at + 1] = v.frame;
        words[at + 2] = v.a != null ? v.a.frame : 0;
        words[at + 3] = v.b != null ? v.b.frame : 0;
        words[at + 4] = v.c != null ? v.c.frame : v.type.lane().ordinal();
        switch (kind) {
            case Kind.GET64, Kind.GET8, Kind.GET128 -> words[at + 2] = (int) v.imm;
            case Kind.SET64, Kind.SET8, Kind.SET128 -> words[at + 1] = (int) v.imm;
            case Kind.GET -> { words[at + 2] = (int) v.imm; words[at + 4] = v.type.bytes(); }
            case Kind.SET -> { words[at + 1] = (int) v.imm; words[at + 4] = v.a.type.bytes(); }
            case Kind.LOAD -> words[at + 4] = v.type.bytes();
            case Kind.STORE -> words[at + 4] = v.b.type.bytes();
            case Kind.LOAD128, Kind.STORE128 -> words[at + 4] = (int) Math.max(0, v.imm - 1);
            case Kind.PURE, Kind.FLOAT -> {
                if (v.b == null) words[at + 3] = layout.extra(v.imm);
                if (v.c == null) words[at + 4] = layout.extra(v.type.lane().ordinal());
            }
            default -> { }
        }
    }

    /** The lane that the meaning is told: the first argument's; TRUNC's is told its result's. */
    private static Lane lane(Value v) {
        if (v.op == Op.SELECT || v.op == Op.TRUNC && v.type.lanes() == 1 && v.a.type.lanes() == 1) return v.type.lane();
        Type t = v.a != null ? v.a.type : v.type;
        return t.lane();
    }
}
