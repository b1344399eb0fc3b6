package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** x87 instructions against what a CPU did. */
class X87Test {
    private static List<String> lines(String resource) throws IOException {
        String text = new String(X87Test.class.getResourceAsStream(resource).readAllBytes(), StandardCharsets.US_ASCII);
        return text.lines().filter(s -> !s.startsWith("#")).toList();
    }

    /**
     * Random sequences: code | FCW FSW tags ST0,…,ST7 flags memory | the same afterwards. Compared are what the lifter models:
     * registers in use, TOP, C0, C2, C3, SF, tags, FCW, memory, CF PF ZF.
     */
    @Test
    void sequences() throws IOException {
        for (String line : lines("/x87/sequences.txt")) {
            String[] parts = line.split(" \\| ");
            X87Machine machine = new X87Machine();
            load(machine, parts[1].split(" "));
            machine.run(HexFormat.of().parseHex(parts[0]));
            String[] want = parts[2].split(" ");
            assertEquals(masked(want), store(machine, want), line);
        }
    }

    private static void load(X87Machine m, String[] words) {
        m.st.setControl(Integer.parseInt(words[0], 16));
        int status = Integer.parseInt(words[1], 16);
        m.st.setTop(status >> 11);
        m.st.setStatus(status & ~0x3800);
        String[] registers = words[3].split(",");
        for (int i = 0; i < 8; i++) m.st.set(i, number(registers[i]));
        m.st.setTags(Integer.parseInt(words[2], 16));
        int flags = Integer.parseInt(words[4], 16);
        m.trial.setByte(X86State.CF.offset(), (byte) (flags & 1));
        m.trial.setByte(X86State.PARITY.offset(), (byte) (flags >> 2 & 1 ^ 1));
        m.trial.setLong(X86State.ZERO.offset(), flags >> 6 & 1 ^ 1);
        m.trial.setLong(X86State.GPR[X86State.RDI].offset(), Trial.MEMORY);
        byte[] memory = HexFormat.of().parseHex(words[5]);
        for (int i = 0; i < memory.length; i++) m.trial.store(Trial.MEMORY + i, 1, memory[i]);
    }

    private static String store(X87Machine m, String[] want) {
        String[] words = want.clone();
        words[0] = "%04x".formatted(m.st.control());
        words[1] = "%04x".formatted(m.st.status() | m.st.top() << 11);
        words[2] = "%02x".formatted(m.st.tags());
        String[] registers = new String[8];
        for (int i = 0; i < 8; i++) registers[i] = text(m.st, i);
        words[3] = String.join(",", registers);
        boolean even = (Integer.bitCount(m.trial.getByte(X86State.PARITY.offset()) & 0xff) & 1) == 0, zero = m.trial.getLong(X86State.ZERO.offset()) == 0;
        words[4] = Integer.toHexString(m.trial.getByte(X86State.CF.offset()) | (even ? 4 : 0) | (zero ? 0x40 : 0));
        byte[] memory = new byte[want[5].length() / 2];
        for (int i = 0; i < memory.length; i++) memory[i] = (byte) m.trial.load(Trial.MEMORY + i, 1);
        words[5] = HexFormat.of().formatHex(memory);
        return masked(words);
    }

    private static String masked(String[] words) {
        int status = Integer.parseInt(words[1], 16), top = status >> 11 & 7, tags = Integer.parseInt(words[2], 16);
        String[] result = words.clone(), registers = words[3].split(",");
        for (int i = 0; i < 8; i++) if ((tags >> (top + i & 7) & 1) == 0) registers[i] = "empty";
        result[1] = "%04x".formatted(status & (0x3800 | X87Stack.C0 | X87Stack.C2 | X87Stack.C3 | X87Stack.STACK_FAULT | patina.ir.FloatUnit.ALL));
        result[3] = String.join(",", registers);
        return String.join(" ", result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fprem", "fprem1", "fscale", "fxtract"})
    void exactHelpers(String instruction) throws IOException {
        for (String line : lines("/f80/" + instruction + ".txt")) assertEquals(0, distance(instruction, line), line);
    }

    /** The CPU's own result is within one unit in the last place of the true one. */
    @ParameterizedTest
    @ValueSource(strings = {"f2xm1", "fyl2x", "fyl2xp1", "fpatan", "fsin", "fcos", "fptan"})
    void transcendentalHelpers(String instruction) throws IOException {
        for (String line : lines("/f80/" + instruction + ".txt")) assertTrue(distance(instruction, line) <= 1, line);
    }

    /** How far the result is from the line's, in units of the last place; the condition codes have to agree. */
    private static long distance(String instruction, String line) {
        String[] sides = line.split(" => "), words = sides[0].split(" "), want = sides[1].split(" ");
        X87Registers st = new X87Machine().st;
        st.setControl(Integer.parseInt(words[0], 16));
        st.setStatus(X87Stack.C3);
        for (int i = words.length - 1; i > 0; i--) {
            st.push(0, 0);
            st.set(0, number(words[i]));
        }
        X87Helpers helper = X87Helpers.valueOf(instruction.toUpperCase());
        X87Helpers.help(X87Helpers.FIRST + helper.ordinal(), st.cpu);
        boolean partial = (st.status() & X87Stack.C2) != 0;
        if (helper == X87Helpers.FPTAN && !partial) st.pop();
        if (helper == X87Helpers.FPREM || helper == X87Helpers.FPREM1) assertEquals(Integer.parseInt(want[1], 16), st.status() & 0x4700, line);
        if (helper == X87Helpers.FXTRACT) assertEquals(want[1], text(st, 1), line);
        if (helper.name().matches("FSIN|FCOS|FPTAN")) assertEquals(Integer.parseInt(want[1], 16), st.status() & X87Stack.C2, line);
        if (want[0].equals(text(st, 0))) return 0;
        long[] number = number(want[0]);
        return number[1] == st.signExponent(0) ? Math.abs(number[0] - st.significand(0)) : Long.MAX_VALUE;
    }

    private static long[] number(String text) {
        int colon = text.indexOf(':');
        return new long[] {Long.parseUnsignedLong(text, colon + 1, text.length(), 16), Long.parseLong(text, 0, colon, 16)};
    }

    private static String text(X87Registers st, int i) { return "%04x:%016x".formatted(st.signExponent(i), st.significand(i)); }
}
