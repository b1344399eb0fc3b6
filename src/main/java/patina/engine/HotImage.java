package patina.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import patina.cache.Store;
import patina.code.CodeImage;
import patina.code.CorruptCodeImage;
import patina.interp.Reached;
import patina.ir.Block;
import patina.ir.ImageKey;
import patina.ir.ObjectCode;
import patina.ir.Region;
import patina.optimize.ImageWork;
import patina.optimize.Plan;
import patina.optimize.Stuck;
import patina.profile.Profile;
import patina.profile.ProfileStore;

/**
 * One image as the compiler thread sees it: what the interpreter spends on which blocks, and the native code made of it so far. Used by that
 * thread only, but for {@link #keep}.
 */
final class HotImage {
    /**
     * Executions that make a block worth compiling: the interpreter needs about 0.1 microseconds for a guest instruction, the compiler 330, which it
     * spends on another processor, where there is one.
     */
    static final long HOT = 1000;
    /** What a way from native code to the interpreter and back costs, in interpreted instructions: some microseconds. */
    private static final long ARRIVAL = 30;

    final ImageKey key;
    private final Variant variant;
    final long bias;
    private final String path;
    private final Profile profile = new Profile();
    private final Map<Long, Count> counts = new HashMap<>();
    private final Set<Long> failed = new HashSet<>();
    private final List<Layer> layers = new ArrayList<>();
    /** Made in this run and not kept in the cache yet; guarded by itself. */
    private final Map<Long, ObjectCode> unkept = new TreeMap<>();
    private volatile ImageWork work;
    private boolean hopeless;

    /** What the interpreter spent on a block since code for it was last made. */
    private static final class Count {
        long executions, arrivals;
        int instructions;
    }

    /** Codes that are linked to each other and published together. */
    private record Layer(TreeMap<Long, ObjectCode> codes) {}

    HotImage(LoadedImage image, Variant variant) {
        this.variant = variant;
        key = image.key();
        bias = image.bias();
        path = image.path();
    }

    boolean is(LoadedImage image) { return image.bias() == bias && image.key().equals(key); }

    void count(long pc, long executions, long arrivals, int instructions, int reached) {
        profile.addBlock(pc, executions, instructions, reached);
        Count c = counts.computeIfAbsent(pc, _ -> new Count());
        c.executions += executions;
        c.arrivals += arrivals;
        c.instructions = instructions;
    }

    /** Guest instructions that the interpreter spent on hot blocks without native code. */
    long heat() {
        if (hopeless) return 0;
        long sum = 0;
        for (Count c : counts.values()) if (c.executions >= HOT) sum += c.executions * c.instructions;
        return sum;
    }

    /** What to compile now, the hottest first; where that is nothing, the heat so far is forgotten. */
    List<Region> wanted(Store store, Consumer<String> note) throws IOException {
        if (work == null && !open(store, note)) return List.of();
        Set<Long> blocks = new HashSet<>();
        counts.forEach((pc, c) -> { if (c.executions >= HOT) blocks.add(pc); });
        Plan plan = work.plan(profile, blocks);
        if (addEntries(plan)) plan = work.plan(profile, blocks);
        record Hot(Region region, long heat) {}
        List<Hot> hot = new ArrayList<>();
        for (Region r : plan.wanted()) {
            long heat = heat(r);
            if (heat > 0 && !failed.contains(r.entry())) hot.add(new Hot(r, heat));
        }
        if (hot.isEmpty()) counts.clear();
        hot.sort(Comparator.comparingLong((Hot h) -> -h.heat).thenComparingLong(h -> h.region.entry()));
        return hot.stream().map(Hot::region).toList();
    }

    /** What the cache knows of the image counts too, so that regions are cut as the optimizer would. */
    private boolean open(Store store, Consumer<String> note) throws IOException {
        ImageWork found = ImageWork.find(key, List.of(path), Targets.of(variant), note);
        if (found == null) { hopeless = true; return false; }
        found.load(store, note);
        profile.addAll(new ProfileStore(variant.profiles(store)).read(key).profile());
        work = found;
        return true;
    }

    /** Makes entries where the interpreter is stuck in regions that need no compiling. */
    private boolean addEntries(Plan plan) {
        Set<Long> wanted = new HashSet<>();
        plan.wanted().forEach(r -> wanted.add(r.entry()));
        boolean added = false;
        for (Region r : plan.partition()) {
            if (wanted.contains(r.entry())) continue;
            long pc = Stuck.at(r, this::executions, this::arrivals, HOT);
            if (pc < 0) continue;
            profile.addBlock(pc, 0, 0, Reached.DISPATCH);
            added = true;
        }
        return added;
    }

    private long executions(long pc) {
        Count c = counts.get(pc);
        return c == null ? 0 : c.executions;
    }

    private long arrivals(long pc) {
        Count c = counts.get(pc);
        return c == null ? 0 : c.arrivals;
    }

    private long heat(Region region) {
        long sum = 0;
        for (Block b : region.blocks().values())
            if (executions(b.pc()) >= HOT) sum += executions(b.pc()) * b.instructions() + arrivals(b.pc()) * ARRIVAL;
        return sum;
    }

    /** Compiles and publishes; returns how many regions there is code for now, -1 if the image has gone or its bytes are others. */
    int compile(List<Region> batch, Images images, Consumer<String> note) throws IOException, CorruptCodeImage {
        List<ObjectCode> made = work.compile(batch, note);
        batch.forEach(r -> { if (!work.has(r.entry())) failed.add(r.entry()); });
        if (made.isEmpty()) return 0;
        TreeMap<Long, ObjectCode> codes = new TreeMap<>();
        made.forEach(c -> codes.put(c.entry(), c));
        synchronized (unkept) { unkept.putAll(codes); }
        if (!publish(codes, images)) { hopeless = true; return -1; }
        return made.size();
    }

    /**
     * Calls between layers go by way of the dispatch stub, calls inside one directly: a new layer takes in those above the ones that are more than
     * twice its size, so that there are few of them and nothing is linked more often than the logarithm of their number.
     */
    private boolean publish(TreeMap<Long, ObjectCode> codes, Images images) throws IOException, CorruptCodeImage {
        int replaced = 0;
        while (!layers.isEmpty() && layers.getLast().codes.size() <= 2 * codes.size()) {
            layers.removeLast().codes.forEach(codes::putIfAbsent);
            replaced++;
        }
        layers.add(new Layer(codes));
        return images.publish(variant, key, bias, CodeImage.of(work.link(codes.values())), replaced);
    }

    /** The blocks of regions that are native now: what the interpreter spends on them from here on says that it is stuck. */
    void forget(Collection<Region> compiled) { for (Region r : compiled) counts.keySet().removeAll(r.blocks().keySet()); }

    /** Puts what is new into the cache. Under the optimizer's lock, from one thread at a time. */
    void keep(Store store) throws IOException {
        List<ObjectCode> codes;
        synchronized (unkept) { codes = List.copyOf(unkept.values()); }
        if (codes.isEmpty()) return;
        work.keep(store, codes);
        synchronized (unkept) { codes.forEach(c -> unkept.remove(c.entry(), c)); }
    }

    boolean hasUnkept() { synchronized (unkept) { return !unkept.isEmpty(); } }
}
