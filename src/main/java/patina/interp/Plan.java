package patina.interp;

import patina.guest.Guest;
import patina.ir.Offsets;
import patina.ir.Op;
import patina.ir.Value;

/**
 * Which operations of a block have to be done when, found by one walk backwards. MAIN: always. TAIL: they only serve flags that the block
 * leaves behind, and wait until it is clear whether the next block overwrites these without looking. LAZY: they only serve registers and
 * flags that the block itself overwrites further on; nobody can see them unless something in between faults, and then
 * {@link Interpreter} makes up for them from the frame, which keeps every value.
 */
public final class Plan {
    static final int LAZY = 0, TAIL = 1, MAIN = 2;

    private final int[] flags;
    /** Of the block planned last: the flags that its TAIL writes, and those that it overwrites without looking; a bit each. */
    int tailFlags, overwritten;
    /** How many operations are MAIN, TAIL. */
    int main, tail;

    public Plan(Guest guest) {
        flags = new int[guest.flags().size()];
        for (int i = 0; i < flags.length; i++) flags[i] = guest.flags().get(i);
    }

    /** Marks every value. */
    void plan(Value[] code, Value exitValue) {
        for (Value v : code) v.mark = LAZY;
        if (exitValue != null) need(exitValue, MAIN);
        Offsets covered = new Offsets();
        int read = 0;
        tailFlags = overwritten = main = tail = 0;
        for (int i = code.length - 1; i >= 0; i--) {
            Value v = code[i];
            switch (v.op) {
                case SET -> {
                    int flag = flag((int) v.imm);
                    boolean first = covered.add((int) v.imm);
                    if (first) v.mark = (flag & ~read) != 0 ? TAIL : MAIN;
                    if (v.mark == TAIL) tailFlags |= flag;
                    overwritten |= flag;
                }
                case GET -> {
                    v.mark = MAIN;
                    covered.remove((int) v.imm, (int) v.imm + 1);
                    int flag = flag((int) v.imm);
                    read |= flag;
                    overwritten &= ~flag;
                }
                case GETX, SETX, EXIT_IF -> {   // flags may be looked at, or registers that have no slot of their own touched
                    v.mark = MAIN;
                    covered.clear();
                    read = -1;
                    overwritten = 0;
                }
                default -> { if (!v.op.isPure()) v.mark = MAIN; }
            }
            if (v.mark == LAZY || v.op.shape == Op.Shape.CONSTANT) continue;
            if (Kind.alias(v) < 0) { if (v.mark == MAIN) main++; else tail++; }
            need(v.a, v.mark);
            need(v.b, v.mark);
            need(v.c, v.mark);
        }
    }

    private static void need(Value v, int when) { if (v != null && v.mark < when) v.mark = when; }

    /** The flag's bit, or 0. */
    private int flag(int offset) {
        for (int i = 0; i < flags.length; i++) if (flags[i] == offset) return 1 << i;
        return 0;
    }
}
