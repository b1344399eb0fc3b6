package patina.interp;

import java.util.HashMap;
import java.util.Map;
import patina.host.Raw;
import patina.ir.Op;

/**
 * A block's main steps as machine code, one pattern a step. It works on a frame in native memory as {@link Interpreter} does on the block's
 * own, so that either can go on for the other between any two steps.
 *
 * <p>What leads from one template to the next are words in the templates' data. Each exit has a pair of them: where it jumps, and, where the
 * tail's flags have to be computed on the way, where it goes on from there. Rows of an INDIRECT's table are guest pc, such a pair's first
 * word, the address of a count, its second.
 */
final class Template {
    static final int EXIT = 16, ROW = 32, ROWS = 16, ROW_FIRST = 8, ROW_COUNTER = 16, ROW_SECOND = 24;
    /** Of so many ways to targets for which there is no row free, one takes a row from another. */
    private static final int PATIENCE = 8;

    final Code code;
    final int index;
    /** Host address of the code, and offsets into it by step; the last is the end of the steps. */
    final long entry;
    private final int[] offsets;
    /** Host addresses in the templates' data: the count of executions, the exits (or the table of an INDIRECT), the frame. */
    final long count, exits, frame;
    /** By exit, where it goes when nothing is linked: back to Java. A table's is the first. */
    private final long[] unlinked;
    private int missed;
    /** The machine code of the tail for each exit, once it is needed: host addresses; null before; empty if it cannot be made. */
    long[] tails;
    /** First words of other templates' exits that lead here, and what they are when they do not. */
    private final Map<Long, Long> links = new HashMap<>();

    Template(Code code, int index, long entry, int[] offsets, long count, long exits, long frame, long[] unlinked, long nobody) {
        this.code = code;
        this.index = index;
        this.entry = entry;
        this.offsets = offsets;
        this.count = count;
        this.exits = exits;
        this.frame = frame;
        this.unlinked = unlinked;
        table = code.exitKind == Code.INDIRECT;
        for (int i = 0; i < (table ? ROWS : unlinked.length); i++) Raw.putLong(first(i), unlinked[table ? 0 : i]);
        for (int i = 0; table && i < ROWS; i++) Raw.putLong(counter(i), nobody);
    }

    long executions() { return Raw.getLong(count); }

    /** The exits are rows. */
    private final boolean table;

    /** Of an exit, or of a row. */
    private long first(int i) { return table ? exits + (long) ROW * i + ROW_FIRST : exits + (long) EXIT * i; }

    private long counter(int i) { return exits + (long) ROW * i + ROW_COUNTER; }

    private long second(int i) { return first(i) + (table ? ROW_SECOND - ROW_FIRST : 8); }

    /** The row that the machine code looks into for {@code pc}; if it is another's, it looks into its neighbour: the number with the lowest bit flipped. */
    private static int row(long pc) { return (int) (pc ^ pc >>> 4) & ROWS - 1; }

    /** The step that a host address in the code belongs to. */
    int step(long host) {
        int i = 0;
        while (i + 1 < offsets.length && entry + offsets[i + 1] <= host) i++;
        return i;
    }

    /** Where to go on behind a step. */
    long after(int step) { return entry + offsets[step + 1]; }

    /** The exit of the EXIT_IF that is step {@code step}. */
    int exitOf(int step) {
        int exit = 2;
        for (int i = 0; i < step; i++) if (code.main.values[i].op == Op.EXIT_IF) exit++;
        return exit;
    }

    /** From now on exit {@code exit}, or an INDIRECT that goes to {@code to}, leads there without Java. {@code tail}: the tail comes first. */
    void link(int exit, Template to, boolean tail, Templates home) {
        if (tail && tails.length == 0) return;
        synchronized (to.links) {
            if (to.code.hostEntry != 0 || to.code.invalid) return;
            int i = table ? takeRow(to.code.pc, home) : exit;
            if (i < 0) return;
            Raw.putLong(second(i), to.entry);
            Raw.putLong(first(i), tail ? tails[table ? 0 : i] : to.entry);
            to.links.put(first(i), unlinked[table ? 0 : i]);
        }
    }

    /** The row of {@code pc}: its own, a free one, or now and then another's; or -1. */
    private int takeRow(long pc, Templates home) {
        int i = row(pc);
        for (int j = 0; j < 2; j++) if (pcOf(i ^ j) == pc) return i ^ j;
        if (pcOf(i) != 0 && pcOf(i ^ 1) != 0 && ++missed % PATIENCE != 0) return -1;
        if (pcOf(i) != 0 && (pcOf(i ^ 1) == 0 || (missed / PATIENCE & 1) != 0)) i ^= 1;
        Raw.putLong(first(i), unlinked[0]);
        Raw.putLong(counter(i), code.targets == null ? home.nobody() : code.targets.counter(pc, home));
        Raw.putLong(exits + (long) ROW * i, pc);
        return i;
    }

    private long pcOf(int i) { return Raw.getLong(exits + (long) ROW * i); }

    /** Whether the machine code itself has counted this way to {@code pc}. */
    boolean counts(long pc) { return table && (pcOf(row(pc)) == pc || pcOf(row(pc) ^ 1) == pc); }

    /** Nothing leads here any more. From any thread. */
    void unlink() {
        synchronized (links) {
            links.forEach(Raw::putLong);
            links.clear();
        }
    }
}
