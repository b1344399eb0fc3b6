package patina.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of the resources insn/*.lines ({@link Lines}) on every engine, and, but for guest.lines, on the processor: if it disagrees, the line is wrong. */
class InsnLinesTest {
    private static final int SHOWN = 50;

    @ParameterizedTest
    @CsvSource({"integer,cpu", "integer,step", "integer,interp", "integer,template", "integer,llvm0", "integer,llvm", "sse,cpu", "sse,step", "sse,interp", "sse,template", "sse,llvm0", "sse,llvm",
        "sse-control,cpu", "sse-control,interp", "sse-control,template", "sse-control,llvm0", "sse-control,llvm", "x87,cpu", "x87,step", "x87,interp", "x87,template", "x87,llvm0", "x87,llvm",
        "found,cpu", "found,step", "found,interp", "found,template", "found,llvm0", "found,llvm", "system,cpu", "system,step", "system,interp", "system,template", "system,llvm0", "system,llvm",
        "guest,step", "guest,interp", "guest,template", "guest,llvm0", "guest,llvm"})
    void lines(String file, String engine) throws Exception { OnThread.run(() -> check(Lines.read("/insn/" + file + ".lines"), engine)); }

    private static void check(List<Lines.Line> lines, String name) throws IOException {
        try (Engines engines = new Engines()) {
            Engine engine = engines.of(name);
            List<String> wrong = new ArrayList<>();
            List<String> known = knownFailures(name);
            for (Lines.Line line : lines) {
                String complaint = complaint(line, engine);
                if (known.stream().anyMatch(line.text()::startsWith)) complaint = complaint == null ? "listed in known-failures.txt, but passes" : null;
                if (complaint != null) wrong.add(line.text() + "\n    " + name + ": " + complaint);
            }
            assertEquals("", String.join("\n", wrong.subList(0, Math.min(SHOWN, wrong.size()))), wrong.size() + " of " + lines.size());
        }
    }

    /** The beginnings of lines that this engine is known to fail. */
    private static List<String> knownFailures(String engine) throws IOException {
        try (InputStream in = InsnLinesTest.class.getResourceAsStream("/insn/known-failures.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(l -> l.startsWith(engine + " "))
                    .map(l -> l.substring(engine.length() + 1)).toList();
        }
    }

    /** What is not as the line says, or null. */
    static String complaint(Lines.Line line, Engine engine) {
        State state = line.before().copy();
        Engine.Raised raised = engine.run(line.code(), state);
        if (raised != null || line.exception() != null) {
            return raised != null && (raised.exception().equals(line.exception()) || at(raised).equals(line.exception())) ? null : String.valueOf(raised);
        }
        List<String> differences = Comparison.of(line.after(), state, line.undefined());
        return differences == null ? null : String.join(", ", differences);
    }

    private static String at(Engine.Raised raised) { return raised.exception() + "@" + raised.offset(); }
}
