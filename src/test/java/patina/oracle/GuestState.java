package patina.oracle;

import java.util.Arrays;
import patina.guest.x86.FlagsWord;
import patina.guest.x86.X86Guest;
import patina.guest.x86.X86State;
import patina.host.HostMemory;
import patina.host.Raw;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Plan;
import patina.ir.StateLayout;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.GuestFault;

/** A guest thread's state and its address space with the two areas of {@link Layout}. */
final class GuestState {
    final X86Guest guest = new X86Guest();
    final AddressSpace memory = new AddressSpace();
    /** ES and B of the x87 status word. */
    private static final int SUMMARY = 0x8080;
    private byte[] loaded, ended;
    private final byte[] now = new byte[Layout.CODE_BYTES];
    final CpuState cpu = new CpuState(Raw.allocate(StateLayout.SIZE), memory);

    GuestState() {
        guest.initialize(cpu);
        map(Layout.DATA, Layout.DATA_BYTES, HostMemory.READ | HostMemory.WRITE);
        map(Layout.CODE, Layout.CODE_BYTES, HostMemory.READ | HostMemory.WRITE | HostMemory.EXECUTE);
    }

    private void map(long address, long length, int protection) {
        long got = memory.mmap(address, length, protection, HostMemory.PRIVATE | HostMemory.ANONYMOUS | HostMemory.FIXED, -1, 0);
        if (got != address) throw new IllegalStateException("no guest memory at 0x" + Long.toHexString(address) + ": " + got);
    }

    /** Whether the instructions have written over themselves since {@link #load}: what the processor then executes is not promised. */
    boolean isCodeChanged() {
        Raw.copy(memory.base() + Layout.CODE, now, 0, now.length);
        return !Arrays.equals(ended, now);
    }

    /** Carries on where code could go no further (see Guest.completes). What is raised then, or null: it goes on. */
    GuestFault left(GuestFault fault, Interpreter interpreter) {
        try {
            return fault.trap != null && guest.completes(fault.trap, cpu, () -> interpretOne(interpreter)) ? null : fault;
        } catch (GuestFault another) {
            return another;
        }
    }

    /** The instruction at the pc. */
    void interpretOne(Interpreter interpreter) { cpu.setPc(interpreter.execute(new Code(guest.lift(memory, cpu.pc(), 1), null, new Plan(guest)))); }

    void load(byte[] code, State s) {
        if (code != loaded) ended = Layout.ended(code);
        loaded = code;
        Raw.copy(ended, 0, memory.base() + Layout.CODE, ended.length);
        Raw.copy(s.memory, 0, memory.base() + Layout.DATA, s.memory.length);
        long[] w = s.words;
        for (int i = 0; i < 16; i++) cpu.setLong(X86State.GPR[i].offset(), w[i]);
        FlagsWord.write(cpu, w[State.FLAGS]);
        cpu.setInt(X86State.MXCSR.offset(), (int) w[State.MXCSR]);
        int top = (int) w[State.FSW] >> 11 & 7;
        cpu.setLong(X86State.X87_TOP.offset(), top);
        boolean pending = (w[State.FSW] & ~w[State.FCW] & 0x3f) != 0;      // FXRSTOR looks at it too
        cpu.setShort(X86State.X87_STATUS.offset(), (short) (w[State.FSW] & ~(7 << 11) & ~SUMMARY | (pending ? SUMMARY : 0)));
        cpu.setShort(X86State.X87_CONTROL.offset(), (short) w[State.FCW]);
        cpu.setByte(X86State.X87_TAGS.offset(), (byte) w[State.FTW]);
        for (int i = 0; i < 16; i++) {
            int at = x87(top, i);
            if (i % 2 == 0) cpu.setLong(at, w[State.ST + i]); else cpu.setShort(at, (short) w[State.ST + i]);
        }
        for (int i = 0; i < 32; i++) cpu.setLong(X86State.XMM[i / 2].offset() + 8 * (i % 2), w[State.XMM + i]);
        cpu.setLong(X86State.GS_BASE.offset(), Layout.GS_BASE);
        cpu.setPc(Layout.CODE);
    }

    void store(State s) {
        Raw.copy(memory.base() + Layout.DATA, s.memory, 0, s.memory.length);
        long[] w = s.words;
        for (int i = 0; i < 16; i++) w[i] = cpu.getLong(X86State.GPR[i].offset());
        w[State.FLAGS] = FlagsWord.read(cpu);
        w[State.MXCSR] = cpu.getInt(X86State.MXCSR.offset()) & 0xffffL;
        int top = (int) cpu.getLong(X86State.X87_TOP.offset());
        w[State.FSW] = cpu.getShort(X86State.X87_STATUS.offset()) & 0xffffL | (long) top << 11;
        w[State.FCW] = cpu.getShort(X86State.X87_CONTROL.offset()) & 0xffffL;
        w[State.FTW] = cpu.getByte(X86State.X87_TAGS.offset()) & 0xffL;
        for (int i = 0; i < 16; i++) w[State.ST + i] = i % 2 == 0 ? cpu.getLong(x87(top, i)) : cpu.getShort(x87(top, i)) & 0xffffL;
        for (int i = 0; i < 32; i++) w[State.XMM + i] = cpu.getLong(X86State.XMM[i / 2].offset() + 8 * (i % 2));
    }

    private static int x87(int top, int word) { return X86State.X87 + 16 * (top + word / 2 & 7) + 8 * (word % 2); }
}
