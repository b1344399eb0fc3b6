package patina.guest.x86;

import java.util.List;

/**
 * A decoded x86 instruction.
 *
 * @param pc          guest address of its first byte
 * @param length      bytes, 1-15
 * @param mnemonic    Intel's name, without condition and without size suffix: JCC, SETCC, CMOVCC carry {@code condition}
 * @param condition   0-15 as in the encoding (O NO B AE E NE BE A S NS P NP L GE LE G), -1 where there is none
 * @param operandBits effective operand size: 8, 16, 32, 64 (for SSE and x87 the general operand size that prefixes give; look at the operands)
 * @param addressBits effective address size: 16, 32, 64
 * @param lock        a LOCK prefix that the instruction may have
 * @param repeat      the F3/F2 prefix as REP/REPE or REPNE where the instruction is a string instruction; NONE elsewhere
 * @param operands    explicit operands in Intel's order; for string instructions, the memory operands with their segments
 */
public record Insn(long pc, int length, Mnemonic mnemonic, int condition, int operandBits, int addressBits,
                   boolean lock, Repeat repeat, List<Operand> operands) implements Decoded {

    public enum Repeat { NONE, REP, REPNE }

    public long next() { return pc + length; }
}
