package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JVM loads for a run that needs no interpreter: by its own log of classes, with an archive made as bin/build makes it. */
class WarmStartTest {
    private static final String[] NOT_NEEDED = {"org.bytedeco.", "picocli.", "patina.llvm.LlvmCompiler", "patina.optimize.Optimizer", "patina.cli.Commands",
        "patina.guest.x86.Decoder", "java.lang.ProcessBuilder", "java.util.concurrent.ForkJoinPool"};
    private static final int OUTSIDE_THE_ARCHIVE = 20;

    @TempDir Path folder;

    /** The command by which bin/patina starts the JVM, as the kernel has it. */
    private List<String> jvm(Patina patina) throws Exception {
        Path nothing = Path.of("/dev/null");
        Process process = patina.start(Map.of(), List.of(Patina.LAUNCHER.toString(), "run", "--mode=cached", "/bin/sleep", "1000"), nothing, nothing);
        try {
            for (int i = 0; i < 500; i++, Thread.sleep(20)) {
                String[] words = new String(Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline")), StandardCharsets.UTF_8).split("\0");
                if (words[0].endsWith("/java") && words[words.length - 1].equals("1000")) return List.of(words);
            }
            throw new AssertionError("bin/patina starts no JVM");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Lines "name source: where" of the classes that a run of {@code program} loads. */
    private List<String> loaded(Patina patina, Path archive, String... program) throws Exception {
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>();
        String held = "0";
        for (String word : jvm(patina)) {
            if (word.startsWith("-Dpatina.held=")) held = word.substring(word.indexOf('=') + 1);
            if (!word.startsWith("-XX:AOTCache") && !word.equals("/bin/sleep") && !word.equals("1000")) command.add(word);
        }
        command.addAll(1, List.of("-XX:AOTCache=" + archive, "-Xlog:class+load:file=" + log + ":none"));
        command.addAll(List.of(program));
        command.addAll(0, List.of(Patina.HOME + "/target/native/libpatina.so", held, "2", "LC_CTYPE=C.UTF-8", "--"));
        assertEquals(0, patina.command(Map.of(), command).status());
        return Files.readAllLines(log);
    }

    @Test void aRunWithoutInterpreterLoadsNothingThatItDoesNotNeed() throws Exception {
        Path archive = folder.resolve("archive");
        Patina patina = Patina.on(folder.resolve("cache"));
        assertEquals(0, patina.run("run", "--mode=learn", "/bin/true").status());
        assertEquals(0, patina.command(Map.of("PATINA_TRAINING", archive.toString()), List.of(Patina.LAUNCHER.toString(), "run", "--mode=cached", "--stats", "/bin/ls", "-l", "/")).status());
        assertTrue(Files.size(archive) > 0, "the JVM makes an archive");
        List<String> warm = loaded(patina, archive, "/bin/true"), outside = warm.stream().filter(line -> !line.contains("shared objects file")).toList();
        assertTrue(outside.size() < OUTSIDE_THE_ARCHIVE, () -> outside.size() + " classes are not in the archive: " + outside);
        List<String> from = warm.stream().filter(line -> line.startsWith("patina.engine.Session ")).toList();
        assertEquals(1, from.size(), "the log is that of a run");
        for (String line : outside) for (String name : NOT_NEEDED) assertTrue(!line.startsWith(name), line);
        // made when something is first linked, such as a record's own hashCode(): 10 ms
        for (String line : outside) assertTrue(!line.startsWith("java.lang.invoke."), line);
        // without the archive what is loaded is what is needed
        List<String> all = loaded(patina, new File("/dev/null").toPath(), "/bin/true");
        assertTrue(all.size() < 1500, () -> all.size() + " classes");
        for (String line : all) for (String name : NOT_NEEDED) assertTrue(!line.startsWith(name), line);
    }
}
