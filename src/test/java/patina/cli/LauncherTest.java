package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/patina, bin/build and bin/find-jdk as shell scripts, in a working copy whose Maven only counts how often it is called. */
class LauncherTest {
    @TempDir static Path temporary;
    @TempDir Path own;
    private Path home, calls;

    private static final String[] VERSION = {"--version"};

    @BeforeAll static void letOthersIn() throws IOException { Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x")); }

    /** A working copy with blanks in its path, not built. */
    @BeforeEach void clone_() throws IOException {
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
        home = own.resolve("a working copy");
        calls = own.resolve("calls");
        Patina.copy(Patina.HOME.resolve("bin"), Files.createDirectory(home).resolve("bin"));
        Files.createDirectories(home.resolve("src/main/java"));
        Files.writeString(home.resolve("src/main/java/A.java"), "");
        Files.writeString(home.resolve("pom.xml"), "");
        Files.createDirectory(home.resolve(".git"));
        Path maven = Files.createDirectory(own.resolve("tools")).resolve("mvn");
        Files.writeString(maven, """
                #!/bin/sh
                echo call >>"%s"
                [ -e "$BROKEN" ] && { echo "[INFO] --- compiler:compile"; echo "[ERROR] A.java is wrong"; exit 1; }
                sleep 1
                cp "%s"/patina.jar target/ && ln -sfn "%2$s/lib" target/lib && ln -sfn "%2$s/native" target/native && touch target/built
                """.formatted(calls, Patina.HOME.resolve("target")));
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String source : List.of("pom.xml", "src/main/java/A.java", "src/main/java", "src/main"))
            Files.setLastModifiedTime(home.resolve(source), FileTime.fromMillis(System.currentTimeMillis() - 60_000));
    }

    private Map<String, String> environment() { return Map.of("PATINA_BUILD", "quick", "PATH", own.resolve("tools") + ":/usr/bin:/bin"); }

    private Patina.Outcome patina(Path from, String launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(List.of(arguments));
        return Patina.on(own.resolve("cache")).in(from).command(environment(), command);
    }

    private long calls() throws IOException { return Files.exists(calls) ? Files.readAllLines(calls).size() : 0; }

    private static void assertVersion(Patina.Outcome got) { assertTrue(got.status() == 0 && got.out().startsWith("patina 0.") && got.err().isEmpty(), got.toString()); }

    @Test void aFreshCloneIsBuiltOnceByWhoeverComes() throws Exception {
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            all.add(Patina.on(own.resolve("cache")).start(environment(), List.of(home.resolve("bin/patina").toString(), "--version"), own.resolve("out" + i), own.resolve("err" + i)));
        for (int i = 0; i < 3; i++) {
            assertTrue(all.get(i).waitFor(2, TimeUnit.MINUTES), "does not end");
            assertVersion(new Patina.Outcome(all.get(i).exitValue(), Files.readString(own.resolve("out" + i)), Files.readString(own.resolve("err" + i))));
        }
        assertEquals(1, calls());
    }

