package patina.oracle;

import patina.guest.x86.Insn;
import patina.guest.x86.Mnemonic;
import patina.guest.x86.Operand;

/** What Intel's manual (SDM vol. 2, "Flags Affected") leaves undefined, so that processors may differ. */
final class Undefined {
    private Undefined() {}

    static final int CF = 1, PF = 4, AF = 0x10, ZF = 0x40, SF = 0x80, OF = 0x800, STATUS = CF | PF | AF | ZF | SF | OF;

    /** Flags that are undefined after the instruction if it found {@code rcx} in RCX. */
    static int flags(Insn insn, long rcx) {
        int count = count(insn, rcx);
        return switch (insn.mnemonic()) {
            case AND, OR, XOR, TEST -> AF;
            case MUL, IMUL -> SF | ZF | AF | PF;
            case DIV, IDIV -> STATUS;
            case BSF, BSR -> STATUS & ~ZF;
            case BT, BTS, BTR, BTC -> OF | SF | AF | PF;
            case SHL, SHR -> count == 0 ? 0 : AF | (count == 1 ? 0 : OF) | (count >= insn.operandBits() ? CF : 0);
            case SAR -> count == 0 ? 0 : AF | (count == 1 ? 0 : OF);
            case SHLD, SHRD -> count == 0 ? 0 : count > insn.operandBits() ? STATUS : AF | (count == 1 ? 0 : OF);
            case ROL, ROR, RCL, RCR -> count <= 1 ? 0 : OF;
            default -> 0;
        };
    }

    /** Condition codes of the x87 status word that are undefined after it (SDM vol. 1, 8.1.3.2): all but C1 unless it is there to set them; others leave them. */
    static int codes(Insn insn) {
        return switch (insn.mnemonic()) {
            case FCOM, FCOMP, FCOMPP, FUCOM, FUCOMP, FUCOMPP, FICOM, FICOMP, FTST, FXAM, FPREM, FPREM1 -> 0;
            default -> insn.mnemonic().name().charAt(0) == 'F' ? 0x4500 : 0;
        };
    }

    /** Whether the destination is undefined too. */
    static boolean result(Insn insn, long rcx) {
        return switch (insn.mnemonic()) {
            case SHLD, SHRD -> count(insn, rcx) > insn.operandBits();
            default -> false;
        };
    }

    /** Whether processors may raise page faults that others do not: MASKMOVQ and MASKMOVDQU with a mask of zeros (SDM vol. 2). */
    static boolean fault(Insn insn) { return insn.mnemonic() == Mnemonic.MASKMOVQ || insn.mnemonic() == Mnemonic.MASKMOVDQU; }

    /** Whether flags may be undefined after it, from some state. */
    static boolean mayLeave(Insn insn) {
        return switch (insn.mnemonic()) {
            case AND, OR, XOR, TEST, MUL, IMUL, DIV, IDIV, BSF, BSR, BT, BTS, BTR, BTC, SHL, SHR, SAR, SHLD, SHRD, ROL, ROR, RCL, RCR -> true;
            default -> false;
        };
    }

    private static int count(Insn insn, long rcx) {
        if (insn.operands().isEmpty()) return 0;
        long count = insn.operands().getLast() instanceof Operand.Immediate i ? i.value() : rcx;
        return (int) count & (insn.operandBits() == 64 ? 63 : 31);
    }
}
