package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --sysroot DIR}: a small system with busybox, a dynamic program with its loader and libc at other places, and links of all kinds. */
class SysrootTest {
    @TempDir static Path temporary;
    private static Path root;

    @BeforeAll static void make() throws IOException {
        root = temporary.resolve("root");
        for (String d : new String[] {"usr/bin", "usr/lib64", "libs", "etc", "data/sub", "only", "lib"}) Files.createDirectories(root.resolve(d));
        copy("/bin/busybox", "usr/bin/busybox");
        link("bin", "/usr/bin");
        copy("/bin/cat", "usr/bin/cat");
        copy("/lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2");
        copy("/lib/x86_64-linux-gnu/libc.so.6", "libs/libc.so.6");
        link("lib64", "/usr/lib64");
        link("lib/x86_64-linux-gnu", "../../../libs");
        link("usr/bin/tom", "/usr/bin/cat");
        link("usr/bin/stat", "/bin/busybox");
        link("usr/bin/sh", "stat");
        Files.writeString(root.resolve("etc/hostname"), "inside\n");
        link("data/link", "/etc/hostname");
        link("data/sub/up", "../../../../../etc/hostname");
        link("data/dir", "/data/sub");
        link("data/dangling", "/nowhere");
        Files.writeString(root.resolve("usr/bin/script"), "#!/bin/sh\necho \"$0 $1\"\n");
        root.resolve("usr/bin/script").toFile().setExecutable(true);
    }

    private static void copy(String from, String to) throws IOException { Files.copy(Path.of(from), root.resolve(to)); }

    private static void link(String name, String target) throws IOException { Files.createSymbolicLink(root.resolve(name), Path.of(target)); }

    private Patina.Outcome run(String command) throws IOException, InterruptedException {
        return Patina.on(temporary.resolve("cache")).run(("run|--mode=interpret|--sysroot|" + root + "|--|" + command.replace(" ", "|")).split("\\|"));
    }

    @ParameterizedTest @CsvSource(delimiter = '|', value = {
        "/usr/bin/cat /etc/hostname                          | inside",
        "cat /data/link                                      | inside",
        "tom /data/sub/up                                    | inside",
        "tom /data/dir/up                                    | inside",
        "cat /data/sub/../link                               | inside",
        "cat /data/dir/../link                               | inside",
        "cat /../../etc/hostname                             | inside",
        "busybox readlink /data/link                         | /etc/hostname",
        "busybox readlink -f /data/dir/up                    | /etc/hostname",
        "busybox readlink /proc/self/exe                     | /usr/bin/busybox",
        "stat -c %F /data/link                          | symbolic link",
        "stat -L -c %F /data/dir                        | directory",
        "stat -c %F /dev/null                           | character special file",
        "script argument                                     | /usr/bin/script argument"})
    void shows(String command, String expected) throws Exception {
        Patina.Outcome got = run(command);
        assertEquals(new Patina.Outcome(0, expected + "\n", ""), got);
    }

    @Test void namesOfItsOwnFiles() throws Exception {
        String maps = run("/usr/bin/cat /proc/self/maps").out();
        assertEquals(Set.of(), Set.copyOf(maps.lines().filter(l -> l.contains(root.toString())).toList()));
    }

    /** By relative names and descriptors; a new name is the sysroot's where only that has the directory, or where the program is in it. */
    @Test void seesFromWithin() throws Exception {
        Process gcc = new ProcessBuilder("gcc", "-w", "-static", "-o", root.resolve("usr/bin/inside").toString(), Patina.HOME.resolve("src/test/resources/cli/inside.c").toString()).inheritIO().start();
        assertEquals(0, gcc.waitFor());
        link("data/other", "/etc/hostname");
        assertEquals("""
            /data/sub
            up: inside
            /data
            link: inside
            dir/up: inside
            link -> /etc/hostname
            /proc/self/cwd -> /data
            /proc/self/exe -> /usr/bin/inside
            /proc/self/fd/40 -> /data/sub
            40 -> /data/sub
            /data/sub
            (nil)
            000000
            """, run("inside").out());
        for (String made : new String[] {"data/sub/moved /only/new", "only/second way/second", "data/hard /only/new", "data/third third"}) {
            String[] nameAndContent = made.split(" ");
            assertEquals(nameAndContent[1] + "\n", Files.readString(root.resolve(nameAndContent[0])));
        }
        assertEquals(true, Files.isDirectory(root.resolve("only/dir")) && !Files.isSymbolicLink(root.resolve("data/other")));
    }

    /** What the sysroot has not is the host's. */
    @Test void looksAtTheHost() throws Exception {
        Path outside = Files.writeString(temporary.resolve("outside"), "outside\n");
        assertEquals("outside\n", run("cat " + outside).out());
        assertEquals(1, run("cat /data/dangling").status());
    }

    @Test void mustBeThere() throws Exception {
        Patina.Outcome got = Patina.on(temporary.resolve("cache")).run("run", "--sysroot", root + "/missing", "true");
        assertEquals(2, got.status());
        assertEquals("--sysroot " + root + "/missing: not a directory", got.line().replace("patina: ", ""));
    }
}
