package patina.optimize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import patina.cache.CacheKey;
import patina.cache.Lookup;
import patina.cache.Store;
import patina.guest.Guest;
import patina.ir.ImageKey;
import patina.ir.Region;
import patina.profile.Profile;
import patina.profile.ProfileStore;

/**
 * Turns what runs have left into code for the next ones. {@link #doWork} is for one caller at a time per cache ({@link Store#tryLock});
 * killed at any point it loses at most the compiling since the last checkpoint.
 */
public final class Optimizer {
    /**
     * A kind of guest that can be translated here.
     *
     * @param machine  ELF's e_machine
     * @param compiler asked for once, when there is something to compile: getting it may be expensive
     * @param key      of its code images, but for the image
     */
    public record Target(int machine, Guest guest, Supplier<RegionCompiler> compiler, CacheKey key) {}

    /** How much to do at most: regions, and time in nanoseconds. */
    public record Budget(long regions, long nanos) {
        public static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Told what happens; asked whether to go on. */
    public interface Progress {
        /** {@code regions} of the image at {@code path} will be compiled. */
        default void image(ImageKey image, String path, int regions) {}

        default void compiled(Region region) {}

        /** A line for a user or a log: something was left out, and why. */
        default void note(String line) {}

        /** True: end soon, keeping what was done. */
        default boolean stop() { return false; }
    }

    /**
     * What was done.
     *
     * @param failed    regions that the compiler gave up on
     * @param remaining regions still to do, of the images looked at, when budget or caller ended the work
     */
    public record Result(int images, int fragments, int compiled, int failed, int remaining) {
        public Result plus(Result r) {
            return new Result(images + r.images, fragments + r.fragments, compiled + r.compiled, failed + r.failed, remaining + r.remaining);
        }
    }

    private static final long CHECKPOINT_NANOS = 10_000_000_000L;

    private final Store store;
    private final ProfileStore profiles;
    private final List<Target> targets;

    /** {@code profiles}: where the runs that these targets are for leave their profiles. */
    public Optimizer(Store store, Path profiles, List<Target> targets) {
        this.store = store;
        this.profiles = new ProfileStore(profiles);
        this.targets = targets;
    }

    /** Whether {@link #doWork} would find fragments to merge or code to make. Opens no code image: damage in one is for who attaches it to tell. */
    public boolean hasWork() throws IOException {
        for (ImageKey image : profiles.images()) if (profiles.hasFragments(image) || !isComplete(image, profiles.digest(image))) return true;
        return false;
    }

    private boolean isComplete(ImageKey image, String digest) {
        return targets.stream().anyMatch(t -> store.isComplete(t.key.forImage(image), digest));
    }

    private boolean isDamaged(ImageKey image) {
        for (Target t : targets) {
            switch (store.find(t.key.forImage(image))) {
                case Lookup.Found(var whole) -> whole.close();
                case Lookup.Refused r -> { if (r.reason() == Lookup.Reason.CORRUPT) return true; }
            }
        }
        return false;
    }

    public Result doWork(Budget budget, Progress progress) throws IOException { return doWork(profiles.images(), budget, progress); }

    /** For these images only, those with most work in their profile first. */
    public Result doWork(List<ImageKey> images, Budget budget, Progress progress) throws IOException {
        if (store.problem() != null) throw new IOException(store.problem().message());
        record Waiting(ImageKey image, long executed) {}
        List<Waiting> order = new ArrayList<>();
        int fragments = 0;
        for (ImageKey image : images) {
            ProfileStore.Merged merged = profiles.merge(image);
            merged.skipped().forEach(progress::note);
            fragments += merged.fragments();
            order.add(new Waiting(image, merged.profile().instructionsExecuted()));
        }
        order.sort(Comparator.comparingLong((Waiting w) -> -w.executed).thenComparing(Waiting::image));
        Result sum = new Result(0, fragments, 0, 0, 0);
        Clock clock = new Clock(budget, progress);
        for (Waiting w : order) sum = sum.plus(guarded(w.image, clock));
        return sum;
    }

    /** What is left of the budget. */
    private static final class Clock {
        final Progress progress;
        private final long start = System.nanoTime(), nanos;
        private long regions;

        Clock(Budget budget, Progress progress) {
            this.progress = progress;
            regions = budget.regions;
            nanos = budget.nanos;
        }

        boolean mayCompile() { return regions > 0 && System.nanoTime() - start < nanos && !progress.stop(); }
    }

    private static final Result NOTHING = new Result(0, 0, 0, 0, 0), FAILED = new Result(1, 0, 0, 1, 0);

    /** One image that cannot be translated, or not be written, leaves the others their turn. */
    private Result guarded(ImageKey image, Clock clock) {
        try {
            return image(image, clock);
        } catch (IOException | RuntimeException e) {
            clock.progress.note("image " + image.brief() + ": " + (e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString()));
            return FAILED;
        }
    }

    private Result image(ImageKey image, Clock clock) throws IOException {
        Profile profile = profiles.read(image).profile();
        String digest = profiles.digest(image);
        if (profile.isEmpty() || isComplete(image, digest) && !isDamaged(image)) return NOTHING;
        ImageWork work = ImageWork.find(image, profile.paths(), targets, clock.progress::note);
        return work == null ? nothingToMake(image, digest) : compile(work, profile, digest, clock);
    }

    /** Said once: not looked at again until the profile grows. */
    private Result nothingToMake(ImageKey image, String digest) throws IOException {
        for (Target t : targets) store.setComplete(t.key.forImage(image), digest);
        return NOTHING;
    }

    private Result compile(ImageWork work, Profile profile, String digest, Clock clock) throws IOException {
        work.load(store, clock.progress::note);
        Plan plan = work.plan(profile);
        clock.progress.image(work.image, work.path, plan.wanted().size());
        int compiled = 0, failed = 0;
        long checkpoint = System.nanoTime();
        for (int from = 0; from < plan.wanted().size() && clock.mayCompile(); from += ImageWork.BATCH) {
            List<Region> batch = plan.wanted().subList(from, (int) Math.min(plan.wanted().size(), from + Math.min(ImageWork.BATCH, clock.regions)));
            clock.regions -= batch.size();
            compiled += work.compile(batch, clock.progress::note).size();
            failed = from + batch.size() - compiled;
            batch.forEach(clock.progress::compiled);
            if (System.nanoTime() - checkpoint > CHECKPOINT_NANOS) {
                work.write(store);
                checkpoint = System.nanoTime();
            }
        }
        if (compiled > 0) work.write(store);
        int remaining = plan.wanted().size() - compiled - failed;
        if (remaining == 0) store.setComplete(work.key(), digest);
        return new Result(1, 0, compiled, failed, remaining);
    }
}
