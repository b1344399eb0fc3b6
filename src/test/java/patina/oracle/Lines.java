package patina.oracle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Test lines: {@code insn   inputs => outputs   # bytes}. Instructions, separated by semicolons, are LLVM's assembler's, or the bytes' if there
 * are any (then they are only text). Inputs and outputs are {@code name=value}: a register, a flag, xmm1, mm0 (with it all MMX registers are in use),
 * [address] for the quadword there; outputs also {@code =?} for what is undefined, or the exception that is raised instead: #DE, #UD, #GP (page
 * faults too), #XM (floating point), #GP@3 where it has to be raised by the instruction at offset 3. Inputs that are not named are as in {@link #defaults}; what outputs do not name stays as it was.
 */
final class Lines {
    private Lines() {}

    static final String[] FLAGS = {"cf", "pf", "af", "zf", "sf", "df", "of"};
    static final int[] FLAG_BITS = {0, 2, 4, 6, 7, 10, 11};
    private static final int MMX_IN_USE = 0xff;

    /**
     * @param undefined the words' bits that are not looked at
     * @param exception null: none
     */
    record Line(String text, byte[] code, State before, State after, long[] undefined, String exception) {}

    static State defaults() {
        State s = new State();
        s.words[State.RSI] = 0x10020;
        s.words[State.RDI] = 0x10040;
        s.words[State.RBP] = 0x10140;
        s.words[State.RSP] = 0x10180;
        return s;
    }

    // ---- reading

    /** The lines of a resource, or of a file. */
    static List<Line> read(String name) {
        try (BufferedReader in = Files.exists(Path.of(name)) ? Files.newBufferedReader(Path.of(name))
                : new BufferedReader(new InputStreamReader(Lines.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return parse(in.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Line> parse(List<String> texts) {
        List<byte[]> assembled = Assembler.assemble(texts.stream().map(text -> bytes(text) == null ? insn(text) : "").toList());
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            byte[] bytes = bytes(texts.get(i));
            lines.add(parse(texts.get(i), bytes != null ? bytes : assembled.get(i)));
        }
        return lines;
    }

    private static String insn(String text) { return text.substring(0, text.indexOf("  ")); }

    private static byte[] bytes(String text) {
        int hash = text.lastIndexOf("# ");
        return hash < 0 ? null : HexFormat.of().parseHex(text.substring(hash + 2).replace(" ", ""));
    }

    private static Line parse(String text, byte[] code) {
        int arrow = text.indexOf("=>"), hash = text.lastIndexOf("# ");
        State before = defaults();
        long[] undefined = new long[State.WORDS];
        if (text.substring(0, arrow).contains(" mm")) useMmx(before);
        for (String word : text.substring(insn(text).length(), arrow).strip().split(" +")) if (!word.isEmpty()) put(before, word, undefined);
        State after = before.copy();
        String exception = null;
        for (String word : text.substring(arrow + 2, hash < 0 ? text.length() : hash).strip().split(" +")) {
            if (word.startsWith("#")) exception = word;
            else if (!word.isEmpty()) put(after, word, undefined);
        }
        return new Line(text, code, before, after, undefined, exception);
    }

    private static void useMmx(State s) {
        s.words[State.FTW] = MMX_IN_USE;
        for (int i = 0; i < 8; i++) s.words[State.ST + 2 * i + 1] = 0xffff;
    }

    private static void put(State s, String word, long[] undefined) {
        int equals = word.indexOf('=');
        String name = word.substring(0, equals), v = word.substring(equals + 1);
        for (int i = 0; i < FLAGS.length; i++) {
            if (!FLAGS[i].equals(name)) continue;
            long bit = 1L << FLAG_BITS[i];
            if (v.equals("?")) undefined[State.FLAGS] |= bit;
            else s.words[State.FLAGS] = s.words[State.FLAGS] & ~bit | (v.equals("1") ? bit : 0);
            return;
        }
        if (name.startsWith("[")) {
            int at = (int) (number(name.substring(1, name.length() - 1)) - Layout.DATA);
            for (int i = 0; i < 8; i++) s.memory[at + i] = (byte) (number(v) >>> 8 * i);
        } else if (name.startsWith("xmm")) {
            int at = State.XMM + 2 * Integer.parseInt(name.substring(3));
            s.words[at] = number("0x" + v.substring(Math.max(2, v.length() - 16)));
            s.words[at + 1] = v.length() > 18 ? number(v.substring(0, v.length() - 16)) : 0;
        } else {
            int at = name.startsWith("mm") ? State.ST + 2 * Integer.parseInt(name.substring(2)) : List.of(State.NAMES).indexOf(name);
            if (at < 0) throw new IllegalArgumentException("no register " + name);
            if (v.equals("?")) undefined[at] = -1; else s.words[at] = number(v);
        }
    }

    private static long number(String v) { return v.startsWith("0x") ? Long.parseUnsignedLong(v, 2, v.length(), 16) : Long.parseLong(v); }

    // ---- writing

    /** A line for instructions that took {@code before} to {@code after}, or raised {@code exception}. */
    static String toText(String insn, byte[] code, State before, State after, int undefinedFlags, String exception) {
        StringBuilder s = new StringBuilder(insn).append("  ");
        State defaults = defaults();
        boolean mmx = before.words[State.FTW] == MMX_IN_USE;
        for (int i = 0; i < 8; i++) mmx &= before.words[State.ST + 2 * i + 1] == 0xffff;
        if (mmx) useMmx(defaults);
        int start = s.length();
        values(s, before, defaults, 0, mmx);
        if (mmx && s.indexOf(" mm", start) < 0) s.append(" mm0=0");
        s.append(" =>");
        if (exception != null) s.append(' ').append(exception);
        else values(s, after, before, undefinedFlags, mmx);
        return s.append("   # ").append(HexFormat.ofDelimiter(" ").formatHex(code)).toString();
    }

    private static void values(StringBuilder s, State of, State from, int undefined, boolean mmx) {
        for (int i = 0; i < State.WORDS; i++) {
            if (i == State.FLAGS) flags(s, of, from, undefined);
            else if (i == State.XMM) i = wide(s, of, from);
            else if (of.words[i] != from.words[i]) s.append(' ').append(name(i, mmx)).append('=').append(text(of.words[i]));
        }
        for (int at = 0; at < of.memory.length; at += 8) {
            long v = word(of.memory, at);
            if (v != word(from.memory, at)) s.append(" [0x" + Long.toHexString(Layout.DATA + at) + "]=" + text(v));
        }
    }

    private static String name(int word, boolean mmx) {
        return mmx && word >= State.ST && (word - State.ST) % 2 == 0 ? "mm" + (word - State.ST) / 2 : State.NAMES[word];
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

    private static String text(long v) { return v >= 0 && v < 10 ? Long.toString(v) : "0x" + Long.toHexString(v); }
}
