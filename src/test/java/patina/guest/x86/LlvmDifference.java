package patina.guest.x86;

import static patina.guest.x86.Mnemonic.*;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where LLVM's disassembler and {@link Decoder} differ, and why. What processors do was confirmed on an Intel processor by {@code patina.oracle.DecoderAgainstCpuTest}.
 * A row explains no more than it says; {@link DecoderAgainstLlvmTest} fails where one explains nothing.
 */
enum LlvmDifference {
    // What processors do and LLVM does not know.
    RESERVED_NOP("0F 0D with a register and 0F 18-1E are reserved no-operations (SDM vol. 2, table A-3)",
            p -> p.oursAlone() && p.ours(NOP) && (p.two() == 0x0D && p.modrm() >= 0xC0 || p.two() >= 0x18 && p.two() <= 0x1E)),
    PREFETCH_DIGITS("all digits of 0F 0D are hints (AMD manual vol. 3, PREFETCH)",
            p -> p.oursAlone() && (p.ours(PREFETCH) || p.ours(PREFETCHW)) && p.two() == 0x0D),
    F1("INT1 (SDM vol. 2, INT n/INTO/INT3/INT1)", p -> p.oursAlone() && p.ours(INT1) && p.one() == 0xF1),
    MOD_IGNORED("ModRM.mod of MOV to and from control and debug registers counts as 3 (SDM vol. 2, MOV)",
            p -> p.oursAlone() && p.ours(MOV) && p.two() >= 0x20 && p.two() <= 0x23 && p.modrm() < 0xC0),
    SHIFT_6("digit 6 of the shifts is SHL, as digit 4", p -> p.oursAlone() && p.ours(SHL) && p.digit() == 6 && (p.one() == 0xC0 || p.one() == 0xC1 || p.one() >= 0xD0 && p.one() <= 0xD3)),
    TEST_1("digit 1 of F6 and F7 is TEST, as digit 0", p -> p.oursAlone() && p.ours(TEST) && p.digit() == 1 && (p.one() == 0xF6 || p.one() == 0xF7)),
    UD0_MODRM("UD0 has a ModRM byte (SDM vol. 2, UD)", p -> p.oursAlone() && p.ours(UD0) && p.two() == 0xFF),
    WBINVD_PREFIX("66 and F2 before WBINVD are ignored", p -> p.oursAlone() && p.ours(WBINVD) && p.two() == 0x09 && p.prefixed()),
    X87_ALIAS("blank register cells of the x87 maps do as a neighbour (X87Rows)", p -> p.oursAlone() && p.one() >= 0xD9 && p.one() <= 0xDF && p.modrm() >= 0xC0
            && (p.ours(FCOM) || p.ours(FCOMP) || p.ours(FXCH) || p.ours(FSTP) || p.ours(FSTPNCE) || p.ours(FENI) || p.ours(FDISI) || p.ours(FSETPM))),
    PAUSE_PREFIX("66 and 67 before PAUSE are ignored", p -> p.oursAlone() && p.ours(PAUSE) && (p.prefixes().size66() || p.prefixes().address67())),

    // What LLVM reads otherwise.
    NEAR_BRANCH_66("66 before a near branch: LLVM reads a 16-bit offset as AMD's processors do, Intel's ignore it in 64-bit mode",
            p -> p.mode64() && p.prefixes().size66() && (p.ours(JCC) || p.ours(JMP) || p.ours(CALL)) && p.insn().operands().getFirst() instanceof Operand.Target
                    && p.theirName().equals(p.ourName()) && p.length() == p.insn().length() - 2),
    PAUSE_REX("REX does not make F3 90 an XCHG, not even with B", p -> p.ours(PAUSE) && p.theirName().equals("xchg") && p.length() == p.insn().length()),
    MOVQ_REXW("REX.W does not make F3 0F 7E the MOVQ of MMX", p -> p.ours(MOVQ) && p.two() == 0x7E && p.prefixes().repeat() == 0xF3 && p.wide() && p.theirName().equals("movq")
            && p.length() == p.insn().length()),
    ADDRESS_SIZE_REXW("LLVM takes 67 with REX.W for 66 where only an instruction with 66 has a row of its own: TPAUSE, CLFLUSHOPT", p -> p.prefixes().address67() && p.wide()
            && p.two() == 0xAE && (p.ours(MFENCE) || p.ours(CLFLUSH))),

