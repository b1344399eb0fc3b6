package patina.interp;

import patina.guest.Guest;
import patina.host.Raw;
import patina.ir.Environment;
import patina.ir.Evaluate;
import patina.ir.Exit;
import patina.ir.FloatUnit;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Scalar;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.ir.Value;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.GuestFault;

/** Runs blocks on one guest thread's state. */
public final class Interpreter {
    /** Finds the code at a guest address; throws GuestFault where nothing can be executed. */
    @FunctionalInterface public interface Finder { Code find(long pc); }

    /** Why {@link #run} came back; the state's PC says where execution goes on. */
    public enum Stop { NATIVE, SYSCALL, POLL }

    /** A template takes as long to make as so many runs of its block. */
    public static final int HOT = 32;
    private static final Lane[] LANES = Lane.values();
    private static final Trap[] TRAPS = Trap.values();

    private final int hot;
    private final Guest guest;
    private final CpuState cpu;
    private final AddressSpace memory;
    private final long state;
    private final Environment environment = new Environment();
    private final FloatUnit vector = environment.vector;
    /** The block whose tail is due, until the next one has overwritten the flags; or null. */
    private Code pending;
    /** The values of {@link #pending}; null: they are still in the frame of its template. */
    private long[] pendingFrame;
    private final Templates templates;
    /** Of machine code that came back: its template, the exit that it took or -1, and whether it ran at all. */
    private Template back;
    private int exit;
    private boolean begun;
    /** The block was left by an EXIT_IF, not by its exit; and whether its machine code has counted where it went. */
    private boolean left, counted;
    /** Guest instructions completed here. */
    private long instructions;

    /** Without templates. */
    public Interpreter(Guest guest, CpuState cpu) { this(guest, cpu, Integer.MAX_VALUE); }

    /**
     * Blocks that ran {@code hot} times ({@link #HOT}, or 0 for at once) get a template. Runs only on threads that are attached to the state
     * ({@link patina.host.HostThread}).
     */
    public Interpreter(Guest guest, CpuState cpu, int hot) {
        this.guest = guest;
        this.hot = hot;
        this.templates = new Templates(cpu);
        this.cpu = cpu;
        this.memory = cpu.memory;
        this.state = cpu.address;
    }

    /** Guest instructions completed. From any thread. */
    public long instructions() { return instructions + templates.instructions(); }

    /** How much work it was, in instructions of the loop: ten of the templates' count as one. From any thread. */
    public long effort() { return instructions + templates.instructions() / 10; }

    /** Counts {@code n} more, or fewer, that were done elsewhere. */
    public void count(int n) { instructions += n; }

    /** When the thread is gone, and nobody looks at its codes any more. */
    public void close() { templates.close(); }

    /**
     * Runs from {@code code} on, from block to block, until native code exists for the next one, a system call, or a poll. A GuestFault
     * leaves PC at the faulting instruction and the state as before it.
     */
    public Stop run(Code code, Finder finder) {
        loadControl();
        try {
            return chain(code, finder);
        } finally {
            storeFlags();
        }
    }

    private Stop chain(Code code, Finder finder) {
        pending = null;
        for (Code at = code; ; ) {
            long pc;
            if (!at.tried && at.isHot(hot)) templates.make(at);
            Template template = at.template;
            if (template != null) {
                pc = machine(template);
                at = back.code;
                if (!begun) {
                    finishTail();
                    cpu.setPc(pc);
                    return Stop.POLL;
                }
            } else {
                pc = body(at);
                counted = false;
                exit = -1;
            }
            Code to = at.taken;
            if (to == null || to.pc != pc || to.invalid) {
                to = at.next;
                if (to == null || to.pc != pc || to.invalid) {
                    finishTail();
                    cpu.setPc(pc);
                    if (at.exitKind == Code.SYSCALL && !left) return Stop.SYSCALL;
                    if (Raw.getLong(state + StateLayout.POLL) != 0) return Stop.POLL;
                    to = finder.find(pc);
                    if (!at.invalid && to.source == null) link(at, to);     // invalid: it has written over itself
                }
            }
            if (at.targets != null && !left && !counted) at.targets.count(pc);
            int reaches = left ? Reached.JUMP : at.reaches;
            if ((to.reached | reaches) != to.reached) to.reached |= reaches;
            if (Raw.getLong(state + StateLayout.POLL) != 0 || to.hostEntry != 0) {
                finishTail();
                cpu.setPc(pc);
                return to.hostEntry != 0 ? Stop.NATIVE : Stop.POLL;
            }
            if (exit >= 0 && to.template != null && !at.invalid) templates.link(back, exit, to.template);
            if (pending != null) {
                if ((at.tailFlags & ~to.overwritten) != 0 || to == at && pendingFrame == null) finishTail();
                else if (to == at) at.swapFrames();
            }
            at = to;
        }
    }

