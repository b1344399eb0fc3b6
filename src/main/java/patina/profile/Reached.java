package patina.profile;

/** How control came to a block other than by a direct jump or branch. A set of these is an int of {@link #bit}s. */
public enum Reached {
    /** By a call, direct or indirect. */
    CALL,
    /** By a return. */
    RETURN,
    /** By an indirect jump. */
    INDIRECT,
    /** From the dispatcher: a thread's or handler's start, a native exit that was not a direct one. */
    DISPATCH;

    public final int bit = 1 << ordinal();

    /** Any of these makes the block an entry of a region. */
    public static final int ANY = (1 << values().length) - 1;

    public boolean in(int set) { return (set & bit) != 0; }

    /** "CALL RETURN", for tables. */
    public static String text(int set) {
        StringBuilder s = new StringBuilder();
        for (Reached r : values()) if (r.in(set)) s.append(s.isEmpty() ? "" : " ").append(r);
        return s.toString();
    }
}
