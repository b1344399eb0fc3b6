package patina.optimize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import patina.cache.CacheKey;
import patina.cache.Lookup;
import patina.cache.Store;
import patina.code.Linker;
import patina.guest.Guest;
import patina.ir.ImageKey;
import patina.ir.ObjectCode;
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
        Result plus(Result r) {
            return new Result(images + r.images, fragments + r.fragments, compiled + r.compiled, failed + r.failed, remaining + r.remaining);
        }
    }

    /** Regions per call of the compiler: it saves the set-up of a module each (measured: 0.47 to 0.33 ms per guest instruction). */
    private static final int BATCH = 32;
    private static final long CHECKPOINT_NANOS = 10_000_000_000L;

    private final Store store;
    private final ProfileStore profiles;
    private final List<Target> targets;

    public Optimizer(Store store, List<Target> targets) {
        this.store = store;
        this.profiles = new ProfileStore(store.directory().profiles());
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
        for (Waiting w : order) sum = sum.plus(image(w.image, clock));
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

    private static final Result NOTHING = new Result(0, 0, 0, 0, 0);

    private Result image(ImageKey image, Clock clock) throws IOException {
        Profile profile = profiles.read(image).profile();
        String digest = profiles.digest(image);
        if (profile.isEmpty() || isComplete(image, digest) && !isDamaged(image)) return NOTHING;
        Found file = find(image, profile);
        if (file == null) {
            clock.progress.note("image " + image.brief() + " is not to be found any more at " + String.join(", ", profile.paths()));
            return nothingToMake(image, digest);
        }
        try {
            ImageBytes bytes = new ImageBytes(file.content);
            for (Target t : targets) if (t.machine == bytes.machine) return compile(t, image, file.path, profile, digest, bytes, clock);
            clock.progress.note(file.path + ": machine " + bytes.machine + " cannot be translated here");
        } catch (ImageBytes.Unusable e) {
            clock.progress.note(file.path + ": " + e.getMessage());
        }
        return nothingToMake(image, digest);
    }

    /** Said once: not looked at again until the profile grows. */
    private Result nothingToMake(ImageKey image, String digest) throws IOException {
        for (Target t : targets) store.setComplete(t.key.forImage(image), digest);
        return NOTHING;
    }

    private record Found(String path, byte[] content) {}

    /** The image's bytes, at one of the places where it was seen. */
    private static Found find(ImageKey image, Profile profile) {
        for (String path : profile.paths()) {
            try {
                byte[] content = Files.readAllBytes(Path.of(path));
                if (ImageKey.of(content).equals(image)) return new Found(path, content);
            } catch (IOException e) {
                continue; // gone or not ours to read: perhaps it is elsewhere; the caller says so if it is nowhere
            }
        }
        return null;
    }

    private Result compile(Target target, ImageKey image, String path, Profile profile, String digest, ImageBytes bytes, Clock clock) throws IOException {
        CacheKey key = target.key.forImage(image);
        SortedMap<Long, ObjectCode> codes = new TreeMap<>();
        switch (store.find(key)) {
            case Lookup.Found(var old) -> {
                old.objectCodes().forEach(c -> codes.put(c.entry(), c));
                old.close();
            }
            case Lookup.Refused r -> { if (r.reason() != Lookup.Reason.ABSENT) clock.progress.note(r.message()); }
        }
        Plan plan = Plan.of(profile, target.guest, bytes, codes.values());
        clock.progress.image(image, path, plan.wanted().size());
        int compiled = 0, failed = 0;
        long checkpoint = System.nanoTime();
        for (int from = 0; from < plan.wanted().size() && clock.mayCompile(); from += BATCH) {
            List<Region> batch = plan.wanted().subList(from, (int) Math.min(plan.wanted().size(), from + Math.min(BATCH, clock.regions)));
            clock.regions -= batch.size();
            for (ObjectCode code : compile(target, batch, path, clock)) {
                codes.put(code.entry(), code);
                compiled++;
            }
            failed = from + batch.size() - compiled;
            batch.forEach(clock.progress::compiled);
            if (System.nanoTime() - checkpoint > CHECKPOINT_NANOS) {
                write(key, path, codes, bytes);
                checkpoint = System.nanoTime();
            }
        }
        if (compiled > 0) write(key, path, codes, bytes);
        int remaining = plan.wanted().size() - compiled - failed;
        if (remaining == 0) store.setComplete(key, digest);
        return new Result(1, 0, compiled, failed, remaining);
    }

    /** A batch at once; where that fails, each region by itself, and those that fail alone are noted and left out. */
    private static List<ObjectCode> compile(Target target, List<Region> batch, String path, Clock clock) {
        try {
            return target.compiler.get().compile(batch);
        } catch (RuntimeException e) {
            if (batch.size() > 1) return batch.stream().flatMap(r -> compile(target, List.of(r), path, clock).stream()).toList();
            clock.progress.note(path + ": no code for the region at 0x" + Long.toHexString(batch.getFirst().entry()) + ": " + e.getMessage());
            return List.of();
        }
    }

    private void write(CacheKey key, String path, SortedMap<Long, ObjectCode> codes, ImageBytes bytes) throws IOException {
        TreeMap<String, String> meta = new TreeMap<>(key.ingredients());
        meta.put("note-name", Path.of(path).getFileName().toString());
        store.write(key, Linker.link(codes.values(), bytes, key.digest(), meta));
    }
}