    /** Runs templates from {@code from} on until one comes back with something to do here, and does it; as {@link #body}. */
    private long machine(Template from) {
        if (pending != null && pendingFrame == null) templates.setPending(back);
        else {
            finishTail();
            templates.setPending(null);
        }
        begun = true;
        counted = false;
        for (long entry = from.entry; ; ) {
            Raw.putInt(state + StateLayout.GUEST_FP_CONTROL, vector.mxcsr());
            Template t = back = templates.run(entry);
            vector.setMxcsr(Raw.getInt(state + StateLayout.GUEST_FP_CONTROL));
            Code code = t.code;
            exit = -1;
            if (templates.way == TemplateCompiler.END && code.exitKind < Code.SYSCALL) return ended(t);
            Template due = templates.pending();
            pending = due == null ? null : due.code;
            if (due != null) {
                pendingFrame = pending.frame;
                Raw.copy(due.frame, pendingFrame, pendingFrame.length);
            }
            int step = templates.step;
            switch (templates.way) {
                case TemplateCompiler.BEGIN -> {
                    begun = false;
                    return code.pc;
                }
                case TemplateCompiler.LEFT -> {
                    exit = t.exitOf(step);
                    left = true;
                    pending = null;
                    return code.main.values[step].imm;
                }
                case TemplateCompiler.END -> {
                    Raw.copy(t.frame, code.frame, code.frame.length);
                    instructions -= code.instructions;      // which will be counted here
                    return left(code, -1);
                }
                case TemplateCompiler.SIDE -> {
                    Raw.copy(t.frame, code.frame, code.frame.length);
                    return left(code, steps(code, code.main, code.frame, step, code.main.words.length));
                }
                default -> {
                    Raw.copy(t.frame, code.frame, code.frame.length);
                    steps(code, code.main, code.frame, step, step + 1);
                    Raw.copy(code.frame, t.frame, code.frame.length);
                    entry = t.after(step);
                }
            }
        }
    }

    /** The machine code's steps are done, and counted. */
    private long ended(Template t) {
        Code code = t.code;
        left = false;
        pending = code.tail == null ? null : code;
        pendingFrame = null;
        long decides = code.exitKind == Code.JUMP ? 0 : Raw.getLong(t.frame + 8L * code.exitValue);
        exit = code.exitKind == Code.BRANCH && decides == 0 ? 1 : 0;
        if (code.exitKind != Code.INDIRECT) return exit == 0 ? code.takenPc : code.nextPc;
        counted = t.counts(decides);
        return decides;
    }

    private static void link(Code at, Code to) {
        if (at.exitKind == Code.SYSCALL) return;
        if (at.taken != null && !at.taken.invalid) at.next = at.taken;
        at.taken = to;
    }

    /** Does what the last block left for later. Nothing in a tail can fault. */
    private void finishTail() {
        if (pending == null) return;
        if (pendingFrame == null) {
            pendingFrame = pending.frame;
            Raw.copy(pending.template.frame, pendingFrame, pendingFrame.length);
        }
        steps(pending, pending.tail, pendingFrame, 0, pending.tail.words.length);
        pending = null;
    }

    /** Runs one block; returns the guest address where execution goes on. */
    public long execute(Code code) {
        loadControl();
        try {
            pending = null;
            long pc = body(code);
            finishTail();
            return pc;
        } finally {
            storeFlags();
        }
    }

