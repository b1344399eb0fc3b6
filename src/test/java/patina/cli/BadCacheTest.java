package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A cache that is damaged, foreign, full or written by several at once: the program's output never changes, and the cache mends itself. */
class BadCacheTest {
    private static final String RESULT = "7 sum 4950000\n";

    @TempDir static Path temporary;
    private static Path learned, program;

    @BeforeAll static void learn() throws Exception {
        program = temporary.resolve("sum");
        learned = temporary.resolve("learned");
        Patina.build("sum", program);
        Files.setLastModifiedTime(program, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() - 60_000));
        Thread.sleep(2100); // the content index believes in files that have been as they are for two seconds
        Patina.Outcome got = Patina.on(learned).run("run", "--mode=learn", program.toString());
        assertEquals(RESULT, got.status() + " " + got.out(), got.toString());
    }

    @FunctionalInterface private interface Damage { void to(Path cache) throws IOException; }

    private record Case(String name, Damage damage, String file, String reason) {}

    private static final List<Case> CASES = List.of(
            new Case("code image: one bit", cache -> flip(Patina.only(cache, ".so"), 0.5), ".so", "damaged"),
            new Case("code image: a bit of the header", cache -> flip(Patina.only(cache, ".so"), 0), ".so", "damaged"),
            new Case("code image: half of it", cache -> cut(Patina.only(cache, ".so"), 0.5), ".so", "damaged"),
            new Case("code image: empty", cache -> cut(Patina.only(cache, ".so"), 0), ".so", "damaged"),
            new Case("code image: of another user", cache -> Files.setAttribute(Patina.only(cache, ".so"), "unix:uid", 12345), ".so", "not this user's alone"),
            new Case("content index: one bit", cache -> flip(cache.resolve("content-index"), 0.7), "content-index", "damaged"),
            new Case("content index: half of it", cache -> cut(cache.resolve("content-index"), 0.5), "content-index", "damaged"));

    private static void flip(Path file, double where) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (where * bytes.length)] ^= 4;
        Files.write(file, bytes);
    }

    private static void cut(Path file, double where) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) { channel.truncate((long) (where * channel.size())); }
    }

    @TestFactory Stream<DynamicTest> damageIsRefusedWithAReasonAndMended() {
        return CASES.stream().map(c -> dynamicTest(c.name, () -> {
            assumeTrue(Patina.isRoot() || !c.name.contains("another user"), "only root can give files away");
            Path cache = copyOfLearned(c.name.replaceAll("\\W+", "-"));
            c.damage.to(cache);
            Patina patina = Patina.on(cache);

            Patina.Outcome cached = patina.run("run", "--mode=cached", "--log=all", "--stats=" + temporary.resolve("stats"), program.toString());
            assertEquals(RESULT, cached.status() + " " + cached.out(), cached.toString());
            String refused = Files.readString(temporary.resolve("stats")).lines().filter(l -> l.contains("\"refused\"")).findFirst().orElse("");
            assertTrue(refused.contains(c.file) && refused.contains(c.reason), refused);
            assertTrue(cached.err().contains(c.reason), cached.toString());

            assertEquals(RESULT, outcome(patina.run("run", "--mode=learn", program.toString())));
            assertWarm(patina);
        }));
    }

    private static Path copyOfLearned(String name) throws IOException {
        Path cache = temporary.resolve(name);
        Patina.copy(learned, cache);
        return cache;
    }

    private static String outcome(Patina.Outcome got) { return got.status() + " " + got.out() + got.err(); }

    /** All of the program is native, and nothing is refused. */
    private static void assertWarm(Patina patina) throws Exception {
        Path stats = temporary.resolve("stats");
        assertEquals(RESULT, outcome(patina.run("run", "--mode=cached", "--stats=" + stats, program.toString())));
        String text = Files.readString(stats);
        assertTrue(text.contains("\"refused\": []") && text.matches("(?s).*\"native_share\": (0\\.99|1\\.0).*"), text);
    }

    @Test void aDamagedProfileIsLearnedAgain() throws Exception {
        Path cache = copyOfLearned("profile");
        flip(Patina.only(cache, "/profile"), 0.9);
        Patina patina = Patina.on(cache);
        Patina.Outcome shown = patina.run("profile", "show", "--json");
        assertTrue(shown.err().contains("checksum is wrong"), shown.toString());
        Patina.Outcome again = patina.run("run", "--mode=learn", "--log=all", program.toString());
        assertEquals(RESULT, again.status() + " " + again.out(), again.toString());
        assertWarm(patina);
        patina.run("cache", "clear");
        Files.write(Patina.only(cache, "/profile").resolveSibling("x.fragment"), "this is no fragment, and longer than a header is".getBytes());
        Patina.Outcome optimized = patina.run("optimize");
        assertTrue(optimized.status() == 0 && optimized.err().contains("x.fragment"), optimized.toString());
    }

    @Test void aDirectoryOfAnotherUserIsNotUsed() throws Exception {
        assumeTrue(Patina.isRoot(), "only root can give files away");
        Path cache = copyOfLearned("foreign");
        Files.setAttribute(cache, "unix:uid", 12345);
        Patina patina = Patina.on(cache);
        Patina.Outcome auto = patina.run("run", program.toString());
        assertEquals(RESULT, auto.status() + " " + auto.out());
        assertTrue(auto.isOneLine() && auto.err().contains("not this user's alone"), auto.toString());
        Patina.Outcome cached = patina.run("run", "--mode=cached", "--log=all", program.toString());
        assertTrue(cached.out().equals("sum 4950000\n") && cached.err().contains("not this user's alone"), cached.toString());
        for (String[] c : new String[][] {{"cache", "list"}, {"cache", "clear"}, {"profile", "show"}, {"optimize"}}) {
            Patina.Outcome got = patina.run(c);
            assertTrue(got.status() == 1 && got.isOneLine(), got.toString());
        }
        assertEquals(1, patina.run("doctor").status());
    }

    @Test void othersMayNotLookIn() throws Exception {
        Path cache = copyOfLearned("open");
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        Patina.Outcome got = Patina.on(cache).run("run", program.toString());
        assertEquals(RESULT, got.status() + " " + got.out());
        assertTrue(got.isOneLine() && got.err().contains("expected user"), got.toString());
    }

    @Test void nothingIsMadeInADirectoryThatIsRefused() throws Exception {
        Path shared = Files.createDirectory(temporary.resolve("somebody's"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Patina.Outcome got = Patina.on(shared).run("run", program.toString());
        assertTrue(got.isOneLine() && got.err().contains("not this user's alone"), got.toString());
        assertEquals(0, shared.toFile().list().length);
    }

    @Test void whyItCannotBeMadeIsSaidInWords() throws Exception {
        Patina.Outcome got = Patina.on(Path.of("/proc/none")).in(temporary).run("run", program.toString());
        assertEquals(RESULT, got.status() + " " + got.out());
        assertTrue(got.isOneLine() && got.err().contains("cannot be made: /proc/none: no such file") && !got.err().contains("Exception"), got.toString());
    }

    /** As a user who is not root: root may write anywhere. */
    @Test void aDirectoryThatCannotBeWrittenCostsOneLine() throws Exception {
        Path cache = temporary.resolve("unwritable"), parent = Files.createDirectory(temporary.resolve("parent"));
        Patina.copy(learned, cache);
        List<Path> all;
        try (var walk = Files.walk(cache)) { all = walk.toList(); }
        int nobody = 65534;
        for (Path p : all.reversed()) {
            Files.setPosixFilePermissions(p, PosixFilePermissions.fromString(Files.isDirectory(p) ? "r-x------" : "r--------"));
            if (Patina.isRoot()) Files.setAttribute(p, "unix:uid", nobody);
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-xr-xr-x"));
        for (Path where : List.of(cache, parent.resolve("cache"))) {
            Patina patina = asNobody(Patina.on(where).in(Path.of("/")));
            Patina.Outcome reachable = patina.command(Map.of(), List.of("/bin/sh", "-c", "test -r " + Patina.HOME + "/target/patina.jar && test -x " + System.getProperty("java.home") + "/bin/java"));
            assumeTrue(reachable.status() == 0, "nobody can read this folder");
            for (String mode : List.of("auto", "learn", "cached")) {
                Patina.Outcome got = patina.run("run", "--mode=" + mode, program.toString());
                assertEquals(RESULT, got.status() + " " + got.out(), got.toString());
                boolean nothingToWrite = mode.equals("cached") || where.equals(cache) && got.err().isEmpty(); // all is native: nothing was learned
                assertTrue(nothingToWrite ? got.err().isEmpty() : got.isOneLine(), mode + " on " + where + ": " + got);
            }
            Patina.Outcome doctor = patina.run("doctor");
            assertTrue(doctor.status() == 1 && doctor.out().contains("to mend: "), doctor.toString());
        }
    }

    private static Patina asNobody(Patina patina) throws IOException {
        return Patina.isRoot() ? patina.by("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : patina;
    }

    @Test void aFullDiscCostsOneLine() throws Exception {
        assumeTrue(Patina.isRoot(), "only root can mount a small disc");
        Path disc = Files.createDirectory(temporary.resolve("disc"));
        assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "none", disc.toString()) == 0, "mount is not allowed here");
        try {
            Files.write(disc.resolve("ballast"), new byte[4096]);
            for (String mode : List.of("auto", "learn")) {
                Patina.Outcome got = Patina.on(disc).run("run", "--mode=" + mode, program.toString());
                assertEquals(RESULT, got.status() + " " + got.out(), got.toString());
                assertTrue(got.err().isEmpty() || got.isOneLine(), got.toString());
            }
            Patina.Outcome optimized = Patina.on(disc).run("optimize");
            assertTrue(optimized.err().isEmpty() || optimized.isOneLine(), optimized.toString());
        } finally {
            command("umount", "-l", disc.toString());
        }
    }

    private static int command(String... words) throws Exception {
        return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    @Test void severalRunsAtOnceShareACache() throws Exception {
        Path cache = temporary.resolve("shared");
        Patina patina = Patina.on(cache);
        List<Process> runs = new java.util.ArrayList<>();
        for (int i = 0; i < 3; i++)
            runs.add(patina.start(Map.of(), List.of(Patina.LAUNCHER.toString(), "run", "--mode=learn", program.toString()),
                    temporary.resolve("out" + i), temporary.resolve("err" + i)));
        for (int i = 0; i < 3; i++) {
            assertTrue(runs.get(i).waitFor(5, TimeUnit.MINUTES), "run " + i + " does not end");
            assertEquals("7 sum 4950000\n", runs.get(i).exitValue() + " " + Files.readString(temporary.resolve("out" + i)) + Files.readString(temporary.resolve("err" + i)));
        }
        assertWarm(patina);
    }

    @Test void anOptimizerThatIsKilledLosesNothing() throws Exception {
        Path cache = copyOfLearned("killed");
        Patina patina = Patina.on(cache);
        assertTrue(patina.run("cache", "clear").out().startsWith("removed 1 code image"), "code");
        for (int millis : new int[] {300, 600, 900, 1200}) {
            Process optimizer = patina.start(Map.of(), List.of(Patina.LAUNCHER.toString(), "optimize"), temporary.resolve("out"), temporary.resolve("err"));
            Thread.sleep(millis);
            optimizer.destroyForcibly().waitFor();
            assertEquals(RESULT, outcome(patina.run("run", "--mode=cached", program.toString())));
        }
        Path image = Patina.only(cache, "/profile").getParent().getFileName();
        Files.createDirectories(cache.resolve("code").resolve(image));
        Files.write(cache.resolve("code").resolve(image).resolve("new-999999999-1.tmp"), new byte[100]);
        patina.run("cache", "clear");
        Files.createDirectories(cache.resolve("code").resolve(image));
        Files.write(cache.resolve("code").resolve(image).resolve("new-999999999-1.tmp"), new byte[100]);
        Patina.Outcome done = patina.run("optimize");
        assertEquals(0, done.status(), done.toString());
        assertTrue(Files.notExists(cache.resolve("code").resolve(image).resolve("new-999999999-1.tmp")), "what the dead have left goes");
        assertWarm(patina);
    }

    /** Parts of Patina that are missing: no stack trace, and the program still runs where it can. */
    @Test void missingPartsAreNamed() throws Exception {
        Path home = temporary.resolve("broken home");
        Files.createDirectories(home.resolve("target"));
        Patina.copy(Patina.HOME.resolve("bin"), home.resolve("bin"));
        for (String part : List.of("patina.jar", "built")) Files.copy(Patina.HOME.resolve("target").resolve(part), home.resolve("target").resolve(part));
        Patina patina = Patina.on(copyOfLearned("parts"));
        List<String> run = List.of(home.resolve("bin/patina").toString(), "run", "--mode=learn", program.toString());
        Patina.Outcome bare = patina.command(Map.of(), run);
        assertTrue(bare.status() == 125 && bare.isOneLine() && bare.err().contains("libpatina.so is missing"), bare.toString());

        Patina.copy(Patina.HOME.resolve("target/native"), home.resolve("target/native"));
        patina.run("cache", "clear");
        Patina.Outcome noCompiler = patina.command(Map.of(), run);
        assertEquals(RESULT, noCompiler.status() + " " + noCompiler.out(), noCompiler.toString());
        assertTrue(noCompiler.isOneLine() && noCompiler.err().contains("could not be translated"), noCompiler.toString());
        Patina.Outcome noCommands = patina.command(Map.of(), List.of(home.resolve("bin/patina").toString(), "cache", "list"));
        assertTrue(noCommands.status() == 125 && noCommands.isOneLine() && noCommands.err().contains("build again"), noCommands.toString());
    }
}