    // What LLVM knows and is no instruction here.
    LATER("extensions that we do not have yet or never will: beyond SSE4.2, of other makers, of virtual machines and system management",
            p -> p.theirsAlone() && later().contains(p.theirName())),
    VECTOR_PREFIX("VEX, EVEX, XOP, REX2", p -> p.theirsAlone() && (p.one() == 0xC4 || p.one() == 0xC5 || p.one() == 0x62 ? p.mode64() || p.modrm() >= 0xC0
            : p.one() == 0x8F ? (p.modrm() & 31) >= 8 : p.one() == 0xD5 && p.mode64())),
    THREE_D_NOW("3DNow!, of AMD's processors", p -> p.theirsAlone() && p.two() == 0x0F),
    ONLY_64("SYSCALL, SYSRET and SWAPGS are of 64-bit mode, but for the first two on AMD's processors",
            p -> p.theirsAlone() && !p.mode64() && (p.two() == 0x05 || p.two() == 0x07 || p.two() == 0x01 && p.modrm() == 0xF8)),
    MOV_TO_CS("MOV to CS is #UD (SDM vol. 2, MOV)", p -> p.theirsAlone() && p.one() == 0x8E && p.digit() == 1),
    NO_SUCH_CONTROL_REGISTER("control and debug registers that no processor has are #UD", p -> p.theirsAlone() && p.theirName().equals("mov")
            && ((p.two() == 0x20 || p.two() == 0x22) && !Set.of(0, 2, 3, 4, 8).contains(p.reg()) || (p.two() == 0x21 || p.two() == 0x23) && p.reg() > 7)),
    CLWB_REXW("66 0F AE /6 is CLWB; with REX.W LLVM takes it for XSAVEOPT", p -> p.theirsAlone() && p.two() == 0xAE && p.digit() == 6 && p.prefixes().size66() && p.wide()
            && p.theirName().equals("xsaveopt")),
    MANDATORY_UNMINDED("LLVM does not mind a mandatory prefix that an instruction does not have (NP in SDM vol. 2)", p -> p.theirsAlone() && p.prefixed() && p.isStrict());

    final String reason;
    private final Predicate<LlvmPair> explains;

    LlvmDifference(String reason, Predicate<LlvmPair> explains) {
        this.reason = reason;
        this.explains = explains;
    }

    /** What explains that the two are not the same, or null. */
    static LlvmDifference of(LlvmPair pair) {
        for (LlvmDifference d : values()) if (d.explains.test(pair)) return d;
        return null;
    }

    /** Instructions without XMM and MMX registers that take no 66, F2 or F3 for another reason than size. */
    static final Set<Mnemonic> STRICT = EnumSet.of(EMMS, MONITOR, MWAIT, XGETBV, XSETBV, LFENCE, MFENCE, SFENCE, FXSAVE, FXRSTOR, XSAVE, XSAVEC, XSAVEOPT, XSAVES, XRSTOR, XRSTORS,
            LDMXCSR, STMXCSR, CLFLUSH, MOVNTI, MOVBE);

    // an enum's own constants may not refer to its static fields
    private static Set<String> later() { return Later.NAMES; }

    private static final class Later {
        static final Set<String> NAMES = Set.of("""
            aadd aand aor axor adcx adox aesdec aesdec128kl aesdec256kl aesdeclast aesdecwide128kl aesdecwide256kl aesenc aesenc128kl
            aesenc256kl aesenclast aesencwide128kl aesencwide256kl aesimc aeskeygenassist clac stac clflushopt clwb clzero clgi stgi
            clrssbsy clui stui testui senduipi uiret encls enclu enclv encodekey128 encodekey256 enqcmd enqcmds extrq femms insertq movntss
            movntsd getsec gf2p8affineinvqb gf2p8affineqb gf2p8mulb hreset incsspd incsspq invept invlpga invlpgb invpcid invvpid lkgs
            loadiwkey monitorx mwaitx montmul movdir64b movdiri movrs pbndkb pclmulqdq pconfig psmash pvalidate rmpadjust rmpupdate
            rmpquery ptwrite rdfsbase rdgsbase wrfsbase wrgsbase rdpid rdpkru wrpkru rdpru rdrand rdseed rstorssp saveprevssp
            setssbsy seamcall seamops seamret tdcall serialize sha1msg1 sha1msg2 sha1nexte sha1rnds4 sha256msg1 sha256msg2
            sha256rnds2 skinit tlbsync tpause umonitor umwait urdmsr uwrmsr vmcall vmclear vmfunc vmlaunch vmload vmmcall
            vmptrld vmptrst vmread vmresume vmrun vmsave vmwrite vmxoff vmxon wrmsrns rdmsrlist wrmsrlist wrssd wrssq wrussd wrussq
            xabort xbegin xend xtest xresldtrk xsusldtrk xcryptcbc xcryptcfb xcryptctr xcryptecb xcryptofb xsha1 xsha256 xstorerng
            eretu erets""".strip().split("\\s+"));
    }
}
