package patina.guest.x86;

import patina.guest.Cpu;

/** EFLAGS as one word, from and to the values the state keeps instead. */
final class X86Eflags {
    private X86Eflags() {}

    private static final int CARRY = 1, FIXED = 2, PARITY = 4, ADJUST = 0x10, ZERO = 0x40, SIGN = 0x80, INTERRUPT = 0x200,
            DIRECTION = 0x400, OVERFLOW = 0x800;
    /** NT, AC, ID: what {@link X86State#OTHER_FLAGS} holds. */
    static final int OTHER = 0x4000 | 0x40000 | 0x200000;

    static int get(Cpu cpu) {
        return FIXED | INTERRUPT
            | (cpu.getByte(X86State.CF.offset()) & 1) * CARRY
            | (Integer.bitCount(cpu.getByte(X86State.PARITY.offset()) & 0xff) & 1 ^ 1) * PARITY
            | cpu.getByte(X86State.ADJUST.offset()) & ADJUST
            | (cpu.getLong(X86State.ZERO.offset()) == 0 ? ZERO : 0)
            | (cpu.getLong(X86State.SIGN.offset()) < 0 ? SIGN : 0)
            | (cpu.getByte(X86State.DF.offset()) & 1) * DIRECTION
            | (cpu.getByte(X86State.OF.offset()) & 1) * OVERFLOW
            | cpu.getInt(X86State.OTHER_FLAGS.offset()) & OTHER;
    }

    static void set(Cpu cpu, int flags) {
        cpu.setByte(X86State.CF.offset(), bit(flags, CARRY));
        cpu.setByte(X86State.PARITY.offset(), (byte) (bit(flags, PARITY) ^ 1));
        cpu.setByte(X86State.ADJUST.offset(), (byte) (flags & ADJUST));
        cpu.setLong(X86State.ZERO.offset(), bit(flags, ZERO) ^ 1);
        cpu.setLong(X86State.SIGN.offset(), (flags & SIGN) != 0 ? Long.MIN_VALUE : 0);
        cpu.setByte(X86State.DF.offset(), bit(flags, DIRECTION));
        cpu.setByte(X86State.OF.offset(), bit(flags, OVERFLOW));
        cpu.setInt(X86State.OTHER_FLAGS.offset(), flags & OTHER);
    }

    private static byte bit(int flags, int mask) { return (byte) ((flags & mask) != 0 ? 1 : 0); }
}
