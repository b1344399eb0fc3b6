package patina.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import patina.cache.Store;
import patina.code.CorruptCodeImage;
import patina.host.Priority;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.ir.Region;

/**
 * Compiles while the guest runs: looks from time to time at what the interpreter spends its time on, has the hottest compiled in growing
 * batches, publishes them, and keeps them in the cache. Started before the guest thread, because a thread inherits the descriptors of the one
 * that starts it (DESIGN 3.5). A short run ends before it has looked once.
 */
final class CompilerThread implements Runnable {
    /**
     * Below the guest, which it must not slow down where processors are few; above the background optimizer (19), because somebody waits for what
     * it makes.
     */
    private static final int NICE = 5;
    private static final long FIRST_MILLIS = 600, SHORTEST_MILLIS = 100, LONGEST_MILLIS = 4000;
    /** Less interpreting between two looks, as {@link Interpreter#effort} tells, is not worth loading the compiler for: a quarter to half a second. */
    private static final long LEAST = 5_000_000;
    /** Guest instructions of the first batch and of the largest: 0.33 ms each. */
    private static final int FIRST_BATCH = 100, LARGEST_BATCH = 1000, MOST_REGIONS = 32;
    /** After so long the plan is made anew, because what is hot changes; or after so long that making plans is a fifth of the work. */
    private static final long PLAN_NANOS = 1_000_000_000L, KEEP_NANOS = 10_000_000_000L;
    /** Keeping takes longer the more there is of an image: a twentieth of the time at most. */
    private static final int KEEP_SHARE = 20;
    /** How long the end of a run may be held up for keeping what was made. */
    private static final long END_MILLIS = 200;

    /** The threads of one address space, and what of its images is hot. */
    private static final class Watched {
        final CodeSpace space;
        final List<GuestThread> threads = new ArrayList<>();
        final List<HotImage> hot = new ArrayList<>();
        /** {@link #effort} when last something was looked for and not found. */
        long interpreted;

        Watched(CodeSpace space) { this.space = space; }

        long effort() {
            long sum = 0;
            for (GuestThread t : threads) sum += t.interpreter.effort();
            return sum;
        }
    }

    private final Store store;
    private final Variant variant;
    private final Consumer<String> note;
    private final Thread thread = new Thread(this, "patina-compiler");
    /** All that was compiled for. */
    private final List<HotImage> hot = new CopyOnWriteArrayList<>();
    private final Object keeping = new Object();
    /** Guards what threads there are: while it is held, none of them can end. */
    private final Object threads = new Object();
    private final List<Watched> all = new ArrayList<>();
    private Watched run;
    private boolean watches, ended, low;
    private long nextKeep = System.nanoTime() + KEEP_NANOS;
    private int batch = FIRST_BATCH;
    /** Regions compiled and published. */
    volatile int compiled;

    CompilerThread(Store store, Variant variant, Consumer<String> note) {
        this.variant = variant;
        this.store = store;
        this.note = note;
        thread.setDaemon(true);
    }

    void start() { thread.start(); }

    /** By a guest thread: now there is something to look at. */
    void watch(GuestThread thread) {
        synchronized (threads) {
            Watched of = of(thread.space);
            if (of == null) all.add(of = new Watched(thread.space));
            of.threads.add(thread);
        }
        synchronized (this) {
            watches = true;
            notifyAll();
        }
    }

    /** The thread is looked at no more. */
    void leave(GuestThread thread) {
        synchronized (threads) {
            Watched of = of(thread.space);
            if (of == null || !of.threads.remove(thread) || !of.threads.isEmpty()) return;
            all.remove(of);
            hot.removeIf(h -> of.hot.contains(h) && !h.hasUnkept());
        }
    }

    private Watched of(CodeSpace space) {
        for (Watched w : all) if (w.space == space) return w;
        return null;
    }

