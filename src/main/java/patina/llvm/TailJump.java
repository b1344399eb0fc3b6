package patina.llvm;

import patina.ir.StateLayout;

/**
 * Jumps through a pointer in the state. On x86-64 LLVM cannot make them: of the registers that hold no argument (RBX, R10) it allows
 * none for an indirect tail call, and takes RAX, which holds one. So it is given a jump to a symbol, and the five bytes of that jump
 * are replaced by {@code jmp *offset(%r12)}, which is as long.
 */
enum TailJump {
    DISPATCH("patina_dispatch", StateLayout.DISPATCH),
    EXIT("patina_exit", StateLayout.EXIT),
    /** EXIT_DETAIL carries the continuation of a guest return for the moment: nothing else does before an exit. */
    CONTINUE("patina_continue", StateLayout.EXIT_DETAIL);

    final String symbol;
    final int offset;

    TailJump(String symbol, int offset) { this.symbol = symbol; this.offset = offset; }

    static final int LENGTH = 5;

    /** {@code jmp *offset(%r12)}: REX.B FF /4, mod 01, SIB for R12 (Intel SDM vol. 2, JMP). */
    byte[] code() { return new byte[] {0x41, (byte) 0xff, 0x64, 0x24, (byte) offset}; }

    static TailJump of(String symbol) {
        for (TailJump jump : values()) if (jump.symbol.equals(symbol)) return jump;
        return null;
    }
}