    /** The block but for its tail, which becomes the pending one. */
    private long body(Code code) {
        code.executions++;
        return left(code, steps(code, code.main, code.frame, 0, code.main.words.length));
    }

    /** Behind the main steps, {@code left} at one of them or -1: where to go on. */
    private long left(Code code, int left) {
        long[] f = code.frame;
        this.left = left >= 0;
        if (left >= 0) {
            Value v = code.main.values[left];
            instructions += code.block.done(v);
            pending = null;
            return v.imm;
        }
        if (code.exitKind == Code.RAISE) throw raised(code, new GuestFault(((Exit.Raise) code.block.exit()).trap()));
        if (code.exitKind == Code.HELPER) help(code);
        instructions += code.instructions;
        if (code.tail == null || code.exitKind == Code.HELPER) pending = null;
        else { pending = code; pendingFrame = f; }
        return code.exitKind == Code.BRANCH ? f[code.exitValue] != 0 ? code.takenPc : code.nextPc
                : code.exitKind == Code.INDIRECT ? f[code.exitValue] : code.takenPc;
    }

    /**
     * Runs steps [i, end); returns the number of the EXIT_IF that left, or -1. A switch in switches: C1 makes a row of comparisons of each, so that
     * a step costs the number of its eight and its place among them.
     */
    private int steps(Code code, Steps steps, long[] f, int i, int end) {
        long[] words = steps.words;
        long state = this.state;
        try {
            for (; i < end; i++) {
                long word = words[i];
                int kind = (int) word, d = kind >>> 16, a = (int) (word >>> 32) & 0xffff, b = (int) (word >>> 48);
                switch (kind >> 3 & 0x1f) {
                    case 0 -> {
                        switch (kind & 7) {
                            case Kind.GET64 & 7 -> f[d] = Raw.getLong(state + a);
                            case Kind.SET64 & 7 -> Raw.putLong(state + d, f[a]);
                            case Kind.ADD & 7 -> f[d] = Scalar.add(f[a], f[b], lane(kind));
                            case Kind.LOAD64 & 7 -> f[d] = Raw.getLong(memory.forRead(f[a], 8));
                            case Kind.STORE64 & 7 -> Raw.putLong(memory.forWrite(f[a], 8), f[b]);
                            case Kind.EQ & 7 -> f[d] = Scalar.eq(f[a], f[b]);
                            case Kind.TRUNC & 7 -> f[d] = Scalar.truncate(f[a], lane(kind));
                            case Kind.AND & 7 -> f[d] = Scalar.and(f[a], f[b]);
                        }
                    }
                    case 1 -> {
                        switch (kind & 7) {
                            case Kind.LOAD & 7 -> f[d] = get(memory.forRead(f[a], steps.thirds[i]), steps.thirds[i]);
                            case Kind.STORE & 7 -> put(memory.forWrite(f[a], steps.thirds[i]), steps.thirds[i], f[b]);
                            case Kind.SUB & 7 -> f[d] = Scalar.sub(f[a], f[b], lane(kind));
                            case Kind.ULT & 7 -> f[d] = Scalar.ult(f[a], f[b]);
                            case Kind.XOR & 7 -> f[d] = Scalar.xor(f[a], f[b]);
                            case Kind.SET8 & 7 -> Raw.putByte(state + d, (byte) f[a]);
                            case Kind.SHL & 7 -> f[d] = Scalar.shl(f[a], f[b], lane(kind));
                            case Kind.LSHR & 7 -> f[d] = Scalar.lshr(f[a], f[b], lane(kind));
                        }
                    }
                    case 2 -> {
                        switch (kind & 7) {
                            case Kind.OR & 7 -> f[d] = Scalar.or(f[a], f[b]);
                            case Kind.SEXT & 7 -> f[d] = Scalar.signExtend(f[a], lane(kind), LANES[steps.thirds[i]]);
                            case Kind.ULE & 7 -> f[d] = Scalar.ule(f[a], f[b]);
                            case Kind.SLT & 7 -> f[d] = Scalar.slt(f[a], f[b], lane(kind));
                            case Kind.SLE & 7 -> f[d] = Scalar.sle(f[a], f[b], lane(kind));
                            case Kind.SELECT & 7 -> f[d] = Scalar.select(f[a], f[b], f[steps.thirds[i]]);
                            case Kind.ASHR & 7 -> f[d] = Scalar.ashr(f[a], f[b], lane(kind));
                            case Kind.GET8 & 7 -> f[d] = Raw.getByte(state + a) & 0xffL;
                        }
                    }
                    case 3 -> {
                        switch (kind & 7) {
                            case Kind.NE & 7 -> f[d] = Scalar.ne(f[a], f[b]);
                            case Kind.ROTL & 7 -> f[d] = Scalar.rotl(f[a], f[b], lane(kind));
                            case Kind.ROTR & 7 -> f[d] = Scalar.rotr(f[a], f[b], lane(kind));
                            case Kind.NOT & 7 -> f[d] = Scalar.not(f[a], lane(kind));
                            case Kind.MUL & 7 -> f[d] = Scalar.mul(f[a], f[b], lane(kind));
                            case Kind.NEG & 7 -> f[d] = Scalar.neg(f[a], lane(kind));
                            case Kind.ADD_OVERFLOW & 7 -> f[d] = Scalar.addOverflows(f[a], f[b], lane(kind));
                            case Kind.SUB_OVERFLOW & 7 -> f[d] = Scalar.subOverflows(f[a], f[b], lane(kind));
                        }
                    }
                    case 4 -> {
                        switch (kind & 7) {
                            case Kind.GET128 & 7 -> two(state + a, f, d);
                            case Kind.SET128 & 7 -> putTwo(state + d, f, a);
                            case Kind.LOAD128 & 7 -> two(memory.forRead(aligned(f[a], steps.thirds[i]), 16), f, d);
                            case Kind.STORE128 & 7 -> putTwo(memory.forWrite(aligned(f[a], steps.thirds[i]), 16), f, b);
                            case Kind.INSERT_LOW & 7 -> { f[d] = f[b]; f[d + 1] = f[a + 1]; }
                            case Kind.FLOAT & 7 -> {
                                f[d] = steps.values[i].op.floating.apply(f[a], f[b], f[steps.thirds[i]], lane(kind), vector);
                                if (vector.traps()) vector.settle();
                            }
                            case Kind.PURE & 7 -> f[d] = steps.values[i].op.meaning.apply(f[a], f[b], f[steps.thirds[i]], lane(kind));
                            case Kind.EVALUATE & 7 -> Evaluate.apply(steps.values[i], f);
                        }
                    }
                    default -> {
                        switch (kind & 7) {
                            case Kind.FLOATS & 7 -> {
                                Evaluate.apply(steps.values[i], f, environment);
                                environment.settle();
                            }
                            case Kind.GET & 7 -> f[d] = get(state + a, steps.thirds[i]);
                            case Kind.SET & 7 -> put(state + d, steps.thirds[i], f[a]);
                            case Kind.STATE & 7 -> state(steps.values[i], f);
                            case Kind.MEMORY & 7 -> MemorySteps.run(steps.values[i], f, memory);
                            default -> { if (control(steps.values[i], f)) return i; }
                        }
                    }
                }
            }
            return -1;
        } catch (GuestFault fault) {
            throw faulted(code, steps.values[i], fault);
        } catch (FloatUnit.Unmasked unmasked) {
            throw faulted(code, steps.values[i], new GuestFault(Trap.VECTOR_FLOATING_POINT));
        }
    }

