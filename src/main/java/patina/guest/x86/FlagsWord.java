package patina.guest.x86;

import static patina.guest.x86.X86State.ADJUST;
import static patina.guest.x86.X86State.CF;
import static patina.guest.x86.X86State.DF;
import static patina.guest.x86.X86State.OF;
import static patina.guest.x86.X86State.OTHER_FLAGS;
import static patina.guest.x86.X86State.PARITY;
import static patina.guest.x86.X86State.SIGN;
import static patina.guest.x86.X86State.ZERO;

import patina.guest.Cpu;

/** RFLAGS as one word, in and out of the state: for signal frames and tests. {@link Flags} has the same in lifted code. */
public final class FlagsWord {
    private FlagsWord() {}

    public static long read(Cpu cpu) {
        long word = Flags.ALWAYS_SET | cpu.getInt(OTHER_FLAGS.offset()) & Flags.OTHER_BITS;
        word |= (long) cpu.getByte(CF.offset()) << Flags.CARRY_BIT;
        word |= (Integer.bitCount(cpu.getByte(PARITY.offset()) & 0xff) & 1 ^ 1) << Flags.PARITY_BIT;
        word |= cpu.getByte(ADJUST.offset()) & 1 << Flags.ADJUST_BIT;
        word |= (cpu.getLong(ZERO.offset()) == 0 ? 1 : 0) << Flags.ZERO_BIT;
        word |= (cpu.getLong(SIGN.offset()) >>> 63) << Flags.SIGN_BIT;
        word |= (long) cpu.getByte(DF.offset()) << Flags.DIRECTION_BIT;
        return word | (long) cpu.getByte(OF.offset()) << Flags.OVERFLOW_BIT;
    }

    public static void write(Cpu cpu, long word) {
        cpu.setInt(OTHER_FLAGS.offset(), (int) word & Flags.OTHER_BITS);
        cpu.setByte(CF.offset(), (byte) bit(word, Flags.CARRY_BIT));
        cpu.setByte(PARITY.offset(), (byte) (bit(word, Flags.PARITY_BIT) ^ 1));
        cpu.setByte(ADJUST.offset(), (byte) (word & 1 << Flags.ADJUST_BIT));
        cpu.setLong(ZERO.offset(), bit(word, Flags.ZERO_BIT) ^ 1);
        cpu.setLong(SIGN.offset(), bit(word, Flags.SIGN_BIT) << 63);
        cpu.setByte(DF.offset(), (byte) bit(word, Flags.DIRECTION_BIT));
        cpu.setByte(OF.offset(), (byte) bit(word, Flags.OVERFLOW_BIT));
    }

    private static long bit(long word, int bit) { return word >>> bit & 1; }
}
