package patina.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One backward walk that drops what nobody sees: register writes that a later write covers before anything can look (flags above all),
 * and pure operations without a use. Whatever may leave the block in the middle (memory, traps) sees every register.
 */
final class DeadCode {
    private DeadCode() {}

    private static final int USED = 1;

    static List<Value> eliminate(List<Value> code, Exit exit) {
        use(value(exit));
        Offsets covered = new Offsets();
        List<Value> kept = new ArrayList<>(code.size());
        for (int i = code.size() - 1; i >= 0; i--) {
            Value v = code.get(i);
            boolean pure = v.op.isPure();
            if ((pure || v.op == Op.GET || v.op == Op.GETX) && v.mark != USED) continue;
            if (!pure && !outlives(v, covered)) continue;
            use(v.a);
            use(v.b);
            use(v.c);
            kept.add(v);
        }
        Collections.reverse(kept);
        return kept;
    }

    /** Notes what an operation on the state or with an effect does to what later writes cover; false: it is a write that is covered itself. */
    private static boolean outlives(Value v, Offsets covered) {
        if (v.op == Op.SET) return covered.add((int) v.imm);
        if (v.op == Op.GET) covered.remove((int) v.imm, (int) v.imm + 1);
        else if (v.op == Op.GETX) covered.remove((int) v.imm, (int) v.imm + 16 * Builder.INDEXED);
        else if (v.op != Op.SETX) covered.clear();
        return true;
    }

    private static void use(Value v) { if (v != null) v.mark = USED; }

    /** The value that decides where the exit leads, or null. */
    private static Value value(Exit exit) {
        if (exit instanceof Exit.Branch b) return b.condition();
        if (exit instanceof Exit.JumpIndirect j) return j.target();
        if (exit instanceof Exit.CallIndirect c) return c.target();
        return exit instanceof Exit.Return r ? r.target() : null;
    }
}
