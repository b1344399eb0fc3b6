package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done once the guest has ended is the user's to break off, whatever the guest did with the signal. */
class AfterTheGuestTest {
    @TempDir Path cache;

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
