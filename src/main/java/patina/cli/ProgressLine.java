package patina.cli;

import patina.cache.Store;
import patina.ir.ImageKey;
import patina.ir.Region;
import patina.optimize.Optimizer;

/** Progress of the optimizer: one line on a terminal that is written over, nothing in a pipe; notes in either unless quiet. */
final class ProgressLine implements Optimizer.Progress {
    private static final int BAR = 30;
    private static final long EVERY_NANOS = 100_000_000;

    private final boolean show, quiet;
    private final Store.OptimizerLock lock;
    private String name = "";
    private int done, total;
    private long last;

    ProgressLine(boolean show, boolean quiet, Store.OptimizerLock lock) {
        this.lock = lock;
        this.show = show;
        this.quiet = quiet;
    }

    @Override public void image(ImageKey image, String path, int regions) {
        name = path;
        done = 0;
        total = regions;
    }

    @Override public void compiled(Region region) {
        done++;
        if (!show || System.nanoTime() - last < EVERY_NANOS && done < total) return;
        last = System.nanoTime();
        int filled = total == 0 ? BAR : BAR * done / total;
        System.err.print("\r\u001b[K[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "] " + done + "/" + total + " " + name);
    }

    @Override public void note(String line) { if (!quiet) System.err.println((show ? "\r\u001b[K" : "") + "patina: " + line); }

    /** Nobody will use what is made for a cache that has been deleted. */
    @Override public boolean stop() { return lock.isGone(); }

    void finish() { if (show && last != 0) System.err.print("\r\u001b[K"); }
}
