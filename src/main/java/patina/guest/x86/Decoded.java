package patina.guest.x86;

/** What comes of decoding: an instruction, or the reason why there is none. */
public sealed interface Decoded permits Insn, Decoded.Invalid, Decoded.Truncated {

    /** Why the processor refuses the bytes: #UD for the first two, #GP for an instruction of more than 15 bytes (SDM 3, 6.15). */
    enum Reason { UNDEFINED, LOCK, TOO_LONG }

    /** @param length the bytes that were looked at before it was clear */
    record Invalid(long pc, int length, Reason reason) implements Decoded {}

    /** All bytes offered, {@code length} of them, are a beginning: the processor would fetch the next, and fault if it is not mapped. */
    record Truncated(long pc, int length) implements Decoded {}
}
