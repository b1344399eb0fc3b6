package patina.guest.x86;

/** Not written yet. */
final class Sse {
    private Sse() {}

    static boolean lift(Lift l) { return false; }
}