    private static Lane lane(int kind) { return LANES[kind >> 8 & 0xff]; }

    /** True: leaves the block here (EXIT_IF). */
    private boolean control(Value v, long[] f) {
        switch (v.op) {
            case TRAP_IF -> { if (f[v.a.frame] != 0) throw new GuestFault(TRAPS[(int) v.imm]); }
            case EXIT_IF -> { return f[v.a.frame] != 0; }
            default -> throw new IllegalStateException(v.op.name());
        }
        return false;
    }

    // ---- floating point: control and flags are in the state between runs and while a helper is at work

    private void help(Code code) {
        if (code.tail != null) steps(code, code.tail, code.frame, 0, code.tail.words.length);
        storeFlags();
        try {
            guest.help(code.helper, cpu);
        } catch (GuestFault fault) {
            throw raised(code, fault);
        } finally {
            loadControl();
        }
    }

    private void loadControl() {
        vector.setMxcsr(Raw.getInt(state + StateLayout.GUEST_FP_CONTROL));
        environment.extended.setX87(Raw.getShort(state + StateLayout.GUEST_X87_CONTROL), 0);
    }

    private void storeFlags() {
        Raw.putInt(state + StateLayout.GUEST_FP_CONTROL, vector.mxcsr());
        int raised = environment.extended.status();
        if (raised == 0) return;
        Raw.putShort(state + StateLayout.GUEST_X87_STATUS, (short) (Raw.getShort(state + StateLayout.GUEST_X87_STATUS) | raised));
        environment.extended.setX87(Raw.getShort(state + StateLayout.GUEST_X87_CONTROL), 0);
    }

