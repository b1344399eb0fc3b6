package patina.oracle;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import patina.guest.x86.Mnemonic;

/** Instructions that make sense only together: jumps with their targets, control words with what they are set to. */
final class Composed {
    private static final int STATUS_AND_DIRECTION = Undefined.STATUS | 0x400, MXCSR_MASKED = 0x1f80;
    /** Bits 8 to 15 of the address of 512 bytes in the data area. */
    private static final int AREA = (int) (Layout.DATA_MIDDLE + 0x400) >> 8 & 0xff;

    /** What is drawn here alone. */
    static final Set<Mnemonic> MNEMONICS = EnumSet.of(Mnemonic.JCC, Mnemonic.JMP, Mnemonic.LOOP, Mnemonic.LOOPE, Mnemonic.LOOPNE, Mnemonic.JRCXZ, Mnemonic.JECXZ, Mnemonic.CALL,
        Mnemonic.RET, Mnemonic.POPF, Mnemonic.POPFQ, Mnemonic.LDMXCSR, Mnemonic.FXSAVE, Mnemonic.FXRSTOR, Mnemonic.FLDCW, Mnemonic.FNSTSW);

    private final RandomGenerator random;
    private final Set<Family> families;

    Composed(RandomGenerator random, Set<Family> families) {
        this.random = random;
        this.families = families;
    }

    void add(List<Piece> pieces, Supplier<Piece> any) {
        int kind = random.nextInt(100), some = 1 + random.nextInt(3), n = random.nextInt(256);
        if (kind < 25) pieces.add(Piece.skip(some, 1, 0x70 | n & 15));                                      // jcc rel8
        else if (kind < 35) pieces.add(Piece.skip(some, 4, 0x0f, 0x80 | n & 15));                           // jcc rel32
        else if (kind < 40) pieces.add((n & 1) == 0 ? Piece.skip(some, 1, 0xeb) : Piece.skip(some, 4, 0xe9)); // jmp
        else if (kind < 46) pieces.add((n & 4) == 0 ? Piece.skip(some, 1, 0x67, 0xe0 | n & 3) : Piece.skip(some, 1, 0xe0 | n & 3));   // loop, jrcxz forward
        else if (kind < 52) pieces.add(Piece.skip(some, 4, 0xe8));                                          // call
        else if (kind < 64) indirect(pieces, n & 7, n >> 3);
        else if (kind < 72) loop(pieces, any, some);
        else control(pieces, kind, random.nextInt());
    }

    /** lea REG, [rip + there]; then a jump, a call, or a return that leads there. */
    private void indirect(List<Piece> pieces, int register, int n) {
        if (register == 4) register = 0;
        boolean returns = n % 3 == 2;
        pieces.add(Piece.skip((returns ? 2 : 1) + random.nextInt(2), 4, 0x48, 0x8d, 5 | register << 3));
        switch (n % 3) {
            case 0 -> pieces.add(Piece.of(0xff, 0xe0 | register));
            case 1 -> pieces.add(Piece.of(0xff, 0xd0 | register));
            default -> {
                pieces.add(Piece.of(0x50 | register));
                pieces.add((n & 4) == 0 ? Piece.of(0xc3) : Piece.of(0xc2, 8 * (n & 3), 0));
            }
        }
    }

    /** mov ecx, few; …; loop back */
    private void loop(List<Piece> pieces, Supplier<Piece> any, int body) {
        pieces.add(Piece.of(0xb9, 1 + random.nextInt(5), 0, 0, 0));
        int first = pieces.size();
        for (int i = 0; i < body; i++) {
            pieces.add(any.get());
            if (Undefined.mayLeave(pieces.getLast().insn())) pieces.add(Piece.of(0x3c, random.nextInt(256)));
        }
        int back = first - pieces.size() - 1;
        int kind = random.nextInt(6);
        if (kind < 4) pieces.add(Piece.skip(back, 1, kind < 3 ? 0xe2 : 0xe0 | random.nextInt(2)));          // loop, loopne, loope
        else {
            pieces.add(Piece.of(0xff, 0xc9));                                                               // dec ecx; jg
            pieces.add(Piece.skip(back - 1, kind == 4 ? 1 : 4, kind == 4 ? new int[] {0x7f} : new int[] {0x0f, 0x8f}));
        }
    }

    private void control(List<Piece> pieces, int kind, int value) {
        if (families.contains(Family.X87)) {
            int word = new Values(random).control();
            if (kind < 86) pieces.add(Piece.of(0x66, 0x68, word & 0xff, word >> 8, 0xd9, 0x2c, 0x24));      // push; fldcw [rsp]
            else pieces.add(Piece.of(0xdf, 0xe0, 0x80, 0xe4, 0xfd));                                        // fnstsw ax; and ah, without C1
        } else if (kind < 80 || !families.contains(Family.SSE)) {
            int flags = 0x202 | value & STATUS_AND_DIRECTION;
            if ((value & 1 << 20) == 0) pieces.add(Piece.of(0x68, flags & 0xff, flags >> 8, 0, 0, 0x9d));   // push; popfq
            else pieces.add(Piece.of(0x66, 0x68, flags & 0xff, flags >> 8, 0x66, 0x9d));                    // push; popf
        } else if (kind < 92) {
            int mxcsr = MXCSR_MASKED | value & Values.MXCSR_RANDOM;
            pieces.add(Piece.of(0x68, mxcsr & 0xff, mxcsr >> 8, 0, 0, 0x0f, 0xae, 0x14, 0x24));             // push; ldmxcsr [rsp]
        } else {
            pieces.add((value & 1) == 0 ? Piece.of(0x0f, 0xae, 0x04, 0x25, 0, AREA, 1, 0, 0x0f, 0xae, 0x0c, 0x25, 0, AREA, 1, 0)       // fxsave; fxrstor
                    : Piece.of(0x48, 0x0f, 0xae, 0x04, 0x25, 0, AREA, 1, 0, 0x48, 0x0f, 0xae, 0x0c, 0x25, 0, AREA, 1, 0));
        }
    }
}
