package patina.oracle;

import patina.guest.x86.Insn;
import patina.guest.x86.Operand;

/** The kinds of instructions that can be asked for. */
enum Family {
    INTEGER, SSE, MMX, X87;

    private static final int FS = 4;

    /** Null: not to be drawn at random. {@link Composed} draws some of these together with what makes them harmless. */
    static Family of(Insn insn, int firstOpcode) {
        for (Operand o : insn.operands()) {
            // FS is the host's own
            if (o instanceof Operand.Memory m && m.segment() == FS) return null;
        }
        switch (insn.mnemonic()) {
            case CALL, CALL_FAR, RET, RET_FAR, JMP, JMP_FAR, JCC, JCXZ, JECXZ, JRCXZ, LOOP, LOOPE, LOOPNE, INT, INT1, INT3, INTO, IRET, IRETD, IRETQ,
                    SYSCALL, SYSENTER -> { return null; }
            case MOV, POP -> { if (writesSegment(insn)) return null; }
            // what they give is the host's own affair
            case RDPMC, SGDT, SIDT, SLDT, STR, SMSW, VERR, VERW, LAR, LSL, LDS, LES, LFS, LGS, LSS, MONITOR, MWAIT, XSETBV, XGETBV, CPUID, RDTSC, RDTSCP -> { return null; }
            // TF and AC would reach the host; PUSHF sees RF and IF of the host
            case POPF, POPFD, POPFQ -> { return null; }
            // addresses of the last x87 instruction; extended state
            case FXSAVE, FXRSTOR, XSAVE, XSAVEC, XSAVEOPT, XSAVES, XRSTOR, XRSTORS, FNSAVE, FRSTOR, FNSTENV, FLDENV, LDMXCSR -> { return null; }
            // exceptions unmasked; C1 (see Comparison)
            case FLDCW, FNSTSW -> { return null; }
            // right within one unit of the last place, as Intel's own are (SDM vol. 1, 8.3.10); patina.guest.x86.X87Test compares those
            case F2XM1, FYL2X, FYL2XP1, FPATAN, FSIN, FCOS, FSINCOS, FPTAN -> { return null; }
            default -> { }
        }
        if ((firstOpcode & 0xf8) == 0xd8) return X87;
        boolean mmx = false, xmm = false;
        for (Operand o : insn.operands()) {
            if (!(o instanceof Operand.Register r)) continue;
            mmx |= r.file() == Operand.File.MMX;
            xmm |= r.file() == Operand.File.XMM;
        }
        return switch (insn.mnemonic()) {
            case FWAIT -> X87;
            case EMMS -> MMX;
            default -> mmx ? MMX : xmm ? SSE : INTEGER;
        };
    }

    private static boolean writesSegment(Insn insn) { return insn.operands().get(0) instanceof Operand.Register r && r.file() == Operand.File.SEGMENT; }
}
