package patina.guest.x86;

import static patina.guest.x86.Mnemonic.*;

import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What the decoder and LLVM make of the same bytes.
 *
 * @param code   prefixes in LLVM's order ({@link Prefixes#ordered})
 * @param insn   ours, or null
 * @param length LLVM's, 0 for no instruction
 * @param theirs null for no instruction
 */
record LlvmPair(Decoder.Mode mode, byte[] code, Prefixes prefixes, Insn insn, int length, LlvmLine theirs) {

    private static final Set<Mnemonic> STRINGS = EnumSet.of(MOVSB, MOVSW, MOVSD_STRING, MOVSQ, CMPSB, CMPSW, CMPSD_STRING, CMPSQ, STOSB, STOSW, STOSD, STOSQ,
            LODSB, LODSW, LODSD, LODSQ, SCASB, SCASW, SCASD, SCASQ, INSB, INSW, INSD, OUTSB, OUTSW, OUTSD);

    boolean mode64() { return mode == Decoder.Mode.BITS_64; }

    /** The byte after the prefixes. */
    int one() { return code[prefixes.count()] & 0xFF; }

    /** The byte after 0F, or -1. */
    int two() { return one() == 0x0F ? code[prefixes.count() + 1] & 0xFF : -1; }

    /** The ModRM byte of a one-byte opcode, or of one after 0F. */
    int modrm() { return code[prefixes.count() + (one() == 0x0F ? 2 : 1)] & 0xFF; }

    int digit() { return modrm() >> 3 & 7; }

    /** The digit with REX.R. */
    int reg() { return digit() | (prefixes.rex() & 4) << 1; }

    /** Whether 66, F2 or F3 is there. */
    boolean prefixed() { return prefixes.size66() || prefixes.repeat() != 0; }

    boolean wide() { return (prefixes.rex() & 8) != 0; }

    /** Whether LLVM's instruction is ours without 66, F2 and F3, and one that does not take them. */
    boolean isStrict() { return withoutMandatory() instanceof Insn plain && isStrict(plain) && Text.name(plain).equals(theirName()); }

    /** Whether ours is one that does not take 66, F2 and F3, and took them. */
    boolean isLax() {
        boolean size = insn != null && insn.mnemonic() == MOVBE && prefixes.repeat() == 0;
        return insn != null && prefixed() && !size && isStrict(insn) && withoutMandatory() instanceof Insn plain && plain.mnemonic() == insn.mnemonic() && plain.operands().equals(insn.operands());
    }

    private Decoded withoutMandatory() { return new Decoder(mode).decode(Prefixes.withoutMandatory(mode, code), 0, RandomCode.STRING, 0); }

    private static boolean isStrict(Insn insn) {
        for (Operand o : insn.operands()) if (o instanceof Operand.Register r && (r.file() == Operand.File.MMX || r.file() == Operand.File.XMM)) return true;
        return LlvmDifference.STRICT.contains(insn.mnemonic());
    }

    boolean ours(Mnemonic mnemonic) { return insn != null && insn.mnemonic() == mnemonic; }

    boolean oursAlone() { return theirs == null; }

    boolean theirsAlone() { return insn == null; }

    String ourName() { return insn == null ? "" : Text.name(insn).replace(" far", ""); }

    String theirName() { return theirs == null ? "" : theirs.name(); }

    /** Both refuse, or length, name, operands, and what repeats a string instruction are the same. */
    boolean same() {
        if (insn == null || theirs == null) return insn == null && theirs == null;
        return insn.length() == length && ourName().equals(theirName()) && sameRepeat() && sameOperands();
    }

    private boolean sameRepeat() {
        return STRINGS.contains(insn.mnemonic()) ? insn.repeat().name().equalsIgnoreCase(theirs.repeat().isEmpty() ? "none" : theirs.repeat()) : insn.repeat() == Insn.Repeat.NONE;
    }

    private boolean sameOperands() {
        List<LlvmLine.Part> ours = ourOperands(), others = theirs.operands();
        if (ours.size() != others.size()) return false;
        for (int i = 0; i < ours.size(); i++) {
            if (!ours.get(i).text().equals(others.get(i).text())) return false;
            if (((ours.get(i).number() ^ others.get(i).number()) & mask(i)) != 0) return false;
        }
        return true;
    }

