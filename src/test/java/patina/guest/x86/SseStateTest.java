package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import patina.ir.Trap;

/** What single lines cannot say: the state that MMX shares with the x87 unit, MXCSR, FXSAVE and FXRSTOR, alignment. */
class SseStateTest {
    private final Trial trial = new Trial();

    @BeforeEach void pointers() {
        trial.setLong(X86State.GPR[X86State.RSI].offset(), Trial.MEMORY);
        trial.setInt(X86State.MXCSR.offset(), 0x1f80);
        trial.setLong(X86State.X87_TOP.offset(), 5);
        trial.setByte(X86State.X87_TAGS.offset(), (byte) 0x60);
    }

    private void run(String bytes) { trial.run(Trial.lift(Trial.decode(HexFormat.ofDelimiter(" ").parseHex(bytes)))); }

    private long exponent(int n) { return trial.getShort(X86State.X87 + 16 * n + 8) & 0xffff; }

    private void assertStack(int top, int tags) {
        assertEquals(top, trial.getLong(X86State.X87_TOP.offset()));
        assertEquals(tags, trial.getByte(X86State.X87_TAGS.offset()) & 0xff);
    }

    @Test void writingMmxTakesTheWholeRegister() {
        run("0f fc c1");                    // paddb mm0, mm1
        assertStack(0, 0xff);
        assertEquals(0xffff, exponent(0));
        assertEquals(0, exponent(1));
        run("0f 77");                       // emms
        assertStack(0, 0);
    }

    @Test void readingMmxMarksItInUse() {
        run("48 0f 7e c0");                 // movq rax, mm0
        assertStack(0, 0xff);
        assertEquals(0, exponent(0));
    }

    @Test void integersFromMemoryAreNoMmx() {
        run("66 0f 2a 0e");                 // cvtpi2pd xmm1, [rsi]
        assertStack(5, 0x60);
    }

    @Test void mxcsr() {
        trial.store(Trial.MEMORY, 4, 0x9fc0);
        run("0f ae 16");                    // ldmxcsr [rsi]
        trial.store(Trial.MEMORY, 8, 0);
        run("0f ae 1e");                    // stmxcsr [rsi]
        assertEquals(0x9fc0, trial.load(Trial.MEMORY, 8));
        trial.store(Trial.MEMORY, 4, 0x1_0000);
        assertTrap(Trap.GENERAL_PROTECTION, "0f ae 16");
        assertEquals(0x9fc0, trial.getInt(X86State.MXCSR.offset()));
    }

    @Test void saveAndRestore() {
        for (int i = 0; i < 16; i++) trial.setLong(X86State.XMM[i].offset() + 8, i * 0x0101_0101_0101L);
        for (int i = 0; i < 8; i++) trial.setLong(X86State.X87 + 16 * i, 100 + i);
        trial.setShort(X86State.X87_CONTROL.offset(), (short) 0x37f);
        trial.setShort(X86State.X87_STATUS.offset(), (short) 0x4100);
        byte[] before = trial.state.array().clone();
        run("0f ae 06");                    // fxsave [rsi]
        assertEquals(0x60_6900_037fL, trial.load(Trial.MEMORY, 8), "FTW, FSW with TOP, FCW");
        assertEquals(0xffff_0000_1f80L, trial.load(Trial.MEMORY + 24, 8), "MXCSR and its mask");
        assertEquals(105, trial.load(Trial.MEMORY + 32, 8), "ST(0) is register 5");
        assertEquals(15 * 0x0101_0101_0101L, trial.load(Trial.MEMORY + 160 + 15 * 16 + 8, 8));
        trial.setLong(X86State.X87_TOP.offset(), 1);
        for (int i = 0; i < 24; i++) trial.setLong(X86State.XMM[0].offset() + 16 * i, -1);
        trial.setShort(X86State.X87_STATUS.offset(), (short) 0);
        run("0f ae 0e");                    // fxrstor [rsi]
        assertEquals(HexFormat.of().formatHex(before, 0, X86State.SCRATCH_A.offset()),
                HexFormat.of().formatHex(trial.state.array(), 0, X86State.SCRATCH_A.offset()));
    }

    @Test void controlWordHasNoOtherBits() {
        run("0f ae 06");
        trial.store(Trial.MEMORY, 2, 0xffff);
        run("0f ae 0e");
        assertEquals(0x1f7f, trial.getShort(X86State.X87_CONTROL.offset()));
    }

    @Test void alignment() {
        trial.setLong(X86State.GPR[X86State.RSI].offset(), Trial.MEMORY + 8);
        assertTrap(Trap.ALIGNMENT, "0f 28 0e");             // movaps xmm1, [rsi]
        assertTrap(Trap.ALIGNMENT, "66 0f fc 0e");          // paddb xmm1, [rsi]
        assertTrap(Trap.ALIGNMENT, "66 0f e7 0e");          // movntdq [rsi], xmm1
        assertTrap(Trap.GENERAL_PROTECTION, "0f ae 06");    // fxsave [rsi]
        run("0f 10 0e");                                    // movups xmm1, [rsi]
        run("0f fc 0e");                                    // paddb mm1, [rsi]
        run("f2 0f 58 0e");                                 // addsd xmm1, [rsi]
        run("66 0f 3a 63 0e 00");                           // pcmpistri xmm1, [rsi], 0
    }

    private void assertTrap(Trap trap, String bytes) { assertEquals(trap, assertThrows(Trial.Raised.class, () -> run(bytes)).trap); }
}
