package patina.oracle;

/** Something that runs instructions. */
interface Engine {
    String name();

    /**
     * Runs the code, which lies at {@link Layout#CODE}, from its first byte until it leaves at its end; {@code state} is as it is then.
     * Returns null, or the exception that was raised: #DE, #UD, #GP (page faults too), UNSUPPORTED, with the offset of the instruction.
     */
    Raised run(byte[] code, State state);

    /**
     * @param offset of the instruction, -1 if that is not known
     * @param memory whether an address that is not mapped was accessed
     */
    record Raised(String exception, int offset, boolean memory) {
        boolean same(Raised other) { return other != null && exception.equals(other.exception) && (offset == other.offset || offset < 0 || other.offset < 0); }

        @Override public String toString() { return exception + " at +" + offset; }
    }
}
