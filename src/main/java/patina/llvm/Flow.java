package patina.llvm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.Value;

/**
 * The region's control flow, and which cells may and must have been written where: only what may have been written is stored at an exit,
 * and only what may be read before it was written is loaded at the entry.
 */
final class Flow {
    /** Reachable blocks, each after one of its predecessors. */
    final List<Block> blocks = new ArrayList<>();
    /** Targets of back edges: a poll stands before them. */
    final Set<Long> loopHeaders = new HashSet<>();
    private final Set<Edge> backEdges = new HashSet<>();
    private final Region region;
    private final Set<Block> interpreted;
    private final Map<Long, BitSet> mayIn = new HashMap<>(), mustIn = new HashMap<>();
    private Cells cells;

    private record Edge(long from, long to) {}

    Flow(Region region, Set<Block> interpreted) {
        this.region = region;
        this.interpreted = interpreted;
        walk();
    }

    /** Depth first, without recursion: regions may be long chains. */
    private void walk() {
        Map<Long, Integer> next = new HashMap<>();
        List<Long> path = new ArrayList<>();
        Set<Long> open = new HashSet<>();
        path.add(region.entry());
        while (!path.isEmpty()) {
            long pc = path.getLast();
            int i = next.getOrDefault(pc, -1);
            if (i < 0) { blocks.add(block(pc)); open.add(pc); i = 0; }
            List<Long> targets = successors(block(pc));
            if (i == targets.size()) { path.removeLast(); open.remove(pc); next.put(pc, i); continue; }
            next.put(pc, i + 1);
            long target = targets.get(i);
            if (open.contains(target)) { loopHeaders.add(target); backEdges.add(new Edge(pc, target)); }
            else if (!next.containsKey(target)) path.add(target);
        }
    }

    Block block(long pc) { return region.blocks().get(pc); }

    boolean isBackEdge(Block from, long target) { return backEdges.contains(new Edge(from.pc(), target)); }

    boolean isInside(long pc) { return region.blocks().containsKey(pc); }

    boolean isInterpreted(Block block) { return interpreted.contains(block); }

    private List<Long> successors(Block block) {
        if (isInterpreted(block)) return List.of();
        List<Long> all = new ArrayList<>(early(block));
        all.addAll(last(block));
        return all;
    }

    /** Targets of EXIT_IF inside the region. */
    private List<Long> early(Block block) {
        List<Long> targets = new ArrayList<>(0);
        for (Value v : block.code()) if (v.op == Op.EXIT_IF && isInside(v.imm)) targets.add(v.imm);
        return targets;
    }

    private List<Long> last(Block block) {
        return switch (block.exit()) {
            case Exit.Jump j -> isInside(j.target()) ? List.of(j.target()) : List.of();
            case Exit.Branch b -> {
                List<Long> both = new ArrayList<>(2);
                if (isInside(b.taken())) both.add(b.taken());
                if (isInside(b.next())) both.add(b.next());
                yield both;
            }
            default -> List.of();
        };
    }

    /** Solves the data flow and returns the cells to load at the entry. */
    BitSet solve(Cells of) {
        cells = of;
        int count = cells.cells.size();
        for (Block b : blocks) {
            mayIn.put(b.pc(), new BitSet());
            BitSet all = new BitSet();
            if (b.pc() != region.entry()) all.set(0, count);
            mustIn.put(b.pc(), all);
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (Block b : blocks) {
                BitSet written = written(b), may = mayWritten(b), must = mustWritten(b);
                if (isInterpreted(b)) continue;
                may.or(written);
                for (long target : early(b)) changed |= flow(may, must, target);
                must.or(written);
                for (long target : last(b)) changed |= flow(may, must, target);
            }
        }
        BitSet load = new BitSet();
        for (Block b : blocks) needed(b, load);
        return load;
    }

    private boolean flow(BitSet may, BitSet must, long target) {
        BitSet in = mayIn.get(target), sure = mustIn.get(target);
        int before = in.cardinality() - sure.cardinality();
        in.or(may);
        sure.and(must);
        return in.cardinality() - sure.cardinality() != before;
    }

    /** Cells that may have been written when b begins (a copy). */
    BitSet mayWritten(Block b) { return (BitSet) mayIn.get(b.pc()).clone(); }

    private BitSet mustWritten(Block b) { return (BitSet) mustIn.get(b.pc()).clone(); }

    private BitSet written(Block b) {
        BitSet set = new BitSet();
        for (Value v : b.code()) if (v.op == Op.SET && cells.at(v.imm) != null) set.set(cells.at(v.imm).index());
        return set;
    }

    private void needed(Block b, BitSet load) {
        BitSet may = mayWritten(b), must = mustWritten(b);
        atExit(may, must, load);
        if (isInterpreted(b)) return;
        for (Value v : b.code()) {
            if (v.op == Op.SET && cells.at(v.imm) != null) {
                may.set(cells.at(v.imm).index());
                must.set(cells.at(v.imm).index());
            } else if (v.op == Op.GET && cells.at(v.imm) != null) {
                if (!must.get(cells.at(v.imm).index())) load.set(cells.at(v.imm).index());
            } else if (v.op.shape == Op.Shape.CONTROL) atExit(may, must, load);
        }
        atExit(may, must, load);
    }

    private static void atExit(BitSet may, BitSet must, BitSet load) {
        BitSet unsure = (BitSet) may.clone();
        unsure.andNot(must);
        load.or(unsure);
    }
}
