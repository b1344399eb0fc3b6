package patina.guest.x86;

import java.util.Locale;
import java.util.stream.Collectors;
import patina.guest.x86.Operand.FarPointer;
import patina.guest.x86.Operand.File;
import patina.guest.x86.Operand.Immediate;
import patina.guest.x86.Operand.Memory;
import patina.guest.x86.Operand.Register;
import patina.guest.x86.Operand.Target;

/** Instructions in Intel syntax, for traces and error messages. */
public final class Text {
    private static final String[] CONDITIONS = {"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
    private static final String[] LEGACY = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] HIGH = {"ah", "ch", "dh", "bh"};

    private Text() {}

    public static String toText(Insn insn) {
        String operands = insn.operands().stream().map(operand -> toText(operand, insn)).collect(Collectors.joining(", "));
        return (insn.lock() ? "lock " : "") + repeat(insn) + name(insn) + (operands.isEmpty() ? "" : " " + operands);
    }

    /** The name that an assembler knows: conditions written out, MOVSD_STRING as movsd. */
    public static String name(Insn insn) {
        String name = insn.mnemonic().name().toLowerCase(Locale.ROOT);
        if (insn.condition() >= 0) return name.substring(0, name.length() - 2) + CONDITIONS[insn.condition()];
        return name.replace("_string", "").replace("_far", " far");
    }

    private static String repeat(Insn insn) {
        boolean compares = switch (insn.mnemonic()) {
            case CMPSB, CMPSW, CMPSD_STRING, CMPSQ, SCASB, SCASW, SCASD, SCASQ -> true;
            default -> false;
        };
        return switch (insn.repeat()) {
            case NONE  -> "";
            case REP   -> compares ? "repe " : "rep ";
            case REPNE -> "repne ";
        };
    }

    private static String toText(Operand operand, Insn insn) {
        return switch (operand) {
            case Register register -> toText(register);
            case Memory memory     -> toText(memory, insn);
            case Immediate value   -> hex(value.value() & mask(value.bits()));
            case Target target     -> hex(target.pc());
            case FarPointer far    -> hex(far.selector()) + ":" + hex(far.offset());
        };
    }

    private static String toText(Register register) {
        int index = register.index();
        return switch (register.file()) {
            case GPR       -> general(index, register.bits());
            case GPR8_HIGH -> HIGH[index];
            case SEGMENT   -> SEGMENTS[index];
            case CONTROL   -> "cr" + index;
            case DEBUG     -> "dr" + index;
            case X87       -> "st" + index;
            case MMX       -> "mm" + index;
            case XMM       -> "xmm" + index;
        };
    }

    private static String general(int index, int bits) {
        if (index >= 8) return "r" + index + switch (bits) { case 8 -> "b"; case 16 -> "w"; case 32 -> "d"; default -> ""; };
        String name = LEGACY[index];
        return switch (bits) {
            case 8  -> index < 4 ? name.charAt(0) + "l" : name + "l";
            case 16 -> name;
            case 32 -> "e" + name;
            default -> "r" + name;
        };
    }

    private static String toText(Memory memory, Insn insn) {
        StringBuilder text = new StringBuilder(size(memory.bits()));
        int implied = memory.base() == 4 || memory.base() == 5 ? 2 : 3;
        if (memory.segment() != implied) text.append(SEGMENTS[memory.segment()]).append(':');
        text.append('[');
        int bits = insn.addressBits();
        boolean empty = memory.base() == Memory.NONE && memory.index() == Memory.NONE;
        if (memory.base() == Memory.RIP) text.append(bits == 64 ? "rip" : "eip");
        else if (memory.base() != Memory.NONE) text.append(general(memory.base(), bits));
        if (memory.index() != Memory.NONE) {
            text.append(memory.base() == Memory.NONE ? "" : "+").append(general(memory.index(), bits));
            if (memory.scale() > 1 || memory.base() == Memory.NONE) text.append('*').append(memory.scale());
        }
        long displacement = memory.displacement();
        if (empty) text.append(hex(displacement & mask(bits)));
        else if (displacement != 0) text.append(displacement < 0 ? "-" : "+").append(hex(Math.abs(displacement)));
        return text.append(']').toString();
    }

    private static String size(int bits) {
        return switch (bits) {
            case 0   -> "";
            case 8   -> "byte ";
            case 16  -> "word ";
            case 32  -> "dword ";
            case 48  -> "fword ";
            case 64  -> "qword ";
            case 80  -> "tbyte ";
            case 128 -> "xmmword ";
            default  -> "bits" + bits + " ";
        };
    }

    private static long mask(int bits) { return bits >= 64 ? -1 : (1L << bits) - 1; }

    private static String hex(long value) {
        return value >= 0 && value < 10 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
}
