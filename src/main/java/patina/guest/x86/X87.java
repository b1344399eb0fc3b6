package patina.guest.x86;

/** Not written yet. */
final class X87 {
    private X87() {}

    static boolean lift(Lift l) { return false; }
}
