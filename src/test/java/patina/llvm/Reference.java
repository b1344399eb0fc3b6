package patina.llvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import patina.ir.Block;
import patina.ir.Environment;
import patina.ir.Evaluate;
import patina.ir.Op;
import patina.ir.StateLayout;
import patina.ir.Value;

/** What a block does to a state and a memory, by {@link Evaluate}; control is ignored. */
final class Reference {
    private Reference() {}

    static void run(Block block, byte[] state, byte[] memory) {
        long[] f = new long[block.frameSize()];
        Environment environment = new Environment();
        ByteBuffer words = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
        environment.vector.setMxcsr(words.getInt(StateLayout.GUEST_FP_CONTROL));
        environment.extended.setX87(words.getShort(StateLayout.GUEST_X87_CONTROL), 0);
        ByteBuffer s = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN), m = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
        for (Value v : block.code()) {
            switch (v.op) {
                case ADDRESS -> f[v.frame] = Machine.BIAS + v.imm;
                case GET -> read(s, (int) v.imm, v, f);
                case SET -> write(s, (int) v.imm, v.a, f);
                case GETX -> read(s, (int) (v.imm + 16 * f[v.a.frame]), v, f);
                case SETX -> write(s, (int) (v.imm + 16 * f[v.a.frame]), v.b, f);
                case LOAD -> read(m, (int) f[v.a.frame], v, f);
                case STORE -> write(m, (int) f[v.a.frame], v.b, f);
                case ATOMIC_ADD, ATOMIC_SUB, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_XCHG -> {
                    read(m, (int) f[v.a.frame], v, f);
                    put(m, (int) f[v.a.frame], v.type.bytes(), combine(v.op, f[v.frame], f[v.b.frame]));
                }
                case CMPXCHG -> {
                    read(m, (int) f[v.a.frame], v, f);
                    boolean same = true;
                    for (int i = 0; i < v.type.words(); i++) same &= f[v.frame + i] == f[v.b.frame + i];
                    if (same) write(m, (int) f[v.a.frame], v.c, f);
                }
                case FENCE, TRAP_IF, EXIT_IF -> { }
                case F80_RAISED -> f[v.frame] = environment.extended.status();
                default -> Evaluate.apply(v, f, environment);
            }
        }
        words.putInt(StateLayout.GUEST_FP_CONTROL, environment.vector.mxcsr());
        words.putShort(StateLayout.GUEST_X87_STATUS, (short) (words.getShort(StateLayout.GUEST_X87_STATUS) | environment.extended.status()));
    }

    private static long combine(Op op, long a, long b) {
        return switch (op) {
            case ATOMIC_ADD -> a + b;
            case ATOMIC_SUB -> a - b;
            case ATOMIC_AND -> a & b;
            case ATOMIC_OR -> a | b;
            case ATOMIC_XOR -> a ^ b;
            default -> b;
        };
    }

    private static void read(ByteBuffer from, int at, Value v, long[] f) {
        for (int done = 0; done < v.type.bytes(); done += 8) {
            long word = 0;
            for (int i = Math.min(8, v.type.bytes() - done) - 1; i >= 0; i--) word = word << 8 | from.get(at + done + i) & 0xff;
            f[v.frame + done / 8] = word;
        }
    }

    private static void write(ByteBuffer to, int at, Value v, long[] f) {
        for (int done = 0; done < v.type.bytes(); done += 8) put(to, at + done, Math.min(8, v.type.bytes() - done), f[v.frame + done / 8]);
    }

    private static void put(ByteBuffer to, int at, int bytes, long word) {
        for (int i = 0; i < bytes; i++) to.put(at + i, (byte) (word >>> 8 * i));
    }
}
