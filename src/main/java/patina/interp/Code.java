package patina.interp;

import java.util.Arrays;
import java.util.List;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/**
 * A block made ready to run: its operations as parallel arrays over one frame of longs in which constants are already in place, so
 * that they cost nothing. Holds what the profile wants to know of the block, and the successors found so far.
 *
 * <p>Single-threaded: the frame belongs to the block. Threads of one guest process each keep their own codes.
 */
public final class Code {
    /** What the interpreter's loop does for a step; one byte each, by the operation's shape. */
    static final byte PURE = 0, EVALUATE = 1, GET = 2, SET = 3, LOAD = 4, STORE = 5, STATE = 6, MEMORY = 7, CONTROL = 8;

    static final byte JUMP = 0, BRANCH = 1, INDIRECT = 2, SYSCALL = 3, RAISE = 4;

    public final Block block;
    final byte[] kind;
    /** Frame indices of result and arguments. */
    final int[] d, a, b, c;
    final long[] imm;
    final Op.LaneFunction[] meaning;
    final Lane[] lane;
    /** Bytes of what GET, SET, LOAD, STORE move. */
    final int[] bytes;
    final Value[] value;
    final long[] frame;
    final int exitValue;
    /** JUMP, BRANCH, INDIRECT, SYSCALL or RAISE, and what {@link #reached} the next block gets. */
    final byte exitKind;
    final int reaches;
    /** Direct targets. */
    final long takenPc, nextPc;

    /** How often the block ran, how often the interpreter was entered here, and how it was reached. Only its own thread writes these. */
    public long executions, arrivals;
    public int reached;
    /** How much of {@link #executions} and {@link #arrivals} its readers, the profile and the compiler thread, have taken. */
    public long flushed, counted, arrivalsCounted;
    /** Native code for this address, or 0: set by the engine, at any time. */
    public volatile long hostEntry;
    /** Successors of direct exits, as found; dropped when code is invalidated. */
    Code taken, next;
    /** Set when the guest bytes went away or changed. */
    public boolean invalid;

    /** The guest bytes it was lifted from where the guest can write them, else null. Never linked to: every entry is a look-up. */
    public final byte[] source;

    public Code(Block block) { this(block, null); }

    public Code(Block block, byte[] source) {
        this.block = block;
        this.source = source;
        List<Value> steps = block.code().stream().filter(v -> v.op.shape != Op.Shape.CONSTANT).toList();
        int n = steps.size();
        kind = new byte[n];
        d = new int[n]; a = new int[n]; b = new int[n]; c = new int[n];
        bytes = new int[n];
        imm = new long[n];
        meaning = new Op.LaneFunction[n];
        lane = new Lane[n];
        value = steps.toArray(Value[]::new);
        Layout layout = new Layout(block.frameSize());
        for (Value v : block.code()) if (v.op.shape == Op.Shape.CONSTANT) layout.constant(v);
        for (int i = 0; i < n; i++) fill(i, steps.get(i), layout);
        frame = layout.initial();
        Exit exit = block.exit();
        reaches = Reached.by(exit);
        // no pattern switch: its bootstrap costs milliseconds at JVM start
        if (exit instanceof Exit.Branch e) { exitKind = BRANCH; exitValue = e.condition().frame; takenPc = e.taken(); nextPc = e.next(); }
        else if (exit instanceof Exit.Jump e) { exitKind = JUMP; exitValue = 0; takenPc = nextPc = e.target(); }
        else if (exit instanceof Exit.Call e) { exitKind = JUMP; exitValue = 0; takenPc = nextPc = e.target(); }
        else if (exit instanceof Exit.Return e) { exitKind = INDIRECT; exitValue = e.target().frame; takenPc = nextPc = 0; }
        else if (exit instanceof Exit.JumpIndirect e) { exitKind = INDIRECT; exitValue = e.target().frame; takenPc = nextPc = 0; }
        else if (exit instanceof Exit.CallIndirect e) { exitKind = INDIRECT; exitValue = e.target().frame; takenPc = nextPc = 0; }
        else if (exit instanceof Exit.Syscall e) { exitKind = SYSCALL; exitValue = 0; takenPc = nextPc = e.next(); }
        else { exitKind = RAISE; exitValue = 0; takenPc = nextPc = 0; }
    }

    private void fill(int i, Value v, Layout layout) {
        value[i] = v;
        imm[i] = v.imm;
        d[i] = v.frame;
        kind[i] = kind(v);
        Type moved = v.op == Op.SET ? v.a.type : v.op == Op.STORE ? v.b.type : v.type;
        bytes[i] = moved.bytes();
        boolean pure = kind[i] == PURE;
        a[i] = v.a != null ? v.a.frame : 0;
        b[i] = v.b != null ? v.b.frame : pure ? layout.extra(v.imm) : 0;
        c[i] = v.c != null ? v.c.frame : pure ? layout.extra(v.type.lane().ordinal()) : 0;
        if (!pure) return;
        meaning[i] = v.op.meaning;
        lane[i] = v.op == Op.SELECT ? v.type.lane() : v.a.type.lane();
    }

    private static byte kind(Value v) {
        return switch (v.op.shape) {
            case STATE -> v.op == Op.GET && v.type.bits() <= 64 ? GET : v.op == Op.SET && v.a.type.bits() <= 64 ? SET : STATE;
            case MEMORY -> v.op == Op.LOAD && v.type.bits() <= 64 && v.imm <= 1 ? LOAD
                    : v.op == Op.STORE && v.b.type.bits() <= 64 && v.imm <= 1 ? STORE : MEMORY;
            case CONTROL -> CONTROL;
            default -> isScalar(v) ? PURE : EVALUATE;
        };
    }

    private static boolean isScalar(Value v) {
        return v.op.meaning != null && scalar(v.type) && scalar(v.a.type) && (v.b == null || scalar(v.b.type));
    }

    private static boolean scalar(Type t) { return !t.isVector() && t.lane() != Lane.F80; }

    /** Guest address of the instruction that step i belongs to. */
    long pcOf(int i) { return block.insns()[value[i].insn]; }

    /** Frees the successor links, e.g. because one of them became invalid. */
    public void unlink() { taken = null; next = null; }

    /** The frame while it is laid out: the block's values, then extra constants that steps want as arguments. */
    private static final class Layout {
        private long[] words;
        private int used;

        Layout(int size) { words = new long[size + 16]; used = size; }

        void constant(Value v) { words[v.frame] = v.imm; }

        int extra(long constant) {
            for (int i = used - 1; i >= Math.max(0, used - 4); i--) if (i >= words.length - 16 && words[i] == constant) return i;
            if (used == words.length) words = Arrays.copyOf(words, 2 * used);
            words[used] = constant;
            return used++;
        }

        long[] initial() { return words; }
    }
}
