package patina.interp;

import patina.ir.Exit;

/** How a block was reached: bits of {@link Code#reached}, kept by the profile. */
public final class Reached {
    private Reached() {}

    public static final int JUMP = 1, CALL = 2, RETURN = 4, INDIRECT = 8, SYSCALL = 16;

    static int by(Exit exit) {
        return switch (exit) {
            case Exit.Jump _, Exit.Branch _, Exit.Raise _ -> JUMP;
            case Exit.Call _, Exit.CallIndirect _ -> CALL;
            case Exit.Return _ -> RETURN;
            case Exit.JumpIndirect _ -> INDIRECT;
            case Exit.Syscall _ -> SYSCALL;
        };
    }
}