    /** The bits of an operand's number that count. */
    private long mask(int i) {
        boolean far = insn.operands().getFirst() instanceof Operand.FarPointer;
        if (!far && i >= insn.operands().size()) return -1;
        int bits = switch (insn.operands().get(far ? 0 : i)) {
            case Operand.Immediate immediate -> immediate.bits();
            case Operand.Memory _ -> insn.addressBits();
            case Operand.Target target -> target.bits();
            case Operand.FarPointer pointer -> i == 0 ? 16 : pointer.bits() - 16;
            default -> 64;
        };
        return bits == 64 ? -1 : (1L << bits) - 1;
    }

    /** Our operands as LLVM writes them. */
    private List<LlvmLine.Part> ourOperands() {
        if (insn.operands().isEmpty()) return List.of();
        Operand first = insn.operands().getFirst();
        if (first instanceof Operand.Target target) return List.of(new LlvmLine.Part("", target.pc() - insn.next()));
        if (first instanceof Operand.FarPointer far) return List.of(new LlvmLine.Part("", far.selector()), new LlvmLine.Part("", far.offset()));
        List<LlvmLine.Part> parts = LlvmLine.of(Text.toText(widened()).replace(" far", ""), true).operands();
        switch (insn.mnemonic()) {
            // by one: LLVM leaves it unsaid
            case ROL, ROR, RCL, RCR, SHL, SHR, SAR -> { if ((one() & 0xFE) == 0xD0) parts.removeLast(); }
            // of ten, which the assembler's names without an operand mean
            case AAM, AAD -> { if (parts.getFirst().number() == 10) parts.removeLast(); }
            case XLATB, MASKMOVQ, MASKMOVDQU -> parts.removeLast();
            case PBLENDVB, BLENDVPS, BLENDVPD -> parts.add(new LlvmLine.Part("xmm0", 0));
            case LES, LDS, LSS, LFS, LGS, LGDT, LIDT, SGDT, SIDT, CALL_FAR, JMP_FAR -> sized(parts, "");
            case PREFETCH, PREFETCHW, PREFETCHNTA, PREFETCHT0, PREFETCHT1, PREFETCHT2, CLFLUSH, INVLPG -> sized(parts, "8 ");
            case NOP -> { if (two() == 0x18 || two() == 0x1C && digit() == 0) sized(parts, "8 "); }
            case BOUND -> sized(parts, insn.operandBits() + " ");
            case XCHG -> { if (first instanceof Operand.Register) Collections.reverse(parts); }
            default -> { }
        }
        return parts;
    }

    /** The instruction with its second operand as wide as LLVM says: of MOV to segment registers and of MOVSXD to 16 bits we say how much is read. */
    private Insn widened() {
        boolean toSegment = one() == 0x8E && insn.operands().get(1) instanceof Operand.Register, movsxd = insn.mnemonic() == MOVSXD && insn.operandBits() == 16;
        if (!toSegment && !movsxd) return insn;
        Operand wide = switch (insn.operands().get(1)) {
            case Operand.Register r -> new Operand.Register(r.file(), r.index(), movsxd ? 32 : insn.operandBits());
            case Operand.Memory m -> new Operand.Memory(m.segment(), m.base(), m.index(), m.scale(), m.displacement(), 32);
            case Operand other -> other;
        };
        return new Insn(insn.pc(), insn.length(), insn.mnemonic(), insn.condition(), insn.operandBits(), insn.addressBits(), insn.lock(), insn.repeat(),
                List.of(insn.operands().getFirst(), wide));
    }

    /** Gives a memory operand, which is the last, another size. */
    private static void sized(List<LlvmLine.Part> parts, String size) {
        LlvmLine.Part last = parts.removeLast();
        String text = last.text();
        parts.add(new LlvmLine.Part(text.endsWith("]") ? size + text.substring(text.indexOf(' ') + 1) : text, last.number()));
    }

    @Override public String toString() {
        return (mode64() ? "64 " : "32 ") + HexFormat.of().formatHex(code) + " ours: " + (insn == null ? "none" : insn.length() + " " + Text.toText(insn) + " " + ourOperands())
                + " LLVM: " + (theirs == null ? "none" : length + " " + theirs);
    }
}
