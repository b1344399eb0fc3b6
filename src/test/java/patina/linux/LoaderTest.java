package patina.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.guest.x86.X86Guest;
import patina.memory.Mapping;

/** Where programs of all kinds end up in memory, what is on their stack, and what is said of files that are none. */
class LoaderTest {
    @TempDir Path folder;

    private static LaunchSpec spec(Path program, String... arguments) {
        return new LaunchSpec(program.toString(), List.of(arguments), List.of("A=1", "PATH=/x"), null);
    }

    private LoadError refused(Path program) {
        return assertInstanceOf(LoadError.class, Process.load(new X86Guest(), spec(program, "x")));
    }

    private Path compile(String name, String... options) throws Exception {
        Assumptions.assumeTrue(new File("/usr/bin/gcc").exists(), "no gcc");
        Path source = folder.resolve("p.c"), program = folder.resolve(name);
        Files.writeString(source, "char big[100000]; int set[3] = {1, 2, 3}; int main(void) { return big[5] + set[0]; }");
        List<String> command = new java.util.ArrayList<>(List.of("/usr/bin/gcc", "-o", program.toString(), source.toString()));
        command.addAll(List.of(options));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
        return program;
    }

    /** argc, argv, envp, auxv as a program's start code reads them. */
    private static Map<Long, Long> checkStack(Guests g, String... arguments) {
        long sp = g.task.cpu().getLong(g.process.abi().stackPointer());
        assertEquals(0, sp & 15);
        assertEquals(arguments.length, g.memory.load(sp, 8));
        long at = sp + 8;
        for (String a : arguments) { assertEquals(a, g.string(g.memory.load(at, 8))); at += 8; }
        assertEquals(0, g.memory.load(at, 8));
        assertEquals("A=1", g.string(g.memory.load(at + 8, 8)));
        assertEquals("PATH=/x", g.string(g.memory.load(at + 16, 8)));
        assertEquals(0, g.memory.load(at + 24, 8));
        Map<Long, Long> auxiliary = new TreeMap<>();
        for (at += 32; g.memory.load(at, 8) != 0; at += 16) auxiliary.put(g.memory.load(at, 8), g.memory.load(at + 8, 8));
        return auxiliary;
    }

    @Test void positionIndependentWithInterpreter() {
        try (Guests g = new Guests(spec(Path.of("/bin/cat"), "cat", "one", "two"))) {
            Map<Long, Long> aux = checkStack(g, "cat", "one", "two");
            assertEquals(4096, aux.get(6L));
            assertEquals(56, aux.get(4L));
            assertNotEquals(0, aux.get(7L), "AT_BASE");
            assertEquals(6, g.memory.load(aux.get(3L), 4), "PT_PHDR at AT_PHDR");
            assertEquals("x86_64", g.string(aux.get(15L)));
            assertEquals("/bin/cat", g.string(aux.get(31L)));
            assertNotEquals(0, g.memory.load(aux.get(25L), 8), "AT_RANDOM");
            assertNull(aux.get(33L), "no vDSO");
            Mapping code = g.memory.mapping(g.task.cpu().pc());
            assertTrue(code.executable() && code.label().contains("ld-linux"), code.toString());
            assertTrue(ProcFiles.maps(g.process).contains("[stack]"));
        }
    }

    @Test void staticPrograms() throws Exception {
        for (String kind : List.of("-static", "-static-pie", "-no-pie", "-pie")) {
            try (Guests g = new Guests(spec(compile("p" + kind, kind), "p"))) {
                Map<Long, Long> aux = checkStack(g, "p");
                long entry = aux.get(9L);
                assertTrue(g.memory.mapping(entry).executable());
                if (kind.startsWith("-static")) assertEquals(entry, g.task.cpu().pc());
                long end = g.memory.brk(0);
                assertEquals(0, g.memory.load(end - 8, 8), "bss is clear");
                assertEquals(end + 4096, g.memory.brk(end + 4096));
                g.memory.store(end, 8, 1);
            }
        }
    }

    @Test void whatIsNoProgram() throws Exception {
        assertEquals(127, refused(folder.resolve("absent")).status());
        assertEquals(126, refused(folder).status());
        Path text = Files.writeString(folder.resolve("text"), "echo hello\n");
        assertTrue(refused(text).message().contains("permission denied"));
        text.toFile().setExecutable(true);
        assertTrue(refused(text).message().contains("not an ELF file"));
        byte[] cat = Files.readAllBytes(Path.of("/bin/cat"));
        cat[18] = (byte) 183;
        Path arm = Files.write(folder.resolve("arm"), cat);
        arm.toFile().setExecutable(true);
        assertTrue(refused(arm).message().contains("another machine"));
        byte[] lost = Files.readAllBytes(Path.of("/bin/cat"));
        int at = new String(lost, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("/lib64/ld-");
        lost[at + 1] = 'L';
        Path without = Files.write(folder.resolve("without"), lost);
        without.toFile().setExecutable(true);
        LoadError e = refused(without);
        assertTrue(e.message().contains("/Lib64/ld-linux") && e.status() == 127, e.message());
    }

    @Test void scripts() throws Exception {
        Path script = Files.writeString(folder.resolve("script"), "#! /bin/cat  -n  x \n");
        script.toFile().setExecutable(true);
        try (Guests g = new Guests(spec(script, "name", "arg"))) { checkStack(g, "/bin/cat", "-n  x", script.toString(), "arg"); }
        Path self = folder.resolve("self");
        Files.writeString(self, "#!" + self + "\n");
        self.toFile().setExecutable(true);
        assertTrue(refused(self).message().contains("too many levels"));
        assertArrayEquals(new String[] {"/bin/sh"}, Loader.scriptLine("/bin/sh", false));
        assertNull(Loader.scriptLine("  \n", false));
        assertNull(Loader.scriptLine("x".repeat(254), true));
    }

    @Test void brokenProgramsAreRefusedOrLoaded() throws Exception {
        byte[] good = Files.readAllBytes(Path.of("/bin/true"));
        Random random = new Random(2);
        Path file = folder.resolve("broken");
        for (int i = 0; i < 1500; i++) {
            byte[] b = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) b[random.nextInt(64 + 13 * 56)] = (byte) random.nextInt(256);
            Files.write(file, b);
            file.toFile().setExecutable(true);
            switch (Process.load(new X86Guest(), spec(file, "x"))) {
                case LoadError e -> assertTrue(e.status() == 126 || e.status() == 127, e.message());
                case Process p -> { p.release(); p.memory().close(); }
            }
        }
    }
}
