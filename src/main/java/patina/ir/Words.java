package patina.ir;

/**
 * The commonest integer rows on vectors a whole word of lanes at a time, for {@link Evaluate}: string functions live on them. Says nothing
 * new: each equals the row's meaning lane by lane, which the tests check.
 */
final class Words {
    private Words() {}

    /** Computes {@code v}, an operation on vectors, or returns false. */
    static boolean apply(Value v, long[] f) {
        Type t = v.a.type;
        if (!fits(v, t)) return false;
        int width = t.lane().bits();
        long tops = switch (width) { case 8 -> 0x8080_8080_8080_8080L; case 16 -> 0x8000_8000_8000_8000L; case 32 -> 0x8000_0000_8000_0000L; default -> Long.MIN_VALUE; };
        int a = v.a.frame, d = v.frame, n = t.words();
        switch (v.op) {
            case NOT -> { for (int i = 0; i < n; i++) f[d + i] = ~f[a + i]; }
            case MOVEMASK -> f[d] = bytesMask(v, f);
            case SELECT -> { for (int i = 0; i < n; i++) f[d + i] = choose(spread(f[a + i] & tops, width), f[v.b.frame + i], f[v.c.frame + i]); }
            case AND, OR, XOR, ADD, SUB, EQ, NE, ULT, SLT, UMIN, UMAX, SMIN, SMAX -> {
                for (int i = 0; i < n; i++) f[d + i] = word(v.op, f[a + i], f[v.b.frame + i], tops, width);
            }
            default -> { return false; }
        }
        return true;
    }

    /** Arguments of one shape, of integers; SELECT looks at its mask's top bits only. */
    private static boolean fits(Value v, Type t) {
        if (v.op == Op.MOVEMASK) return t.lane() == Lane.I8;
        if (t.lanes() == 1 || v.b != null && v.b.type.lanes() != t.lanes()) return false;
        return v.op == Op.SELECT ? v.type.bits() == t.bits() : !t.lane().isFloat();
    }

    private static long word(Op op, long a, long b, long tops, int width) {
        return switch (op) {
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case ADD -> (a & ~tops) + (b & ~tops) ^ (a ^ b) & tops;
            case SUB -> difference(a, b, tops);
            case EQ -> ~spread(differing(a ^ b, tops), width);
            case NE -> spread(differing(a ^ b, tops), width);
            case ULT -> spread(less(a, b, tops), width);
            case SLT -> spread(less(a ^ tops, b ^ tops, tops), width);
            case UMIN -> choose(spread(less(a, b, tops), width), a, b);
            case UMAX -> choose(spread(less(a, b, tops), width), b, a);
            case SMIN -> choose(spread(less(a ^ tops, b ^ tops, tops), width), a, b);
            case SMAX -> choose(spread(less(a ^ tops, b ^ tops, tops), width), b, a);
            default -> throw new IllegalStateException(op.name());
        };
    }

    private static long difference(long a, long b, long tops) { return (a | tops) - (b & ~tops) ^ (a ^ ~b) & tops; }

    /** Top bits of the lanes that are not zero. */
    private static long differing(long x, long tops) { return ((x & ~tops) + ~tops | x) & tops; }

    /** Top bits of the lanes where a - b borrows. */
    private static long less(long a, long b, long tops) { return (~a & b | (~a | b) & difference(a, b, tops)) & tops; }

    /** Each lane all ones where its top bit is set; the others are zero. */
    private static long spread(long tops, int width) { return (width == 64 ? 0 : tops << 1) - (tops >>> width - 1); }

    private static long choose(long mask, long a, long b) { return a & mask | b & ~mask; }

    /** The top bits of 8 bytes are gathered by a multiplication without carries. */
    private static long bytesMask(Value v, long[] f) {
        long mask = 0;
        for (int i = 0; i < v.a.type.words(); i++)
            mask |= ((f[v.a.frame + i] >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L >>> 56) << 8 * i;
        return v.a.type.lanes() < 8 ? mask & (1L << v.a.type.lanes()) - 1 : mask;
    }
}
