package patina.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import patina.guest.Guest;
import patina.guest.x86.Instructions;
import patina.guest.x86.Instructions.Variant;
import patina.guest.x86.Mnemonic;
import patina.guest.x86.X86Guest;
import patina.interp.Code;
import patina.interp.Plan;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Trap;
import patina.llvm.LlvmCompiler;

/**
 * A row of {@code doctor --instructions}: an instruction, or those of its forms for which the answer is the same. Found by lifting an encoding of every
 * form; how it is tested is the resource {@code instructions.txt}, which a test holds against the tests.
 *
 * @param forms     shapes of operands; empty: all, or all that have no row of their own
 * @param templates how many of the forms have a template without steps left to Java: all, some, none
 */
public record InstructionRow(Mnemonic mnemonic, String forms, List<String> shapes, Level level, Engine engine, String templates, String note) {

    /** FAULT: programs get the signal that they get from Linux on a processor that does not offer, or not permit, the instruction. */
    public enum Level { FULL, FAULT, NONE }

    /** What runs it in native code; all that is supported is also interpreted. */
    enum Engine { NATIVE, HELPER, INTERPRETER, NOBODY }

    private static final String RESOURCE = "instructions.txt";

    private record Answer(Level level, Engine engine, String note) {}

    private record Lifted(Variant variant, Answer answer, boolean template) {}

    public static List<InstructionRow> all() {
        Guest guest = new X86Guest();
        List<Variant> variants = Instructions.all();
        Map<Mnemonic, Map<Answer, List<Lifted>>> found = new TreeMap<>(Comparator.comparing(Mnemonic::name));
        for (Variant v : variants) {
            Lifted lifted = lift(guest, v);
            found.computeIfAbsent(v.mnemonic(), _ -> new LinkedHashMap<>()).computeIfAbsent(lifted.answer, _ -> new ArrayList<>()).add(lifted);
        }
        for (Mnemonic absent : Instructions.absent(variants)) found.put(absent, Map.of(new Answer(Level.NONE, Engine.NOBODY, "no instruction of 64-bit mode: #UD"), List.of()));
        List<InstructionRow> rows = new ArrayList<>();
        found.forEach((mnemonic, answers) -> {
            int most = answers.values().stream().mapToInt(List::size).max().orElseThrow();
            boolean tie = answers.values().stream().filter(forms -> forms.size() == most).count() > 1;
            answers.forEach((answer, forms) -> rows.add(row(mnemonic, answer, forms, !tie && forms.size() == most)));
        });
        return rows;
    }

    private static InstructionRow row(Mnemonic mnemonic, Answer answer, List<Lifted> forms, boolean most) {
        List<String> shapes = forms.stream().map(l -> l.variant.shape()).toList();
        long templates = answer.engine == Engine.NOBODY || answer.engine == Engine.HELPER ? 0 : forms.stream().filter(Lifted::template).count();
        return new InstructionRow(mnemonic, most ? "" : String.join(" ", shapes), shapes, answer.level, answer.engine,
                templates == 0 ? "none" : templates == forms.size() ? "all" : "some", answer.note);
    }

    private static Lifted lift(Guest guest, Variant v) {
        Block block = guest.lift((pc, into) -> {
            int n = Math.max(0, v.code().length - (int) pc);
            System.arraycopy(v.code(), (int) pc, into, 0, n);
            return n;
        }, 0, 1);
        Answer answer = switch (block.exit()) {
            case Exit.Raise(Trap trap, long _) when trap == Trap.UNSUPPORTED -> new Answer(Level.NONE, Engine.NOBODY, "SIGILL");
            case Exit.Raise(Trap trap, long _) -> new Answer(Level.FAULT, Engine.NOBODY, fault(trap));
            case Exit.Helper _ -> new Answer(Level.FULL, Engine.HELPER, "");
            default -> new Answer(Level.FULL, LlvmCompiler.isNative(block) ? Engine.NATIVE : Engine.INTERPRETER, "");
        };
        return new Lifted(v, answer, new Code(block, null, new Plan(guest)).fitsTemplate());
    }

    private static String fault(Trap trap) {
        return switch (trap) {
            case UNDEFINED -> "#UD: SIGILL";
            case BREAKPOINT -> "#BP: SIGTRAP";
            case DEBUG -> "#DB: SIGTRAP";
            case OVERFLOW -> "#OF: SIGSEGV";
            default -> "#GP: SIGSEGV";
        };
    }

    /** Instructions by level; partial are those whose forms differ. */
    static Map<String, Long> totals(List<InstructionRow> rows) {
        Map<Mnemonic, String> levels = new TreeMap<>();
        for (InstructionRow r : rows) levels.merge(r.mnemonic, text(r.level), (a, b) -> a.equals(b) ? a : "partial");
        Map<String, Long> totals = new LinkedHashMap<>();
        for (String level : List.of("full", "partial", "fault", "none")) totals.put(level, levels.values().stream().filter(level::equals).count());
        totals.put("all", (long) levels.size());
        return totals;
    }

    /** @param tested {@link #tested} */
    Map<String, Object> json(Map<String, String> tested) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("instruction", mnemonic.name());
        row.put("forms", forms);
        row.put("level", text(level));
        row.put("native", switch (engine) { case NATIVE -> "yes"; case HELPER -> "helper"; case INTERPRETER, NOBODY -> "no"; });
        row.put("templates", templates);
        row.put("tested", tested.getOrDefault(key(), "none"));
        row.put("note", note);
        return row;
    }

    private static String text(Level level) { return level.name().toLowerCase(Locale.ROOT); }

    /** As the resource names it. */
    public String key() { return forms.isEmpty() ? mnemonic.name() : mnemonic + " " + forms; }

    /** How each row is tested, by its key. */
    static Map<String, String> tested() {
        Map<String, String> tested = new HashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(InstructionRow.class.getResourceAsStream(RESOURCE), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int colon = line.indexOf(": ");
                if (colon > 0 && !line.startsWith("#")) tested.put(line.substring(0, colon), line.substring(colon + 2));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tested;
    }
}
