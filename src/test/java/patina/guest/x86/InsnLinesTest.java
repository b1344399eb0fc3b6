package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import patina.oracle.Assembler;

/** The lines of insn/integer.lines, whose first lines explain them. -Dlines=FILE takes the lines of another file. */
class InsnLinesTest {
    private static final Map<String, Integer> FLAGS = Map.of("cf", Flags.CARRY_BIT, "pf", Flags.PARITY_BIT, "af", Flags.ADJUST_BIT,
            "zf", Flags.ZERO_BIT, "sf", Flags.SIGN_BIT, "df", Flags.DIRECTION_BIT, "of", Flags.OVERFLOW_BIT);
    private static final Map<String, Long> DEFAULTS = Map.of("rsi", 0x10020L, "rdi", 0x10040L, "rbp", 0x10140L, "rsp", 0x10180L);

    private record Line(String text, String insn, Map<String, String> inputs, Map<String, String> outputs) {
        static Line of(String text) {
            int gap = text.indexOf("   "), arrow = text.indexOf("=>");
            return new Line(text, text.substring(0, gap), values(text.substring(gap, arrow)), values(text.substring(arrow + 2)));
        }
    }

    private static Map<String, String> values(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : text.trim().split(" +")) {
            int equals = word.indexOf('=');
            if (!word.isEmpty()) values.put(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return values;
    }

    @Test void asOneBlock() throws IOException { check(64, false); }

    /** The flags go from one instruction to the next through the state. */
    @Test void oneInstructionABlock() throws IOException { check(1, false); }

    /** Flags that the next instructions overwrite are not left behind. */
    @Test void lookingAhead() throws IOException { check(1, true); }

    private static void check(int limit, boolean looksAhead) throws IOException {
        List<Line> lines = lines();
        List<byte[]> codes = Assembler.assemble(lines.stream().map(Line::insn).toList());
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String complaint = check(lines.get(i), codes.get(i), limit, looksAhead);
            if (!complaint.isEmpty()) wrong.add(lines.get(i).text + "\n    but " + complaint);
        }
        assertEquals("", String.join("\n", wrong.subList(0, Math.min(50, wrong.size()))), wrong.size() + " of " + lines.size());
    }

    private static List<Line> lines() throws IOException {
        String file = System.getProperty("lines");
        try (BufferedReader in = file != null ? Files.newBufferedReader(Path.of(file))
                : new BufferedReader(new InputStreamReader(InsnLinesTest.class.getResourceAsStream("/insn/integer.lines"), StandardCharsets.UTF_8))) {
            return in.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(Line::of).toList();
        }
    }

    /** What is not as the line says, or nothing. */
    private static String check(Line line, byte[] code, int limit, boolean looksAhead) {
        Machine machine = new Machine(code, limit, looksAhead);
        DEFAULTS.forEach((name, v) -> put(machine, name, v));
        line.inputs.forEach((name, v) -> put(machine, name, number(v)));
        Map<String, Long> expected = all(machine, line);
        String raised = null;
        try {
            machine.run();
        } catch (Machine.Raised e) {
            raised = exception(e);
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
        String exception = line.outputs.keySet().stream().filter(name -> name.startsWith("#")).findFirst().orElse(null);
        if (exception != null || raised != null) return String.valueOf(exception).equals(raised) ? "" : String.valueOf(raised);
        line.outputs.forEach((name, v) -> { if (v.equals("?")) expected.remove(name); else expected.put(name, number(v)); });
        Map<String, Long> actual = all(machine, line);
        StringBuilder complaint = new StringBuilder();
        expected.forEach((name, v) -> { if (!v.equals(actual.get(name))) complaint.append(name + "=0x" + Long.toHexString(actual.get(name)) + ' '); });
        return complaint.toString();
    }

    private static String exception(Machine.Raised e) {
        return switch (e.trap) {
            case null -> "#PF";
            case DIVIDE -> "#DE";
            case UNDEFINED -> "#UD";
            case BREAKPOINT -> "#BP";
            case GENERAL_PROTECTION, OVERFLOW, BOUND -> "#GP";
            default -> e.trap.name();
        };
    }

    private static long number(String v) { return v.startsWith("0x") ? Long.parseUnsignedLong(v, 2, v.length(), 16) : Long.parseLong(v); }

    private static void put(Machine machine, String name, long v) {
        if (name.startsWith("[")) machine.store(number(name.substring(1, name.length() - 1)), 8, v);
        else if (FLAGS.containsKey(name)) FlagsWord.write(machine, FlagsWord.read(machine) & ~(1L << FLAGS.get(name)) | v << FLAGS.get(name));
        else machine.setLong(slot(name), v);
    }

    private static int slot(String name) {
        for (int i = 0; i < 16; i++) if (X86State.GPR[i].name().equals(name)) return X86State.GPR[i].offset();
        throw new IllegalArgumentException("no register " + name);
    }

    /** Every register and flag, memory as far as the line names it by overlapping quadwords, and the whole of it besides. */
    private static Map<String, Long> all(Machine machine, Line line) {
        Map<String, Long> values = new HashMap<>();
        for (int i = 0; i < 16; i++) values.put(X86State.GPR[i].name(), machine.getLong(X86State.GPR[i].offset()));
        long word = FlagsWord.read(machine);
        FLAGS.forEach((name, bit) -> values.put(name, word >>> bit & 1));
        boolean[] named = new boolean[Machine.MEMORY_BYTES];
        for (String name : line.outputs.keySet()) {
            if (!name.startsWith("[")) continue;
            long at = number(name.substring(1, name.length() - 1));
            values.put(name, machine.load(at, 8));
            for (int i = 0; i < 8; i++) named[(int) (at - Machine.MEMORY) + i] = true;
        }
        for (int i = 0; i < named.length; i++) if (!named[i]) values.put("byte " + (Machine.MEMORY + i), machine.load(Machine.MEMORY + i, 1));
        return values;
    }
}
