package patina.optimize;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import patina.interp.Reached;
import patina.ir.Block;
import patina.profile.Profile;
import patina.profile.Profile.BlockCount;

/**
 * The part of a profile that bears on how some hot blocks are cut into regions: their routines. Routines are taken to lie between one
 * called block and the next, and to go on wherever they jump to. A program has thousands of routines of which few are hot: planning
 * these alone takes milliseconds, all of them seconds.
 */
final class Neighbourhood {
    private final TreeMap<Long, BlockCount> blocks;
    private final TreeMap<Long, BlockCount> taken = new TreeMap<>();
    private final Deque<Long> work = new ArrayDeque<>();

    private Neighbourhood(SortedMap<Long, BlockCount> blocks) { this.blocks = new TreeMap<>(blocks); }

    /** {@code lift}: the block at an address, null where there is none. */
    static Profile of(Profile profile, Collection<Long> hot, LongFunction<Block> lift) {
        Neighbourhood n = new Neighbourhood(profile.blocks());
        hot.forEach(n::takeRoutine);
        while (!n.work.isEmpty()) {
            Block block = lift.apply(n.work.removeFirst());
            if (block == null) continue;
            List<Long> next = RegionChooser.successors(block);
            for (long pc : next) if (n.blocks.containsKey(pc)) n.takeRoutine(pc);
        }
        Profile part = new Profile();
        for (BlockCount b : n.taken.values()) part.addBlock(b.pc(), b.count(), b.instructions(), b.reached());
        return part;
    }

    /** The blocks around {@code pc} up to where something is called. */
    private void takeRoutine(long pc) {
        if (taken.containsKey(pc) || !blocks.containsKey(pc)) return;
        for (var at = blocks.floorEntry(pc); at != null && take(at.getValue()) && !isCalled(at.getValue()); ) at = blocks.lowerEntry(at.getKey());
        for (var at = blocks.higherEntry(pc); at != null && !isCalled(at.getValue()) && take(at.getValue()); ) at = blocks.higherEntry(at.getKey());
    }

    private static boolean isCalled(BlockCount b) { return (b.reached() & Reached.CALL) != 0; }

    private boolean take(BlockCount b) {
        if (taken.putIfAbsent(b.pc(), b) != null) return false;
        work.add(b.pc());
        return true;
    }
}
