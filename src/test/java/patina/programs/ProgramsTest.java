package patina.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case of src/test/resources/programs/cases, natively and in every mode: same output, status and files. Those of programs/more
 * only when asked for, -Dpatina.programs=all: that takes hours, most of it translating what runs once.
 */
class ProgramsTest {
    /** In this order on one cache: cached finds what learn has left. */
    private static final List<String> MODES = List.of("interpret", "auto", "learn", "cached");
    private static Path cache, programs;

    @BeforeAll static void prepare() throws IOException, InterruptedException {
        cache = Files.createTempDirectory("patina-cache");
        programs = Files.createTempDirectory("patina-programs");
        CPrograms.build(programs);
    }

    @AfterAll static void cleanUp() throws IOException, InterruptedException {
        Programs.delete(cache);
        Programs.delete(programs);
    }

    @TestFactory List<DynamicNode> cases() throws IOException {
        List<DynamicNode> nodes = new ArrayList<>();
        boolean all = System.getProperty("patina.programs", "").equals("all");
        for (Path script : scripts("cases")) nodes.add(inModes(script, MODES));
        if (all) for (Path script : scripts("more")) nodes.add(inModes(script, MODES));
        return nodes;
    }

    private static List<Path> scripts(String folder) throws IOException {
        try (var list = Files.list(Programs.RESOURCES.resolve(folder))) { return list.sorted().toList(); }
    }

    private static DynamicNode inModes(Path script, List<String> usual) throws IOException {
        List<String> modes = Files.readAllLines(script).stream().filter(l -> l.startsWith("# modes: ")).findFirst()
                .map(l -> List.of(l.substring("# modes: ".length()).split(" "))).orElse(usual);
        Map<String, String> extra = Map.of("PROGRAMS", programs.toString());
        Programs.Outcome[] expected = new Programs.Outcome[1];
        return DynamicContainer.dynamicContainer(script.getFileName().toString().replace(".sh", ""), modes.stream().map(mode ->
            dynamicTest(mode, () -> {
                if (expected[0] == null) expected[0] = Programs.run(script, null, cache, extra);
                Programs.Outcome got = Programs.run(script, mode, cache, extra);
                assertEquals(expected[0].toString(), got.toString());
                assertEquals(expected[0].files(), got.files());
            })));
    }
}
