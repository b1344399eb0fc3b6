package patina.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import patina.guest.CodeSource;
import patina.guest.Guest;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.ObjectCode;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.Value;

/**
 * Which flags nobody reads any more where a region leaves: half of the bytes of an exit were stores of flags that the next instructions
 * overwrite. Follows the code of the image, whether it ran or not, over jumps, branches and calls until each flag has been read or
 * written; whatever leads elsewhere (a return, an indirect jump) reads them all. Depends on the image's bytes only, never on the profile.
 */
final class LookAhead {
    /** How far: blocks from one address, instructions of each. */
    private static final int BLOCKS = 16, INSTRUCTIONS = 24;

    /** @param ranges what {@code dead} depends on */
    private record Answer(Set<Integer> dead, List<ObjectCode.Range> ranges) {}

    private record Place(long pc, BitSet open) {}

    private final Guest guest;
    private final CodeSource code;
    private final List<Integer> flags;
    private final Map<Long, Block> blocks = new HashMap<>();
    private final Map<Long, Answer> answers = new HashMap<>();

    LookAhead(Guest guest, CodeSource code) {
        this.guest = guest;
        this.code = code;
        flags = guest.flags();
    }

    /** The same region with what is dead wherever control goes on after one of its blocks. */
    Region extend(Region region) {
        if (flags.isEmpty()) return region;
        Set<Long> targets = new TreeSet<>();
        targets.add(region.entry());
        for (Block b : region.blocks().values()) {
            for (Value v : b.code()) if (v.op == Op.EXIT_IF) targets.add(v.imm);
            targets.addAll(next(b.exit()));
        }
        Map<Long, Set<Integer>> dead = new TreeMap<>();
        List<ObjectCode.Range> ranges = new ArrayList<>();
        for (long target : targets) {
            Answer answer = answers.computeIfAbsent(target, this::find);
            if (answer.dead.isEmpty()) continue;
            dead.put(target, answer.dead);
            ranges.addAll(answer.ranges);
        }
        return new Region(region.entry(), region.blocks(), dead, ranges);
    }

    /** Where control goes on for certain; empty where the code does not tell. */
    private static List<Long> next(Exit exit) {
        return switch (exit) {
            case Exit.Jump e -> List.of(e.target());
            case Exit.Branch e -> List.of(e.taken(), e.next());
            case Exit.Call e -> List.of(e.target());
            case Exit.Syscall e -> List.of(e.next());
            default -> List.of();
        };
    }

    private Answer find(long pc) {
        BitSet dead = new BitSet();
        dead.set(0, flags.size());
        Map<Long, BitSet> met = new HashMap<>();
        Set<Long> looked = new HashSet<>();
        List<ObjectCode.Range> ranges = new ArrayList<>();
        Deque<Place> work = new ArrayDeque<>();
        work.add(new Place(pc, (BitSet) dead.clone()));
        while (!work.isEmpty() && !dead.isEmpty()) {
            Place at = work.removeFirst();
            BitSet open = at.open;
            open.and(dead);
            BitSet before = met.computeIfAbsent(at.pc, _ -> new BitSet());
            open.andNot(before);
            if (open.isEmpty()) continue;
            before.or(open);
            Block block = looked.contains(at.pc) || looked.size() < BLOCKS
                    ? blocks.computeIfAbsent(at.pc, a -> guest.lift(code, a, INSTRUCTIONS)) : null;
            if (block == null) { dead.andNot(open); continue; }
            if (looked.add(at.pc)) ranges.add(new ObjectCode.Range(block.pc(), block.length()));
            follow(block, open, dead, work);
        }
        Set<Integer> offsets = new TreeSet<>();
        dead.stream().forEach(i -> offsets.add(flags.get(i)));
        return new Answer(offsets, ranges);
    }

    /** {@code open}: flags neither read nor written on the way here. */
    private void follow(Block block, BitSet open, BitSet dead, Deque<Place> work) {
        for (Value v : block.code()) {
            switch (v.op) {
                case GET -> { int i = flags.indexOf((int) v.imm); if (i >= 0 && open.get(i)) { dead.clear(i); open.clear(i); } }
                case SET -> { int i = flags.indexOf((int) v.imm); if (i >= 0) open.clear(i); }
                case EXIT_IF -> work.addLast(new Place(v.imm, (BitSet) open.clone()));
                default -> { }
            }
            if (open.isEmpty()) return;
        }
        List<Long> next = next(block.exit());
        if (next.isEmpty()) dead.andNot(open);
        for (long target : next) work.addLast(new Place(target, (BitSet) open.clone()));
    }
}
