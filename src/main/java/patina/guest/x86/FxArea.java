package patina.guest.x86;

import patina.guest.Cpu;
import patina.ir.Trap;

/**
 * The FXSAVE area in its 64-bit layout (SDM vol. 1, 10.5.1), as FXSAVE and signal frames have it: x87 registers in stack order, tags by physical
 * register. Last x87 opcode and pointers are not kept: zero.
 */
final class FxArea {
    private FxArea() {}

    /** Bits that MXCSR has; the others must be zero (SDM vol. 1, 10.2.3). */
    static final int MXCSR_MASK = 0xffff;
    private static final int ST = 32, XMM = 160;

    static void save(Cpu cpu, long at) {
        long top = cpu.getLong(X86State.X87_TOP.offset()) & 7;
        long status = cpu.getShort(X86State.X87_STATUS.offset()) & 0xc7ffL | top << 11;
        long tags = cpu.getByte(X86State.X87_TAGS.offset()) & 0xffL;
        cpu.store(at, 8, cpu.getShort(X86State.X87_CONTROL.offset()) & 0xffffL | status << 16 | tags << 32);
        cpu.store(at + 8, 8, 0);
        cpu.store(at + 16, 8, 0);
        cpu.store(at + 24, 8, cpu.getInt(X86State.MXCSR.offset()) & 0xffff_ffffL | (long) MXCSR_MASK << 32);
        for (int i = 0; i < 8; i++) {
            int register = X86State.X87 + 16 * (int) (top + i & 7);
            cpu.store(at + ST + 16 * i, 8, cpu.getLong(register));
            cpu.store(at + ST + 16 * i + 8, 8, cpu.getShort(register + 8) & 0xffffL);
        }
        for (int i = 0; i < 32; i++) cpu.store(at + XMM + 8 * i, 8, cpu.getLong(X86State.XMM[0].offset() + 8 * i));
    }

    /** All of it or nothing: #GP where MXCSR has reserved bits set. */
    static void restore(Cpu cpu, long at) {
        long[] area = new long[(XMM + 256) / 8];
        for (int i = 0; i < area.length; i++) area[i] = cpu.load(at + 8 * i, 8);
        setMxcsr(cpu, (int) area[3]);
        long top = area[0] >> 27 & 7;
        X87Registers st = new X87Registers(cpu);
        st.setControl((int) area[0]);
        cpu.setShort(X86State.X87_STATUS.offset(), (short) (area[0] >> 16 & 0xc7ff));
        cpu.setLong(X86State.X87_TOP.offset(), top);
        cpu.setByte(X86State.X87_TAGS.offset(), (byte) (area[0] >> 32));
        for (int i = 0; i < 8; i++) {
            int register = X86State.X87 + 16 * (int) (top + i & 7);
            cpu.setLong(register, area[(ST + 16 * i) / 8]);
            cpu.setLong(register + 8, area[(ST + 16 * i) / 8 + 1] & 0xffff);
        }
        st.summarize();
        for (int i = 0; i < 32; i++) cpu.setLong(X86State.XMM[0].offset() + 8 * i, area[XMM / 8 + i]);
    }

    static void setMxcsr(Cpu cpu, int v) {
        if ((v & ~MXCSR_MASK) != 0) cpu.raise(Trap.GENERAL_PROTECTION);
        cpu.setInt(X86State.MXCSR.offset(), v);
    }
}
