package patina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import patina.cache.CacheDirectory;
import patina.cli.RunOptions.Level;
import patina.engine.Outcome;
import patina.engine.Refusal;
import patina.engine.RunSpec;
import patina.engine.Session;
import patina.host.Syscall;
import patina.linux.Inherited;
import patina.linux.LaunchSpec;
import patina.linux.Log;

/** The program's entry. {@code run} goes straight to the engine; everything else to {@link Commands}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int status;
        try {
            Invocation invocation = Invocation.of(args);
            String[] own = invocation.arguments();
            boolean runs = own.length > 0 && own[0].equals("run");
            status = runs ? run(invocation) : Commands.execute(own);
            if (runs) end(status);
        } catch (Throwable e) {
            status = Failure.report(e);
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    /**
     * At once: HotSpot would wait up to 0.3 s for daemon threads that are in native code, such as the one that waits for the optimizer. But
     * what is run to make the JVM's archive has to come to HotSpot's own end.
     */
    private static void end(int status) {
        if (System.getProperty("patina.training") != null) return;
        System.out.flush();
        Syscall.call(Syscall.EXIT_GROUP, status);
    }

    private static int run(Invocation invocation) throws IOException, InterruptedException {
        RunOptions options = RunOptions.parse(Arrays.copyOfRange(invocation.arguments(), 1, invocation.arguments().length));
        if (options == null) {
            System.out.print(RunOptions.HELP);
            return 0;
        }
        Path cache = (options.cache() != null ? options.cache() : CacheDirectory.standard(invocation.variables(CacheDirectory.VARIABLES))).toAbsolutePath();
        List<String> environment = changed(invocation.environment(), options.environment());
        List<String> command = invocation.rawTail(options.command().size());
        if (options.sysroot() != null && !Files.isDirectory(options.sysroot())) throw new Failure(Failure.WRONG_USAGE, "--sysroot " + options.sysroot() + ": not a directory");
        String program = SearchPath.find(command.getFirst(), environment, options.sysroot());
        if (program == null) {
            System.err.println("patina: " + LaunchSpec.text(command.getFirst()) + ": not found in PATH");
            return 127;
        }
        Log log = line -> System.err.println("patina: " + line), missing = options.log() == Level.OFF ? Log.NONE : log, all = options.log() == Level.ALL ? log : Log.NONE;
        LaunchSpec launch = new LaunchSpec(program, command, environment, options.sysroot() == null ? null : options.sysroot().toString(), null, missing, Inherited.fromLauncher());
        Session session = new Session(new RunSpec(launch, options.mode(), cache, all, options.verify()));
        double jvmStart = sinceLaunch();
        Outcome outcome = session.run();
        if (outcome.message() != null) System.err.println("patina: " + outcome.message());
        for (String warning : session.warnings()) System.err.println("patina: " + warning);
        if (outcome.report() != null) for (Refusal r : outcome.report().refused()) all.line("native code of " + r.image() + " not used: " + r.reason());
        if (outcome.report() != null && options.verify()) System.err.println("patina: " + outcome.report().verified());
        if (options.stats() != null && outcome.report() != null) {
            outcome.report().times().put("jvm_start", jvmStart);
            writeStats(options.stats(), outcome.report().json());
        }
        if (outcome.report() != null && session.warnings().isEmpty()) AfterRun.optimize(options, cache);
        return outcome.status();
    }

    private static void writeStats(String where, String json) {
        if (where.isEmpty()) { System.err.print(json); return; }
        try {
            Files.writeString(Path.of(where), json);
        } catch (IOException | RuntimeException e) {
            System.err.println("patina: the statistics could not be written: " + Failure.text(e));
        }
    }

    /** Milliseconds since bin/patina started, which says when in microseconds; 0 if it did not. */
    private static double sinceLaunch() {
        long start = Long.getLong("patina.start", 0);
        return start == 0 ? 0 : System.currentTimeMillis() - start / 1000.0;
    }

    /** With -E applied. */
    private static List<String> changed(List<String> environment, List<String> changes) {
        for (String change : changes) {
            String text = LaunchSpec.bytes(change);
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            environment.removeIf(e -> e.startsWith(name + "="));
            if (equals >= 0) environment.add(text);
        }
        return environment;
    }
}
