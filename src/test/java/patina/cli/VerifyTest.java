package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in which all native code is held against the interpreter. What it finds is patina.engine.VerifierTest's. */
class VerifyTest {
    @TempDir Path folder;

    @Test void aProgramRunsAsItDoesWithout() throws Exception {
        Patina patina = Patina.on(folder.resolve("cache"));
        Patina.Outcome learned = patina.run("run", "--mode=learn", "--verify", "/bin/ls", "-l", "/");
        patina.run("run", "--mode=learn", "--verify", "/bin/ls", "-l", "/");
        Patina.Outcome verified = patina.run("run", "--mode=cached", "--verify", "/bin/ls", "-l", "/");
        assertEquals(0, verified.status(), verified.toString());
        assertEquals(learned.out().lines().count(), verified.out().lines().count());
        assertTrue(verified.line().matches("patina: native code and the interpreter agree: entered \\d{4,} times, \\d{5,} instructions(; not compared: .*)?"), verified.toString());
    }

    @Test void withoutNativeCodeThereIsNothingToVerify() throws Exception {
        Patina.Outcome outcome = Patina.on(folder.resolve("cache")).run("run", "--mode=interpret", "--verify", "/bin/true");
        assertEquals(2, outcome.status(), outcome.toString());
        assertTrue(outcome.isOneLine(), outcome.toString());
    }
}
