package patina.oracle;

import java.util.HexFormat;

/** Test lines: {@code insn   inputs => outputs   # bytes}. */
final class Lines {
    private Lines() {}

    static final String[] FLAGS = {"cf", "pf", "af", "zf", "sf", "df", "of"};
    static final int[] FLAG_BITS = {0, 2, 4, 6, 7, 10, 11};

    /** A case as a line, with what the judge's reference made of it. */
    static String toText(Case c, Judge judge) {
        State before = c.before(), after = judge.expected();
        StringBuilder s = new StringBuilder(c.text()).append("  ");
        values(s, before, new State(), before, 0);
        s.append(" =>");
        if (judge.expectedRaised() != null) s.append(' ').append(judge.expectedRaised().exception());
        else values(s, after, before, after, judge.undefinedFlags());
        return s.append("   # ").append(HexFormat.ofDelimiter(" ").formatHex(c.code())).toString();
    }

    private static void values(StringBuilder s, State of, State from, State to, int undefined) {
        for (int i = 0; i < State.WORDS; i++) {
            if (i == State.FLAGS) flags(s, of, from, undefined);
            else if (i == State.XMM) i = wide(s, of, from);
            else if (of.words[i] != from.words[i]) s.append(' ').append(State.NAMES[i]).append('=').append(number(of.words[i]));
        }
        for (int at = 0; at < of.memory.length; at += 8) {
            long v = word(of.memory, at);
            if (v != word(from.memory, at)) s.append(" [0x" + Long.toHexString(Layout.DATA + at) + "]=" + number(v));
        }
    }

    private static int wide(StringBuilder s, State of, State from) {
        for (int i = 0; i < 16; i++) {
            int at = State.XMM + 2 * i;
            if (of.words[at] == from.words[at] && of.words[at + 1] == from.words[at + 1]) continue;
            s.append(" xmm" + i + "=0x" + HexFormat.of().toHexDigits(of.words[at + 1]) + HexFormat.of().toHexDigits(of.words[at]));
        }
        return State.ST - 1;
    }

    private static void flags(StringBuilder s, State of, State from, int undefined) {
        for (int i = 0; i < FLAGS.length; i++) {
            int bit = 1 << FLAG_BITS[i];
            if ((undefined & bit) != 0) s.append(' ').append(FLAGS[i]).append("=?");
            else if (((of.words[State.FLAGS] ^ from.words[State.FLAGS]) & bit) != 0) s.append(' ').append(FLAGS[i]).append((of.words[State.FLAGS] & bit) != 0 ? "=1" : "=0");
        }
    }

    static long word(byte[] memory, int at) {
        long v = 0;
        for (int i = 7; i >= 0; i--) v = v << 8 | memory[at + i] & 0xff;
        return v;
    }

    static String number(long v) { return v >= 0 && v < 10 ? Long.toString(v) : "0x" + Long.toHexString(v); }
}
