package patina.oracle;

import java.util.Arrays;

/** Makes a case that fails smaller while it fails. */
final class Shrink {
    private Shrink() {}

    private static final byte CMP_AL = 0x3c;

    static Case shrink(Case c, Judge judge) {
        for (int i = c.pieces().size() - 1; i >= 0 && c.pieces().size() > 1; i--) {
            Case less = c.without(i);
            if (!leaks(less) && judge.differences(less) != null) c = less;
        }
        State initial = Lines.defaults();
        for (int i = 0; i < State.WORDS; i++) {
            boolean control = i == State.MXCSR || i == State.FCW || i == State.FSW || i == State.FTW;
            if (control) {
                long old = c.before().words[i];
                c.before().words[i] = initial.words[i];
                if (judge.differences(c) == null) c.before().words[i] = old;
                continue;
            }
            if (i == State.FLAGS) continue;
            for (long simple : new long[] {initial.words[i], 1, -1}) {
                long old = c.before().words[i];
                if (old == simple || old == 1) break;
                c.before().words[i] = simple;
                if (judge.differences(c) != null) break;
                c.before().words[i] = old;
            }
        }
        for (int bit : Lines.FLAG_BITS) {
            c.before().words[State.FLAGS] ^= 1L << bit;
            if ((c.before().words[State.FLAGS] >> bit & 1) == 1 || judge.differences(c) == null) c.before().words[State.FLAGS] ^= 1L << bit;
        }
        byte[] memory = c.before().memory;
        for (int size = memory.length; size >= 8; size /= 4) {
            for (int at = 0; at < memory.length; at += size) {
                byte[] old = Arrays.copyOfRange(memory, at, at + size);
                Arrays.fill(memory, at, at + size, (byte) 0);
                if (judge.differences(c) == null) System.arraycopy(old, 0, memory, at, size);
            }
        }
        return c;
    }

    /** Whether undefined flags would flow on. */
    private static boolean leaks(Case c) {
        for (int i = 0; i + 1 < c.pieces().size(); i++)
            if (Undefined.mayLeave(c.pieces().get(i).insn()) && c.pieces().get(i + 1).bytes()[0] != CMP_AL) return true;
        return false;
    }
}
