package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import patina.ir.Block;

/**
 * The lines of insn/sse.lines, as an Intel CPU answered them: {@code insn inputs => outputs # bytes}. What the outputs do not name stays as it was.
 * -Dlines=FILE takes the lines of another file.
 */
class SseLinesTest {
    private static final String[] NAMES = {"rax", "rcx", "rdx"};
    private final Map<String, Block> blocks = new HashMap<>();

    @Test void lines() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        try (BufferedReader lines = open()) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.isBlank() || line.startsWith("#")) continue;
                count++;
                String complaint = check(line);
                if (complaint != null) wrong.add(complaint + "\n    " + line);
            }
        }
        assertEquals("", String.join("\n", wrong.subList(0, Math.min(200, wrong.size()))), wrong.size() + " of " + count);
    }

    private static BufferedReader open() throws IOException {
        String file = System.getProperty("lines");
        return file != null ? Files.newBufferedReader(Path.of(file))
                : new BufferedReader(new InputStreamReader(SseLinesTest.class.getResourceAsStream("/insn/sse.lines"), StandardCharsets.UTF_8));
    }

    private String check(String line) {
        int hash = line.indexOf('#'), arrow = line.indexOf("=>");
        String bytes = line.substring(hash + 1).replace(" ", "");
        Trial trial = new Trial();
        trial.setLong(X86State.GPR[X86State.RSI].offset(), Trial.MEMORY);
        trial.setLong(X86State.GPR[X86State.RDI].offset(), Trial.MEMORY);
        trial.setLong(X86State.ZERO.offset(), 1);
        Map<String, BigInteger> inputs = values(line.substring(0, arrow)), outputs = values(line.substring(arrow + 2, hash));
        inputs.forEach((name, v) -> put(trial, name, v));
        Map<String, BigInteger> expected = all(trial);
        expected.putAll(outputs);
        try {
            trial.run(blocks.computeIfAbsent(bytes, b -> Trial.lift(Trial.decode(HexFormat.of().parseHex(b)))));
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
        Map<String, BigInteger> actual = all(trial);
        expected.keySet().removeIf(name -> name.length() == 2 && !outputs.containsKey(name));
        StringBuilder complaint = new StringBuilder();
        expected.forEach((name, v) -> { if (!v.equals(actual.get(name))) complaint.append(name + "=0x" + actual.get(name).toString(16) + ' '); });
        return complaint.isEmpty() ? null : complaint.toString();
    }

    static Map<String, BigInteger> values(String text) {
        Map<String, BigInteger> values = new TreeMap<>();
        for (String word : text.split("\\s+")) {
            int equals = word.indexOf("=");
            if (equals < 0) continue;
            String v = word.substring(equals + 1);
            values.put(word.substring(0, equals), v.startsWith("0x") ? new BigInteger(v.substring(2), 16) : new BigInteger(v));
        }
        return values;
    }

    static void put(Trial trial, String name, BigInteger v) {
        long low = v.longValue(), high = v.shiftRight(64).longValue();
        if (name.startsWith("xmm")) {
            int at = X86State.XMM[Integer.parseInt(name.substring(3))].offset();
            trial.setLong(at, low);
            trial.setLong(at + 8, high);
        } else if (name.startsWith("[rsi")) {
            long at = Trial.MEMORY + (name.length() > 5 ? 16 : 0);
            trial.store(at, 8, low);
            trial.store(at + 8, 8, high);
        } else if (name.startsWith("mm")) trial.setLong(X86State.MMX[Integer.parseInt(name.substring(2))].offset(), low);
        else trial.setLong(X86State.GPR[List.of(NAMES).indexOf(name)].offset(), low);
    }

    static Map<String, BigInteger> all(Trial trial) {
        Map<String, BigInteger> values = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            int at = X86State.XMM[i].offset();
            values.put("xmm" + i, number(trial.getLong(at + 8), trial.getLong(at)));
            values.put(NAMES[i], number(0, trial.getLong(X86State.GPR[i].offset())));
        }
        for (int i = 0; i < 2; i++) values.put("mm" + i, number(0, trial.getLong(X86State.MMX[i].offset())));
        values.put("[rsi]", number(trial.load(Trial.MEMORY + 8, 8), trial.load(Trial.MEMORY, 8)));
        values.put("[rsi+16]", number(trial.load(Trial.MEMORY + 24, 8), trial.load(Trial.MEMORY + 16, 8)));
        flags(trial, values);
        return values;
    }

    private static void flags(Trial trial, Map<String, BigInteger> values) {
        values.put("cf", bit(trial.getByte(X86State.CF.offset()) != 0));
        values.put("of", bit(trial.getByte(X86State.OF.offset()) != 0));
        values.put("zf", bit(trial.getLong(X86State.ZERO.offset()) == 0));
        values.put("sf", bit(trial.getLong(X86State.SIGN.offset()) < 0));
        values.put("pf", bit((Integer.bitCount(trial.getByte(X86State.PARITY.offset()) & 0xff) & 1) == 0));
        values.put("af", bit((trial.getByte(X86State.ADJUST.offset()) & 0x10) != 0));
    }

    private static BigInteger bit(boolean b) { return b ? BigInteger.ONE : BigInteger.ZERO; }

    private static BigInteger number(long high, long low) {
        return new BigInteger(1, java.nio.ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }
}
