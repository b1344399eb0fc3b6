package patina.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import patina.cache.CacheDirectory;
import patina.cache.Store;
import patina.engine.Targets;
import patina.host.Priority;
import patina.ir.ImageKey;
import patina.optimize.Optimizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code patina optimize}: what the background process does, in the foreground; and, with --background, that process itself. */
@Command(name = "optimize", mixinStandardHelpOptions = true,
         description = "Translates what past runs have learned into native code for the next ones.",
         footer = "Exit status: 0 done, 1 something could not be done, 3 another optimizer is at work on this cache.")
final class OptimizeCommand implements Callable<Integer> {
    static final int BUSY = 3;

    @Option(names = "--cache", paramLabel = "DIR", description = "the cache directory (default: $$PATINA_CACHE, $$XDG_CACHE_HOME/patina, ~/.cache/patina)")
    Path cache;

    @Option(names = "--background", description = "low priority, no output; does nothing if another optimizer is at work")
    boolean background;

    @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "only these programs and libraries (default: all that runs have used)")
    List<Path> images = new ArrayList<>();

    @Override public Integer call() throws IOException {
        if (background) Priority.set(Priority.LOWEST);
        Store store = Store.writing(cache != null ? cache.toAbsolutePath() : CacheDirectory.standard(System.getenv()));
        if (store.problem() != null) {
            System.err.println("patina: " + store.problem().message());
            return 1;
        }
        List<ImageKey> keys = null;
        if (!images.isEmpty()) {
            keys = new ArrayList<>();
            for (Path image : images) keys.add(ImageKey.of(image));
        }
        return work(store, new Optimizer(store, Targets.all()), keys, !background && System.console() != null, background);
    }

    /** Does the work under the cache's lock. {@code images}: null for all. */
    static int work(Store store, Optimizer optimizer, List<ImageKey> images, boolean showProgress, boolean quiet) throws IOException {
        try (Store.OptimizerLock lock = store.tryLock()) {
            if (lock == null) {
                if (!quiet) System.err.println("patina: another optimizer is at work on " + store.directory().path());
                return BUSY;
            }
            ProgressLine progress = new ProgressLine(showProgress, quiet);
            Optimizer.Result result = images == null ? optimizer.doWork(Optimizer.Budget.UNLIMITED, progress)
                    : optimizer.doWork(images, Optimizer.Budget.UNLIMITED, progress);
            progress.finish();
            if (!quiet) System.out.println(result.compiled() + " regions compiled in " + result.images() + " images"
                    + (result.failed() > 0 ? ", " + result.failed() + " failed" : ""));
            return result.failed() > 0 ? 1 : 0;
        }
    }
}
