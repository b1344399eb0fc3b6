package patina.guest.x86;

import static patina.guest.x86.X86State.GPR;

import patina.guest.Cpu;
import patina.guest.SyscallAbi;
import patina.guest.SyscallName;
import patina.ir.Trap;

/** Linux on x86-64: the call's number in RAX, arguments in RDI RSI RDX R10 R8 R9, result in RAX (System V ABI, A.2.1). */
public final class X86SyscallAbi implements SyscallAbi {
    private static final SyscallName[] NAMES = SyscallName.x86Table();
    private static final int[] ARGUMENTS = {X86State.RDI, X86State.RSI, X86State.RDX, 10, 8, 9};
    private static final int SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11;
    private static final int SI_KERNEL = 0x80, EPERM = 1, EINVAL = 22;
    /** TASK_SIZE_MAX. */
    private static final long USER_END = (1L << 47) - 4096;

    @Override public int elfMachine() { return 62; }
    @Override public String platform() { return "x86_64"; }
    @Override public String machine() { return "x86_64"; }
    /** CPUID.1:EDX (arch/x86/include/asm/elf.h). */
    @Override public long hwcap() { return Cpuid.leaf(1, 0)[3] & 0xffffffffL; }
    /** Bit 0 is ring-3 MONITOR, bit 1 FSGSBASE: neither. */
    @Override public long hwcap2() { return 0; }
    @Override public int number() { return GPR[X86State.RAX].offset(); }
    @Override public int argument(int i) { return GPR[ARGUMENTS[i]].offset(); }
    @Override public int result() { return GPR[X86State.RAX].offset(); }
    @Override public int stackPointer() { return GPR[X86State.RSP].offset(); }
    @Override public int instructionLength() { return 2; }
    @Override public StatLayout stat() { return StatLayout.X86_64; }
    @Override public int epollEventBytes() { return 12; }
    @Override public int cloneTls() { return 4; }
    @Override public void setThreadPointer(Cpu cpu, long value) { cpu.setLong(X86State.FS_BASE.offset(), value); }
    @Override public boolean hasRestorer() { return true; }
    @Override public int minimumSignalStack() { return 2048; }

    @Override public SyscallName name(long number) {
        return number >= 0 && number < NAMES.length ? NAMES[(int) number] : null;
    }

    /** arch/x86/kernel/traps.c. */
    @Override public Cause cause(Trap trap, Cpu cpu) {
        long pc = cpu.getLong(patina.ir.StateLayout.PC);
        return switch (trap) {
            case DIVIDE -> new Cause(SIGFPE, 1, pc, 0, 0);
            case BREAKPOINT -> {
                long at = pc;
                while (isPrefix((int) cpu.load(at, 1))) at++;
                cpu.setLong(patina.ir.StateLayout.PC, at + (cpu.load(at, 1) == 0xcd ? 2 : 1));   // INT 3, INT3
                yield new Cause(SIGTRAP, SI_KERNEL, 0, 3, 0);
            }
            case OVERFLOW -> {
                cpu.setLong(patina.ir.StateLayout.PC, pc + 2);
                yield new Cause(SIGSEGV, SI_KERNEL, 0, 4, 0);
            }
            case DEBUG -> {
                cpu.setLong(patina.ir.StateLayout.PC, pc + 1);
                yield new Cause(SIGTRAP, 1, pc + 1, 1, 0);
            }
            case TRACE -> new Cause(SIGTRAP, 2, pc, 1, 0);
            case UNDEFINED, UNSUPPORTED -> new Cause(SIGILL, 2, pc, 6, 0);
            case GENERAL_PROTECTION -> Culprit.leavesStack(cpu) ? new Cause(SIGBUS, SI_KERNEL, 0, 12, 0) : new Cause(SIGSEGV, SI_KERNEL, 0, 13, Culprit.error(cpu));
            case ALIGNMENT -> new Cause(SIGSEGV, SI_KERNEL, 0, 13, 0);
            case FLOATING_POINT -> new Cause(SIGFPE, floatingPointCode(cpu.getShort(X86State.X87_STATUS.offset()) & ~cpu.getShort(X86State.X87_CONTROL.offset())), pc, 16, 0);
            case VECTOR_FLOATING_POINT -> {
                int mxcsr = cpu.getInt(X86State.MXCSR.offset());
                yield new Cause(SIGFPE, floatingPointCode(mxcsr & ~(mxcsr >>> 7)), pc, 19, 0);
            }
        };
    }

    private static boolean isPrefix(int b) { return (b & 0xf0) == 0x40 || (b & 0xe7) == 0x26 || b >= 0x64 && b <= 0x67 || b == 0xf0 || (b & 0xfe) == 0xf2; }

    /** si_code of exceptions raised and not masked (arch/x86/kernel/fpu/core.c, fpu__exception_code). */
    private static int floatingPointCode(int raised) {
        if ((raised & 1) != 0) return 7;            // FPE_FLTINV
        if ((raised & 4) != 0) return 3;            // FPE_FLTDIV
        if ((raised & 8) != 0) return 4;            // FPE_FLTOVF
        if ((raised & 0x12) != 0) return 5;         // FPE_FLTUND, denormals too
        return (raised & 0x20) != 0 ? 6 : 0;        // FPE_FLTRES
    }

    /**
     * Error code of #PF (Intel SDM vol. 3, 4.7): present, write, user, instruction fetch. What reads to write back writes; what is
     * the kernel's is said to be present (arch/x86/mm/fault.c, set_signal_archinfo).
     */
    @Override public Cause pageFault(int signal, int code, long address, boolean present, boolean write, boolean execute, Cpu cpu) {
        boolean there = present || Long.compareUnsigned(address, USER_END) >= 0, writes = write || !execute && Culprit.writes(cpu);
        return new Cause(signal, code, address, 14, (there ? 1 : 0) | (writes ? 2 : 0) | 4 | (execute ? 16 : 0));
    }

    /** arch_prctl(2): the segment bases. Everything else (CPUID faulting, shadow stacks, LAM, XSTATE permissions) this CPU lacks. */
    @Override public long archPrctl(Cpu cpu, long operation, long argument) {
        if (operation >= 0x1001 && operation <= 0x1002 && Long.compareUnsigned(argument, USER_END) >= 0) return -EPERM;
        switch ((int) operation) {
            case 0x1001 -> cpu.setLong(X86State.GS_BASE.offset(), argument);
            case 0x1002 -> cpu.setLong(X86State.FS_BASE.offset(), argument);
            case 0x1003 -> cpu.store(argument, 8, cpu.getLong(X86State.FS_BASE.offset()));
            case 0x1004 -> cpu.store(argument, 8, cpu.getLong(X86State.GS_BASE.offset()));
            default -> { return -EINVAL; }
        }
        return 0;
    }
}
