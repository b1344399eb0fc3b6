package patina.guest.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import patina.guest.Cpu;
import patina.ir.Block;
import patina.ir.Environment;
import patina.ir.Evaluate;
import patina.ir.Exit;
import patina.ir.Op;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/** Lifts single instructions and runs them on a state and a little memory in Java arrays, without any engine. */
final class Trial implements Cpu {
    /** Guest address of the memory. */
    static final long MEMORY = 0x10000;

    /** What TRAP_IF, a misaligned access or a helper raised. */
    static final class Raised extends RuntimeException {
        final Trap trap;

        Raised(Trap trap) { super(trap.name()); this.trap = trap; }
    }

    final ByteBuffer state = ByteBuffer.allocate(StateLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    final ByteBuffer memory = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    static Insn decode(byte[] bytes) {
        return switch (new Decoder(Decoder.Mode.BITS_64).decode(bytes, 0, bytes.length, 0x400000)) {
            case Insn insn -> insn;
            case Decoded other -> throw new AssertionError("decoded as " + other);
        };
    }

    static Block lift(Insn insn) {
        Lift l = new Lift();
        l.insn = insn;
        l.ir.startInsn(insn.pc());
        if (!Sse.lift(l)) throw new AssertionError("not lifted: " + insn);
        return l.ir.finish(insn.length(), l.exit == null ? new Exit.Jump(insn.next()) : l.exit);
    }

    void run(Block block) {
        long[] f = new long[block.frameSize()];
        loadControl();
        for (Value v : block.code()) step(v, f);
        storeFlags();
        if (block.exit() instanceof Exit.Helper h) Helpers.run(h.number(), this);
    }

    private final Environment environment = new Environment();

    private void loadControl() {
        environment.vector.setMxcsr(getInt(X86State.MXCSR.offset()));
        environment.extended.setX87(getShort(X86State.X87_CONTROL.offset()), 0);
    }

    private void storeFlags() {
        setInt(X86State.MXCSR.offset(), environment.vector.mxcsr());
        setShort(X86State.X87_STATUS.offset(), (short) (getShort(X86State.X87_STATUS.offset()) | environment.extended.status()));
    }

    private void step(Value v, long[] f) {
        switch (v.op) {
            case GET -> read(state, (int) v.imm, v, f);
            case SET -> write(state, (int) v.imm, v.a, f);
            case GETX -> read(state, (int) (v.imm + 16 * f[v.a.frame]), v, f);
            case SETX -> write(state, (int) (v.imm + 16 * f[v.a.frame]), v.b, f);
            case LOAD -> read(memory, at(v, f), v, f);
            case STORE -> write(memory, at(v, f), v.b, f);
            case TRAP_IF -> { if (f[v.a.frame] != 0) raise(Trap.values()[(int) v.imm]); }
            case F80_RAISED -> f[v.frame] = environment.extended.status();
            default -> Evaluate.apply(v, f, environment);
        }
    }

    private int at(Value v, long[] f) {
        if ((f[v.a.frame] & v.imm - 1) != 0) raise(Trap.ALIGNMENT);
        return (int) (f[v.a.frame] - MEMORY);
    }

    private static void read(ByteBuffer from, int at, Value v, long[] f) {
        for (int i = 0; i < v.type.words(); i++) f[v.frame + i] = 0;
        for (int i = 0; i < v.type.bytes(); i++) f[v.frame + i / 8] |= (from.get(at + i) & 0xffL) << 8 * (i & 7);
    }

    private static void write(ByteBuffer to, int at, Value v, long[] f) {
        for (int i = 0; i < v.type.bytes(); i++) to.put(at + i, (byte) (f[v.frame + i / 8] >>> 8 * (i & 7)));
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
        for (int i = 0; i < bytes; i++) v |= (memory.get((int) (guestAddress - MEMORY) + i) & 0xffL) << 8 * i;
        return v;
    }

    @Override public void store(long guestAddress, int bytes, long v) {
        for (int i = 0; i < bytes; i++) memory.put((int) (guestAddress - MEMORY) + i, (byte) (v >>> 8 * i));
    }

    @Override public int fetch(long pc, byte[] into) { return 0; }
    @Override public void raise(Trap trap) { throw new Raised(trap); }
}
