package patina.interp;

import patina.guest.Guest;
import patina.host.Raw;
import patina.ir.Evaluate;
import patina.ir.Exit;
import patina.ir.Op;
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

    private final Guest guest;
    private final CpuState cpu;
    private final AddressSpace memory;
    private final long state;
    /** Guest instructions completed. */
    public long instructions;

    public Interpreter(Guest guest, CpuState cpu) {
        this.guest = guest;
        this.cpu = cpu;
        this.memory = cpu.memory;
        this.state = cpu.address;
    }

    /**
     * Runs from {@code code} on, from block to block, until native code exists for the next one, a system call, or a poll. A GuestFault
     * leaves PC at the faulting instruction and the state as before it.
     */
    public Stop run(Code code, Finder finder) {
        for (Code at = code; ; ) {
            long pc = execute(at);
            cpu.setPc(pc);
            if (at.exitKind == Code.SYSCALL) return Stop.SYSCALL;
            if (Raw.getLong(state + StateLayout.POLL) != 0) return Stop.POLL;
            Code to = pc == at.takenPc ? at.taken : pc == at.nextPc ? at.next : null;
            if (to == null || to.invalid) {
                to = finder.find(pc);
                if (to.source == null) link(at, to, pc);
            }
            to.reached |= at.reaches;
            if (to.hostEntry != 0) return Stop.NATIVE;
            at = to;
        }
    }

    private static void link(Code at, Code to, long pc) {
        if (at.exitKind > Code.BRANCH) return;
        if (pc == at.takenPc) at.taken = to; else if (pc == at.nextPc) at.next = to;
    }

    /** Runs one block; returns the guest address where execution goes on. */
    public long execute(Code code) {
        long[] f = code.frame;
        byte[] kind = code.kind;
        int i = 0;
        code.executions++;
        try {
            for (; i < kind.length; i++) {
                switch (kind[i]) {
                    case Code.PURE -> f[code.d[i]] = code.meaning[i].apply(f[code.a[i]], f[code.b[i]], f[code.c[i]], code.lane[i]);
                    case Code.GET -> f[code.d[i]] = get(state + code.imm[i], code.bytes[i]);
                    case Code.SET -> put(state + code.imm[i], code.bytes[i], f[code.a[i]]);
                    case Code.LOAD -> f[code.d[i]] = memory.load(f[code.a[i]], code.bytes[i]);
                    case Code.STORE -> memory.store(f[code.a[i]], code.bytes[i], f[code.b[i]]);
                    case Code.EVALUATE -> Evaluate.apply(code.value[i], f);
                    case Code.STATE -> state(code.value[i], f);
                    case Code.MEMORY -> MemorySteps.run(code.value[i], f, memory);
                    default -> { if (control(code, i, f)) { instructions += code.value[i].insn; return code.value[i].imm; } }
                }
            }
            instructions += code.block.instructions();
            return leave(code, f);
        } catch (GuestFault fault) {
            cpu.setPc(i < kind.length ? code.pcOf(i) : exitPc(code));
            instructions += i < kind.length ? code.value[i].insn : code.block.instructions() - 1;
            throw fault;
        }
    }

    private static long exitPc(Code code) { return code.block.insns()[code.block.instructions() - 1]; }

    private static long leave(Code code, long[] f) {
        return switch (code.exitKind) {
            case Code.BRANCH -> f[code.exitValue] != 0 ? code.takenPc : code.nextPc;
            case Code.INDIRECT -> f[code.exitValue];
            case Code.RAISE -> throw new GuestFault(((Exit.Raise) code.block.exit()).trap());
            default -> code.takenPc;
        };
    }

    /** True: leaves the block here (EXIT_IF). */
    private boolean control(Code code, int i, long[] f) {
        Value v = code.value[i];
        switch (v.op) {
            case TRAP_IF -> { if (f[code.a[i]] != 0) throw new GuestFault(Trap.values()[(int) v.imm]); }
            case HELPER -> guest.help((int) v.imm, cpu);
            case EXIT_IF -> { return f[code.a[i]] != 0; }
            default -> throw new IllegalStateException(v.op.name());
        }
        return false;
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

    /** GET and SET of more than 64 bits, GETX, SETX. */
    private void state(Value v, long[] f) {
        long a = state + v.imm;
        switch (v.op) {
            case GET -> wide(a, v, f, true);
            case SET -> wide(a, v.a, f, false);
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