    @Test void changedSourcesAreBuiltAgainAndOnlyInAWorkingCopy() throws Exception {
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        assertEquals(1, calls());
        Path source = home.resolve("src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 1000));
        Thread.sleep(1500);
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        assertEquals(2, calls());
        Files.delete(home.resolve(".git"));
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 1000));
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        assertEquals(2, calls());
    }

    @Test void symbolicLinksAndOtherDirectoriesLeadThere() throws Exception {
        Files.createSymbolicLink(own.resolve("tools/patina"), home.resolve("bin/patina"));
        Files.createSymbolicLink(own.resolve("link to home"), home);
        assertVersion(patina(Path.of("/"), own.resolve("tools/patina").toString(), VERSION));
        assertVersion(patina(own, "link to home/bin/patina", VERSION));
        assertVersion(patina(home.resolve("bin"), "./patina", VERSION));
        assertVersion(patina(own, "/bin/sh", "-c", "patina --version")); // through PATH
        assertEquals(1, calls());
    }

    @Test void aBuildThatFailsIsSaidWithItsErrors() throws Exception {
        Path broken = Files.writeString(own.resolve("broken"), "");
        Map<String, String> environment = new java.util.HashMap<>(environment());
        environment.put("BROKEN", broken.toString());
        Patina.Outcome got = Patina.on(own.resolve("cache")).command(environment, List.of(home + "/bin/patina", "--version"));
        assertEquals("status 1\n--- stdout\n--- stderr\npatina: the build failed (log: " + home + "/target/build.log):\n[ERROR] A.java is wrong\n", got.toString());
    }

    @Test void aBuiltCopyRunsWhereNothingCanBeWritten() throws Exception {
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        Files.delete(home.resolve("target/java-home"));
        Files.setLastModifiedTime(home.resolve("src/main/java/A.java"), FileTime.fromMillis(System.currentTimeMillis() + 1000));
        Files.setPosixFilePermissions(home.resolve("target"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Patina other = Patina.on(own.resolve("cache")).in(Path.of("/"));
        if (Patina.isRoot()) other = other.by("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        assumeTrue(other.command(Map.of(), List.of("test", "-r", Patina.HOME + "/target/lib")).status() == 0, "nobody can read this folder");
        assertVersion(other.command(environment(), List.of(home + "/bin/patina", "--version")));
        assertEquals(1, calls());
        Files.setPosixFilePermissions(home.resolve("target"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.delete(home.resolve("target/patina.jar"));
        Files.setPosixFilePermissions(home.resolve("target"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Patina.Outcome notBuilt = other.command(environment(), List.of(home + "/bin/patina", "--version"));
        assertTrue(notBuilt.status() == 1 && notBuilt.isOneLine() && notBuilt.err().contains("cannot be written"), notBuilt.toString());
    }

    @Test void theJdkIsFoundOrNamed() throws Exception {
        Patina.Outcome found = patina(own, home + "/bin/find-jdk");
        assertEquals(System.getProperty("java.home") + "\n", found.out());
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        Files.writeString(home.resolve("target/java-home"), "/nowhere\n=" + System.getProperty("java.home") + "\n");
        assertVersion(patina(own, home + "/bin/patina", VERSION));
        assertEquals(System.getProperty("java.home"), Files.readAllLines(home.resolve("target/java-home")).getFirst());
    }

    @Test void theEnvironmentIsAsGiven() throws Exception {
        Patina patina = Patina.on(own.resolve("cache"));
        List<String> environment = List.of("env", "-i", "B=two words", "SHLVL=3", "bad-name=1", "LC_ALL=POSIX", "A=\n", "PATINA_BUILD=never",
                "JAVA_HOME=" + System.getProperty("java.home"), "PWD=/nowhere", "_=x");
        for (int without : new int[] {environment.size(), 5}) { // with LC_ALL, and without
            List<String> natively = new ArrayList<>(environment);
            if (without < environment.size()) natively.remove(without);
            List<String> here = new ArrayList<>(natively);
            natively.add("/usr/bin/env");
            here.addAll(List.of(Patina.LAUNCHER.toString(), "run", "--mode=interpret", "/usr/bin/env"));
            assertEquals(patina.command(Map.of(), natively).toString(), patina.command(Map.of(), here).toString());
        }
    }

    @Test void namesThatAreNotAsciiWorkInEveryLocale() throws Exception {
        Path folder = Files.createDirectory(own.resolve("ü b")), program = folder.resolve("sum"), cache = own.resolve("ö");
        Patina.build("sum", program);
        for (String locale : List.of("C", "C.UTF-8", "nonsense")) {
            Patina.Outcome got = Patina.on(cache).command(Map.of("LC_ALL", locale), List.of("/bin/sh", "-c",
                    Patina.LAUNCHER + " run --log all --mode=learn \"$0\"; PATH='" + folder + "':$PATH " + Patina.LAUNCHER + " run --mode=cached --stats sum 2>&1 | grep -c '\"refused\": \\[\\]'", program.toString()));
            assertTrue(got.out().startsWith("sum 4950000\n") && got.out().endsWith("\n1\n"), locale + ": " + got);
        }
    }

    @Test void fewDescriptorsAndLittleMemoryAreSaidOrEnough() throws Exception {
        Path program = own.resolve("sum");
        Patina.build("sum", program);
        Patina patina = Patina.on(own.resolve("cache"));
        String run = Patina.LAUNCHER + " run --mode=interpret " + program;
        assertEquals("status 7\n--- stdout\nsum 4950000\n--- stderr\n", patina.command(Map.of(), List.of("/bin/sh", "-c", "ulimit -n 64; " + run)).toString());
        Patina.Outcome little = patina.command(Map.of(), List.of("/bin/bash", "-c", "ulimit -v 6000000; " + run));
        assertTrue(little.status() == 126 && little.isOneLine() && little.err().contains("ulimit -v"), little.toString());
    }

    @Test void whatIsForTheGuestsShellOrLoaderDoesNotReachOurs() throws Exception {
        Path sourced = Files.writeString(own.resolve("sourced"), "echo sourced");
        Map<String, String> environment = new java.util.HashMap<>(environment());
        environment.putAll(Map.of("BASH_ENV", sourced.toString(), "LD_LIBRARY_PATH", "/nowhere", "GLIBC_TUNABLES", "glibc.malloc.check=3", "POSIXLY_CORRECT", "1"));
        for (String time : List.of("builds", "is built"))
            assertEquals("status 0\n--- stdout\npatina 0.1\n--- stderr\n", Patina.on(own.resolve("cache")).command(environment, List.of(home + "/bin/patina", "--version")).toString(), time);
        environment.put("LD_SHOW_AUXV", "1"); // our shell's own loader shows it: no help for that
        assertTrue(Patina.on(own.resolve("cache")).command(environment, List.of(home + "/bin/patina", "--version")).out().contains("patina 0."));
        assertEquals(1, calls(), "what a loader says is not what find has found");
        String run = Patina.LAUNCHER + " run --mode=interpret /bin/sh -c 'echo $BASH_ENV $LD_LIBRARY_PATH $GLIBC_TUNABLES'";
        environment.remove("LD_SHOW_AUXV");
        environment.put("PATINA_BUILD", "never");
        assertEquals(sourced + " /nowhere glibc.malloc.check=3\n", Patina.on(own.resolve("cache")).command(environment, List.of("/bin/sh", "-c", run)).out());
    }

    /** The kernel allows a quarter of the stack's limit: 256 KiB here. */
    @Test void theEnvironmentCountsOnce() throws Exception {
        String run = Patina.LAUNCHER + " run --mode=interpret /bin/echo";
        Patina patina = Patina.on(own.resolve("cache"));
        Map<String, String> environment = Map.of("A", "x".repeat(120_000), "B", "x".repeat(120_000));
        assertEquals("status 0\n--- stdout\nall\n--- stderr\n", patina.command(environment, List.of("/bin/sh", "-c", "ulimit -s 1024; " + run + " all")).toString());
        Patina.Outcome much = patina.command(environment, List.of("/bin/sh", "-c", "ulimit -s 1024; " + run + " " + "y".repeat(21_000)));
        assertTrue(much.status() == 126 && much.isOneLine() && much.err().contains("arguments and environment are too long"), much.toString());
    }

    @Test void descriptorsOfTheCallerAreTheGuests() throws Exception {
        Patina.Outcome natively = shell("");
        Patina.Outcome here = shell(Patina.LAUNCHER + " run --mode=auto -- ");
        assertEquals(natively.toString(), here.toString());
    }

    private Patina.Outcome shell(String run) throws IOException, InterruptedException {
        return Patina.on(own.resolve("cache")).command(Map.of(), List.of("/bin/bash", "-c", "ulimit -Sn 1000; cp -f /bin/ls " + own + "/ls\n" + run + "/bin/cat /dev/fd/7 5</dev/null 7<<END\nseven\nEND\n"
                + run + "/bin/cat /dev/fd/4; " + run + "/bin/sh -c 'exec 3</proc/version; read x <&3; echo $x; ulimit -n' 4</dev/null\n"
                + run + "/bin/cat <&200 200</proc/version; " + run + "/bin/cat <&255 255</proc/version\n"
                + run + own + "/ls /proc/self/fd 100</dev/null 300</dev/null\n"));
    }
}
