package patina.optimize;

import java.util.function.LongUnaryOperator;
import patina.ir.Block;
import patina.ir.Region;

/**
 * Where the interpreter goes round in code that is native already. A region is entered at its start only: a loop that the interpreter was in
 * when its code was made, or that older native code leaves again and again for a block it does not know, stays with the interpreter until
 * that block is an entry of its own.
 */
public final class Stuck {
    private Stuck() {}

    /**
     * The block of {@code region} to be made an entry, or -1. The most executed head of a loop is enough: from it the rest is reached.
     *
     * @param executions how often the interpreter ran a block since the region's code was made
     * @param arrivals   how often it began there, coming from native code
     * @param threshold  what is rarer may stay as it is
     */
    public static long at(Region region, LongUnaryOperator executions, LongUnaryOperator arrivals, long threshold) {
        long best = -1, most = threshold - 1;
        for (Block b : region.blocks().values()) {
            if (arrivals.applyAsLong(b.pc()) > most && b.pc() != region.entry()) most = arrivals.applyAsLong(best = b.pc());
        }
        if (best >= 0) return best;
        for (Block b : region.blocks().values())
            for (long head : RegionChooser.successors(b)) {
                boolean backward = head <= b.pc() && head != region.entry() && region.blocks().containsKey(head);
                if (backward && executions.applyAsLong(head) > most) most = executions.applyAsLong(best = head);
            }
        return best;
    }
}
