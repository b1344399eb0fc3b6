import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Compares Patina with the same programs run natively and under qemu-user, interleaved in one session: wall and CPU seconds (medians),
 * their ratios to native, and the share of guest instructions that ran natively. Run as bench/run [--runs N] [--json] [NAME...].
 */
public class Bench {
    /**
     * {@code compute}: too long for the interpreter; its CPU time goes into the geometric mean. {@code qemu}: the command under qemu-user, which runs
     * what a program starts on the host itself unless it is told.
     */
    record Row(String name, List<String> command, boolean compute, List<String> qemu) {
        Row(String name, List<String> command, boolean compute) { this(name, command, compute, command); }
    }

    /** Wall and CPU seconds, exit status and a digest of standard output. */
    record Times(double wall, double cpu, String outcome) {}

    static final Path HOME = Path.of(System.getProperty("patina.home", ".")).toAbsolutePath().normalize();
    /** Seconds. */
    static final double LONG = 15;
    static Path work, cache;

    public static void main(String[] args) throws Exception {
        int runs = 5;
        boolean json = false;
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--runs")) runs = Integer.parseInt(args[++i]);
            else if (args[i].equals("--json")) json = true;
            else wanted.add(args[i]);
        }
        work = Files.createDirectories(HOME.resolve("target/bench"));
        cache = Files.createTempDirectory("patina-bench-cache");
        List<Row> rows = rows().stream().filter(r -> wanted.isEmpty() || wanted.contains(r.name)).toList();
        if (!json) System.out.printf("%-16s %8s %8s %8s %8s | %7s %7s | %7s %7s | %s%n", "program", "native", "qemu", "cached", "interpr",
                "qemu/n", "pat/n", "q cpu/n", "p cpu/n", "native share");
        List<Double> computeRatios = new ArrayList<>(), qemuRatios = new ArrayList<>();
        StringBuilder out = new StringBuilder("[");
        for (Row row : rows) {
            Map<String, List<Times>> times = new LinkedHashMap<>();
            for (String engine : List.of("native", "qemu", "cached")) times.put(engine, new ArrayList<>());
            if (!row.compute) times.put("interpret", new ArrayList<>());
            String expected = time(row.command).outcome;
            check(row, "learn", expected, time(engine("learn", row)));
            for (int i = 0; i < runs; i++)
                for (String engine : times.keySet()) {
                    List<Times> so = times.get(engine);
                    if (engine.equals("interpret") && !so.isEmpty() && so.getFirst().wall > LONG) continue;   // once is enough to compare with
                    so.add(check(row, engine, expected, time(engine(engine, row))));
                }
            double interpreted = row.compute ? Double.NaN : median(times.get("interpret")).wall;
            Times n = median(times.get("native")), q = median(times.get("qemu")), p = median(times.get("cached"));
            String share = share(row);
            if (row.compute) { computeRatios.add(p.cpu / n.cpu); qemuRatios.add(q.cpu / n.cpu); }
            if (json) out.append(out.length() > 1 ? "," : "").append("\n {\"program\": \"%s\", \"native\": %.3f, \"qemu\": %.3f, \"cached\": %.3f, \"cpu\": [%.3f, %.3f, %.3f], \"native_share\": %s}"
                    .formatted(row.name, n.wall, q.wall, p.wall, n.cpu, q.cpu, p.cpu, share));
            else System.out.printf("%-16s %8.3f %8.3f %8.3f %8.3f | %7.2f %7.2f | %7.2f %7.2f | %s%n", row.name, n.wall, q.wall, p.wall, interpreted,
                    q.wall / n.wall, p.wall / n.wall, q.cpu / n.cpu, p.cpu / n.cpu, share);
        }
        if (json) System.out.println(out.append("\n]"));
        else if (!computeRatios.isEmpty()) System.out.printf("compute programs, CPU against native, geometric mean: qemu-user %.2f, Patina %.2f%n",
                geometric(qemuRatios), geometric(computeRatios));
    }

    static List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String[] p : new String[][] {{"nbody", "6000000"}, {"sha256", "200"}, {"lz", "30"}, {"bintrees", "16"}, {"dhry_str", "500"}}) {
            Path binary = work.resolve(p[0]);
            if (!Files.exists(binary)) run(List.of("gcc", "-O2", "-w", "-o", binary.toString(), HOME.resolve("src/test/c/" + p[0] + ".c").toString(), "-lm"));
            rows.add(new Row(p[0], List.of(binary.toString(), p[1]), true));
        }
        Path perl = work.resolve("words.txt"), sql = work.resolve("inserts.sql");
        if (!Files.exists(perl)) run(List.of("perl", "-e", "srand 1; open F, '>', shift; for (1 .. 60000) { print F join(' ', map { chr(97 + ($_ * 7 + int rand 26) % 26) x (1 + $_ % 5) } 1 .. 16), qq(\\n) }", perl.toString()));
        Files.writeString(sql, "create table t(id integer primary key, n text);\nwith recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) insert into t select i, 'name' || (i * 7919 % 10007) from n;\ncreate index x on t(n);\nselect count(*), max(n) from t;\nselect a.n, count(*) from t a join t b on a.n = b.n where a.id < 100 group by 1 order by 1 limit 5;\n");
        rows.add(new Row("nbody-short", List.of(work.resolve("nbody").toString(), "20000"), false));
        rows.add(new Row("lz-short", List.of(work.resolve("lz").toString(), "1"), false));
        rows.add(new Row("true", List.of("/bin/true"), false));
        rows.add(new Row("ls", List.of("/bin/ls", "-l", "/usr/bin"), false));
        rows.add(new Row("python3", List.of("/usr/bin/python3", "-c", "print(1)"), false));
        rows.add(new Row("sqlite3", List.of("/usr/bin/sqlite3", ":memory:", ".read " + sql), false));
        rows.add(new Row("perl", List.of("/usr/bin/perl", "-ne", "$n++ if /([aeiou])\\1+ [b-d]+/; s/(\\w)\\1/$1/g; END { print $n }", perl.toString()), false));
        rows.add(new Row("subshells", List.of("/bin/bash", "-c", "for ((i=0;i<200;i++)); do ( : ); done"), false));
        rows.add(new Row("exec", List.of("/bin/bash", "-c", "for ((i=0;i<50;i++)); do /bin/true; done"), false,
                List.of("/bin/bash", "-c", "for ((i=0;i<50;i++)); do qemu-x86_64 /bin/true; done")));
        Path hello = work.resolve("hello.c");
        Files.writeString(hello, "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n");
        List<String> compile = List.of("-O2", "-c", hello.toString(), "-o", work.resolve("hello.o").toString());
        Path wrapper = work.resolve("qemu-child");        // qemu-user looks for no program in PATH
        Files.writeString(wrapper, "#!/bin/sh\np=$(command -v \"$1\"); shift; exec qemu-x86_64 \"$p\" \"$@\"\n");
        wrapper.toFile().setExecutable(true);
        rows.add(new Row("gcc", with(compile, "/usr/bin/gcc"), false, with(compile, "/usr/bin/gcc", "-wrapper", wrapper.toString())));
        return rows;
    }

    static List<String> with(List<String> arguments, String... program) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return command;
    }

    static List<String> engine(String engine, Row row) {
        List<String> command = new ArrayList<>();
        switch (engine) {
            case "native" -> { }
            case "qemu" -> command.add("qemu-x86_64");
            default -> command.addAll(List.of(HOME + "/bin/patina", "run", "--mode=" + engine, "--cache=" + cache, "--"));
        }
        command.addAll(engine.equals("qemu") ? row.qemu : row.command);
        return command;
    }

    static String share(Row row) throws Exception {
        Path stats = work.resolve("stats.json");
        List<String> command = engine("cached", row);
        command.add(3, "--stats=" + stats);
        run(command);
        String text = Files.readString(stats);
        int at = text.indexOf("\"native_share\":");
        return text.substring(at + 15).split("[,}]")[0].strip();
    }

    /** A figure of a run that went wrong is worth nothing. */
    static Times check(Row row, String engine, String expected, Times run) {
        if (run.outcome.equals(expected)) return run;
        System.err.println("bench: " + row.name + " " + engine + ": status and output are " + run.outcome + ", natively " + expected);
        System.exit(1);
        return null;
    }

    /** One run, children included, as the shell's time has it. */
    static Times time(List<String> command) throws Exception {
        Path output = work.resolve("output");
        List<String> shell = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='%3R %3U %3S'; out=$1; shift; time \"$@\" >\"$out\" 2>/dev/null </dev/null; echo $?", "bench", output.toString()));
        shell.addAll(command);
        Process process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        String[] words = new String(process.getInputStream().readAllBytes()).strip().split("\\s+");
        process.waitFor();
        CRC32C digest = new CRC32C();
        digest.update(Files.readAllBytes(output));
        return new Times(Double.parseDouble(words[0]), Double.parseDouble(words[1]) + Double.parseDouble(words[2]), words[3] + "/" + Long.toHexString(digest.getValue()));
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
    }

    static Times median(List<Times> all) {
        return new Times(median(all.stream().mapToDouble(Times::wall)), median(all.stream().mapToDouble(Times::cpu)), all.getFirst().outcome);
    }

    static double median(java.util.stream.DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    static double geometric(List<Double> values) { return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(0)); }
}
