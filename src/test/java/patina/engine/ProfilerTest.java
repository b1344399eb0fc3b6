package patina.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.ir.ImageKey;
import patina.linux.LaunchSpec;
import patina.profile.Profile;
import patina.profile.ProfileStore;

/** What a run leaves in the profile. */
class ProfilerTest {
    /** An indirect call that goes to two places, 300 and 100 times, and an indirect jump to 8, 50 times each. */
    private static final String PROGRAM = """
            static int one(int x) { return x + 1; }
            static int two(int x) { return x * 3; }
            int (*volatile table[])(int) = {one, one, one, two};
            int main(int argc, char **argv) {
                int x = argc;
                for (int i = 0; i < 400; i++) x = table[i & 3](x);
                static const void *labels[] = {&&a, &&b, &&c, &&d, &&e, &&f, &&g, &&h};
                int i = 0;
            next:
                if (i == 400) return x & 63;
                goto *labels[i++ & 7];
            a: x += 1; goto next; b: x ^= 2; goto next; c: x -= 3; goto next; d: x *= 5; goto next;
            e: x += 7; goto next; f: x ^= 8; goto next; g: x -= 9; goto next; h: x *= 11; goto next;
            }
            """;

    @TempDir Path directory;

    @Test void indirectCallsAndJumpsAreRecordedWithTheirTargets() throws IOException, InterruptedException {
        Path program = compiled("table.c", PROGRAM, "-fno-inline");
        LaunchSpec launch = new LaunchSpec(program.toString(), List.of(program.toString()), List.of("PATH=/bin"), null);
        Outcome outcome = new Session(new RunSpec(launch, Mode.AUTO, directory.resolve("cache"))).run();
        assertEquals(new ProcessBuilder(program.toString()).start().waitFor(), outcome.status());
        Profile profile = new ProfileStore(directory.resolve("cache/profiles")).read(ImageKey.of(program)).profile();
        List<List<Long>> counts = new ArrayList<>();
        profile.targets().values().forEach(to -> counts.add(new ArrayList<>(to.values()).stream().sorted().toList()));
        assertTrue(counts.contains(List.of(100L, 300L)), counts.toString());
        assertTrue(counts.contains(List.of(50L, 50L, 50L, 50L, 50L, 50L, 50L, 50L)), counts.toString());
        assertTrue(profile.targets().values().stream().map(t -> t.keySet()).flatMap(Collection::stream).allMatch(profile.blocks()::containsKey), "a target is a block that ran");
    }

    /** What a library did before it was closed; the program ends much later. */
    @Test void whatRanInALibraryThatHasGoneIsRecorded() throws IOException, InterruptedException {
        Path library = compiled("shared.c", "int work(int n) { int x = 1; while (n--) x = x * 5 + 1; return x & 31; }", "-shared", "-fPIC");
        Path program = compiled("open.c", """
                #include <dlfcn.h>
                int main(int argc, char **argv) {
                    void *library = dlopen(argv[1], RTLD_NOW);
                    int x = ((int (*)(int)) dlsym(library, "work"))(1000);
                    dlclose(library);
                    return x;
                }""", "-w");
        LaunchSpec launch = new LaunchSpec(program.toString(), List.of(program.toString(), library.toString()), List.of("PATH=/bin"), null);
        Outcome outcome = new Session(new RunSpec(launch, Mode.AUTO, directory.resolve("cache"))).run();
        assertEquals(new ProcessBuilder(program.toString(), library.toString()).start().waitFor(), outcome.status());
        Profile profile = new ProfileStore(directory.resolve("cache/profiles")).read(ImageKey.of(library)).profile();
        assertTrue(profile.blocks().values().stream().anyMatch(b -> b.count() == 999), profile.blocks().values().toString());
    }

    private Path compiled(String name, String text, String... options) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve(name), text), program = directory.resolve(name + ".out");
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-o", program.toString(), source.toString()));
        command.addAll(List.of(options));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
        return program;
    }
}
