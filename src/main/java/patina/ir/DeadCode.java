package patina.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * One backward walk that drops what nobody sees: register writes that a later write covers before anything can look (flags above all),
 * and pure operations without a use. Whatever may leave the block in the middle (memory, traps, helpers) sees every register.
 */
final class DeadCode {
    private DeadCode() {}

    static List<Value> eliminate(List<Value> code, Exit exit, Set<Integer> deadAtExit) {
        Set<Value> used = Collections.newSetFromMap(new IdentityHashMap<>());
        exitValue(used, exit);
        Set<Integer> covered = new HashSet<>(deadAtExit);
        List<Value> kept = new ArrayList<>(code.size());
        for (int i = code.size() - 1; i >= 0; i--) {
            Value v = code.get(i);
            switch (v.op) {
                case SET -> { if (!covered.add((int) v.imm)) continue; }
                case GET -> { if (!used.contains(v)) continue; covered.remove((int) v.imm); }
                case GETX -> {
                    if (!used.contains(v)) continue;
                    covered.removeIf(at -> at >= v.imm && at < v.imm + 16 * Builder.INDEXED);
                }
                case SETX -> { }
                default -> {
                    if (v.op.isPure()) { if (!used.contains(v)) continue; }
                    else covered.clear();
                }
            }
            for (Value arg : new Value[] {v.a, v.b, v.c}) if (arg != null) used.add(arg);
            kept.add(v);
        }
        Collections.reverse(kept);
        return kept;
    }

    private static void exitValue(Set<Value> used, Exit exit) {
        if (exit instanceof Exit.Branch b) used.add(b.condition());
        else if (exit instanceof Exit.JumpIndirect j) used.add(j.target());
        else if (exit instanceof Exit.CallIndirect c) used.add(c.target());
        else if (exit instanceof Exit.Return r) used.add(r.target());
    }
}
