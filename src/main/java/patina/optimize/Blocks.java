package patina.optimize;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import patina.guest.CodeSource;
import patina.guest.Guest;
import patina.ir.Block;
import patina.ir.Exit;
import patina.profile.Profile;

/**
 * The executed code of an image as blocks that do not overlap, lifted again from the file: from every place where the profile saw control
 * arrive up to the next such place or the next transfer of control. How long the interpreter made its blocks does not show.
 */
final class Blocks {
    /** Instructions of a block, at most: what is longer goes on in a block of its own. */
    static final int LIMIT = 64;

    private final Guest guest;
    private final CodeSource code;
    private final TreeSet<Long> starts;
    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    /** Lifted before, by address: at full length and as last cut. Lifting is most of the work of a plan, and a run makes many. */
    private final Lifted lifted;

    /** What plans for the same image hand on to each other. */
    static final class Lifted {
        private final Map<Long, Block> whole = new HashMap<>(), cut = new HashMap<>();

        Block whole(Guest guest, CodeSource code, long pc) { return whole.computeIfAbsent(pc, _ -> guest.lift(code, pc, LIMIT)); }
    }

    private Blocks(Guest guest, CodeSource code, Profile profile, Lifted lifted) {
        this.lifted = lifted;
        this.guest = guest;
        this.code = code;
        starts = new TreeSet<>(profile.blocks().keySet());
    }

    /** By address. Addresses of the profile that hold no code are left out. */
    static SortedMap<Long, Block> executed(Guest guest, CodeSource code, Profile profile, Lifted lifted) {
        Blocks b = new Blocks(guest, code, profile, lifted);
        Deque<Long> work = new ArrayDeque<>(b.starts);
        while (!work.isEmpty()) {
            long pc = work.removeFirst();
            Block block = b.lift(pc);
            if (block == null) continue;
            b.blocks.put(pc, block);
            // a jump that ran, or the end of a long block, ran into its target too, even if the interpreter saw that as one block
            if (block.exit() instanceof Exit.Jump(long target) && b.starts.add(target)) {
                work.addLast(target);
                Long before = b.starts.lower(target);
                if (before != null && b.blocks.containsKey(before) && overlaps(b.blocks.get(before), target)) work.addLast(before);
            }
        }
        return b.blocks;
    }

    private Block lift(long pc) {
        Block block = lifted.whole(guest, code, pc);
        if (block == null) return null;
        Long next = starts.higher(pc);
        if (next == null || !overlaps(block, next)) return block;
        for (int i = 1; i < block.insns().length; i++)
            if (starts.contains(block.insns()[i])) return cut(pc, i);
        return block; // the next start lies inside an instruction: code that overlaps itself
    }

    private Block cut(long pc, int instructions) {
        Block known = lifted.cut.get(pc);
        if (known == null || known.instructions() != instructions) lifted.cut.put(pc, known = guest.lift(code, pc, instructions));
        return known;
    }

    private static boolean overlaps(Block block, long pc) { return pc > block.pc() && pc < block.pc() + block.length(); }
}
