package patina.guest.x86;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Encodings of 64-bit mode about which {@link Decoder} and LLVM differ, for the processor to decide. */
public final class LlvmExamples {
    private LlvmExamples() {}

    /**
     * @param code    without what follows the instruction, if it is one
     * @param nothing an instruction that changes nothing
     */
    public record Example(String what, byte[] code, boolean instruction, boolean nothing) {}

    /** Of each difference one for each opcode, digit or register form, and set of prefixes, out of every {@code every}-th encoding. */
    public static List<Example> examples(int every) {
        List<Example> examples = new ArrayList<>();
        Set<List<Object>> seen = new HashSet<>();
        try (LlvmComparison comparison = new LlvmComparison(Decoder.Mode.BITS_64, (difference, pair) -> {
            int at = pair.prefixes().count(), escape = pair.one() == 0x0F ? pair.code()[at + 1] >> 4 == 3 && pair.two() >= 0x38 ? 2 : 1 : 0;
            int opcode = pair.code()[at + escape] & 0xFF, modrm = pair.code()[at + escape + 1] & 0xFF;
            boolean decided = switch (difference) {
                // the processor has some of them
                case LATER, CLWB_REXW, VECTOR_PREFIX, THREE_D_NOW -> false;
                // raises a trap behind it, which is not ours to take; jumps; AMD's processors differ
                case F1, NEAR_BRANCH_66 -> false;
                // #UD is not told from what they do
                case UD0_MODRM -> false;
                default -> true;
            };
            if (!decided || !seen.add(List.of(difference, escape, pair.two(), opcode, modrm >> 3 & 7, modrm >= 0xC0, pair.prefixes().size66(), pair.prefixes().repeat()))) return;
            Insn insn = pair.insn();
            byte[] code = insn == null ? pair.code() : Arrays.copyOf(pair.code(), insn.length());
            boolean nothing = insn != null && switch (insn.mnemonic()) { case NOP, PAUSE, PREFETCH, PREFETCHW, FENI, FDISI, FSETPM -> true; default -> false; };
            examples.add(new Example(difference + " " + pair, code, insn != null, nothing));
        })) {
            Encodings.each(Decoder.Mode.BITS_64, every, code -> comparison.compare(code, 0));
        }
        return examples;
    }
}
