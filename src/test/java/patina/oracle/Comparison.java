package patina.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How two outcomes differ. */
final class Comparison {
    private Comparison() {}

    /**
     * What is looked at of each word. The flags: status and direction. The x87 status word: not C1, which tells of stack faults only.
     */
    private static final long FLAGS = Undefined.STATUS | 0x400, MXCSR = 0xffff, FSW = 0xfdff;

    private static long looked(int word) {
        return switch (word) {
            case State.FLAGS -> FLAGS;
            case State.MXCSR -> MXCSR;
            case State.FSW -> FSW;
            default -> -1;
        };
    }

    /** Null if they do not differ but where {@code undefined} has a bit. */
    static List<String> of(State expected, State actual, long[] undefined) {
        List<String> wrong = null;
        for (int i = 0; i < State.WORDS; i++) {
            if (((expected.words[i] ^ actual.words[i]) & looked(i) & ~undefined[i]) == 0) continue;
            if (wrong == null) wrong = new ArrayList<>();
            wrong.add(State.NAMES[i] + " 0x" + Long.toHexString(expected.words[i]) + " but 0x" + Long.toHexString(actual.words[i]));
        }
        int at = Arrays.mismatch(expected.memory, actual.memory);
        if (at < 0) return wrong;
        if (wrong == null) wrong = new ArrayList<>();
        wrong.add("[0x" + Long.toHexString(Layout.DATA + at) + "] 0x" + Integer.toHexString(expected.memory[at] & 0xff) + " but 0x" + Integer.toHexString(actual.memory[at] & 0xff));
        return wrong;
    }
}
