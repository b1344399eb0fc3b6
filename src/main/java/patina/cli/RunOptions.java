package patina.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import patina.engine.Mode;

/** The arguments of {@code patina run}. {@code stats}: null none, "" to standard error, else a file. */
record RunOptions(Mode mode, Path cache, Path sysroot, List<String> environment, String stats, boolean log, List<String> command) {

    static final String HELP = """
            Usage: patina run [OPTIONS] [--] PROGRAM [ARG...]
            Runs a Linux program built for another machine. The exit status is the program's; 128+N when signal N killed it;
            126 when the program cannot be run, 127 when it is not found, 2 for wrong usage.

              --mode MODE       auto       interpret what is new, learn, translate in the background (default)
                                learn      the same, and wait at the end until everything that ran is translated
                                cached     use only the native code in the cache; write nothing
                                interpret  no native code at all
              --cache DIR       the directory of profiles and native code (default: $PATINA_CACHE, $XDG_CACHE_HOME/patina, ~/.cache/patina)
              --sysroot DIR     look up the program's loader and libraries below DIR first
              -E VAR=VALUE      set a variable in the program's environment (VAR alone removes it); may be repeated
              --stats[=FILE]    write what the run did as one JSON object to FILE, or to standard error
              --log             say on standard error what is not supported, and why native code was refused
              -h, --help        this text
            """;

    /** {@code args} after "run". Null where help was asked for. */
    static RunOptions parse(String[] args) {
        Mode mode = Mode.AUTO;
        Path cache = null, sysroot = null;
        List<String> environment = new ArrayList<>();
        String stats = null;
        boolean log = false;
        int i = 0;
        for (; i < args.length && args[i].startsWith("-"); i++) {
            String name = args[i], value = null;
            if (name.equals("--")) { i++; break; }
            int equals = name.startsWith("--") ? name.indexOf('=') : -1;
            if (equals > 0) { value = name.substring(equals + 1); name = name.substring(0, equals); }
            boolean takesValue = name.equals("--mode") || name.equals("--cache") || name.equals("--sysroot") || name.equals("-E");
            if (takesValue && value == null) {
                if (++i == args.length) throw new Failure(Failure.WRONG_USAGE, "option " + name + " needs a value");
                value = args[i];
            }
            switch (name) {
                case "--mode" -> mode = mode(value);
                case "--cache" -> cache = Path.of(value);
                case "--sysroot" -> sysroot = Path.of(value);
                case "-E" -> environment.add(value);
                case "--stats" -> stats = value == null ? "" : value;
                case "--log" -> log = true;
                case "-h", "--help" -> { return null; }
                default -> throw new Failure(Failure.WRONG_USAGE, "unknown option " + args[i] + " (patina run --help lists them)");
            }
        }
        if (i == args.length) throw new Failure(Failure.WRONG_USAGE, "no program given (patina run --help)");
        return new RunOptions(mode, cache, sysroot, environment, stats, log, Arrays.asList(args).subList(i, args.length));
    }

    private static Mode mode(String name) {
        for (Mode m : Mode.values()) if (m.name().equalsIgnoreCase(name)) return m;
        throw new Failure(Failure.WRONG_USAGE, "unknown mode " + name + "; it is auto, learn, cached or interpret");
    }
}
