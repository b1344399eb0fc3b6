package patina.guest.x86;

import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.RCX;

import patina.ir.Exit;
import patina.ir.Op;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/** Jumps, calls, system instructions, and what does nothing here. */
final class Control {
    private Control() {}

    private static final int R11 = 11;
    /** Conditions E and NE. */
    private static final int EQUAL = 4, NOT_EQUAL = 5;

    /** Lifts the instruction at hand if it is of this family. */
    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case JMP                 -> jump(l);
            case JCC                 -> branch(l, l.flags.condition(l.insn.condition()));
            case JCXZ, JECXZ, JRCXZ  -> branch(l, l.ir.isZero(l.gpr(RCX, l.insn.addressBits())));
            case LOOP                -> branch(l, countDown(l));
            case LOOPE               -> branch(l, l.ir.and(countDown(l), l.flags.condition(EQUAL)));
            case LOOPNE              -> branch(l, l.ir.and(countDown(l), l.flags.condition(NOT_EQUAL)));
            case CALL                -> call(l);
            case RET                 -> doReturn(l);
            case SYSCALL             -> systemCall(l);
            case CPUID               -> l.helper(Helpers.CPUID);
            case RDTSC               -> l.helper(Helpers.RDTSC);
            case RDTSCP              -> l.helper(Helpers.RDTSCP);
            case MFENCE              -> l.ir.fence();
            // loads and stores are in x86's order already, non-temporal ones are done as ordinary ones
            case LFENCE, SFENCE      -> { }
            case NOP, ENDBR32, ENDBR64, PAUSE, PREFETCH, PREFETCHW, PREFETCHNTA, PREFETCHT0, PREFETCHT1, PREFETCHT2 -> { }
            case CLFLUSH             -> l.ir.load(l.address(0), Type.I8);
            case INT3                -> l.raise(Trap.BREAKPOINT);
            case INT1                -> l.raise(Trap.DEBUG);
            case INT                 -> interrupt(l);
            case UD0, UD1, UD2       -> l.raise(Trap.UNDEFINED);
            // CPUID does not offer these
            case XGETBV, XSETBV, XSAVE, XSAVEC, XSAVEOPT, XSAVES, XRSTOR, XRSTORS, MONITOR, MWAIT, RSM -> l.raise(Trap.UNDEFINED);
            // privileged, or not permitted to user programs by Linux
            case HLT, IN, OUT, INSB, INSW, INSD, OUTSB, OUTSW, OUTSD, CLI, STI, CLTS, INVD, WBINVD, INVLPG, RDMSR, WRMSR, RDPMC,
                 LGDT, LIDT, LLDT, LTR, LMSW, SWAPGS, SYSRET, SYSEXIT -> l.raise(Trap.GENERAL_PROTECTION);
            default                  -> { return false; }
        }
        return true;
    }

    private static void branch(Lift l, Value condition) {
        l.exit = new Exit.Branch(condition, ((Operand.Target) l.operand(0)).pc(), l.insn.next());
    }

    private static void jump(Lift l) {
        l.exit = l.operand(0) instanceof Operand.Target t ? new Exit.Jump(t.pc()) : new Exit.JumpIndirect(l.read(0));
    }

    /** Counts RCX (ECX) down by one, without flags: not zero yet. */
    private static Value countDown(Lift l) {
        Value count = l.ir.add(l.gpr(RCX, l.insn.addressBits()), -1);
        l.setGpr(RCX, count);
        return l.ir.compare(Op.NE, count, l.ir.constant(0, count.type));
    }

    private static void call(Lift l) {
        long next = l.insn.next();
        if (l.operand(0) instanceof Operand.Target t) l.exit = new Exit.Call(t.pc(), next);
        else l.exit = new Exit.CallIndirect(l.read(0), next);
        l.push(l.ir.address(next));
    }

    private static void doReturn(Lift l) {
        Value target = l.top(64);
        long more = l.insn.operands().isEmpty() ? 0 : ((Operand.Immediate) l.operand(0)).value();
        l.release(8 + more);
        l.exit = new Exit.Return(target);
    }

    /** SYSCALL leaves the return address in RCX and the flags in R11 (SDM vol. 2). */
    private static void systemCall(Lift l) {
        l.ir.set(GPR[R11], l.flags.word());
        l.ir.set(GPR[RCX], l.ir.address(l.insn.next()));
        l.exit = new Exit.Syscall(l.insn.next());
    }

    /** INT n: Linux opens 3, 4 and 0x80 to programs (arch/x86/kernel/idt.c); of those 4 dies like the rest. */
    private static void interrupt(Lift l) {
        long vector = ((Operand.Immediate) l.operand(0)).value();
        if (vector == 0x80) throw new UnsupportedInstruction("INT " + vector);
        l.raise(vector == 3 ? Trap.BREAKPOINT : vector == 4 ? Trap.OVERFLOW : Trap.GENERAL_PROTECTION);
    }
}
