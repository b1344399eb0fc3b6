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
import patina.ir.StateLayout;

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

    /** POPF, which lifted code leaves alone where it sets TF. */
    static boolean pop(Cpu cpu) {
        Insn insn = Culprit.insn(cpu);
        if (insn == null) return false;
        long top = Helpers.get(cpu, X86State.RSP);
        int bytes = insn.operandBits() / 8;
        write(cpu, bytes == 8 ? cpu.load(top, 8) : read(cpu) & ~0xffffL | cpu.load(top, bytes));
        Helpers.set(cpu, X86State.RSP, top + bytes);
        cpu.setLong(StateLayout.PC, insn.next());
        return true;
    }

    public static void write(Cpu cpu, long word) {
        if ((word & Flags.TRACE) != 0) cpu.setLong(StateLayout.POLL, 1);
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
