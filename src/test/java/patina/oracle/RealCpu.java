package patina.oracle;

import static patina.host.HostMemory.ANONYMOUS;
import static patina.host.HostMemory.EXECUTE;
import static patina.host.HostMemory.FIXED_NOREPLACE;
import static patina.host.HostMemory.PRIVATE;
import static patina.host.HostMemory.READ;
import static patina.host.HostMemory.WRITE;

import java.util.List;
import patina.host.CodeArena;
import patina.host.HostMemory;
import patina.host.HostThread;
import patina.host.Native;
import patina.host.Raw;
import patina.host.StubData;
import patina.host.Syscall;
import patina.ir.ExitReason;
import patina.ir.StateLayout;

/**
 * The processor that we run on. A generated stub loads all registers, jumps to the instructions, and stores all registers; what they
 * use as memory lies at the same addresses in our own address space as in the guest's. Whoever calls makes sure, by running them elsewhere
 * before, that they touch nothing else.
 */
final class RealCpu implements Engine, AutoCloseable {
    /** The stub's own page: FXSAVE area, registers, stack. At an absolute address of 31 bits, so that it can be reached when no register is free. */
    private static final long PAGE = 0x11_0000, REGISTERS = PAGE + 512, FLAGS = REGISTERS + 128, STATE = FLAGS + 8, STACK = PAGE + 4096;
    private static final int FXSAVE_MXCSR = 24, FXSAVE_ST = 32, FXSAVE_XMM = 160;

    private final long state = Raw.allocate(StateLayout.SIZE);
    private final long entry;
    private final HostThread thread;
    private final long memory;
    private byte[] loaded, ended;

    /**
     * @param thread the calling thread's; its state is set for each run
     * @param memory where the guest's memory begins, which the calling thread's GS says again after each run
     */
    RealCpu(HostThread thread, long memory) {
        this.thread = thread;
        this.memory = memory;
        map(Layout.DATA, Layout.DATA_BYTES, READ | WRITE);
        map(Layout.CODE, Layout.CODE_BYTES + 4096, READ | WRITE | EXECUTE);
        map(PAGE, 4096, READ | WRITE);
        Raw.putInt(state + StateLayout.GUEST_FP_CONTROL, 0x1f80);
        Raw.putShort(state + StateLayout.GUEST_X87_CONTROL, (short) 0x37f);
        Raw.putLong(state + StateLayout.EXIT, Native.Stub.EXIT.address());
        List<byte[]> stubs = Assembler.assemble(List.of(enter(), leave()));
        Raw.copy(stubs.get(1), 0, Layout.END, stubs.get(1).length);
        entry = CodeArena.get().allocate(stubs.get(0).length);
        Raw.copy(stubs.get(0), 0, entry, stubs.get(0).length);
        CodeArena.get().seal(entry, stubs.get(0).length);
    }

    private static void map(long address, long length, int protection) {
        long got = Syscall.mmap(address, length, protection, PRIVATE | ANONYMOUS | FIXED_NOREPLACE, -1, 0);
        if (got != address) throw new IllegalStateException("cannot have host memory at 0x" + Long.toHexString(address) + ": " + got);
    }

    private static String enter() {
        StringBuilder s = new StringBuilder("mov [" + STATE + "], r12; fxrstor64 [" + PAGE + "]; mov esp, " + STACK + "; push qword ptr [" + FLAGS + "]; popfq; ");
        for (int i = 0; i < 16; i++) s.append("mov " + State.NAMES[i] + ", qword ptr [" + (REGISTERS + 8 * i) + "]; ");
        return s + "jmp qword ptr [" + (STATE + 8) + "]";
    }

