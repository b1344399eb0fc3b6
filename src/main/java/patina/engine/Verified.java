package patina.engine;

/** What {@code run --verify} held against each other. */
public final class Verified {
    /** Entries into native code, and the guest instructions that it did. */
    long entries, instructions;
    /** Entries that went further than was looked ahead, and those that ended in a fault: there only the fault itself was looked at. */
    long unverified, faults;

    String json() {
        return "{\"entries\": " + entries + ", \"instructions\": " + instructions + ", \"faults\": " + faults + ", \"unverified\": " + unverified + "}";
    }

    @Override public String toString() {
        return "native code and the interpreter agree: entered " + entries + " times, " + instructions + " instructions"
            + (faults + unverified == 0 ? "" : "; not compared: " + (faults + unverified) + " entries, " + faults + " of them with the same fault");
    }
}
