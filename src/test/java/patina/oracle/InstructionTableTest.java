package patina.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import patina.cli.InstructionRow;
import patina.guest.x86.Decoder;
import patina.guest.x86.Insn;
import patina.guest.x86.Instructions;
import patina.guest.x86.Mnemonic;

/**
 * Holds what {@code doctor --instructions} says of tests, the resource {@code patina/cli/instructions.txt}, against the tests.
 * {@code bin/test -Dtest=InstructionTableTest -Dpatina.instructions.write=true} writes it anew.
 */
class InstructionTableTest {
    private static final Path TABLE = Path.of("src/main/resources/patina/cli/instructions.txt"), INSNS = Path.of("src/test/resources/insn"),
            SEQUENCES = Path.of("src/test/resources/x87/sequences.txt"), SOURCES = Path.of("src/test");

    /** Tests of what has no lines and is not drawn at random: files below src/test, and the mnemonics that they are about. */
    private static final Map<String, String> OTHERS = Map.ofEntries(Map.entry("SYSCALL", "ProgramsTest.java"), Map.entry("INT1", "exceptions.c"), Map.entry("INT3", "exceptions.c"),
            Map.entry("INT 3h", "exceptions.c"), Map.entry("INT 4h", "exceptions.c"), 
            Map.entry("F2XM1", "f2xm1.txt"), Map.entry("FSIN", "fsin.txt"), Map.entry("FCOS", "fcos.txt"), Map.entry("FPTAN", "fptan.txt"),
            Map.entry("FPATAN", "fpatan.txt"), Map.entry("FYL2X", "fyl2x.txt"), Map.entry("FYL2XP1", "fyl2xp1.txt"));

    @Test void tableTellsOfTheTests() throws Exception {
        List<InstructionRow> rows = InstructionRow.all();
        Set<String> lines = new HashSet<>(), sequences = new HashSet<>();
        try (Stream<Path> files = Files.list(INSNS)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".lines")).toList())
                for (Lines.Line line : Lines.read(file.toString())) add(rows, line.code(), lines);
        }
        for (String line : Files.readAllLines(SEQUENCES)) if (!line.startsWith("#")) add(rows, HexFormat.of().parseHex(line.substring(0, line.indexOf(' '))), sequences);
        TreeSet<String> random = random(rows);
        StringBuilder table = new StringBuilder("# How the rows of patina doctor --instructions are tested. Written by patina.oracle.InstructionTableTest.\n");
        List<String> untested = new ArrayList<>();
        for (InstructionRow row : rows) {
            List<String> how = new ArrayList<>();
            if (lines.contains(row.key())) how.add("lines");
            if (sequences.contains(row.key())) how.add("sequences");
            if (random.contains(row.key())) how.add("random");
            String other = OTHERS.get(row.key());
            if (other != null) how.add(other);
            if (how.isEmpty() && row.level() == InstructionRow.Level.NONE) continue;
            if (how.isEmpty()) untested.add(row.key());
            table.append(row.key()).append(": ").append(how.isEmpty() ? "none" : String.join(", ", how)).append('\n');
        }
        if (Boolean.getBoolean("patina.instructions.write")) Files.writeString(TABLE, table);
        List<String> counted = table.toString().lines().toList(), told = Files.readAllLines(TABLE);
        assertEquals(counted.stream().filter(line -> !told.contains(line)).toList(), told.stream().filter(line -> !counted.contains(line)).toList(),
                "to write it anew: bin/test -Dtest=InstructionTableTest -Dpatina.instructions.write=true");
        assertEquals(List.of(), untested, "supported and tested nowhere");
    }

    @Test void otherTestsAreThere() throws Exception {
        for (String test : OTHERS.values()) {
            try (Stream<Path> files = Files.walk(SOURCES)) {
                assertTrue(files.anyMatch(file -> file.getFileName().toString().equals(test)), test);
            }
        }
    }

    /** Adds the rows that the code has instructions of. */
    private static void add(List<InstructionRow> rows, byte[] code, Set<String> to) {
        Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
        for (int at = 0; at < code.length && decoder.decode(code, at, code.length - at, at) instanceof Insn insn; at += insn.length()) to.add(key(rows, insn));
    }

    /** The rows that random instructions are drawn for: bin/fuzz. */
    private static TreeSet<String> random(List<InstructionRow> rows) {
        TreeSet<String> random = new TreeSet<>();
        Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
        for (Instructions.Variant v : Instructions.all()) {
            Insn insn = (Insn) decoder.decode(v.code(), 0, v.code().length, 0);
            if (Family.of(insn, v.opcode()) != null || Composed.MNEMONICS.contains(insn.mnemonic())) random.add(key(rows, insn));
        }
        return random;
    }

    private static String key(List<InstructionRow> rows, Insn insn) {
        Mnemonic mnemonic = insn.mnemonic();
        String shape = Instructions.shape(insn);
        for (InstructionRow row : rows) if (row.mnemonic() == mnemonic && row.shapes().contains(shape)) return row.key();
        throw new AssertionError("Instructions.all() has no " + mnemonic + " " + shape);
    }
}
