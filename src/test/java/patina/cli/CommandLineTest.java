package patina.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Help and wrong usage, command by command; what commands show. */
class CommandLineTest {
    @TempDir static Path temporary;

    private static Patina patina() { return Patina.on(temporary.resolve("cache")); }

    /** Command line | what its help must say. */
    private static final String[] HELP = {
        "--help              | run optimize cache profile doctor",
        "help                | run optimize cache profile doctor",
        "run --help          | --mode --cache --sysroot -E --stats --log missing learn cached interpret 126 127",
        "help run            | --mode --cache --sysroot -E --stats --log missing learn cached interpret 126 127",
        "optimize --help     | --cache --background IMAGE",
        "cache --help        | list show clear",
        "cache list --help   | --cache --json",
        "cache show --help   | --cache --json IMAGE",
        "cache clear --help  | --cache --profiles",
        "help cache clear    | --cache --profiles",
        "profile --help      | show",
        "profile show --help | --cache --json --blocks IMAGE",
        "doctor --help       | --cache --json --syscalls --instructions",
        "--version           | patina 0.",
    };

    @TestFactory Stream<DynamicTest> helpGoesToStandardOutput() {
        return Stream.of(HELP).map(row -> {
            String[] cells = row.split("\\|");
            return dynamicTest("patina " + cells[0].strip(), () -> {
                Patina.Outcome got = patina().run(words(cells[0]));
                assertEquals("status 0, stderr ", "status " + got.status() + ", stderr " + got.err());
                for (String word : words(cells[1])) assertTrue(got.out().contains(word), word + " is missing in\n" + got.out());
            });
        });
    }

    /** Command line | what the line must say. */
    private static final String[] WRONG = {
        "nonsense                | no command nonsense",
        "/bin/true               | patina run /bin/true",
        "help nonsense           | no command nonsense",
        "--mode=cached run true  | patina run [OPTIONS] PROGRAM",
        "--nonsense              | unknown option --nonsense",
        "run                     | no program given",
        "run --nonsense true     | unknown option --nonsense",
        "run --mode=fast true    | unknown mode fast",
        "run --mode              | --mode needs a value",
        "run --cache             | --cache needs a value",
        "run --cache= true       | --cache needs a value",
        "run --sysroot= true     | --sysroot needs a value",
        "run --stats= true       | --stats= needs a file",
        "run --log               | --log needs a value",
        "run --log true          | unknown level true for --log; it is off, missing or all",
        "run --log=debug true    | unknown level debug",
        "run --help=x true       | --help takes no value",
        "run --nonsense=x true   | unknown option --nonsense ",
        "run --cpu haswell true  | there is no option --cpu",
        "run --trace=file true   | there is no option --trace",
        "cache                   | a command is missing: list, show, clear",
        "cache nonsense          | no command nonsense",
        "cache list --nonsense   | unknown option --nonsense",
        "cache list nonsense     | unexpected argument nonsense",
        "cache show              | IMAGE",
        "cache list --cache=     | --cache needs a value",
        "profile                 | a command is missing: show",
        "profile show --blocks x | --blocks",
        "profile show --blocks -1 | --blocks",
        "optimize --cache        | --cache",
    };

    @TestFactory Stream<DynamicTest> wrongUsageIsOneLineAndStatus2() {
        return Stream.of(WRONG).map(row -> {
            String[] cells = row.split("\\|");
            return dynamicTest("patina " + cells[0].strip(), () -> {
                Patina.Outcome got = patina().run(words(cells[0]));
                assertEquals("status 2, stdout ", "status " + got.status() + ", stdout " + got.out());
                assertTrue(got.isOneLine() && got.err().contains(cells[1].strip()), got.toString());
            });
        });
    }

    @Test void nothingAtAllIsWrongUsageWithHelp() throws Exception {
        Patina.Outcome got = patina().run();
        assertEquals("status 2, stdout ", "status " + got.status() + ", stdout " + got.out());
        for (String command : List.of("run", "optimize", "cache", "profile", "doctor")) assertTrue(got.err().contains("\n  " + command), got.toString());
    }