    private static String leave() {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < 16; i++) s.append("mov qword ptr [" + (REGISTERS + 8 * i) + "], " + State.NAMES[i] + "; ");
        return s + "mov esp, " + STACK + "; pushfq; pop qword ptr [" + FLAGS + "]; push 0x202; popfq; fxsave64 [" + PAGE + "]; fninit; mov r12, qword ptr ["
                + STATE + "]; jmp qword ptr [r12 + " + StateLayout.EXIT + "]";
    }

    @Override public String name() { return "cpu"; }

    @Override public void close() {
        HostMemory.unmap(Layout.DATA, Layout.DATA_BYTES);
        HostMemory.unmap(Layout.CODE, Layout.CODE_BYTES + 4096);
        HostMemory.unmap(PAGE, 4096);
        Raw.free(state);
    }

    @Override public Raised run(byte[] code, State s) {
        if (code != loaded) ended = Layout.ended(code);
        loaded = code;
        Raw.copy(ended, 0, Layout.CODE, ended.length);
        load(s);
        Raw.putLong(STATE + 8, Layout.CODE);
        Raw.putLong(state + StateLayout.EXIT_REASON, -1);
        // the instructions' faults are to come back to us like those of native code
        long range = Native.Stub.DATA.address(), start = Raw.getLong(range + StubData.CODE_START), end = Raw.getLong(range + StubData.CODE_END);
        thread.setState(state);
        Raw.putLong(range + StubData.CODE_START, Layout.CODE);
        Raw.putLong(range + StubData.CODE_END, Layout.END);
        HostThread.setMemoryBase(Layout.GS_BASE);
        Native.enter(state, entry);
        HostThread.setMemoryBase(memory);
        Raw.putLong(range + StubData.CODE_END, end);
        Raw.putLong(range + StubData.CODE_START, start);
        if (Raw.getLong(state + StateLayout.EXIT_REASON) == ExitReason.FAULT.ordinal()) return raised();
        store(s);
        return null;
    }

    private Raised raised() {
        int signal = (int) Raw.getLong(state + StateLayout.FAULT_SIGNAL);
        String exception = switch (signal) { case 4 -> "#UD"; case 8 -> Raw.getLong(state + StateLayout.FAULT_CODE) == 1 ? "#DE" : "#XM"; default -> "#GP"; };
        return new Raised(exception, (int) (Raw.getLong(state + StateLayout.FAULT_HOST_PC) - Layout.CODE), false);
    }

    private static void load(State s) {
        long[] w = s.words;
        for (int i = 0; i < 17; i++) Raw.putLong(REGISTERS + 8 * i, w[i]);
        Raw.putLong(PAGE, w[State.FCW] & 0xffff | (w[State.FSW] & 0xffff) << 16 | (w[State.FTW] & 0xff) << 32);
        Raw.putLong(PAGE + 8, 0);
        Raw.putLong(PAGE + 16, 0);
        Raw.putInt(PAGE + FXSAVE_MXCSR, (int) w[State.MXCSR]);
        for (int i = 0; i < 16; i++) Raw.putLong(PAGE + FXSAVE_ST + 8 * i, w[State.ST + i]);
        for (int i = 0; i < 32; i++) Raw.putLong(PAGE + FXSAVE_XMM + 8 * i, w[State.XMM + i]);
        Raw.copy(s.memory, 0, Layout.DATA, s.memory.length);
    }

    private static void store(State s) {
        long[] w = s.words;
        for (int i = 0; i < 17; i++) w[i] = Raw.getLong(REGISTERS + 8 * i);
        long x87 = Raw.getLong(PAGE);
        w[State.FCW] = x87 & 0xffff;
        w[State.FSW] = x87 >>> 16 & 0xffff;
        w[State.FTW] = x87 >>> 32 & 0xff;
        w[State.MXCSR] = Raw.getInt(PAGE + FXSAVE_MXCSR) & 0xffffL;
        for (int i = 0; i < 16; i++) w[State.ST + i] = Raw.getLong(PAGE + FXSAVE_ST + 8 * i) & (i % 2 == 0 ? -1 : 0xffff);
        for (int i = 0; i < 32; i++) w[State.XMM + i] = Raw.getLong(PAGE + FXSAVE_XMM + 8 * i);
        Raw.copy(Layout.DATA, s.memory, 0, s.memory.length);
    }
}
