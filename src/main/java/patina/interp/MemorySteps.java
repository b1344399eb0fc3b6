package patina.interp;

import patina.host.Raw;
import patina.ir.Op;
import patina.ir.Trap;
import patina.ir.Value;
import patina.memory.AddressSpace;
import patina.memory.GuestFault;

/** The rarer memory operations: wide or aligned accesses and atomics. */
final class MemorySteps {
    private MemorySteps() {}

    static void run(Value v, long[] f, AddressSpace memory) {
        long address = v.a == null ? 0 : f[v.a.frame];
        switch (v.op) {
            case LOAD -> {
                checkAlignment(address, v.imm);
                Interpreter.wide(memory.forRead(address, v.type.bytes()), v, f, true);
            }
            case STORE -> {
                checkAlignment(address, v.imm);
                Interpreter.wide(memory.forWrite(address, v.b.type.bytes()), v.b, f, false);
            }
            case FENCE -> Raw.fence();
            case CMPXCHG -> compareExchange(v, f, memory.forWrite(address, v.type.bytes()));
            default -> f[v.frame] = modify(v, f[v.b.frame], memory.forWrite(address, v.type.bytes()));
        }
    }

    private static void checkAlignment(long address, long alignment) {
        if ((address & alignment - 1) != 0) throw new GuestFault(Trap.ALIGNMENT);
    }

    private static long modify(Value v, long operand, long host) {
        for (int bytes = v.type.bytes(); ; ) {
            long old = v.type.lane().wrap(read(host, bytes));
            long desired = v.type.lane().wrap(switch (v.op) {
                case ATOMIC_XCHG -> operand;
                case ATOMIC_ADD -> old + operand;
                case ATOMIC_SUB -> old - operand;
                case ATOMIC_AND -> old & operand;
                case ATOMIC_OR -> old | operand;
                case ATOMIC_XOR -> old ^ operand;
                default -> throw new IllegalStateException(v.op.name());
            });
            if (swap(host, bytes, old, desired) == old) return old;
        }
    }

    private static void compareExchange(Value v, long[] f, long host) {
        if (v.op == Op.CMPXCHG && v.type.words() == 2) { compareExchange16(v, f, host); return; }
        f[v.frame] = swap(host, v.type.bytes(), f[v.b.frame], f[v.c.frame]);
    }

    /** Java has no 16-byte compare-and-swap: one lock for all of them, atomic among interpreted code only. */
    private static synchronized void compareExchange16(Value v, long[] f, long host) {
        long low = Raw.getLong(host), high = Raw.getLong(host + 8);
        if (low == f[v.b.frame] && high == f[v.b.frame + 1]) {
            Raw.putLong(host, f[v.c.frame]);
            Raw.putLong(host + 8, f[v.c.frame + 1]);
        }
        f[v.frame] = low;
        f[v.frame + 1] = high;
    }

    private static long read(long host, int bytes) {
        return switch (bytes) {
            case 8 -> Raw.getLong(host);
            case 4 -> Raw.getInt(host);
            case 2 -> Raw.getShort(host);
            default -> Raw.getByte(host);
        };
    }

    /**
     * Compare-and-exchange; yields what memory held, zero-extended. One and two bytes go through the 32-bit
     * word around them, aligned where that is possible: the kernel stops who locks across cache lines for 10 ms (arch/x86/kernel/cpu/bus_lock.c).
     */
    private static long swap(long host, int bytes, long expected, long desired) {
        if (bytes == 8) return Raw.compareAndExchangeLong(host, expected, desired);
        if (bytes == 4) return Raw.compareAndExchangeInt(host, (int) expected, (int) desired) & 0xffff_ffffL;
        long word = bytes == 2 && (host & 3) == 3 ? host - 1 : host & -4;
        int shift = 8 * (int) (host - word), mask = (1 << 8 * bytes) - 1;
        for (;;) {
            int all = Raw.getInt(word), old = all >>> shift & mask;
            if (old != (int) expected) return old;
            if (Raw.compareAndExchangeInt(word, all, all & ~(mask << shift) | (int) desired << shift) == all) return old;
        }
    }
}
