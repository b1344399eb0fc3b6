package patina.memory;

/** The host refuses what no guest can do without, address space above all; the message says to the user what, and where to look. */
public final class NoRoom extends RuntimeException {
    public NoRoom(String message) { super(message, null, false, false); }
}
