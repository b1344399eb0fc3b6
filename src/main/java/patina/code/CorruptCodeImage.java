package patina.code;

/** The bytes are not a whole, undamaged code image of this format. The message says what was found and what was expected. */
public final class CorruptCodeImage extends Exception {
    public final String found, expected;

    CorruptCodeImage(String found, String expected) {
        super("found " + found + ", expected " + expected, null, false, false);
        this.found = found;
        this.expected = expected;
    }
}
