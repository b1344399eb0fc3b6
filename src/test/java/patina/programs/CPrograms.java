package patina.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The C programs of src/test/c, built by the system's gcc: NAME-static-O0, NAME-dynamic-O2 … */
final class CPrograms {
    private CPrograms() {}

    static void build(Path into) throws IOException, InterruptedException {
        try (var list = Files.list(Programs.HOME.resolve("src/test/c"))) {
            for (Path source : list.filter(p -> p.toString().endsWith(".c")).sorted().toList())
                for (String link : List.of("static", "dynamic"))
                    for (String level : List.of("O0", "O2")) compile(source, link, level, into);
        }
    }

    private static void compile(Path source, String link, String level, Path into) throws IOException, InterruptedException {
        String name = source.getFileName().toString().replace(".c", "") + "-" + link + "-" + level;
        Process gcc = new ProcessBuilder("gcc", "-" + level, "-w", link.equals("static") ? "-static" : "-rdynamic",
                "-o", into.resolve(name).toString(), source.toString(), "-lm").inheritIO().start();
        if (gcc.waitFor() != 0) throw new AssertionError("gcc could not build " + source);
    }
}
