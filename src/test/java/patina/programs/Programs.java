package patina.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs one shell script natively or under Patina in an empty directory, and says all that came of it. */
final class Programs {
    private Programs() {}

    static final Path HOME = Path.of("").toAbsolutePath();
    static final Path RESOURCES = HOME.resolve("src/test/resources/programs");

    /** @param files what the script left behind: name to content, by name */
    record Outcome(int status, String out, String err, Map<String, String> files) {
        @Override public String toString() {
            return "status " + status + "\n--- stdout\n" + out + "--- stderr\n" + err + "--- files " + files.keySet();
        }
    }

    /** {@code mode}: null natively. */
    static Outcome run(Path script, String mode, Path cache, Map<String, String> extra) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("patina-case"), streams = Files.createTempDirectory("patina-out");
        try {
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString()).directory(work.toFile())
                    .redirectOutput(streams.resolve("out").toFile()).redirectError(streams.resolve("err").toFile())
                    .redirectInput(Path.of("/dev/null").toFile());
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "HOME", "/root", "LC_ALL", "C.UTF-8", "TZ", "UTC",
                    "PYTHONHASHSEED", "0", "PYTHONDONTWRITEBYTECODE", "1", "RESOURCES", RESOURCES.toString(),
                    "PATINA_CACHE", cache.toString(), "PATINA_BUILD", "never", "RUN", mode == null ? "" : HOME + "/bin/patina run --mode=" + mode + " --"));
            String javaHome = System.getProperty("java.home");
            environment.put("JAVA_HOME", javaHome);
            environment.putAll(extra);
            Process process = builder.start();
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(script + " did not end within 10 minutes in mode " + mode);
            }
            return new Outcome(process.exitValue(), text(streams.resolve("out"), work), text(streams.resolve("err"), work), files(work));
        } finally {
            delete(work);
            delete(streams);
        }
    }

    /** A file's bytes, with the temporary directory's name taken out. */
    private static String text(Path file, Path work) throws IOException {
        return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1).replace(work.toString(), "$PWD");
    }

    private static Map<String, String> files(Path work) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (var walk = Files.walk(work)) {
            for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator)
                found.put(work.relativize(file).toString(), text(file, work));
        }
        return found;
    }

    /** A background optimizer may still be at work in a cache: what appears meanwhile is deleted too. */
    static void delete(Path tree) throws IOException, InterruptedException {
        for (int tries = 0; Files.exists(tree); tries++) {
            try {
                List<Path> all = new ArrayList<>();
                try (var walk = Files.walk(tree)) { walk.forEach(all::add); }
                for (Path p : all.reversed()) Files.deleteIfExists(p);
            } catch (IOException | java.io.UncheckedIOException e) {
                if (tries == 100) throw e;
                Thread.sleep(100);
            }
        }
    }
}
