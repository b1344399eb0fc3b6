package patina.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** bin/patina as a user has it: a process with an environment of its own, a cache of its own, and what came of it. */
final class Patina {
    static final Path HOME = Path.of("").toAbsolutePath(), LAUNCHER = HOME.resolve("bin/patina");

    record Outcome(int status, String out, String err) {
        /** Standard error without its last line feed: what is "one line" has none left. */
        String line() { return err.endsWith("\n") ? err.substring(0, err.length() - 1) : err; }

        boolean isOneLine() { return line().indexOf('\n') < 0 && line().startsWith("patina: "); }

        @Override public String toString() { return "status " + status + "\n--- stdout\n" + out + "--- stderr\n" + err; }
    }

    private final Path cache, directory;
    private final List<String> prefix;

    private Patina(Path cache, Path directory, List<String> prefix) {
        this.cache = cache;
        this.directory = directory;
        this.prefix = prefix;
    }

    static Patina on(Path cache) { return new Patina(cache, cache.getParent(), List.of()); }

    /** In this working directory. */
    Patina in(Path other) { return new Patina(cache, other, prefix); }

    /** Started by another command, such as setpriv. */
    Patina by(String... command) { return new Patina(cache, directory, List.of(command)); }

    Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return command(Map.of(), command);
    }

    Outcome command(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("patina-out", null), err = Files.createTempFile("patina-err", null);
        try {
            Process process = start(environment, command, out, err);
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within 5 minutes");
            }
            return new Outcome(process.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Not waited for. */
    Process start(Map<String, String> environment, List<String> command, Path out, Path err) throws IOException {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile()).redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "HOME", directory.toString(), "LC_ALL", "C.UTF-8",
                "JAVA_HOME", System.getProperty("java.home"), "PATINA_CACHE", cache.toString(), "PATINA_BUILD", "never"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String text(Path file) throws IOException { return new String(Files.readAllBytes(file), StandardCharsets.UTF_8); }

    /** The guest of src/test/resources/cli/NAME.c, without libc. */
    static void build(String name, Path into) throws IOException, InterruptedException {
        Process gcc = new ProcessBuilder("gcc", "-O1", "-static", "-nostdlib", "-fno-stack-protector", "-mno-avx", "-o", into.toString(),
                HOME.resolve("src/test/resources/cli/" + name + ".c").toString()).inheritIO().start();
        if (gcc.waitFor() != 0) throw new AssertionError("gcc could not build " + name);
    }

    static void copy(Path from, Path to) throws IOException {
        try (var walk = Files.walk(from)) {
            for (Path p : (Iterable<Path>) walk::iterator) Files.copy(p, to.resolve(from.relativize(p).toString()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** The only file below {@code tree} whose name ends so. */
    static Path only(Path tree, String ending) throws IOException {
        try (var walk = Files.walk(tree)) {
            List<Path> found = walk.filter(p -> p.toString().endsWith(ending) && Files.isRegularFile(p)).toList();
            if (found.size() != 1) throw new AssertionError(ending + " in " + tree + ": " + found);
            return found.getFirst();
        }
    }

    static boolean isRoot() throws IOException { return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0; }
}
