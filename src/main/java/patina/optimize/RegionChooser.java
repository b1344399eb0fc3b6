package patina.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import patina.interp.Reached;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.Value;
import patina.profile.Profile;
import patina.profile.Profile.BlockCount;

/**
 * Cuts the executed blocks of an image into regions, each block into exactly one. Entries are the places that control reaches other than
 * by a direct jump; a region is what is reached from its entry by direct jumps and branches alone, and what can be reached from two
 * entries is an entry itself. So a region has one entry, nothing is compiled twice, and every exit to executed code finds a region.
 * Depends on profile, blocks and the given entries only.
 */
public final class RegionChooser {
    static final int MAX_BLOCKS = 64, MAX_INSTRUCTIONS = 400;

    private final Profile profile;
    private final SortedMap<Long, Block> blocks;
    private final TreeSet<Long> entries = new TreeSet<>();
    /** The region of each block, by the region's entry. */
    private final Map<Long, Long> owner = new HashMap<>();

    private RegionChooser(Profile profile, SortedMap<Long, Block> blocks) {
        this.profile = profile;
        this.blocks = new TreeMap<>(blocks);
    }

    /** @param known entries that regions already have; they stay entries where they are executed. The result is ordered by entry. */
    public static List<Region> choose(Profile profile, SortedMap<Long, Block> blocks, Collection<Long> known) {
        RegionChooser chooser = new RegionChooser(profile, blocks);
        known.forEach(chooser::enter);
        for (BlockCount b : profile.blocks().values()) if ((b.reached() & Reached.ENTRY) != 0) chooser.enter(b.pc());
        for (Block b : blocks.values()) chooser.enterAfter(b);
        return chooser.partition();
    }

    private void enter(long pc) { if (blocks.containsKey(pc)) entries.add(pc); }

    /** Where control comes by way of something other than a jump, known from the code. */
    private void enterAfter(Block block) {
        switch (block.exit()) {
            case Exit.Call(long target, long returnTo) -> { enter(target); enter(returnTo); }
            case Exit.CallIndirect(_, long returnTo) -> enter(returnTo);
            case Exit.Syscall(long next) -> enter(next);
            case Exit.Helper(_, long next) -> enter(next);
            default -> { }
        }
    }

    static List<Long> successors(Block block) {
        List<Long> successors = new ArrayList<>();
        for (Value v : block.code()) if (v.op == Op.EXIT_IF) successors.add(v.imm);
        switch (block.exit()) {
            case Exit.Jump(long target) -> successors.add(target);
            case Exit.Branch(_, long taken, long next) -> { successors.add(taken); successors.add(next); }
            default -> { }
        }
        return successors;
    }

    private List<Region> partition() {
        if (entries.isEmpty() && !blocks.isEmpty()) entries.add(blocks.firstKey());
        int before;
        do {
            before = entries.size();
            owner.clear();
            Set<Long> met = new HashSet<>();
            for (long entry : List.copyOf(entries)) grow(entry, met);
            entries.addAll(met);
            if (entries.size() == before) addUnreached();
        } while (entries.size() != before);
        return regions();
    }

    /** Takes blocks from {@code entry} on, the most executed first, up to the caps; blocks that must become entries go to {@code met}. */
    private void grow(long entry, Set<Long> met) {
        PriorityQueue<Long> frontier = new PriorityQueue<>(Comparator.comparingLong((Long pc) -> -count(pc)).thenComparing(pc -> pc));
        Set<Long> seen = new HashSet<>();
        frontier.add(entry);
        seen.add(entry);
        int taken = 0, instructions = 0;
        while (!frontier.isEmpty()) {
            long pc = frontier.remove();
            Long other = owner.get(pc);
            if (other != null && other != entry) { met.add(pc); continue; }
            Block block = blocks.get(pc);
            if (taken > 0 && (taken == MAX_BLOCKS || instructions + block.instructions() > MAX_INSTRUCTIONS)) { met.add(pc); continue; }
            taken++;
            instructions += block.instructions();
            owner.put(pc, entry);
            for (long next : successors(block))
                if (blocks.containsKey(next) && !entries.contains(next) && seen.add(next)) frontier.add(next);
        }
    }

    /** Executed, but not reached from any entry (part of the profile was lost): the first of each such stretch becomes an entry. */
    private void addUnreached() {
        Set<Long> reached = new HashSet<>(owner.keySet());
        Deque<Long> work = new ArrayDeque<>();
        for (long first : blocks.keySet()) {
            if (!reached.add(first)) continue;
            entries.add(first);
            for (work.add(first); !work.isEmpty(); )
                for (long next : successors(blocks.get(work.remove()))) if (blocks.containsKey(next) && reached.add(next)) work.add(next);
        }
    }

    private long count(long pc) {
        BlockCount b = profile.blocks().get(pc);
        return b == null ? 0 : b.count();
    }

    private List<Region> regions() {
        Map<Long, LinkedHashMap<Long, Block>> members = new TreeMap<>();
        for (long entry : entries) members.computeIfAbsent(entry, _ -> new LinkedHashMap<>()).put(entry, blocks.get(entry));
        blocks.forEach((pc, block) -> members.get(owner.get(pc)).put(pc, block));
        List<Region> regions = new ArrayList<>();
        members.forEach((entry, of) -> regions.add(new Region(entry, of)));
        return regions;
    }
}
