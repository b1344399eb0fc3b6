package patina.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import patina.cache.Store;
import patina.engine.Mode;
import patina.engine.Targets;
import patina.optimize.Optimizer;

/** What a run leaves to do once the program has ended: translate what it learned, here (learn) or in a process of its own (auto). */
final class AfterRun {
    private AfterRun() {}

    static void optimize(RunOptions options, Path cache) {
        if (!options.mode().writesProfile) return;
        Store store = Store.writing(cache);
        if (store.problem() != null) return; // the run has said so
        try {
            Optimizer optimizer = new Optimizer(store, Targets.all());
            if (!optimizer.hasWork()) return;
            if (options.mode() == Mode.LEARN) OptimizeCommand.work(store, optimizer, null, System.console() != null, true);
            else startInBackground(cache);
        } catch (IOException e) {
            System.err.println("patina: translating what the run learned failed: " + e.getMessage() + "; 'patina optimize' tries again");
        }
    }

    /** A low-priority process that outlives this one and holds none of its descriptors. */
    private static void startInBackground(Path cache) throws IOException {
        File nothing = new File("/dev/null");
        String home = System.getProperty("patina.home");
        if (home == null) return; // not started by bin/patina: a test, which calls the optimizer itself
        new ProcessBuilder("setsid", home + "/bin/patina", "optimize", "--background", "--cache=" + cache)
                .redirectInput(nothing).redirectOutput(nothing).redirectError(nothing).directory(new File("/")).start();
    }
}
