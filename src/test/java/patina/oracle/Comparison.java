package patina.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How two outcomes differ. */
final class Comparison {
    private Comparison() {}

    /**
     * What is looked at of each word. The flags: status and direction. MXCSR and the x87 status word: not their exception flags, which the
     * interpreter does not keep, nor C1.
     */
    private static final long FLAGS = Undefined.STATUS | 0x400, MXCSR = 0xffc0, FSW = 0x7d00;

    private static long looked(int word) {
        return switch (word) {
            case State.FLAGS -> FLAGS;
            case State.MXCSR -> MXCSR;
            case State.FSW -> FSW;
            default -> -1;
        };
    }

    /** Makes a NaN of {@code actual} that stands where {@code expected} has another the same, in the vector and x87 registers. */
    static void unifyNaNs(State expected, State actual) {
        for (int i = State.XMM; i < State.ST; i++) {
            long a = expected.words[i], b = actual.words[i];
            if (Double.isNaN(Double.longBitsToDouble(a)) && Double.isNaN(Double.longBitsToDouble(b))) actual.words[i] = a;
            else actual.words[i] = lane(a, b) | lane(a >>> 32, b >>> 32) << 32;
        }
        for (int i = State.ST; i < State.WORDS; i += 2) if (isNaN(expected, i) && isNaN(actual, i)) System.arraycopy(expected.words, i, actual.words, i, 2);
    }

    private static long lane(long a, long b) {
        return (Float.isNaN(Float.intBitsToFloat((int) a)) && Float.isNaN(Float.intBitsToFloat((int) b)) ? a : b) & 0xffff_ffffL;
    }

    private static boolean isNaN(State s, int i) { return (s.words[i + 1] & 0x7fff) == 0x7fff && s.words[i] << 1 != 0; }

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
