package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run learned is there however it ended. */
class SurvivalTest {
    @TempDir Path temporary;

    private void assertLearned(Patina patina) throws Exception {
        Patina.Outcome shown = patina.run("profile", "show", "busybox");
        assertTrue(shown.status() == 0 && shown.out().contains("/busybox"), shown.toString());
    }

    private Patina.Outcome end(Patina patina, String script) throws Exception { return patina.run("run", "/bin/busybox", "sh", "-c", script); }

    @Test void exit() throws Exception {
        Patina patina = Patina.on(temporary.resolve("exit"));
        assertEquals(3, end(patina, "exit 3").status());
        assertLearned(patina);
    }

    @Test void aFatalSignal() throws Exception {
        Patina patina = Patina.on(temporary.resolve("signal"));
        assertEquals(128 + 15, end(patina, "kill -TERM $$").status());
        assertLearned(patina);
    }

    /** The JVM is killed, the guest with it: what was flushed stays. */
    @Test void killedFromOutside() throws Exception {
        Path cache = temporary.resolve("killed");
        Patina patina = Patina.on(cache);
        Path out = temporary.resolve("out"), err = temporary.resolve("err");
        Process run = patina.start(Map.of(), List.of(Patina.LAUNCHER.toString(), "run", "/bin/busybox", "sh", "-c", "while :; do :; done"), out, err);
        boolean flushed = false;
        for (int tries = 0; tries < 120 && !flushed; tries++) {
            Thread.sleep(500);
            flushed = patina.run("profile", "show").out().contains("/busybox");
        }
        assertTrue(run.isAlive(), "the run has ended by itself");
        assertTrue(flushed, "nothing was flushed within a minute");
        run.destroyForcibly();
        assertTrue(run.waitFor(30, TimeUnit.SECONDS));
        assertEquals(128 + 9, run.exitValue());
        assertLearned(patina);
    }
}
