package patina.interp;

import java.util.Arrays;
import patina.host.Raw;

/**
 * Writes x86-64 machine code: the few forms that {@link TemplateCompiler} needs. Opcodes are the manual's (SDM vol. 2), of one to three
 * bytes (0x0fb6, 0x0f3817), with the mandatory prefix given apart. Registers are by number: RAX RCX RDX RBX, or XMM0 to XMM3.
 */
final class Emitter {
    static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3;
    static final int NONE = 0, P66 = 0x66, F2 = 0xf2, F3 = 0xf3;
    private static final int GS = 0x65, WIDE = 8;

    /** What a memory operand is based on: rbx, the templates' data; r12, the state. */
    enum Base { DATA, STATE }

    private byte[] bytes = new byte[1 << 12];
    private int size;

    void clear() { size = 0; }

    int size() { return size; }

    void copyTo(long address) { Raw.copy(bytes, 0, address, size); }

    void int8(int v) {
        if (size == bytes.length) bytes = Arrays.copyOf(bytes, 2 * size);
        bytes[size++] = (byte) v;
    }

    void int32(int v) { for (int i = 0; i < 32; i += 8) int8(v >> i); }

    private void opcode(int prefix, int rex, int opcode) {
        if (prefix != NONE) int8(prefix);
        if (rex != 0) int8(0x40 | rex);
        if (opcode > 0xffff) int8(opcode >> 16);
        if (opcode > 0xff) int8(opcode >> 8);
        int8(opcode);
    }

    /** opcode reg, [base + displacement]; the other way round where the opcode says so. */
    void memory(int prefix, boolean wide, int opcode, int reg, Base base, int displacement) {
        opcode(prefix, (wide ? WIDE : 0) | (base == Base.STATE ? 1 : 0), opcode);
        int8(0x80 | reg << 3 | (base == Base.STATE ? 4 : 3));
        if (base == Base.STATE) int8(0x24);
        int32(displacement);
    }

    /** opcode reg, gs:[address]: guest memory at what a register holds. */
    void guest(int prefix, boolean wide, int opcode, int reg, int address) {
        int8(GS);
        opcode(prefix, wide ? WIDE : 0, opcode);
        int8(reg << 3 | address);
    }

    /** opcode reg, [address]: host memory at what a register holds. */
    void host(boolean wide, int opcode, int reg, int address) {
        opcode(NONE, wide ? WIDE : 0, opcode);
        int8(reg << 3 | address);
    }

    /** opcode reg, rm: both registers. */
    void registers(int prefix, boolean wide, int opcode, int reg, int rm) {
        opcode(prefix, wide ? WIDE : 0, opcode);
        int8(0xc0 | reg << 3 | rm);
    }

    /** [rbx + rcx] + displacement as the memory operand. */
    void indexed(boolean wide, int opcode, int reg, int displacement) {
        opcode(NONE, wide ? WIDE : 0, opcode);
        int8(0x84 | reg << 3);
        int8(0x0b);
        int32(displacement);
    }

    void move(int reg, long constant) {
        if (constant == 0) { registers(NONE, false, 0x31, reg, reg); return; }
        if (constant >>> 32 == 0) {
            int8(0xb8 + reg);
            int32((int) constant);
        } else if ((int) constant == constant) {
            registers(NONE, true, 0xc7, 0, reg);
            int32((int) constant);
        } else {
            opcode(NONE, WIDE, 0xb8 + reg);
            int32((int) constant);
            int32((int) (constant >>> 32));
        }
    }

    /** jmp, or a jump by condition (the low four bits of the opcode), to what {@link #patch} says; returns where that is to be entered. */
    int jump() { int8(0xe9); int32(0); return size; }

    int jumpIf(int condition) { int8(0x0f); int8(0x80 | condition); int32(0); return size; }

    /** The jump that ends at {@code end} goes to {@code target}, an offset like itself. */
    void patch(int end, int target) { for (int i = 0; i < 4; i++) bytes[end - 4 + i] = (byte) (target - end >> 8 * i); }

    void patchHere(int end) { patch(end, size); }
}
