package patina.interp;

import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Op;
import patina.ir.Value;

/**
 * A block made ready to run: its steps over one frame of longs in which constants are already in place, so that they cost nothing. Holds
 * what the profile wants to know of the block, and the successors found so far.
 *
 * <p>Single-threaded: the frame belongs to the block. Threads each keep their own codes, which share the steps.
 */
public final class Code {
    static final byte JUMP = 0, BRANCH = 1, INDIRECT = 2, SYSCALL = 3, HELPER = 4, RAISE = 5;

    public final Block block;
    final long pc;
    private final Value[] code;
    final Steps main, tail;
    /** The flags that {@link #tail} writes, and those that the block overwrites without looking: see {@link Plan}. */
    final int tailFlags, overwritten;
    long[] frame;
    /** Takes turns with {@link #frame} when the block follows itself, so that its own tail can still be made up for. */
    private long[] otherFrame;
    final int exitValue;
    /** JUMP, BRANCH, INDIRECT, SYSCALL, HELPER or RAISE, and what {@link #reached} the next block gets. */
    final byte exitKind;
    final int reaches;
    /** Direct targets. */
    final long takenPc, nextPc;
    final int instructions;
    /** Of a HELPER. */
    final int helper;

    /** How often the block ran, how often the interpreter was entered here, and how it was reached. Only its own thread writes these. */
    long executions;
    public long arrivals;
    public int reached;
    /** Its machine code, or null; and whether any was to be made. */
    volatile Template template;
    boolean tried;
    /** One of the copies of this block got machine code: the others need not wait until they are hot too. One element, which all of them share. */
    private final boolean[] made;
    /** How much of {@link #executions} and {@link #arrivals} its readers, the profile and the compiler thread, have taken. */
    public long flushed, counted, arrivalsCounted;
    /** Native code for this address, or 0: set by the engine, at any time. */
    volatile long hostEntry;
    /** Successors, as found: of direct exits by target, of indirect ones the two seen last. Looked at only together with {@link #invalid}. */
    Code taken, next;
    /** Set when the guest bytes went away or changed. */
    boolean invalid;
    /** Of an indirect jump or call; null for any other exit. Returns find their way by themselves. */
    public final Targets targets;

    /** How often its bytes were others before. */
    public int rewritten;

    /** The guest bytes it was lifted from where the guest can write them, else null. Every entry is a look-up, or a template's, which compares them itself. */
    public final byte[] source;

    public Code(Block block, byte[] source, Plan plan) {
        this.block = block;
        this.source = source;
        made = new boolean[1];
        pc = block.pc();
        instructions = block.instructions();
        Exit exit = block.exit();
        reaches = Reached.by(exit);
        Value decides = null;
        boolean swapped = false;
        // no pattern switch: its bootstrap costs milliseconds at JVM start
        if (exit instanceof Exit.Branch e) {
            decides = e.condition();
            swapped = decides.op == Op.XOR && decides.b.isConst(1);
            if (swapped) decides = decides.a;
            exitKind = BRANCH;
            takenPc = swapped ? e.next() : e.taken();
            nextPc = swapped ? e.taken() : e.next();
        }
        else if (exit instanceof Exit.Jump e) { exitKind = JUMP; takenPc = nextPc = e.target(); }
        else if (exit instanceof Exit.Call e) { exitKind = JUMP; takenPc = nextPc = e.target(); }
        else if (exit instanceof Exit.Return e) { exitKind = INDIRECT; decides = e.target(); takenPc = nextPc = 0; }
        else if (exit instanceof Exit.JumpIndirect e) { exitKind = INDIRECT; decides = e.target(); takenPc = nextPc = 0; }
        else if (exit instanceof Exit.CallIndirect e) { exitKind = INDIRECT; decides = e.target(); takenPc = nextPc = 0; }
        else if (exit instanceof Exit.Syscall e) { exitKind = SYSCALL; takenPc = nextPc = e.next(); }
        else if (exit instanceof Exit.Helper e) { exitKind = HELPER; takenPc = nextPc = e.next(); }
        else { exitKind = RAISE; takenPc = nextPc = 0; }
        helper = exit instanceof Exit.Helper e ? e.number() : 0;
        targets = exit instanceof Exit.JumpIndirect || exit instanceof Exit.CallIndirect ? new Targets() : null;
        code = block.code().toArray(new Value[0]);
        plan.plan(code, decides);
        tailFlags = plan.tailFlags;
        overwritten = plan.overwritten;
        Value[] mains = new Value[plan.main], tails = new Value[plan.tail];
        Layout layout = new Layout(block.frameSize());
        int m = 0, t = 0;
        for (Value v : code) {
            if (v.op.shape == Op.Shape.CONSTANT) { layout.constant(v); continue; }
            int alias = Kind.alias(v);
            if (alias >= 0) { v.frame = alias; continue; }
            if (v.mark == Plan.MAIN) mains[m++] = v;
            else if (v.mark == Plan.TAIL) tails[t++] = v;
        }
        main = new Steps(mains, m, layout);
        tail = t == 0 ? null : new Steps(tails, t, layout);
        exitValue = decides == null ? 0 : decides.frame;
        frame = layout.frame();
    }

    /** The same block for another thread. */
    public Code copy() { return new Code(this); }

    private Code(Code same) {
        block = same.block;
        source = same.source;
        made = same.made;
        pc = same.pc;
        instructions = same.instructions;
        reaches = same.reaches;
        exitKind = same.exitKind;
        takenPc = same.takenPc;
        nextPc = same.nextPc;
        helper = same.helper;
        targets = same.targets == null ? null : new Targets();
        code = same.code;
        tailFlags = same.tailFlags;
        overwritten = same.overwritten;
        main = same.main;
        tail = same.tail;
        exitValue = same.exitValue;
        frame = same.frame.clone();     // the constants with it; all else is written before it is read
    }

    /** How often the block ran. From any thread. */
    public long executions() {
        Template t = template;
        return t == null ? executions : executions + t.executions();
    }

    /** Whether a template does all its steps without Java. */
    public boolean fitsTemplate() { return TemplateCompiler.isSupported(main) && (tail == null || TemplateCompiler.isSupported(tail)); }

    public long hostEntry() { return hostEntry; }

    /** From here on there is native code at {@code host}; 0: there is none any more. From any thread. */
    public void setHostEntry(long host) {
        hostEntry = host;
        Template t = template;
        if (t != null) t.unlink();
    }

    public boolean isInvalid() { return invalid; }

    /** The guest bytes went away or changed. */
    public void invalidate() {
        invalid = true;
        Template t = template;
        if (t != null) t.unlink();
    }

    /** There will be no template. */
    public void onlyInterpret() { tried = true; }

    /** All operations, those left out of the steps too. */
    Value[] operations() { return code; }

    boolean isHot(int hot) { return executions >= hot || made[0]; }

    void hasTemplate(Template t) {
        template = t;
        made[0] = true;
    }

    /** The other frame becomes the frame. */
    void swapFrames() {
        long[] used = frame;
        frame = otherFrame != null ? otherFrame : used.clone();   // the constants with it; all else is written before it is read
        otherFrame = used;
    }
}
