package patina.memory;

/** The host gives no address space for a guest; the message says to the user how much was asked for, and where to look. */
public final class NoRoom extends RuntimeException {
    NoRoom(String message) { super(message, null, false, false); }
}
