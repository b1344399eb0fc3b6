package patina.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.linux.LaunchSpec;

/** One run in mode auto on an empty cache: native code while it runs, and in the cache afterwards. No optimizer has a part in it. */
class CompilerThreadTest {
    /** A loop that is entered once, then one that calls: the interpreter is in the middle of either when native code comes. */
    private static final String PROGRAM = """
            static unsigned long x = 1;
            __attribute__((noinline)) static unsigned long step(unsigned long y) { return y * 6364136223846793005ul + (y >> 17 & 1 ? 1442695040888963407ul : 7); }
            int main(int argc, char **argv) {
                unsigned long y = argc;
                for (long i = 0; i < 500000000; i++) y = (y ^ y >> 29) * 0x9e3779b97f4a7c15ul;
                for (long i = 0; i < 100000000; i++) x = step(x);
                return (x ^ y) >> 57;
            }
            """;

    @TempDir Path directory;

    /** The loader maps this library's text together with the gap behind it. */
    private static final String[] ONE_SEGMENT = {"-shared", "-fPIC", "-Wl,-z,max-page-size=0x200000", "-Wl,-z,noseparate-code"};

    private Path program() throws IOException, InterruptedException {
        return gcc("loop", PROGRAM);
    }

    private Path gcc(String name, String text, String... options) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve(name + ".c"), text), result = directory.resolve(name);
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-o", result.toString(), source.toString()));
        command.addAll(List.of(options));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
        return result;
    }

    private Outcome run(Path program, Mode mode) throws InterruptedException {
        LaunchSpec launch = new LaunchSpec(program.toString(), List.of(program.toString()), List.of("PATH=/bin"), null);
        return new Session(new RunSpec(launch, mode, directory.resolve("cache"))).run();
    }

    @Test void aLongRunBecomesNativeWhileItRuns() throws IOException, InterruptedException {
        Path program = program();
        int expected = new ProcessBuilder(program.toString()).start().waitFor();
        Outcome first = run(program, Mode.AUTO);
        assertEquals(expected, first.status());
        assertTrue(first.report().regionsCompiled() >= 2, first.report().json());
        assertTrue(first.report().nativeInstructions() > 0, first.report().json()); // how much is a matter of time
        Outcome second = run(program, Mode.CACHED);
        assertEquals(expected, second.status());
        assertTrue(second.report().nativeShare() > 0.9, "what was compiled has been kept: " + second.report().json());
    }

    @Test void aLibraryLosesTheGapBehindItsTextOnly() throws IOException, InterruptedException {
        Path library = gcc("libloop.so", PROGRAM.replace("main", "work"), ONE_SEGMENT);
        Path program = gcc("uses", "int work(int, char **); int main(int argc, char **argv) { return work(argc, argv); }", library.toString());
        assertTrue(run(program, Mode.AUTO).report().regionsCompiled() >= 1);
        Outcome second = run(program, Mode.CACHED);
        assertEquals(new ProcessBuilder(program.toString()).start().waitFor(), second.status());
        assertTrue(second.report().nativeShare() > 0.9, second.report().json());
    }

    @Test void aShortRunCompilesNothing() throws InterruptedException {
        assertEquals(0, run(Path.of("/bin/true"), Mode.AUTO).report().regionsCompiled());
    }
}