    @Override public void run() {
        long wait = FIRST_MILLIS;
        try {
            while (awaitRun() && pause(wait)) {
                if (isBusy()) wait = work() ? SHORTEST_MILLIS : Math.min(2 * wait, LONGEST_MILLIS);
                if (System.nanoTime() > nextKeep) keep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | CorruptCodeImage | RuntimeException | LinkageError e) {
            note.accept("compiling while running has ended: " + e);
        }
    }

    private synchronized boolean awaitRun() throws InterruptedException {
        while (!watches && !ended) wait();
        return !ended;
    }

    private synchronized boolean pause(long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        for (long left; !ended && (left = until - System.nanoTime()) > 0; ) wait(left / 1_000_000 + 1);
        return !ended;
    }

    private synchronized boolean hasEnded() { return ended; }

    /** Whether an interpreter did much since something was last found; once it has, every look is worth while. */
    private boolean isBusy() {
        synchronized (threads) {
            run = null;
            long most = LEAST - 1;
            for (Watched w : all) {
                long since = w.effort() - w.interpreted;
                if (since <= most) continue;
                most = since;
                run = w;
            }
        }
        if (run != null && !low) {
            low = true;
            Priority.set(NICE);
        }
        return run != null;
    }

    /** One look, and compiling for a second or so. False: nothing was worth it. */
    private boolean work() throws IOException, CorruptCodeImage {
        count();
        run.hot.sort(Comparator.comparingLong((HotImage h) -> -h.heat()));
        int before = compiled;
        for (HotImage image : run.hot) if (image.heat() > 0 && !compile(image)) break;
        if (compiled == before) synchronized (threads) { run.interpreted = run.effort(); }
        return compiled != before;
    }

    /** Adds what the interpreters did since the last look. */
    private void count() {
        synchronized (threads) { for (GuestThread t : run.threads) t.blocks.forEach(code -> count(code, t.space.images)); }
    }

    private void count(Code code, Images images) {
        long executions = code.executions() - code.counted, arrivals = code.arrivals - code.arrivalsCounted;
        if (executions == 0 || code.source != null) return;
        code.counted += executions;
        code.arrivalsCounted += arrivals;
        LoadedImage image = images.at(code.block.pc());
        if (image == null) return;
        linkToNative(code, image);
        hot(image).count(code.block.pc() - image.bias(), executions, arrivals, code.block.instructions(), code.reached);
    }

    private static void linkToNative(Code code, LoadedImage image) { if (code.hostEntry() == 0) { long host = image.hostEntry(code.block.pc()); if (host != 0) code.setHostEntry(host); } }

    private HotImage hot(LoadedImage image) {
        for (HotImage h : run.hot) if (h.is(image)) return h;
        HotImage made = new HotImage(image, variant);
        run.hot.add(made);
        hot.add(made);
        return made;
    }

    /** False: enough for now. */
    private boolean compile(HotImage image) throws IOException, CorruptCodeImage {
        long start = System.nanoTime();
        List<Region> wanted = image.wanted(store, note);
        long planned = System.nanoTime(), until = planned + Math.max(PLAN_NANOS, 4 * (planned - start));
        for (int from = 0; from < wanted.size(); ) {
            if (hasEnded() || System.nanoTime() > until) return false;
            int to = from, instructions = 0;
            while (to < wanted.size() && to - from < MOST_REGIONS && (to == from || instructions + wanted.get(to).instructions() <= batch))
                instructions += wanted.get(to++).instructions();
            List<Region> now = wanted.subList(from, to);
            int made = image.compile(now, run.space.images, note);
            if (made < 0) return true;
            published(image, now);
            compiled += made;
            batch = Math.min(2 * batch, LARGEST_BATCH);
            from = to;
        }
        return true;
    }

    /** Lifted blocks and the jump cache learn of new native code. What was counted until now was without it. */
    private void published(HotImage image, List<Region> regions) {
        count();
        image.forget(regions);
        synchronized (threads) { for (GuestThread t : run.threads) t.translations.forgetOlder(); }
    }

    /** Puts into the cache what was made, unless an optimizer is at work: then it makes it too. */
    private void keep() throws IOException {
        synchronized (keeping) {
            long start = System.nanoTime();
            nextKeep = start + KEEP_NANOS;
            if (hot.stream().noneMatch(HotImage::hasUnkept)) return;
            try (Store.OptimizerLock lock = store.tryLock()) {
                if (lock == null) return;
                for (HotImage image : hot) image.keep(store);
            }
            nextKeep = Math.max(nextKeep, System.nanoTime() + KEEP_SHARE * (System.nanoTime() - start));
        }
    }

    /** Nothing of the run is looked at any more. */
    boolean isOver() { return !thread.isAlive(); }

    /** Nothing more is looked at; a batch in progress is the last. */
    synchronized void stop() {
        ended = true;
        notifyAll();
    }

    /**
     * After the guest's end, on another thread than the guest's. {@code patient}: a batch in progress is finished, and everything kept; else
     * only what takes no time: what is lost is made again by the optimizer.
     */
    void end(boolean patient) throws InterruptedException {
        stop();
        if (patient) thread.join();
        if (compiled == 0) return;
        Thread keeper = new Thread(() -> {
            try {
                keep();
            } catch (IOException | RuntimeException e) {
                note.accept("what was compiled in the run is not kept: " + e.getMessage());
            }
        }, "patina-keeper");
        keeper.setDaemon(true);
        keeper.start();
        keeper.join(patient ? 0 : END_MILLIS);
    }
}
