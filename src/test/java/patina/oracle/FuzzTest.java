package patina.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A little of what bin/fuzz does for hours: random instructions on each engine and on the processor. */
class FuzzTest {
    private static final String SEED = "4";

    @ParameterizedTest
    @CsvSource({"interp,integer:sse:mmx,20000", "interp,integer:x87,10000", "template,integer:sse:mmx,20000", "template,integer:x87,10000",
        "llvm,integer:sse:mmx,300", "llvm,integer:x87,200", "llvm0,integer:sse:mmx,300"})
    void agrees(String engine, String families, String cases) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertTrue(run(said, e -> e, engine, families, cases), said.toString());
    }

    /** What is wrong is found, and made small. */
    @Test void findsAWrongInstruction() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertFalse(run(said, Wrong::new, "interp", "integer", "2000"));
        Lines.Line line = Lines.parse(List.of(said.toString().lines().toList().getFirst())).getFirst();
        assertEquals(1, line.text().substring(0, line.text().indexOf("  ")).split(";").length, line.text());
    }

    /** So is an instruction that raises an exception and changes something. */
    @Test void findsAStateThatIsChangedByAnException() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertFalse(run(said, Leaving::new, "interp", "integer", "2000"));
        assertTrue(said.toString().lines().findFirst().get().contains("=> #"), said.toString());
    }

    private static boolean run(ByteArrayOutputStream said, UnaryOperator<Engine> change, String engine, String families, String cases) throws Exception {
        boolean[] right = {false};
        OnThread.run(() -> {
            Fuzz fuzz = new Fuzz(new PrintStream(said, true), "--seed", SEED, "--minutes", "10", "--engine", engine, "--families", families.replace(':', ','), "--cases", cases);
            right[0] = fuzz.run(change);
            assertFalse(fuzz.skipsMost(), said.toString());
        });
        return right[0];
    }

    private record Leaving(Engine right) implements Engine {
        @Override public String name() { return "leaving"; }

        @Override public Raised run(byte[] code, State state) {
            Raised raised = right.run(code, state);
            if (raised != null) state.words[State.RCX]++;
            return raised;
        }
    }

    /** The sign flag is lost where RAX ends as -1. */
    private record Wrong(Engine right) implements Engine {
        @Override public String name() { return "wrong"; }

        @Override public Raised run(byte[] code, State state) {
            Raised raised = right.run(code, state);
            if (state.words[0] == -1) state.words[State.FLAGS] &= ~Undefined.SF;
            return raised;
        }
    }
}
