package patina.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import patina.engine.Mode;

/** The arguments of {@code patina run}. {@code stats}: null none, "" to standard error, else a file. */
record RunOptions(Mode mode, Path cache, Path sysroot, List<String> environment, String stats, Level log, boolean verify, List<String> command) {

    /** How much is said on standard error. */
    enum Level { OFF, MISSING, ALL }

    static final String HELP = """
            Usage: patina run [OPTIONS] [--] PROGRAM [ARG...]
            Runs a Linux program built for another machine. The exit status is the program's; 128+N when signal N killed it;
            126 when the program cannot be run, 127 when it is not found, 2 for wrong usage.

              --mode MODE       auto       interpret what is new, learn, translate in the background (default)
                                learn      the same, and wait at the end until everything that ran is translated
                                cached     use only the native code in the cache; write nothing
                                interpret  no native code at all
              --cache DIR       the directory of profiles and native code (default: $PATINA_CACHE, $XDG_CACHE_HOME/patina, ~/.cache/patina)
              --sysroot DIR     look up absolute paths below DIR first: the program, its loader, libraries and files
              -E VAR=VALUE      set a variable in the program's environment (VAR alone removes it); may be repeated
              --stats[=FILE]    write what the run did as one JSON object to FILE, or to standard error
              --log LEVEL       say on standard error: off      nothing that the program can live with (default)
                                                       missing  what it asked for and Patina does not have
                                                       all      also why native code was refused or could not be made, and the progress of learn
              --verify          hold all native code against the interpreter while the program runs, a hundred times as slow: stops
                                at the first difference with status 125 and all of it on standard error
              -h, --help        this text
            """;

    /** {@code args} after "run". Null where help was asked for. */
    static RunOptions parse(String[] args) {
        Mode mode = Mode.AUTO;
        Path cache = null, sysroot = null;
        List<String> environment = new ArrayList<>();
        String stats = null;
        boolean verify = false;
        Level log = Level.OFF;
        int i = 0;
        for (; i < args.length && args[i].startsWith("-"); i++) {
            String name = args[i], value = null;
            if (name.equals("--")) { i++; break; }
            int equals = name.startsWith("--") ? name.indexOf('=') : -1;
            if (equals > 0) { value = name.substring(equals + 1); name = name.substring(0, equals); }
            if (takesValue(name)) {
                if (value == null && ++i < args.length) value = args[i];
                if (value == null || value.isEmpty()) throw new Failure(Failure.WRONG_USAGE, "option " + name + " needs a value");
            } else if (value != null && (value.isEmpty() || !name.equals("--stats"))) {
                throw new Failure(Failure.WRONG_USAGE, name.equals("--stats") ? "--stats= needs a file" : unknown(name, "option " + name + " takes no value"));
            }
            switch (name) {
                case "--mode" -> mode = mode(value);
                case "--cache" -> cache = Path.of(value);
                case "--sysroot" -> sysroot = Path.of(value);
                case "-E" -> environment.add(value);
                case "--stats" -> stats = value == null ? "" : value;
                case "--log" -> log = level(value);
                case "--verify" -> verify = true;
                case "-h", "--help" -> { return null; }
                default -> throw new Failure(Failure.WRONG_USAGE, unknown(name, null));
            }
        }
        if (i == args.length) throw new Failure(Failure.WRONG_USAGE, "no program given (patina run --help)");
        if (verify && mode == Mode.INTERPRET) throw new Failure(Failure.WRONG_USAGE, "--verify has nothing to do in mode interpret: there is no native code");
        return new RunOptions(mode, cache, sysroot, environment, stats, log, verify, Arrays.asList(args).subList(i, args.length));
    }

    private static boolean takesValue(String name) {
        return name.equals("--mode") || name.equals("--cache") || name.equals("--sysroot") || name.equals("--log") || name.equals("-E");
    }

    /** {@code known}: what is wrong if the option is one of those there are. */
    private static String unknown(String name, String known) {
        return switch (name) {
            case "-h", "--help", "--verify" -> known;
            case "--cpu" -> "there is no option --cpu: programs see one processor, whatever the host has";
            case "--trace" -> "there is no option --trace; --stats and --log all tell what a run did";
            default -> "unknown option " + name + " (patina run --help lists them)";
        };
    }

    private static Level level(String name) {
        for (Level l : Level.values()) if (l.name().equalsIgnoreCase(name)) return l;
        throw new Failure(Failure.WRONG_USAGE, "unknown level " + name + " for --log; it is off, missing or all");
    }

    private static Mode mode(String name) {
        for (Mode m : Mode.values()) if (m.name().equalsIgnoreCase(name)) return m;
        throw new Failure(Failure.WRONG_USAGE, "unknown mode " + name + "; it is auto, learn, cached or interpret");
    }
}
