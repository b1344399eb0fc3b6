package patina.guest.x86;

import patina.guest.x86.Operand.File;
import patina.guest.x86.Operand.Immediate;
import patina.guest.x86.Operand.Register;

/**
 * Makes operands of operand codes (see {@link Form}). Operands are read in order, since immediates are: a relative target
 * counts from the end of the instruction, and no operand follows it.
 */
final class OperandReader {
    private static final int ES = 0, DS = 3;
    private static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSI = 6, RDI = 7;

    private final Encoding encoding;
    private final boolean mode64;

    OperandReader(Encoding encoding, boolean mode64) {
        this.encoding = encoding;
        this.mode64 = mode64;
    }

    /** The operand, or null if it names a register that does not exist. */
    Operand read(int code, int opcode, int operandBits, long pc) {
        int place = code >> 8, bits = isMmx(code) ? 64 : bits(code & 0xFF, operandBits);
        return switch (place) {
            case 'A' -> farPointer(operandBits);
            case 'B' -> encoding.memoryAt(overridden(), RBX, 8);
            case 'C' -> control(File.CONTROL, 8, bits);
            case 'D' -> control(File.DEBUG, 7, bits);
            case 'E' -> encoding.mod == 3 ? general(encoding.extended(encoding.rm), bits) : encoding.memory(bits);
            case 'F' -> encoding.memoryAt(overridden(), RDI, bits);
            case 'G' -> general(encoding.extendedReg(), bits);
            case 'I' -> immediate(code & 0xFF, bits, operandBits);
            case 'J' -> target(bits, operandBits, pc);
            case 'M' -> encoding.memory(bits);
            case 'N', 'Q', 'U', 'W' -> encoding.mod == 3 ? vectorRm(place, code, bits) : encoding.memory(bits);
            case 'O' -> absolute(bits);
            case 'P', 'V' -> vectorReg(place, code, bits);
            case 'R' -> general(encoding.extended(encoding.rm), bits);
            case 'S' -> new Register(File.SEGMENT, encoding.reg, 16);
            case 'X' -> encoding.memoryAt(overridden(), RSI, bits);
            case 'Y' -> encoding.memoryAt(ES, RDI, bits);
            case 'Z' -> general(encoding.extended(opcode & 7), bits);
            case 's' -> new Immediate(encoding.signed(8), bits);
            case 'a' -> new Register(File.GPR, RAX, bits);
            case 'c' -> new Register(File.GPR, RCX, bits);
            case 'd' -> new Register(File.GPR, RDX, bits);
            case 'g' -> new Register(File.SEGMENT, code & 0xFF, 16);
            case 'h' -> new Register(File.X87, 0, 80);
            case 'i' -> new Register(File.X87, encoding.rm, 80);
            case '1' -> new Immediate(1, 8);
            default  -> throw new AssertionError("operand code " + (char) place);
        };
    }

    private int bits(int size, int operandBits) {
        return switch (size) {
            case 'b' -> 8;
            case 'w' -> 16;
            case 'd' -> 32;
            case 'q' -> 64;
            case 't' -> 80;
            case 'x' -> 128;
            case 'v' -> operandBits;
            case 'z' -> Math.min(operandBits, 32);
            case 'y' -> operandBits == 64 ? 64 : 32;
            case 'a' -> 2 * operandBits;
            case 'p' -> 16 + operandBits;
            case 's' -> mode64 ? 80 : 48;
            case 'm' -> mode64 ? 64 : 32;
            case '*' -> switch (encoding.mandatory()) { case 2 -> 32; case 3 -> 64; default -> 128; };
            default  -> 0;
        };
    }

    private int overridden() { return encoding.segment >= 0 ? encoding.segment : DS; }

    /** Without REX, byte registers 4-7 are AH, CH, DH, BH (SDM vol. 1, 3.4.1.1). */
    private Register general(int number, int bits) {
        boolean high = bits == 8 && number >= 4 && number < 8 && !encoding.hasRex();
        return high ? new Register(File.GPR8_HIGH, number - 4, 8) : new Register(File.GPR, number, bits);
    }

    private Register control(File file, int last, int bits) {
        int number = encoding.extendedReg();
        return number <= last && (file == File.DEBUG || number != 8 || mode64) ? new Register(file, number, bits) : null;
    }

    private Register vectorRm(int place, int code, int bits) {
        boolean xmm = place == 'U' || place == 'W' || isXmm(code);
        return xmm ? new Register(File.XMM, encoding.extended(encoding.rm), bits) : new Register(File.MMX, encoding.rm, bits);
    }

    private Register vectorReg(int place, int code, int bits) {
        boolean xmm = place == 'V' || isXmm(code);
        return xmm ? new Register(File.XMM, encoding.extendedReg(), bits) : new Register(File.MMX, encoding.reg, bits);
    }

    /** Px, Qx, Nx are MMX operands that 66 makes XMM. */
    private static boolean isEither(int code) { return code == ('P' << 8 | 'x') || code == ('Q' << 8 | 'x') || code == ('N' << 8 | 'x'); }

    private boolean isXmm(int code) { return isEither(code) && encoding.size66; }

    private boolean isMmx(int code) { return isEither(code) && !encoding.size66; }

    /** Iz has at most 32 bits, but is used at the operand size. */
    private Immediate immediate(int size, int bits, int operandBits) {
        return switch (size) {
            case 'b' -> new Immediate(encoding.u8(), 8);
            case 'w' -> new Immediate(encoding.u16(), 16);
            default  -> new Immediate(encoding.signed(bits), operandBits);
        };
    }

    private Operand target(int bits, int operandBits, long pc) {
        long offset = encoding.signed(bits);
        long target = pc + encoding.length() + offset;
        long wrapped = operandBits == 64 ? target : operandBits == 32 ? target & 0xFFFFFFFFL : target & 0xFFFF;
        return new Operand.Target(wrapped, operandBits);
    }

    private Operand farPointer(int operandBits) {
        long offset = operandBits == 16 ? encoding.u16() : encoding.s32() & 0xFFFFFFFFL;
        return new Operand.FarPointer(encoding.u16(), offset, 16 + operandBits);
    }

    /** An address as an immediate, as wide as the address size (MOV with A0-A3). */
    private Operand absolute(int bits) {
        long address = encoding.signed(encoding.addressBits());
        return new Operand.Memory(overridden(), Operand.Memory.NONE, Operand.Memory.NONE, 1, address, bits);
    }
}
