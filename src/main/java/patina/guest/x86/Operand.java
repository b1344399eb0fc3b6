package patina.guest.x86;

/** One explicit operand of a decoded x86 instruction. Sizes are in bits. */
public sealed interface Operand {
    int bits();

    /** The register files an operand can name. {@code GPR8_HIGH} is AH, CH, DH, BH (index 0-3). */
    enum File { GPR, GPR8_HIGH, SEGMENT, CONTROL, DEBUG, X87, MMX, XMM }

    /** A register: its file, its number in that file, and the width that is accessed (of an XMM register, the low bits: 32 for ADDSS). */
    record Register(File file, int index, int bits) implements Operand {
        /** By hand: the JVM's own comparison of records costs 10 ms at its first use. */
        @Override public boolean equals(Object o) { return o instanceof Register r && file == r.file && index == r.index && bits == r.bits; }
        @Override public int hashCode() { return (file.ordinal() << 8 | index) << 10 | bits; }
    }

    /**
     * A memory operand: segment base + base + index * scale + displacement, computed in the instruction's address size.
     *
     * @param segment 0-5 for ES CS SS DS FS GS as it applies after defaults and overrides (in 64-bit mode only 4 and 5 have a base)
     * @param base    GPR number, {@link #NONE}, or {@link #RIP} (the displacement is then relative to the next instruction)
     * @param index   GPR number or {@link #NONE}
     * @param scale   1, 2, 4 or 8
     * @param bits    what is accessed; 0 where the instruction only uses the address (LEA, PREFETCH, FXSAVE …)
     */
    record Memory(int segment, int base, int index, int scale, long displacement, int bits) implements Operand {
        public static final int NONE = -1, RIP = -2;
    }

    /** An immediate, sign-extended to 64 bits where the manual says so; {@code bits} is the size it is used at. */
    record Immediate(long value, int bits) implements Operand {}

    /** A branch target: the absolute guest address, already computed and wrapped to the operand size. */
    record Target(long pc, int bits) implements Operand {}

    /** A far pointer of 32-bit mode: selector:offset. */
    record FarPointer(int selector, long offset, int bits) implements Operand {}
}
