package patina.guest.x86;

import java.util.List;
import patina.guest.x86.Decoded.Invalid;
import patina.guest.x86.Decoded.Reason;

/**
 * Decodes x86 instructions up to SSE4.2 and x87 as Intel's processors without VEX do (SDM vol. 2, chapter 2 and appendix A): what
 * the manual leaves undefined, later extensions included, is {@link Invalid}. LZCNT and TZCNT are, as on a processor without BMI,
 * BSR and BSF with an ignored prefix. All knowledge of instructions is in the rows ({@link OneByteRows}, …); here is only their common order: prefixes,
 * opcode, ModRM, immediates.
 * <p>
 * A decoder keeps state during a call: each thread has its own.
 */
public final class Decoder {
    public enum Mode { BITS_32, BITS_64 }

    private final boolean mode64;
    private final Encoding encoding;
    private final OperandReader operands;

    public Decoder(Mode mode) {
        mode64 = mode == Mode.BITS_64;
        encoding = new Encoding(mode64);
        operands = new OperandReader(encoding, mode64);
    }

    /**
     * Decodes the instruction at {@code bytes[offset]}, whose guest address is {@code pc}. {@code available} bytes can be fetched from
     * there, as many as are mapped and executable; 15 always suffice.
     */
    public Decoded decode(byte[] bytes, int offset, int available, long pc) {
        encoding.begin(bytes, offset, available);
        OpcodeMap map = OpcodeMap.ONE_BYTE;
        int opcode = encoding.prefixes();
        if (opcode == 0x0F) {
            map = OpcodeMap.Two.MAP;
            opcode = encoding.u8();
            if (opcode == 0x38 || opcode == 0x3A) {
                map = opcode == 0x38 ? OpcodeMap.Three38.MAP : OpcodeMap.Three3A.MAP;
                opcode = encoding.u8();
            }
        } else if ((opcode & 0xF8) == 0xD8) {
            map = OpcodeMap.X87;
        }
        if (encoding.overrun()) return tooShort(pc);
        OpcodeMap.Cell cell = map.cell(opcode);
        if (cell.modrm()) encoding.modrm(cell.ignoresMod());
        Form form = cell.select(situation(cell, opcode));
        if (encoding.overrun()) return tooShort(pc);
        return form == null ? invalid(pc, Reason.UNDEFINED) : instruction(form, opcode, pc);
    }

    /** What forms are chosen by; see {@link Form#applies}. */
    private int situation(OpcodeMap.Cell cell, int opcode) {
        int situation = 1 << Form.PREFIX + encoding.mandatory()
                | (mode64 ? 2 : 1) << Form.MODE
                | encoding.operandBits() >> 4 << Form.SIZE
                | encoding.addressBits() >> 4 << Form.ADDRESS
                | (encoding.extended(0) == 0 ? 1 : 2) << Form.REX_B;
        return !cell.modrm() ? situation : situation
                | 1 << Form.DIGIT + encoding.reg
                | 1 << Form.RM + encoding.rm
                | (encoding.mod == 3 ? Form.REGISTER : Form.MEMORY);
    }

    private Decoded instruction(Form form, int opcode, long pc) {
        int operandBits = operandBits(form);
        int[] codes = form.operands();
        Operand first = operand(codes, 0, opcode, operandBits, pc);
        Operand second = operand(codes, 1, opcode, operandBits, pc);
        Operand third = operand(codes, 2, opcode, operandBits, pc);
        if (encoding.overrun()) return tooShort(pc);
        if (codes.length > 0 && first == null || codes.length > 1 && second == null) return invalid(pc, Reason.UNDEFINED);
        if (encoding.lock && !(form.lockable() && first instanceof Operand.Memory)) return invalid(pc, Reason.LOCK);
        List<Operand> list = switch (codes.length) {
            case 0  -> List.of();
            case 1  -> List.of(first);
            case 2  -> List.of(first, second);
            default -> List.of(first, second, third);
        };
        return new Insn(pc, encoding.length(), form.mnemonic(), condition(form.mnemonic(), opcode),
                form.bytes() ? 8 : operandBits, encoding.addressBits(), encoding.lock, repeat(form), list);
    }

    private Operand operand(int[] codes, int i, int opcode, int operandBits, long pc) {
        return i < codes.length ? operands.read(codes[i], opcode, operandBits, pc) : null;
    }

    /** SDM vol. 2, 2.2.1.7 and the superscripts d64 and f64 of A.2.5. */
    private int operandBits(Form form) {
        int bits = encoding.operandBits();
        if (!mode64 || form.sizing() == Form.NORMAL) return bits;
        return form.sizing() == Form.DEFAULT_64 && bits == 16 ? 16 : 64;
    }

    private static int condition(Mnemonic mnemonic, int opcode) {
        return mnemonic == Mnemonic.JCC || mnemonic == Mnemonic.SETCC || mnemonic == Mnemonic.CMOVCC ? opcode & 15 : -1;
    }

    private Insn.Repeat repeat(Form form) {
        if (!form.string() || encoding.repeat == 0) return Insn.Repeat.NONE;
        return encoding.repeat == 0xF3 ? Insn.Repeat.REP : Insn.Repeat.REPNE;
    }

    private Decoded invalid(long pc, Reason reason) { return new Invalid(pc, encoding.length(), reason); }

    private Decoded tooShort(long pc) {
        return encoding.tooLong() ? invalid(pc, Reason.TOO_LONG) : new Decoded.Truncated(pc, encoding.length());
    }
}
