package patina.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
        nodes.add(DynamicContainer.dynamicContainer("native share", SHARES.stream().map(share -> dynamicTest(share.command.toString(), () -> isNative(share)))));
        if (all) for (Path script : scripts("more")) nodes.add(inModes(script, MODES));
        return nodes;
    }

    /** After a learn run, the same command runs natively to this share, from a cache that it leaves as it is. */
    private record Share(double least, List<String> command) {}

    private static final List<Share> SHARES = List.of(new Share(0.99, List.of("PROGRAMS/nbody-dynamic-O2", "20000")), new Share(0.99, List.of("PROGRAMS/sha256-static-O2", "3")),
            new Share(0.97, List.of("/usr/bin/python3", "-c", "print(1)")), new Share(0.97, List.of("/bin/ls", "-l", "/usr/bin")),
            new Share(0.97, List.of("/usr/bin/sqlite3", ":memory:", "create table t(n); with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) "
                    + "insert into t select i * 7919 % 10007 from n; create index x on t(n); select n, count(*) from t group by n order by 2 desc, 1 limit 3;")),
            new Share(0.97, List.of("/usr/bin/perl", "-e", "for (1 .. 20000) { $_ = \"line $_ of text\"; $n++ if /([a-z])\\d* of/; s/t/T/g; $l += length } print \"$n $l\\n\"")));

    private static void isNative(Share share) throws IOException, InterruptedException {
        Path stats = Files.createTempFile("patina-stats", ".json");
        patina(share, "learn", stats);
        String before = listing();
        patina(share, "cached", stats);
        assertEquals(before, listing(), "the cache after a cached run");
        String json = Files.readString(stats);
        assertTrue(json.contains("\"refused\": []"), json);
        var found = Pattern.compile("\"native_share\": ([0-9.]+)").matcher(json);
        assertTrue(found.find() && Double.parseDouble(found.group(1)) >= share.least, json);
        Files.delete(stats);
    }

    private static void patina(Share share, String mode, Path stats) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Programs.HOME + "/bin/patina", "run", "--mode=" + mode, "--cache=" + cache, "--stats=" + stats, "--"));
        share.command.forEach(word -> command.add(word.replace("PROGRAMS", programs.toString())));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATINA_BUILD", "never");
        assertEquals(0, builder.start().waitFor(), command.toString());
    }

    /** Every file of the cache with its size and time. */
    private static String listing() throws IOException {
        StringBuilder text = new StringBuilder();
        try (var files = Files.walk(cache)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator)
                text.append(file).append(' ').append(Files.size(file)).append(' ').append(Files.getLastModifiedTime(file)).append('\n');
        }
        return text.toString();
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
