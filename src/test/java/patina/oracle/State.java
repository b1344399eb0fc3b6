package patina.oracle;

import java.util.Arrays;

/** What an instruction can see and change of an x86-64 thread: registers as words, in the order of {@link #NAMES}, and the bytes of {@link Layout#DATA}. */
final class State {
    static final int RCX = 1, RSP = 4, RBP = 5, RSI = 6, RDI = 7, FLAGS = 16, MXCSR = 17, FCW = 18, FSW = 19, FTW = 20;
    /** XMM register i is the words XMM + 2i (low) and XMM + 2i + 1. */
    static final int XMM = 21;
    /** ST(i): the significand in word ST + 2i, sign and exponent in the next. */
    static final int ST = XMM + 32;
    static final int WORDS = ST + 16;
    static final String[] NAMES = names();

    final long[] words = new long[WORDS];
    final byte[] memory = new byte[Layout.DATA_BYTES];

    /** As a program starts: exceptions masked, x87 empty. */
    State() {
        words[FLAGS] = 0x202;
        words[MXCSR] = 0x1f80;
        words[FCW] = 0x37f;
    }

    State copy() {
        State s = new State();
        s.set(this);
        return s;
    }

    void set(State from) {
        System.arraycopy(from.words, 0, words, 0, WORDS);
        System.arraycopy(from.memory, 0, memory, 0, memory.length);
    }

    boolean same(State other) { return Arrays.equals(words, other.words) && Arrays.equals(memory, other.memory); }

    private static String[] names() {
        String[] names = Arrays.copyOf(("rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15 flags mxcsr fcw fsw ftw").split(" "), WORDS);
        for (int i = 0; i < 32; i++) names[XMM + i] = "xmm" + i / 2 + (i % 2 == 0 ? "l" : "h");
        for (int i = 0; i < 16; i++) names[ST + i] = "st" + i / 2 + (i % 2 == 0 ? "m" : "e");
        return names;
    }
}
