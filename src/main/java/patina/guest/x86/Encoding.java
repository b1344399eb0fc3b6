package patina.guest.x86;

/**
 * The bytes of the one instruction that is being decoded: a cursor, the prefixes and the ModRM fields. Reading beyond what is
 * there gives zeros and is remembered in {@link #overrun}; whoever reads asks before he believes.
 */
final class Encoding {
    private static final int LONGEST = 15;
    private static final int REX_W = 8, REX_R = 4, REX_X = 2, REX_B = 1;

    private final boolean mode64;
    private byte[] bytes;
    private int start, position, limit;
    private boolean overrun;

    /** 0, or F3 or F2, whichever came last. */
    int repeat;
    /** An override that has an effect, or -1. */
    int segment;
    boolean lock, size66;
    private boolean address67;
    private int rex;
    /** The fields of ModRM, without the bits of REX. */
    int mod, reg, rm;
    private int memorySegment, memoryBase, memoryIndex, memoryScale;
    private long displacement;

    Encoding(boolean mode64) { this.mode64 = mode64; }

    void begin(byte[] bytes, int offset, int available) {
        this.bytes = bytes;
        start = position = offset;
        limit = offset + Math.min(available, LONGEST);
        overrun = lock = size66 = address67 = false;
        repeat = rex = 0;
        segment = -1;
    }

    int length() { return position - start; }

    boolean overrun() { return overrun; }

    /** Whether 15 bytes were not enough. */
    boolean tooLong() { return overrun && limit - start == LONGEST; }

    int u8() {
        if (position >= limit) {
            overrun = true;
            return 0;
        }
        return bytes[position++] & 0xFF;
    }

    int u16() { return u8() | u8() << 8; }

    int s32() { return u16() | u16() << 16; }

    long s64() { return s32() & 0xFFFFFFFFL | (long) s32() << 32; }

    /** An immediate or displacement of 8, 16, 32 or 64 bits, sign-extended. */
    long signed(int bits) {
        return switch (bits) {
            case 8  -> (byte) u8();
            case 16 -> (short) u16();
            case 32 -> s32();
            default -> s64();
        };
    }

    /** Reads the prefixes and returns the byte after them. A REX prefix counts only there (SDM vol. 2, 2.2.1). */
    int prefixes() {
        while (true) {
            int code = u8();
            switch (code) {
                case 0x26, 0x2E, 0x36, 0x3E -> { if (!mode64) segment = code >> 3 & 3; }
                case 0x64, 0x65 -> segment = code & 7;
                case 0x66 -> size66 = true;
                case 0x67 -> address67 = true;
                case 0xF0 -> lock = true;
                case 0xF2, 0xF3 -> repeat = code;
                default -> {
                    if (!mode64 || (code & 0xF0) != 0x40) return code;
                    rex = code;
                    continue;
                }
            }
            rex = 0;
        }
    }

    boolean hasRex() { return rex != 0; }

    boolean wide() { return (rex & REX_W) != 0; }

    int extendedReg() { return reg | ((rex & REX_R) != 0 ? 8 : 0); }

    /** The number of ModRM.rm, or of the low three bits of an opcode, with REX.B. */
    int extended(int low) { return low | ((rex & REX_B) != 0 ? 8 : 0); }

    /** 0-3 for no mandatory prefix, 66, F3, F2: the latter two outrank 66. */
    int mandatory() { return repeat == 0xF3 ? 2 : repeat == 0xF2 ? 3 : size66 ? 1 : 0; }

    int operandBits() { return wide() ? 64 : size66 ? 16 : 32; }

    int addressBits() { return mode64 ? address67 ? 32 : 64 : address67 ? 16 : 32; }

    /** Reads ModRM, and SIB and displacement if it says memory. */
    void modrm(boolean alwaysRegister) {
        int modrm = u8();
        mod = alwaysRegister ? 3 : modrm >> 6;
        reg = modrm >> 3 & 7;
        rm = modrm & 7;
        if (mod == 3) return;
        memoryBase = memoryIndex = Operand.Memory.NONE;
        memoryScale = 1;
        if (addressBits() == 16) address16();
        else address32();
    }

    /** SDM vol. 2, table 2-1. */
    private void address16() {
        boolean absolute = mod == 0 && rm == 6;
        if (!absolute) {
            memoryBase = switch (rm) { case 0, 1, 7 -> 3; case 2, 3, 6 -> 5; case 4 -> 6; default -> 7; };
            if (rm < 4) memoryIndex = 6 + (rm & 1);
        }
        memorySegment = memoryBase == 5 ? 2 : 3;
        displacement = absolute || mod == 2 ? signed(16) : mod == 1 ? signed(8) : 0;
    }

    /** SDM vol. 2, tables 2-2 and 2-3, and 2.2.1.3 for what REX adds. */
    private void address32() {
        int low = rm;
        if (rm == 4) {
            int sib = u8();
            int index = sib >> 3 & 7 | ((rex & REX_X) != 0 ? 8 : 0);
            if (index != 4) {
                memoryIndex = index;
                memoryScale = 1 << (sib >> 6);
            }
            low = sib & 7;
        }
        boolean noBase = mod == 0 && low == 5;
        if (!noBase) memoryBase = extended(low);
        else if (mode64 && rm == 5) memoryBase = Operand.Memory.RIP;
        memorySegment = memoryBase == 4 || memoryBase == 5 ? 2 : 3;
        displacement = noBase || mod == 2 ? signed(32) : mod == 1 ? signed(8) : 0;
    }

    /** The memory operand that {@link #modrm} has read. */
    Operand.Memory memory(int bits) {
        return new Operand.Memory(segment >= 0 ? segment : memorySegment, memoryBase, memoryIndex, memoryScale, displacement, bits);
    }

    /** The memory at a register, for the instructions whose address is not encoded. */
    Operand.Memory memoryAt(int segment, int base, int bits) {
        return new Operand.Memory(segment, base, Operand.Memory.NONE, 1, 0, bits);
    }
}
