package patina.guest.x86;

import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.RAX;
import static patina.guest.x86.X86State.RDI;
import static patina.guest.x86.X86State.RDX;
import static patina.guest.x86.X86State.RSI;
import static patina.guest.x86.X86State.RSP;
import static patina.ir.StateLayout.PC;

import patina.guest.Cpu;
import patina.guest.SignalFrame;

/**
 * struct rt_sigframe of x86-64 (arch/x86/kernel/signal_64.c, include/uapi/asm/sigcontext.h): the return address (sa_restorer), a ucontext, the
 * siginfo; above it, 64-byte aligned, the FXSAVE area. The CPU has no XSAVE, so the area has no extension and UC_FP_XSTATE is clear.
 */
public final class X86SignalFrame implements SignalFrame {
    private static final int RED_ZONE = 128, FXSAVE_BYTES = 512, FRAME_BYTES = 440;
    // offsets in rt_sigframe
    private static final int UC_FLAGS = 8, UC_STACK = 24, MCONTEXT = 48, UC_SIGMASK = 304, SIGINFO = 312;
    // offsets in the mcontext, after the 18 registers
    private static final int SELECTORS = 144, ERROR = 152, TRAP = 160, OLD_MASK = 168, CR2 = 176, FP_POINTER = 184;
    /** The order of struct sigcontext: r8-r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp; then rip and eflags. */
    private static final int[] ORDER = {8, 9, 10, 11, 12, 13, 14, 15, 7, 6, 5, 3, 2, 0, 1, 4};
    private static final int IP = 128, EFLAGS = 136;
    private static final int RESUME = 1 << 16;
    /** UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS. */
    private static final int UC_FLAG_BITS = 6;
    private static final long USER_SELECTORS = 0x002b_0000_0000_0033L;

    @Override public void push(Cpu cpu, Delivery d) {
        long top = d.stackTop() != 0 ? d.stackTop() : register(cpu, RSP) - RED_ZONE;
        long fp = top - FXSAVE_BYTES & -64;
        long frame = (fp - FRAME_BYTES & -16) - 8;
        for (int i = 0; i < FXSAVE_BYTES; i += 8) cpu.store(fp + i, 8, 0);
        FxArea.save(cpu, fp);
        cpu.store(frame, 8, d.restorer());
        cpu.store(frame + UC_FLAGS, 8, UC_FLAG_BITS);
        cpu.store(frame + UC_FLAGS + 8, 8, 0);
        cpu.store(frame + UC_STACK, 8, d.stack().base());
        cpu.store(frame + UC_STACK + 8, 8, d.stack().flags());
        cpu.store(frame + UC_STACK + 16, 8, d.stack().size());
        saveRegisters(cpu, frame + MCONTEXT, fp, d);
        cpu.store(frame + UC_SIGMASK, 8, d.mask());
        for (int i = 0; i < SIGINFO_BYTES; i++) cpu.store(frame + SIGINFO + i, 1, d.siginfo()[i] & 0xff);
        enterHandler(cpu, frame, d);
    }

    private static void saveRegisters(Cpu cpu, long context, long fp, Delivery d) {
        for (int i = 0; i < ORDER.length; i++) cpu.store(context + 8 * i, 8, register(cpu, ORDER[i]));
        cpu.store(context + IP, 8, cpu.getLong(PC));
        cpu.store(context + EFLAGS, 8, FlagsWord.read(cpu) | (d.cause() != null && restarts(d.cause().trap()) ? RESUME : 0));
        cpu.store(context + SELECTORS, 8, USER_SELECTORS);
        cpu.store(context + ERROR, 8, d.cause() == null ? 0 : d.cause().error());
        cpu.store(context + TRAP, 8, d.cause() == null ? 0 : d.cause().trap());
        cpu.store(context + OLD_MASK, 8, d.mask());
        cpu.store(context + CR2, 8, d.cause() != null && d.cause().trap() == 14 ? d.cause().address() : 0);
        cpu.store(context + FP_POINTER, 8, fp);
        for (int i = FP_POINTER + 8; i < 256; i += 8) cpu.store(context + i, 8, 0);
    }

    /** Faults are reported with RF set, traps are not (SDM vol. 3, 18.3.1.1); INT 4 is one. */
    private static boolean restarts(int trap) { return trap != 1 && trap != 3 && trap != 4; }

    /** The registers a handler starts with; floating point and vectors are in their initial state (fpu__clear_user_states). */
    private static void enterHandler(Cpu cpu, long frame, Delivery d) {
        set(cpu, RSP, frame);
        set(cpu, RDI, d.signal());
        set(cpu, RSI, frame + SIGINFO);
        set(cpu, RDX, frame + UC_FLAGS);
        set(cpu, RAX, 0);
        cpu.setLong(PC, d.handler());
        cpu.setByte(X86State.DF.offset(), (byte) 0);
        cpu.setInt(X86State.OTHER_FLAGS.offset(), cpu.getInt(X86State.OTHER_FLAGS.offset()) & ~Flags.TRACE);
        resetFp(cpu);
    }

    private static void resetFp(Cpu cpu) {
        cpu.setShort(X86State.X87_CONTROL.offset(), (short) 0x37f);
        cpu.setShort(X86State.X87_STATUS.offset(), (short) 0);
        cpu.setLong(X86State.X87_TOP.offset(), 0);
        cpu.setByte(X86State.X87_TAGS.offset(), (byte) 0);
        cpu.setInt(X86State.MXCSR.offset(), 0x1f80);
        for (int i = 0; i < 16; i++) {
            cpu.setLong(X86State.XMM[i].offset(), 0);
            cpu.setLong(X86State.XMM[i].offset() + 8, 0);
        }
    }

    @Override public Restored restore(Cpu cpu) {
        long frame = register(cpu, RSP) - 8;           // the handler's ret took the return address
        long context = frame + MCONTEXT;
        long mask = cpu.load(frame + UC_SIGMASK, 8);
        AlternateStack stack = new AlternateStack(cpu.load(frame + UC_STACK, 8), (int) cpu.load(frame + UC_STACK + 8, 4),
            cpu.load(frame + UC_STACK + 16, 8));
        long[] registers = new long[ORDER.length];
        for (int i = 0; i < ORDER.length; i++) registers[i] = cpu.load(context + 8 * i, 8);
        long pc = cpu.load(context + IP, 8);
        int flags = (int) cpu.load(context + EFLAGS, 8);
        long fp = cpu.load(context + FP_POINTER, 8);
        if (fp != 0) {
            cpu.load(fp + FXSAVE_BYTES - 8, 8);
            FxArea.restore(cpu, fp);
        } else resetFp(cpu);
        for (int i = 0; i < ORDER.length; i++) set(cpu, ORDER[i], registers[i]);
        cpu.setLong(PC, pc);
        FlagsWord.write(cpu, flags);
        return new Restored(mask, stack);
    }

    private static long register(Cpu cpu, int n) { return cpu.getLong(GPR[n].offset()); }

    private static void set(Cpu cpu, int n, long v) { cpu.setLong(GPR[n].offset(), v); }
}