    /** Scripts read these. */
    @Test void keysOfTheStatistics() throws Exception {
        Path stats = temporary.resolve("statistics");
        assertEquals(0, patina().run("run", "--mode=interpret", "--stats=" + stats, "/bin/true").status());
        Patina.Outcome written = new Patina.Outcome(0, Files.readString(stats), "");
        assertEquals("mode guest_instructions native_share regions exits cache time_ms syscalls unsupported processes", json(written, "print(*v)"));
        assertEquals("interpreted native native_count, attached compiled interpreted_entries, miss syscall interpret helper fault signal code_changed, "
                + "hits refused bytes_mapped, load attach run flush jvm_start, made unsupported, pid ppid image exit",
                json(written, "print(*[' '.join(v[k]) for k in ('guest_instructions', 'regions', 'exits', 'cache', 'time_ms', 'syscalls')], ' '.join(v['processes'][0]), sep=', ')"));
    }

    @Test void argumentsAreNotReadFromFiles() throws Exception {
        Path file = Files.writeString(temporary.resolve("arguments"), "--json");
        Patina.Outcome got = patina().run("cache", "list", "@" + file);
        assertTrue(got.status() == 2 && got.err().contains("unexpected argument @"), got.toString());
    }

    @Test void levelsOfTheLog() throws Exception {
        Path program = temporary.resolve("missing");
        Patina.build("missing", program);
        assertEquals("status 0\n--- stdout\n--- stderr\n", patina().run("run", "--mode=interpret", "--log=off", program.toString()).toString());
        for (String level : List.of("missing", "all")) {
            Patina.Outcome got = patina().run("run", "--mode=interpret", "--log", level, program.toString());
            assertEquals("status 0\n--- stdout\n--- stderr\npatina: system call 999: unknown, ENOSYS\n", got.toString());
        }
    }

