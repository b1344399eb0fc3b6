package patina.interp;

import patina.ir.Exit;

/** How a block was reached, as bits of {@link Code#reached}: those of patina.profile.Reached, which a test holds against these. */
public final class Reached {
    private Reached() {}

    public static final int CALL = 1, RETURN = 2, INDIRECT = 4, DISPATCH = 8;

    /** The bit for having come through {@code exit}; 0 for jumps and branches. */
    static int by(Exit exit) {
        if (exit instanceof Exit.Call || exit instanceof Exit.CallIndirect) return CALL;
        if (exit instanceof Exit.Return) return RETURN;
        if (exit instanceof Exit.JumpIndirect) return INDIRECT;
        return exit instanceof Exit.Syscall ? DISPATCH : 0;
    }
}
