package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Programs that cannot be run: one line, and the status that a shell would give. */
class BadProgramTest {
    @TempDir static Path temporary;

    private record Case(String program, int status, String says) {}

    private static final List<Case> CASES = List.of(
            new Case("nowhere-in-path", 127, "not found in PATH"),
            new Case("", 127, "not found in PATH"),
            new Case("./nowhere", 127, "no such file or directory"),
            new Case("./dangling", 127, "no such file or directory"),
            new Case("./sum/below", 127, "not a directory"),
            new Case("./folder", 126, "is a directory"),
            new Case("./fifo", 126, "not a regular file"),
            new Case("./not-executable", 126, "permission denied"),
            new Case("./empty", 126, "not an ELF file"),
            new Case("./text", 126, "not an ELF file"),
            new Case("./cut-in-headers", 126, "end of the file"),
            new Case("./cut-in-segment", 126, "beyond the end of the file"),
            new Case("./no-headers", 126, "program headers"),
            new Case("./arm", 126, "another machine"),
            new Case("./big-endian", 126, "not a 64-bit little-endian ELF file"),
            new Case("./object", 126, "ELF type 1"),
            new Case("./no-loader", 127, "its dynamic loader /lib64/ld-nowhere-x86-64.so: no such file or directory"),
            new Case("./script-without-interpreter", 126, "names no interpreter"),
            new Case("./script-missing-interpreter", 127, "interpreter /nowhere: no such file or directory"),
            new Case("./script-of-itself", 126, "too many levels"));

    @BeforeAll static void make() throws IOException, InterruptedException {
        Patina.build("sum", temporary.resolve("sum"));
        byte[] elf = Files.readAllBytes(temporary.resolve("sum")), dynamic = Files.readAllBytes(Path.of("/bin/true"));
        Files.createDirectory(temporary.resolve("folder"));
        Files.createSymbolicLink(temporary.resolve("dangling"), Path.of("nowhere"));
        new ProcessBuilder("mkfifo", "-m", "755", temporary.resolve("fifo").toString()).start().waitFor();
        file("empty", new byte[0]);
        file("text", "echo plain text\n".getBytes(StandardCharsets.US_ASCII));
        file("cut-in-headers", java.util.Arrays.copyOf(elf, 100));
        file("cut-in-segment", java.util.Arrays.copyOf(elf, 600));
        file("no-headers", changed(elf, 56, 0));
        file("arm", changed(elf, 18, 183));
        file("big-endian", changed(elf, 5, 2));
        file("object", changed(elf, 16, 1));
        String text = new String(dynamic, StandardCharsets.ISO_8859_1);
        file("no-loader", text.replace("/lib64/ld-linux-x86-64.so.2\0", "/lib64/ld-nowhere-x86-64.so\0").getBytes(StandardCharsets.ISO_8859_1));
        file("script-without-interpreter", "#!\n".getBytes(StandardCharsets.US_ASCII));
        file("script-missing-interpreter", "#!/nowhere -x\n".getBytes(StandardCharsets.US_ASCII));
        file("script-of-itself", ("#!" + temporary.resolve("script-of-itself") + "\n").getBytes(StandardCharsets.UTF_8));
        file("script", ("#!" + temporary.resolve("sum") + " one argument\n").getBytes(StandardCharsets.UTF_8));
        file("not-executable", elf);
        Files.setPosixFilePermissions(temporary.resolve("not-executable"), PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static void file(String name, byte[] content) throws IOException {
        Files.setPosixFilePermissions(Files.write(temporary.resolve(name), content), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static byte[] changed(byte[] file, int at, int value) {
        byte[] copy = file.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static Patina patina() { return Patina.on(temporary.resolve("cache")); }

    @TestFactory Stream<DynamicTest> oneLineAndTheStatusOfAShell() {
        return CASES.stream().map(c -> dynamicTest(c.program.isEmpty() ? "(empty name)" : c.program, () -> {
            Patina.Outcome got = patina().run("run", "--mode=interpret", c.program, "argument");
            assertEquals(c.status, got.status(), got.toString());
            assertTrue(got.isOneLine() && got.out().isEmpty() && got.err().contains(c.says), got.toString());
        }));
    }

    @Test void aScriptRunsByItsInterpreter() throws Exception {
        assertEquals("status 7\n--- stdout\nsum 4950000\n--- stderr\n", patina().run("run", "--mode=interpret", "./script").toString());
    }

    @Test void anInstructionThatIsNotSupportedIsALineAndASignal() throws Exception {
        Patina.build("unsupported", temporary.resolve("unsupported"));
        for (String mode : List.of("interpret", "learn", "cached")) {
            Patina.Outcome got = patina().run("run", "--mode=" + mode, "./unsupported");
            assertEquals(132, got.status(), got.toString());
            assertTrue(got.isOneLine() && got.err().matches("patina: unsupported instruction at 0x40[0-9a-f]{4}: iretq \\(48cf[0-9a-f]{26}\\)\n"), got.toString());
        }
    }

    @Test void statisticsThatCannotBeWrittenAreALineAndNotTheStatus() throws Exception {
        for (String where : List.of("/nowhere/stats", temporary.resolve("folder").toString(), "/dev/full")) {
            Patina.Outcome got = patina().run("run", "--mode=interpret", "--stats=" + where, "./sum");
            assertEquals("7 sum 4950000\n", got.status() + " " + got.out(), got.toString());
            assertTrue(got.isOneLine() && got.err().contains("statistics"), got.toString());
        }
    }

    @Test void standardDescriptorsThatAreClosedStayClosed() throws Exception {
        Patina.Outcome got = patina().command(java.util.Map.of(), List.of("/bin/sh", "-c",
                Patina.LAUNCHER + " run --mode=interpret ./sum >&-; echo $?; " + Patina.LAUNCHER + " run --mode=interpret /bin/cat <&- 2>&1; echo $?"));
        assertEquals("7\n/bin/cat: -: Bad file descriptor\n/bin/cat: closing standard input: Bad file descriptor\n1\n", got.out(), got.toString());
    }
}
