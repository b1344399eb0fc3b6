package patina.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import patina.cache.Store;
import patina.engine.Mode;
import patina.engine.Targets;
import patina.optimize.Optimizer;

/**
 * What a run leaves to do once the program has ended: translate what it learned, here (learn) or in a process of its own (auto). Whatever
 * goes wrong with that is said, and is not the program's failure.
 */
final class AfterRun {
    private AfterRun() {}

    private static final int TRY_AGAIN_MILLIS = 20;
    /** What the background optimizer has to say, in the cache. */
    private static final String LOG = "optimizer.log";

    static void optimize(RunOptions options, Path cache) {
        if (!options.mode().writesProfile) return;
        Store store = Store.writing(cache);
        if (store.problem() != null) return; // the run has said so
        try {
            List<Optimizer> optimizers = Targets.optimizers(store);
            if (options.mode() == Mode.LEARN) for (Optimizer o : optimizers) here(store, o, options.log() == RunOptions.Level.ALL);
            else for (Optimizer o : optimizers) if (o.hasWork()) { inBackground(cache); break; }
        } catch (IOException | RuntimeException | LinkageError | InterruptedException e) {
            if (System.getenv("PATINA_DEBUG") != null) e.printStackTrace();
            System.err.println("patina: what the run learned could not be translated: " + Failure.text(e) + "; 'patina optimize' tries again");
        }
    }

    /**
     * Another optimizer may be at work, on what this run learned or on something else: what it leaves is done here. A run writes what its
     * program writes: progress is shown, as notes are, only to who asked for it.
     */
    private static void here(Store store, Optimizer optimizer, boolean notes) throws IOException, InterruptedException {
        while (optimizer.hasWork()) {
            try (Store.OptimizerLock lock = store.tryLock()) {
                if (lock != null) {
                    OptimizeCommand.work(optimizer, null, new ProgressLine(notes && System.console() != null, !notes, lock));
                    return;
                }
            }
            Thread.sleep(TRY_AGAIN_MILLIS);
        }
    }

    /** A low-priority process that outlives this one and holds none of its descriptors. */
    private static void inBackground(Path cache) throws IOException {
        File nothing = new File("/dev/null"), log = cache.resolve(LOG).toFile();
        String home = System.getProperty("patina.home");
        if (home == null) return; // not started by bin/patina: a test, which calls the optimizer itself
        String patina = System.getProperty("patina.training") == null ? home + "/bin/patina" : "true";
        new ProcessBuilder("setsid", patina, "optimize", "--background", "--cache=" + cache)
                .redirectInput(nothing).redirectOutput(log).redirectError(ProcessBuilder.Redirect.appendTo(log)).directory(new File("/")).start();
    }
}
