package patina.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import patina.cache.Store;
import patina.engine.Targets;
import patina.host.Priority;
import patina.ir.ImageKey;
import patina.optimize.Optimizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code patina optimize}: what the background process does, in the foreground; and, with --background, that process itself. */
@Command(name = "optimize", description = "Translates what past runs have learned into native code for the next ones.",
         footer = "%nExit status: 0 done, 1 something could not be done, 3 another optimizer is at work on this cache.")
final class OptimizeCommand implements Callable<Integer> {
    @Mixin CacheOption cache;

    @Option(names = "--background", description = "Low priority; does nothing where another optimizer is at work. What it says goes to optimizer.log in the cache when a run starts it.")
    boolean background;

    @Parameters(paramLabel = "IMAGE", arity = "0..*", description = {CacheOption.IMAGE, "Default: all that runs have used."})
    List<String> images = new ArrayList<>();

    @Override public Integer call() throws IOException {
        if (background) Priority.lowest();
        Store store = cache.writing();
        List<ImageKey> keys = null;
        if (!images.isEmpty()) {
            keys = new ArrayList<>();
            for (String image : images) keys.add(cache.image(image));
        }
        try (Store.OptimizerLock lock = store.tryLock()) {
            if (lock == null && background) return Failure.BUSY;
            if (lock == null) throw new Failure(Failure.BUSY, "another optimizer is at work on " + store.directory().path());
            Optimizer.Result result = new Optimizer.Result(0, 0, 0, 0, 0);
            for (Optimizer o : Targets.optimizers(store)) result = result.plus(work(o, keys, new ProgressLine(!background && System.console() != null, false, lock)));
            if (lock.isGone()) throw new Failure(Failure.FAILED, "the cache was deleted meanwhile: " + store.directory().path());
            System.out.println(Table.count(result.compiled(), "region") + " compiled in " + Table.count(result.images(), "image")
                    + (result.failed() > 0 ? ", " + result.failed() + " failed" : ""));
            return result.failed() > 0 ? Failure.FAILED : 0;
        }
    }

    /** Under the cache's lock. {@code images}: null for all. */
    static Optimizer.Result work(Optimizer optimizer, List<ImageKey> images, ProgressLine progress) throws IOException {
        try {
            return images == null ? optimizer.doWork(Optimizer.Budget.UNLIMITED, progress) : optimizer.doWork(images, Optimizer.Budget.UNLIMITED, progress);
        } catch (LinkageError e) {
            throw new Failure(Failure.FAILED, "the compiler cannot be loaded: " + Failure.text(e) + " (patina doctor)");
        } finally {
            progress.finish();
        }
    }
}
