package patina.guest.x86;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the decoder knows in 64-bit mode: an encoding for each shape of operands of each mnemonic. For {@code patina doctor --instructions} and tests. */
public final class Instructions {
    private Instructions() {}

    /**
     * @param shape  its operands, as in {@code r32,m32}, after {@code lock} or {@code rep} if it has them
     * @param opcode the first byte behind the prefixes
     * @param code   in a place of 16 bytes
     */
    public record Variant(Mnemonic mnemonic, String shape, int opcode, byte[] code) {}

    private static final int PLACE = 16;
    private static final int[][] ESCAPES = {{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}};
    private static final int[][] PREFIXES = {{}, {0x66}, {0xF3}, {0xF2}, {0x48}, {0x66, 0xF3}, {0x66, 0xF2}, {0x66, 0x48}, {0xF3, 0x48}, {0xF2, 0x48}, {0x67}, {0xF0}, {0xF0, 0x66}, {0xF0, 0x48}};
    /** INT of these vectors is open to programs (arch/x86/kernel/idt.c); 0x21 stands for the others. */
    private static final int[] VECTORS = {3, 4, 0x80, 0x21};

    public static List<Variant> all() {
        List<Variant> variants = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
        for (int[] escape : ESCAPES)
            for (int opcode = 0; opcode < 256; opcode++)
                for (int[] prefix : PREFIXES)
                    for (int next : following(escape, opcode)) {
                        byte[] code = code(prefix, escape, opcode, next);
                        if (!(decoder.decode(code, 0, PLACE, 0) instanceof Insn insn)) continue;
                        String shape = shape(insn);
                        if (seen.add(insn.mnemonic() + " " + shape)) variants.add(new Variant(insn.mnemonic(), shape, escape.length > 0 ? 0x0F : opcode, code));
                    }
        return variants;
    }

    /** Those that only 32-bit mode has. */
    public static Set<Mnemonic> absent(List<Variant> variants) {
        Set<Mnemonic> absent = EnumSet.allOf(Mnemonic.class);
        for (Variant v : variants) absent.remove(v.mnemonic());
        return absent;
    }

    private static byte[] code(int[] prefix, int[] escape, int opcode, int next) {
        byte[] code = new byte[PLACE];
        int n = 0;
        for (int b : prefix) code[n++] = (byte) b;
        for (int b : escape) code[n++] = (byte) b;
        code[n++] = (byte) opcode;
        code[n] = (byte) next;
        return code;
    }

    /** The bytes behind an opcode that lead to each of its forms: ModRM with memory at [rAX], or a register, or a vector. */
    private static int[] following(int[] escape, int opcode) {
        OpcodeMap map = escape.length == 0 ? (opcode & 0xF8) == 0xD8 ? OpcodeMap.X87 : OpcodeMap.ONE_BYTE
                : escape.length == 1 ? OpcodeMap.Two.MAP : escape[1] == 0x38 ? OpcodeMap.Three38.MAP : OpcodeMap.Three3A.MAP;
        OpcodeMap.Cell cell = map.cell(opcode);
        if (!cell.modrm()) return VECTORS;
        boolean byRm = Arrays.stream(cell.forms()).anyMatch(form -> (form.when() >> Form.RM & 0xFF) != 0xFF);
        int registers = byRm ? 8 : 1, n = 0;
        int[] modrm = new int[8 * (1 + registers)];
        for (int digit = 0; digit < 8; digit++) {
            modrm[n++] = digit << 3;
            for (int rm = 0; rm < registers; rm++) modrm[n++] = 0xC0 | digit << 3 | rm;
        }
        return modrm;
    }

    /** An instruction's operands by kind and size. */
    public static String shape(Insn insn) {
        String operands = insn.operands().stream().map(o -> shape(o, insn)).collect(Collectors.joining(","));
        String prefix = insn.lock() ? "lock " : insn.repeat() != Insn.Repeat.NONE ? "rep " : "";
        return prefix + operands;
    }

    private static String shape(Operand operand, Insn insn) {
        return switch (operand) {
            case Operand.Register r -> switch (r.file()) {
                case GPR -> "r" + r.bits();
                case GPR8_HIGH -> "r8";
                case X87 -> "st";
                case SEGMENT -> "sreg";
                case CONTROL -> "cr";
                case DEBUG -> "dr";
                case MMX, XMM -> r.file().name().toLowerCase(Locale.ROOT);
            };
            case Operand.Memory m -> m.bits() == 0 ? "m" : "m" + m.bits();
            case Operand.Immediate i -> insn.mnemonic() == Mnemonic.INT ? i.value() == 3 || i.value() == 4 || i.value() == 0x80 ? Long.toHexString(i.value()) + "h" : "other" : "imm";
            case Operand.Target _ -> "rel";
            case Operand.FarPointer _ -> "far";
        };
    }
}
