package patina.guest.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import patina.guest.Cpu;
import patina.ir.Block;
import patina.ir.Evaluate;
import patina.ir.Exit;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.ir.Value;

/** A CPU state and 128 bytes of memory at {@link #MEMORY}; lifts x87 instructions and runs the operations. */
final class X87Machine implements Cpu {
    static final int MEMORY = 1024;

    private final ByteBuffer state = ByteBuffer.allocate(StateLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer memory = ByteBuffer.allocate(MEMORY + 128).order(ByteOrder.LITTLE_ENDIAN);
    final X87Registers st = new X87Registers(this);

    @Override public long getLong(int offset) { return state.getLong(offset); }
    @Override public int getInt(int offset) { return state.getInt(offset); }
    @Override public short getShort(int offset) { return state.getShort(offset); }
    @Override public byte getByte(int offset) { return state.get(offset); }
    @Override public void setLong(int offset, long v) { state.putLong(offset, v); }
    @Override public void setInt(int offset, int v) { state.putInt(offset, v); }
    @Override public void setShort(int offset, short v) { state.putShort(offset, v); }
    @Override public void setByte(int offset, byte v) { state.put(offset, v); }

    @Override public long load(long guestAddress, int bytes) { return get(memory, (int) guestAddress, bytes); }

    @Override public void store(long guestAddress, int bytes, long v) { put(memory, (int) guestAddress, bytes, v); }

    @Override public void raise(Trap trap) { throw new IllegalStateException(trap.toString()); }

    private static long get(ByteBuffer from, int at, int bytes) {
        long v = 0;
        for (int i = 0; i < bytes; i++) v |= (from.get(at + i) & 0xffL) << 8 * i;
        return v;
    }

    private static void put(ByteBuffer to, int at, int bytes, long v) {
        for (int i = 0; i < bytes; i++) to.put(at + i, (byte) (v >>> 8 * i));
    }

    /** Decodes, lifts and runs; a block ends where a helper stands. */
    void run(byte[] code) {
        Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
        Lift l = null;
        for (int at = 0; at < code.length; at += l.insn.length()) {
            Insn insn = (Insn) decoder.decode(code, at, code.length - at, at);
            if (l != null && (l.exit != null || X87Helpers.of(insn.mnemonic(), insn.operandBits()) != null)) { run(l); l = null; }
            if (l == null) l = new Lift();
            l.begin(insn);
            l.ir.startInsn(at);
            if (!X87.lift(l)) throw new AssertionError("not lifted: " + insn);
        }
        run(l);
    }

    private void run(Lift l) {
        Block block = l.ir.finish(1, new Exit.Jump(0));
        long[] f = new long[block.frameSize()];
        for (Value v : block.code()) step(v, f);
    }

    private void step(Value v, long[] f) {
        switch (v.op) {
            case GET -> read(state, (int) v.imm, v, f);
            case SET -> write(state, (int) v.imm, v.a, f);
            case GETX -> read(state, (int) (v.imm + 16 * f[v.a.frame]), v, f);
            case SETX -> write(state, (int) (v.imm + 16 * f[v.a.frame]), v.b, f);
            case LOAD -> read(memory, (int) f[v.a.frame], v, f);
            case STORE -> write(memory, (int) f[v.a.frame], v.b, f);
            case HELPER -> X87Helpers.help((int) v.imm, this);
            default -> Evaluate.apply(v, f);
        }
    }

    private static void read(ByteBuffer from, int at, Value v, long[] f) {
        int bytes = v.type.bytes();
        f[v.frame] = get(from, at, Math.min(bytes, 8));
        if (bytes > 8) f[v.frame + 1] = get(from, at + 8, bytes - 8);
    }

    private static void write(ByteBuffer to, int at, Value v, long[] f) {
        int bytes = v.type.bytes();
        put(to, at, Math.min(bytes, 8), f[v.frame]);
        if (bytes > 8) put(to, at + 8, bytes - 8, f[v.frame + 1]);
    }
}
