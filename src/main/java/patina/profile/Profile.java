package patina.profile;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known about one image. Addresses are relative to the image (an ELF file's own virtual addresses). Adding is commutative and
 * associative, counts saturate: the order in which fragments are merged does not show.
 */
public final class Profile {
    /**
     * One block that ran, as the interpreter cut it.
     *
     * @param reached a set of {@link patina.interp.Reached} bits
     */
    public record BlockCount(long pc, long count, int instructions, int reached) {
        BlockCount plus(BlockCount more) {
            return new BlockCount(pc, saturating(count, more.count), Math.max(instructions, more.instructions), reached | more.reached);
        }
    }

    private final TreeMap<Long, BlockCount> blocks = new TreeMap<>();
    private final TreeMap<Long, TreeMap<Long, Long>> targets = new TreeMap<>();
    private final TreeSet<String> paths = new TreeSet<>();

    public void addBlock(long pc, long count, int instructions, int reached) {
        blocks.merge(pc, new BlockCount(pc, count, instructions, reached), BlockCount::plus);
    }

    /** The indirect call or jump at {@code site} went to {@code target}, both in this image, {@code count} times. */
    public void addTarget(long site, long target, long count) {
        targets.computeIfAbsent(site, _ -> new TreeMap<>()).merge(target, count, Profile::saturating);
    }

    /** The image was seen there: a hint where its bytes may be found. */
    public void addPath(String path) { paths.add(path); }

    public void addAll(Profile other) {
        other.blocks.values().forEach(b -> addBlock(b.pc, b.count, b.instructions, b.reached));
        other.targets.forEach((site, to) -> to.forEach((target, count) -> addTarget(site, target, count)));
        paths.addAll(other.paths);
    }

    public SortedMap<Long, BlockCount> blocks() { return Collections.unmodifiableSortedMap(blocks); }

    /** Site of an indirect call or jump, its targets, how often. */
    public SortedMap<Long, TreeMap<Long, Long>> targets() { return Collections.unmodifiableSortedMap(targets); }

    public SortedSet<String> paths() { return Collections.unmodifiableSortedSet(paths); }

    public boolean isEmpty() { return blocks.isEmpty(); }

    /** Guest instructions that the counts stand for. */
    public long instructionsExecuted() {
        long sum = 0;
        for (BlockCount b : blocks.values()) {
            long product = Math.unsignedMultiplyHigh(b.count, b.instructions) != 0 ? Long.MAX_VALUE : b.count * b.instructions;
            sum = saturating(sum, product < 0 ? Long.MAX_VALUE : product);
        }
        return sum;
    }

    @Override public boolean equals(Object o) {
        return o instanceof Profile p && blocks.equals(p.blocks) && targets.equals(p.targets) && paths.equals(p.paths);
    }

    @Override public int hashCode() { return blocks.hashCode() * 31 + targets.hashCode(); }

    @Override public String toString() { return blocks.size() + " blocks, " + targets.size() + " indirect sites, seen at " + paths; }

    /** Sum of two counts that are not negative. */
    static long saturating(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
