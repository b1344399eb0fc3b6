package patina.guest.x86;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import patina.guest.CodeSource;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.ObjectCode;
import patina.ir.Slot;
import patina.ir.Value;

/**
 * Which flags nobody looks at after a block: those that every successor, as far as it is known, writes before it reads. Looks a few
 * instructions ahead by lifting them, so that what an instruction reads and writes is said in one place only. A flag that a signal handler could see, because an
 * instruction in between may fault, is alive.
 */
final class FlagLiveness {
    private static final int INSTRUCTIONS = 6;
    private static final Slot[] FLAGS = {X86State.ZERO, X86State.SIGN, X86State.CF, X86State.OF, X86State.PARITY, X86State.ADJUST};

    private final CodeSource code;
    /** The bytes that the answer depends on. */
    final List<ObjectCode.Range> lookedAt = new ArrayList<>();

    FlagLiveness(CodeSource code) { this.code = code; }

    /** Offsets of the flag slots that are dead after {@code exit}. */
    Set<Integer> deadAfter(Exit exit) {
        if (exit instanceof Exit.Jump e) return deadAt(e.target());
        if (exit instanceof Exit.Call e) return deadAt(e.target());
        if (!(exit instanceof Exit.Branch e)) return Set.of();
        Set<Integer> dead = deadAt(e.next());
        if (!dead.isEmpty()) dead.retainAll(deadAt(e.taken()));
        return dead;
    }

    private Set<Integer> deadAt(long pc) {
        Set<Integer> dead = new HashSet<>(), alive = new HashSet<>();
        Block ahead = X86Lifter.lift(code, pc, INSTRUCTIONS);
        if (ahead == null) return dead;
        lookedAt.add(new ObjectCode.Range(ahead.pc(), ahead.length()));
        for (Value v : ahead.code()) {
            int offset = (int) v.imm;
            switch (v.op) {
                case GET -> { if (isFlag(offset) && !dead.contains(offset)) alive.add(offset); }
                case SET -> { if (isFlag(offset) && !alive.contains(offset)) dead.add(offset); }
                case GETX, SETX -> { }
                default -> { if (!v.op.isPure()) return dead; }
            }
        }
        return dead;
    }

    private static boolean isFlag(int offset) {
        for (Slot flag : FLAGS) if (flag.offset() == offset) return true;
        return false;
    }
}