    // ---- faults: the state becomes what it is before the faulting instruction

    /** By the exit, that is, by the last instruction. */
    private GuestFault raised(Code code, GuestFault fault) {
        instructions += code.instructions - 1;
        cpu.setPc(code.block.insns()[code.instructions - 1]);
        makeUp(code, null);
        return fault;
    }

    private GuestFault faulted(Code code, Value at, GuestFault fault) {
        cpu.setPc(code.block.insns()[at.insn]);
        instructions += at.insn;
        makeUp(code, at);
        return fault;
    }

    /** Does what was left out before {@code until} (null: the end), from the values that the frame still holds. Doing the rest again changes nothing. */
    private void makeUp(Code code, Value until) {
        finishTail();
        for (Value v : code.operations()) {
            if (v == until) return;
            if (v.op == Op.SETX) state(v, code.frame);
            else if (v.op == Op.SET) wide(state + v.imm, v.a, code.frame, false);
            else if (v.op.isPure() && v.op.shape != Op.Shape.CONSTANT && Kind.alias(v) < 0) Evaluate.apply(v, code.frame);
        }
    }

    // ---- the CPU state

    private static long get(long a, int bytes) {
        return switch (bytes) {
            case 8 -> Raw.getLong(a);
            case 4 -> Raw.getInt(a) & 0xffff_ffffL;
            case 2 -> Raw.getShort(a) & 0xffffL;
            default -> Raw.getByte(a) & 0xffL;
        };
    }

    private static void put(long a, int bytes, long v) {
        switch (bytes) {
            case 8 -> Raw.putLong(a, v);
            case 4 -> Raw.putInt(a, (int) v);
            case 2 -> Raw.putShort(a, (short) v);
            default -> Raw.putByte(a, (byte) v);
        }
    }

    private static void two(long a, long[] f, int d) {
        f[d] = Raw.getLong(a);
        f[d + 1] = Raw.getLong(a + 8);
    }

    private static void putTwo(long a, long[] f, int d) {
        Raw.putLong(a, f[d]);
        Raw.putLong(a + 8, f[d + 1]);
    }

    private static long aligned(long address, int mask) {
        if ((address & mask) != 0) throw new GuestFault(Trap.ALIGNMENT);
        return address;
    }

    /** GETX, SETX, and GET and SET of odd sizes. */
    private void state(Value v, long[] f) {
        long a = state + v.imm;
        switch (v.op) {
            case GET -> wide(a, v, f, true);
            case SET -> wide(a, v.a, f, false);
            case F80_RAISED -> f[v.frame] = environment.extended.status();
            case GETX -> wide(a + 16 * f[v.a.frame], v, f, true);
            case SETX -> wide(a + 16 * f[v.a.frame], v.b, f, false);
            default -> throw new IllegalStateException(v.op.name());
        }
    }

    /** Moves a value between its frame words and memory at a host address. */
    static void wide(long a, Value v, long[] f, boolean read) {
        int bytes = v.type.bytes();
        for (int done = 0, w = v.frame; done < bytes; done += 8, w++) {
            int n = Math.min(8, bytes - done);
            if (read) f[w] = get(a + done, n); else put(a + done, n, f[w]);
        }
    }
}
