package patina.guest.x86;

import static patina.guest.x86.X86State.ADJUST;
import static patina.guest.x86.X86State.CF;
import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.OF;
import static patina.guest.x86.X86State.PARITY;
import static patina.guest.x86.X86State.RCX;
import static patina.guest.x86.X86State.SCRATCH_A;
import static patina.guest.x86.X86State.SCRATCH_B;
import static patina.guest.x86.X86State.SCRATCH_IMMEDIATE;
import static patina.guest.x86.X86State.SCRATCH_X;
import static patina.guest.x86.X86State.SCRATCH_Y;
import static patina.guest.x86.X86State.SIGN;
import static patina.guest.x86.X86State.XMM;
import static patina.guest.x86.X86State.ZERO;

import patina.guest.Cpu;
import patina.ir.Trap;

/** The helpers of MMX and SSE, numbers from 100. Their arguments and results are in the scratch slots; {@link SseSystem} fills them. */
final class SseHelpers {
    private SseHelpers() {}

    /** Bytes of A where B's have the top bit set, to X. */
    static final int MASKED_STORE = 100;
    /** At the address X. */
    static final int LOAD_MXCSR = 101, STORE_MXCSR = 102, SAVE = 103, RESTORE = 104;
    /** A and B by IMMEDIATE, explicit lengths X and Y: flags, and the index in ECX or the mask in XMM0. */
    static final int EXPLICIT_TO_INDEX = 105, EXPLICIT_TO_MASK = 106, IMPLICIT_TO_INDEX = 107, IMPLICIT_TO_MASK = 108;

    /** Runs helper {@code number} if it is one of these. */
    static boolean help(int number, Cpu cpu) {
        long at = cpu.getLong(SCRATCH_X.offset());
        switch (number) {
            case MASKED_STORE -> maskedStore(cpu, at);
            case LOAD_MXCSR -> FxArea.setMxcsr(cpu, (int) cpu.load(at, 4));
            case STORE_MXCSR -> cpu.store(at, 4, cpu.getInt(X86State.MXCSR.offset()) & 0xffff_ffffL);
            case SAVE -> FxArea.save(cpu, aligned(cpu, at));
            case RESTORE -> FxArea.restore(cpu, aligned(cpu, at));
            case EXPLICIT_TO_INDEX -> compare(cpu, true, false);
            case EXPLICIT_TO_MASK -> compare(cpu, true, true);
            case IMPLICIT_TO_INDEX -> compare(cpu, false, false);
            case IMPLICIT_TO_MASK -> compare(cpu, false, true);
            default -> { return false; }
        }
        return true;
    }

    private static void maskedStore(Cpu cpu, long at) {
        for (int i = 0; i < 16; i++)    // all faults come before anything is written
            if (cpu.getByte(SCRATCH_B.offset() + i) < 0) cpu.store(at + i, 1, cpu.load(at + i, 1));
        for (int i = 0; i < 16; i++)
            if (cpu.getByte(SCRATCH_B.offset() + i) < 0) cpu.store(at + i, 1, cpu.getByte(SCRATCH_A.offset() + i) & 0xff);
    }

    private static long aligned(Cpu cpu, long at) {
        if ((at & 15) != 0) cpu.raise(Trap.GENERAL_PROTECTION);
        return at;
    }

    // ---- PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM vol. 2, 4.1)

    private static void compare(Cpu cpu, boolean explicit, boolean toMask) {
        int control = (int) cpu.getLong(SCRATCH_IMMEDIATE.offset());
        int[] a = elements(cpu, SCRATCH_A.offset(), control), b = elements(cpu, SCRATCH_B.offset(), control);
        int n = a.length;
        int lengthA = explicit ? length(cpu.getLong(SCRATCH_X.offset()), n) : length(a);
        int lengthB = explicit ? length(cpu.getLong(SCRATCH_Y.offset()), n) : length(b);
        int result = SseStrings.compare(a, lengthA, b, lengthB, control >> 2 & 3), all = (1 << n) - 1;
        if ((control & 0x10) != 0) result ^= (control & 0x20) != 0 ? (1 << lengthB) - 1 : all;
        boolean highest = (control & 0x40) != 0;
        if (toMask) setMask(cpu, result, n, highest);
        else cpu.setLong(GPR[RCX].offset(), result == 0 ? n : highest ? 31 - Integer.numberOfLeadingZeros(result) : Integer.numberOfTrailingZeros(result));
        cpu.setByte(CF.offset(), (byte) (result != 0 ? 1 : 0));
        cpu.setLong(ZERO.offset(), lengthB < n ? 0 : 1);
        cpu.setLong(SIGN.offset(), lengthA < n ? -1 : 0);
        cpu.setByte(OF.offset(), (byte) (result & 1));
        cpu.setByte(ADJUST.offset(), (byte) 0);
        cpu.setByte(PARITY.offset(), (byte) 1);
    }

    /** Bit 0 of the control: words, else bytes; bit 1: signed. */
    private static int[] elements(Cpu cpu, int offset, int control) {
        int[] v = new int[(control & 1) != 0 ? 8 : 16];
        boolean signed = (control & 2) != 0;
        for (int i = 0; i < v.length; i++) {
            int x = v.length == 8 ? cpu.getShort(offset + 2 * i) : cpu.getByte(offset + i);
            v[i] = signed ? x : x & (v.length == 8 ? 0xffff : 0xff);
        }
        return v;
    }

    /** An explicit length: its absolute value, at most the whole register. */
    private static int length(long v, int n) { return v > -n && v < n ? (int) Math.abs(v) : n; }

    /** An implicit length: up to the first zero. */
    private static int length(int[] v) {
        for (int i = 0; i < v.length; i++) if (v[i] == 0) return i;
        return v.length;
    }

    /** Bit 6 of the control: a mask of whole elements, else a bit mask. */
    private static void setMask(Cpu cpu, int result, int n, boolean expand) {
        long low = result, high = 0;
        if (expand) {
            int bits = 128 / n;
            low = 0;
            for (int i = 0; i < n; i++) {
                long element = (result >> i & 1) == 0 ? 0 : (1L << bits) - 1;
                if (i * bits < 64) low |= element << i * bits;
                else high |= element << i * bits - 64;
            }
        }
        cpu.setLong(XMM[0].offset(), low);
        cpu.setLong(XMM[0].offset() + 8, high);
    }
}
