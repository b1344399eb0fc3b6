package patina.oracle;

import java.util.Arrays;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Plan;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Trap;
import patina.memory.GuestFault;

/** The code at {@link Layout#CODE} as blocks of at most so many instructions, which are kept while its bytes stay the same. */
final class Lifted implements Interpreter.Finder {
    private final GuestState at;
    private final int limit;
    private final Plan plan;
    private final Code[] codes = new Code[Layout.CODE_BYTES];
    private byte[] of = {};

    Lifted(GuestState at, int limit) {
        this.at = at;
        this.limit = limit;
        plan = new Plan(at.guest);
    }

    /** False: these were the bytes already. */
    boolean become(byte[] code) {
        if (Arrays.equals(code, of)) return false;
        forget();
        of = code.clone();
        return true;
    }

    void forget() {
        Arrays.fill(codes, null);
        of = new byte[0];
    }

    @Override public Code find(long pc) {
        int i = (int) Math.clamp(pc - Layout.CODE, -1, codes.length);
        boolean inside = i >= 0 && i < codes.length;
        if (inside && codes[i] != null) return codes[i];
        Block block = at.guest.lift(at.memory, pc, limit);
        if (block == null) throw new GuestFault(GuestFault.Kind.MAPERR, pc, GuestFault.Access.EXECUTE);
        if (block.exit() instanceof Exit.Raise(Trap trap, long _) && trap == Trap.UNSUPPORTED && block.instructions() == 1) throw new GuestFault(Trap.UNSUPPORTED);
        Code code = new Code(block, null, plan);
        if (inside) codes[i] = code;
        return code;
    }
}
