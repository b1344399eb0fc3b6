package patina.interp;

import patina.ir.Exit;

/** How a block was reached: bits of {@link Code#reached}, kept by the profile. SYSCALL: from behind a system call or a helper. */
public final class Reached {
    private Reached() {}

    public static final int JUMP = 1, CALL = 2, RETURN = 4, INDIRECT = 8, SYSCALL = 16, DISPATCH = 32;

    /**
     * Any of these makes the block an entry of a region. DISPATCH is for the engine to set: control came from the dispatcher and not by way
     * of a direct exit of native code (see code.Thunk). The values stand in profiles: they do not change.
     */
    public static final int ENTRY = CALL | RETURN | INDIRECT | SYSCALL | DISPATCH, ALL = JUMP | ENTRY;

    private static final String[] NAMES = {"jump", "call", "return", "indirect", "syscall", "dispatch"};

    /** "call return", for tables. */
    public static String text(int set) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) if ((set >> i & 1) != 0) s.append(s.isEmpty() ? "" : " ").append(NAMES[i]);
        return s.toString();
    }

    /** No pattern switch: its bootstrap costs milliseconds at JVM start. */
    static int by(Exit exit) {
        if (exit instanceof Exit.Call || exit instanceof Exit.CallIndirect) return CALL;
        if (exit instanceof Exit.Return) return RETURN;
        if (exit instanceof Exit.JumpIndirect) return INDIRECT;
        return exit instanceof Exit.Syscall || exit instanceof Exit.Helper ? SYSCALL : JUMP;
    }
}
