package patina.guest.x86;

import java.util.List;
import patina.guest.CodeSource;
import patina.guest.Cpu;
import patina.guest.Guest;
import patina.ir.Block;
import patina.ir.StateLayout;
import patina.ir.Trap;

/** The x86-64 guest. */
public final class X86Guest implements Guest {
    private static final int MXCSR_DEFAULT = 0x1f80;
    private static final short FCW_DEFAULT = 0x37f, USER_CODE = 0x33, USER_DATA = 0x2b;
    private static final int CS = 1, SS = 2;

    @Override public String name() { return "x86-64"; }

    private static final X86SyscallAbi SYSCALLS = new X86SyscallAbi();
    private static final X86SignalFrame SIGNAL_FRAME = new X86SignalFrame();

    @Override public X86SyscallAbi syscalls() { return SYSCALLS; }

    @Override public X86SignalFrame signalFrame() { return SIGNAL_FRAME; }

    @Override public StateLayout layout() { return X86State.LAYOUT; }

    @Override public List<Integer> flags() { return X86State.STATUS_FLAGS; }

    /** As Linux starts a program (arch/x86/kernel/process_64.c, start_thread): all exceptions masked, no flag but IF set. */
    @Override public void initialize(Cpu cpu) {
        cpu.setInt(X86State.MXCSR.offset(), MXCSR_DEFAULT);
        cpu.setShort(X86State.X87_CONTROL.offset(), FCW_DEFAULT);
        cpu.setShort(X86State.SELECTOR[CS].offset(), USER_CODE);
        cpu.setShort(X86State.SELECTOR[SS].offset(), USER_DATA);
        FlagsWord.write(cpu, Flags.ALWAYS_SET);
    }

    @Override public Block lift(CodeSource code, long pc, int limit) { return X86Lifter.lift(code, pc, limit); }

    @Override public void help(int number, Cpu cpu) { Helpers.run(number, cpu); }

    @Override public boolean completes(Trap trap, Cpu cpu, Runnable execute) {
        return trap == Trap.FLOATING_POINT && X87Unmasked.completes(cpu, execute) || trap == Trap.TRACE && FlagsWord.pop(cpu);
    }

    @Override public boolean traces(Cpu cpu) { return (cpu.getInt(X86State.OTHER_FLAGS.offset()) & Flags.TRACE) != 0; }

    @Override public boolean delaysTrace(Cpu cpu) { return Culprit.loadsStackSegment(cpu); }

    @Override public String disassemble(CodeSource code, long pc) {
        return switch (new CodeWindow(code).decode(pc)) {
            case Insn insn -> Text.toText(insn);
            case Decoded.Invalid invalid -> "no instruction (" + invalid.reason() + ")";
            case Decoded.Truncated _ -> "not executable";
        };
    }
}
