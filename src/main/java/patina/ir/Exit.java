package patina.ir;

/** How a block ends. Targets are guest addresses (image-relative when lifted from an image file). */
public sealed interface Exit {
    /** Goes on at {@code target}. */
    record Jump(long target) implements Exit {}

    /** Goes on at {@code taken} if the I1 is set, else at {@code next}. */
    record Branch(Value condition, long taken, long next) implements Exit {}

    /** Goes on wherever the I64 says. */
    record JumpIndirect(Value target) implements Exit {}

    /** A call; the lifted code has saved the return address as the guest does. {@code returnTo} is where the callee will come back. */
    record Call(long target, long returnTo) implements Exit {}

    record CallIndirect(Value target, long returnTo) implements Exit {}

    /** A return to {@code target}. */
    record Return(Value target) implements Exit {}

    /** A system call; execution goes on at {@code next}. */
    record Syscall(long next) implements Exit {}

    /** Runs the guest's helper {@code number}, which may change any slot, for the last instruction; execution goes on at {@code next}. */
    record Helper(int number, long next) implements Exit {}

    /** Raises {@code trap} at {@code pc}, always. */
    record Raise(Trap trap, long pc) implements Exit {}
}
