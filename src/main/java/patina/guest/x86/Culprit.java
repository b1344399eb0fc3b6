package patina.guest.x86;

import patina.guest.Cpu;
import patina.ir.StateLayout;

/** What the instruction at the pc tells of its fault that the fault itself does not. Asked when a signal is about to be delivered. */
final class Culprit {
    private Culprit() {}

    private static final int STACK_SEGMENT = 2;

    /** The instruction, or null where there is none. */
    static Insn insn(Cpu cpu) {
        long pc = cpu.getLong(StateLayout.PC);
        return new CodeWindow(cpu).decode(pc) instanceof Insn insn ? insn : null;
    }

    /** Writes its operand in memory, though it may read that first or be looked at by us: the processor asks for both at once. */
    static boolean writes(Cpu cpu) {
        Insn insn = insn(cpu);
        if (insn == null) return false;
        return switch (insn.mnemonic()) {
            case ADD, OR, ADC, SBB, AND, SUB, XOR, INC, DEC, NEG, NOT, SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD, BTS, BTR, BTC, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B,
                 FST, FSTP, FIST, FISTP, FISTTP, FBSTP ->
                insn.operands().get(0) instanceof Operand.Memory;
            case XCHG -> true;
            default -> false;
        };
    }

    /** An access by the stack segment to what is no address: #SS instead of #GP (SDM vol. 3, 6.15). */
    static boolean leavesStack(Cpu cpu) {
        Insn insn = insn(cpu);
        if (insn == null) return false;
        for (Operand o : insn.operands()) if (o instanceof Operand.Memory m && isOnStack(m) && !isCanonical(address(cpu, insn, m), m.bits() / 8)) return true;
        return switch (insn.mnemonic()) {
            case PUSH, PUSHF, PUSHFQ, CALL, ENTER -> !isCanonical(Helpers.get(cpu, X86State.RSP) - 8, 8);
            case POP, POPF, POPFQ, RET -> !isCanonical(Helpers.get(cpu, X86State.RSP), 8);
            case LEAVE -> !isCanonical(Helpers.get(cpu, X86State.RBP), 8);
            default -> false;
        };
    }

    /** By the base alone: in 64-bit mode an override by a segment without a base counts for nothing. */
    private static boolean isOnStack(Operand.Memory m) {
        return m.segment() != 4 && m.segment() != 5 && (m.base() == X86State.RSP || m.base() == X86State.RBP);
    }

    /** {@link Lift#address} as a number. */
    static long address(Cpu cpu, Insn insn, Operand.Memory m) {
        long a = m.displacement() + (m.base() == Operand.Memory.RIP ? insn.next() : m.base() == Operand.Memory.NONE ? 0 : Helpers.get(cpu, m.base()));
        if (m.index() != Operand.Memory.NONE) a += Helpers.get(cpu, m.index()) * m.scale();
        if (insn.addressBits() == 32) a &= 0xffff_ffffL;
        return a + (m.segment() == 4 ? cpu.getLong(X86State.FS_BASE.offset()) : m.segment() == 5 ? cpu.getLong(X86State.GS_BASE.offset()) : 0);
    }

    /** MOV SS: no trap comes between it and the next instruction, which is taken to load RSP (SDM vol. 3, 6.8.3). */
    static boolean loadsStackSegment(Cpu cpu) {
        Insn insn = insn(cpu);
        return insn != null && insn.mnemonic() == Mnemonic.MOV && insn.operands().get(0) instanceof Operand.Register r && r.file() == Operand.File.SEGMENT && r.index() == STACK_SEGMENT;
    }

    private static long selector(Cpu cpu, Insn insn) {
        if (insn.mnemonic() == Mnemonic.POP) return cpu.load(Helpers.get(cpu, X86State.RSP), 2);
        return insn.operands().get(1) instanceof Operand.Memory m ? cpu.load(address(cpu, insn, m), 2) : Helpers.get(cpu, ((Operand.Register) insn.operands().get(1)).index());
    }

    private static boolean isCanonical(long address, int bytes) {
        long last = address + Math.max(bytes, 1) - 1;
        return address << 16 >> 16 == address && last << 16 >> 16 == last;
    }

    /** Error code of #GP: INT n names the vector that it must not use, a load of a segment register its selector (SDM vol. 3, 6.13). */
    static long error(Cpu cpu) {
        Insn insn = insn(cpu);
        if (insn != null && !insn.operands().isEmpty() && insn.operands().get(0) instanceof Operand.Register r && r.file() == Operand.File.SEGMENT) return selector(cpu, insn) & 0xfffc;
        return insn != null && insn.mnemonic() == Mnemonic.INT ? ((Operand.Immediate) insn.operands().get(0)).value() << 3 & 0x7f8 | 2 : 0;
    }
}