    @Test void aProgramInThePathThatCannotBeExecutedIsSaid() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("path")), program = Files.writeString(folder.resolve("plain"), "");
        for (String path : List.of(folder.toString(), "/nowhere:" + folder)) {
            Patina.Outcome got = patina().run("run", "-E", "PATH=" + path, "plain");
            assertTrue(got.status() == 126 && got.isOneLine() && got.err().contains(program + ": permission denied"), got.toString());
        }
        assertEquals(127, patina().run("run", "-E", "PATH=" + temporary, "path").status(), "a directory is no program");
    }

    @Test void anEmptyCacheIsShownAsEmpty() throws Exception {
        Patina none = Patina.on(temporary.resolve("none"));
        assertEquals("0 code images, 0 B, in " + temporary.resolve("none") + "\n", none.run("cache", "list").out());
        assertEquals("0 profiles in " + temporary.resolve("none") + "\n", none.run("profile", "show").out());
        assertEquals("nothing to remove: there is no " + temporary.resolve("none") + "\n", none.run("cache", "clear").out());
        assertTrue(!Files.exists(temporary.resolve("none")), "looking makes no cache");
        for (String[] c : new String[][] {{"cache", "show", "/bin/true"}, {"profile", "show", "/bin/true"}, {"cache", "show", "nowhere"}}) {
            Patina.Outcome got = none.run(c);
            assertTrue(got.status() == 1 && got.isOneLine() && got.out().isEmpty(), got.toString());
        }
    }

    @Test void whatARunLeavesIsShownAndCleared() throws Exception {
        Path cache = temporary.resolve("shown"), program = temporary.resolve("sum");
        Patina.build("sum", program);
        Patina patina = Patina.on(cache);
        assertEquals("status 7\n--- stdout\nsum 4950000\n--- stderr\n", patina.run("run", "--mode=learn", program.toString()).toString());

        Patina.Outcome list = patina.run("cache", "list");
        assertTrue(list.out().contains("fast     " + program + "  ready") && list.out().contains("1 code image, "), list.toString());
        Patina.Outcome show = patina.run("cache", "show", program.toString());
        for (String ingredient : List.of("guest", "host-cpu", "options", "state-layout", "toolchain", "regions"))
            assertTrue(show.out().contains("\n" + ingredient + " "), ingredient + " is missing in\n" + show);
        Patina.Outcome profile = patina.run("profile", "show", "sum");
        assertTrue(profile.out().contains("seen at       " + program), profile.toString());
        assertEquals("1 " + program, json(patina.run("cache", "list", "--json"), "print(len(v['images']), v['images'][0]['name'])"));
        assertEquals("True []", json(patina.run("cache", "show", "sum", "--json"), "print(len(v[0]['region_table']) > 1, v[0]['differs'])"));
        assertEquals("True", json(patina.run("profile", "show", "sum", "--json", "--blocks=3"), "print(v[0]['blocks'] > len(v[0]['hottest']) == 3)"));
        assertEquals("1", json(patina.run("profile", "show", "--json"), "print(len(v['profiles']))"));

        assertTrue(patina.run("cache", "clear").out().startsWith("removed 1 code image, "), "code");
        assertTrue(patina.run("optimize", program.toString()).out().matches("\\d+ regions compiled in 1 image\n"), "made again from the profile");
        assertTrue(patina.run("cache", "clear", "--profiles").out().startsWith("removed 1 code image and 1 profile, "), "both");
        assertEquals("0 regions compiled in 0 images\n", patina.run("optimize").out());
    }

    @Test void doctorKnowsThisHost() throws Exception {
        Patina.Outcome text = patina().run("doctor");
        assertEquals(0, text.status(), text.toString());
        assertEquals("True", json(patina().run("doctor", "--json"), "print(all(r['ok'] for r in v if r['needed']))"));
    }

    @Test void doctorShowsEverySystemCall() throws Exception {
        assertEquals("True ['full', 'none', 'partial'] ['level', 'name', 'note', 'number'] True True True", json(patina().run("doctor", "--syscalls", "--json"),
                "s = v['syscalls']; t = v['totals']; print(any(r['name'] == 'openat' and r['number'] == 257 for r in s), sorted({r['level'] for r in s}), sorted(s[0]), "
                + "t['full'] + t['partial'] + t['none'] == t['all'] == len(s), all(r['note'].startswith('ENOSYS') for r in s if r['level'] == 'none'), "
                + "{r['number'] for r in s} >= set(range(335)) | set(range(424, 468)))"));
        String text = patina().run("doctor", "--syscalls").out();
        assertTrue(text.matches("(?s) *NUMBER +SYSCALL +LEVEL +NOTE\n.*\n *57  fork +full\n.*\n *257  openat +full\n.*\n\\d+ full, \\d+ partial, \\d+ none, \\d+ all\n"), text);
    }

    @Test void doctorShowsEveryInstruction() throws Exception {
        Patina.Outcome got = patina().run("doctor", "--instructions", "--json");
        assertEquals("['forms', 'instruction', 'level', 'native', 'note', 'templates', 'tested'] True True "
                + "[('none', 'no', '80h'), ('fault', 'no', 'other')] [('full', 'helper', '')] [('fault', 'no', '')] [] True False", json(got,
                "i = v['instructions']; t = v['totals']; of = lambda n: [(r['level'], r['native'], r['forms']) for r in i if r['instruction'] == n]; print(sorted(i[0]), "
                + "t['full'] + t['partial'] + t['fault'] + t['none'] == t['all'] == len({r['instruction'] for r in i}), t['full'] > 400, "
                + "of('INT')[-2:], of('CPUID'), of('CLI'), [r for r in i if r['level'] != 'none' and r['tested'] == 'none'], v['extensions']['sse4_2'], v['extensions']['avx'])"));
        String text = patina().run("doctor", "--instructions").out();
        assertTrue(text.matches("(?s)INSTRUCTION +FORMS +LEVEL +NATIVE +TEMPLATES +TESTED +NOTE\n.*\nADD +full +yes +all +lines, random\n.*\nINT +80h +none +no +none +none +SIGILL\n.*"
                + "\\d+ full, \\d+ partial, \\d+ fault, \\d+ none, \\d+ all\noffered by CPUID: SSE3 .*\nnot offered by CPUID.* AVX .*\n"), text);
    }

    /** What a line of Python prints about the JSON value {@code v}. */
    private static String json(Patina.Outcome got, String line) throws Exception {
        Path file = Files.writeString(temporary.resolve("value.json"), got.out());
        Patina.Outcome said = patina().command(java.util.Map.of(), List.of("python3", "-c", "import json, sys; v = json.load(open(sys.argv[1])); " + line, file.toString()));
        assertEquals(0, said.status(), got + "\n" + said);
        return said.out().strip();
    }

    private static String[] words(String text) { return text.isBlank() ? new String[0] : text.strip().split(" +"); }
}
