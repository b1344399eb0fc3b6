package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done once the guest has ended writes nothing among what the guest wrote, and is the user's to break off, whatever the guest did with the signal. */
class AfterTheGuestTest {
    @TempDir Path cache;

    @Test void learningWritesNothingOnATerminal() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", Patina.LAUNCHER + " run --mode=learn --cache=" + cache.resolve("c") + " -- /bin/echo said", "/dev/null");
        builder.environment().put("PATINA_BUILD", "never");
        Process script = builder.redirectInput(new File("/dev/null")).redirectErrorStream(true).start();
        assertEquals("said\r\n", new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, script.waitFor());
    }

    @Test void aSignalEndsLearning() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Patina.HOME + "/bin/patina", "run", "--mode=learn", "--cache=" + cache.resolve("c"), "--",
                "/usr/bin/perl", "-e", "$SIG{TERM} = 'IGNORE'; print qq(ready\\n);");
        builder.environment().put("PATINA_BUILD", "never");
        Process patina = builder.start();
        try (BufferedReader out = patina.inputReader()) {
            assertEquals("ready", out.readLine());
            for (int i = 0; i < 600 && patina.isAlive(); i++) {
                patina.destroy();           // SIGTERM
                patina.waitFor(100, TimeUnit.MILLISECONDS);
            }
            assertEquals(143, patina.waitFor());
        } finally {
            patina.destroyForcibly();
        }
    }
}
