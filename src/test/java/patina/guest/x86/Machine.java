package patina.guest.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import patina.guest.CodeSource;
import patina.guest.Cpu;
import patina.ir.Block;
import patina.ir.Evaluate;
import patina.ir.Exit;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.ir.Value;

/** A state, a little memory and a piece of code in Java arrays, run block by block without any engine. */
final class Machine implements Cpu, CodeSource {
    /** Guest addresses of memory and code. */
    static final long MEMORY = 0x10000, CODE = 0x20000000;
    static final int MEMORY_BYTES = 512;

    /** An exception of the guest's; {@code trap} is null where memory is not there. */
    static final class Raised extends RuntimeException {
        final Trap trap;

        Raised(Trap trap) { super(String.valueOf(trap)); this.trap = trap; }
    }

    private static final int MOST_BLOCKS = 1000;
    private static final Trap[] TRAPS = Trap.values();

    private final ByteBuffer state = ByteBuffer.allocate(StateLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer memory = ByteBuffer.allocate(MEMORY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final X86Guest guest = new X86Guest();
    private final byte[] code;
    private final int limit;

    /** @param limit instructions in a block */
    Machine(byte[] code, int limit) {
        this.code = code;
        this.limit = limit;
        guest.initialize(this);
    }

    /** Runs until control leaves the code. */
    void run() {
        long pc = CODE;
        for (int n = 0; pc != CODE + code.length; n++) {
            if (n == MOST_BLOCKS) throw new AssertionError("does not end");
            Block block = guest.lift(this, pc, limit);
            if (block == null) throw new AssertionError("no code at 0x" + Long.toHexString(pc));
            pc = execute(block);
        }
    }

    private long execute(Block block) {
        long[] f = new long[block.frameSize()];
        for (Value v : block.code()) if (step(v, f)) return v.imm;
        return switch (block.exit()) {
            case Exit.Jump e -> e.target();
            case Exit.Branch e -> f[e.condition().frame] != 0 ? e.taken() : e.next();
            case Exit.JumpIndirect e -> f[e.target().frame];
            case Exit.Call e -> e.target();
            case Exit.CallIndirect e -> f[e.target().frame];
            case Exit.Return e -> f[e.target().frame];
            case Exit.Syscall e -> e.next();
            case Exit.Raise e -> throw new Raised(e.trap());
        };
    }

    /** True: the block is left for v.imm. */
    private boolean step(Value v, long[] f) {
        switch (v.op) {
            case GET -> get(state, (int) v.imm, v, f);
            case SET -> put(state, (int) v.imm, v.a, f);
            case LOAD -> get(memory, at(f[v.a.frame], v.type.bytes()), v, f);
            case STORE -> put(memory, at(f[v.a.frame], v.b.type.bytes()), v.b, f);
            case CMPXCHG -> {
                int at = at(f[v.a.frame], v.type.bytes());
                get(memory, at, v, f);
                boolean same = true;
                for (int i = 0; i < v.type.words(); i++) same &= f[v.frame + i] == f[v.b.frame + i];
                if (same) put(memory, at, v.c, f);
            }
            case ATOMIC_ADD, ATOMIC_SUB, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_XCHG -> {
                int bytes = v.type.bytes();
                get(memory, at(f[v.a.frame], bytes), v, f);
                store(f[v.a.frame], bytes, modified(v, f[v.frame], f[v.b.frame]));
            }
            case FENCE -> { }
            case TRAP_IF -> { if (f[v.a.frame] != 0) raise(TRAPS[(int) v.imm]); }
            case EXIT_IF -> { return f[v.a.frame] != 0; }
            case HELPER -> guest.help((int) v.imm, this);
            default -> Evaluate.apply(v, f);
        }
        return false;
    }

    private static long modified(Value v, long old, long operand) {
        return switch (v.op) {
            case ATOMIC_ADD -> old + operand;
            case ATOMIC_SUB -> old - operand;
            case ATOMIC_AND -> old & operand;
            case ATOMIC_OR  -> old | operand;
            case ATOMIC_XOR -> old ^ operand;
            default -> operand;
        };
    }

    private static int at(long guestAddress, int bytes) {
        if (guestAddress < MEMORY || guestAddress > MEMORY + MEMORY_BYTES - bytes) throw new Raised(null);
        return (int) (guestAddress - MEMORY);
    }

    private static void get(ByteBuffer from, int at, Value v, long[] f) {
        for (int i = 0; i < v.type.words(); i++) f[v.frame + i] = 0;
        for (int i = 0; i < v.type.bytes(); i++) f[v.frame + i / 8] |= (from.get(at + i) & 0xffL) << 8 * (i & 7);
    }

    private static void put(ByteBuffer to, int at, Value v, long[] f) {
        for (int i = 0; i < v.type.bytes(); i++) to.put(at + i, (byte) (f[v.frame + i / 8] >>> 8 * (i & 7)));
    }

    @Override public int fetch(long pc, byte[] into) {
        if (pc < CODE || pc >= CODE + code.length) return 0;
        int count = (int) Math.min(into.length, CODE + code.length - pc);
        System.arraycopy(code, (int) (pc - CODE), into, 0, count);
        return count;
    }

    @Override public long getLong(int offset) { return state.getLong(offset); }
    @Override public int getInt(int offset) { return state.getInt(offset); }
    @Override public short getShort(int offset) { return state.getShort(offset); }
    @Override public byte getByte(int offset) { return state.get(offset); }
    @Override public void setLong(int offset, long v) { state.putLong(offset, v); }
    @Override public void setInt(int offset, int v) { state.putInt(offset, v); }
    @Override public void setShort(int offset, short v) { state.putShort(offset, v); }
    @Override public void setByte(int offset, byte v) { state.put(offset, v); }

    @Override public long load(long guestAddress, int bytes) {
        long v = 0;
        int at = at(guestAddress, bytes);
        for (int i = 0; i < bytes; i++) v |= (memory.get(at + i) & 0xffL) << 8 * i;
        return v;
    }

    @Override public void store(long guestAddress, int bytes, long v) {
        int at = at(guestAddress, bytes);
        for (int i = 0; i < bytes; i++) memory.put(at + i, (byte) (v >>> 8 * i));
    }

    @Override public void raise(Trap trap) { throw new Raised(trap); }
}
