package patina.guest.x86;

/** The lifter does not know this instruction or form; the guest gets SIGILL and the user one line. */
final class UnsupportedInstruction extends RuntimeException {
    UnsupportedInstruction(String what) { super(what, null, false, false); }
}
