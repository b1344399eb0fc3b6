package patina.cache;

import java.nio.file.Path;
import patina.code.CodeImage;

/** What looking for a code image gave. */
public sealed interface Lookup {
    record Found(CodeImage image) implements Lookup {}

    /**
     * Nothing that may be used.
     *
     * @param found    what is there, in words; "" for nothing
     * @param expected what would have been accepted
     */
    record Refused(Path file, Reason reason, String found, String expected) implements Lookup {
        /** One line for a user. */
        public String message() {
            return file + ": " + reason.text + (found.isEmpty() ? "" : ": " + found) + (expected.isEmpty() ? "" : ", expected " + expected);
        }
    }

    enum Reason {
        ABSENT("no code yet"),
        CORRUPT("damaged"),
        /** Code of the image is there, but made by or for something else: toolchain, options, host, state layout. */
        OTHER_TOOLCHAIN("made under other conditions"),
        /** The bytes in the guest's memory are not those that the code was made from. */
        GUEST_CHANGED("the guest's code differs"),
        WRONG_OWNER("not this user's alone"),
        UNREADABLE("cannot be read"),
        UNWRITABLE("cannot be made");

        public final String text;

        Reason(String text) { this.text = text; }
    }
}
