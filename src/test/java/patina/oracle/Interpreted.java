package patina.oracle;

import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Plan;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Trap;
import patina.memory.GuestFault;

/** The interpreter, with blocks of at most so many instructions. */
final class Interpreted implements Engine {
    private static final int MOST_BLOCKS = 10_000;

    private final GuestState at;
    private final Interpreter interpreter;
    private final int limit;

    Interpreted(GuestState at, int limit) {
        this.at = at;
        this.limit = limit;
        interpreter = new Interpreter(at.guest, at.cpu);
    }

    @Override public String name() { return limit == 1 ? "step" : "interp"; }

    @Override public Raised run(byte[] code, State state) {
        at.load(code, state);
        try {
            long pc = Layout.CODE;
            for (int n = 0; pc != Layout.END; n++) {
                if (n == MOST_BLOCKS) return new Raised("endless", (int) (pc - Layout.CODE), true);
                at.cpu.setPc(pc);
                pc = step(pc);
            }
        } catch (GuestFault fault) {
            at.store(state);
            return raised(fault, (int) (at.cpu.pc() - Layout.CODE));
        }
        at.store(state);
        return at.isCodeChanged() ? new Raised("code changed", -1, true) : null;
    }

    private long step(long pc) {
        Block block = at.guest.lift(at.memory, pc, limit);
        if (block == null) throw new GuestFault(GuestFault.Kind.MAPERR, pc, GuestFault.Access.EXECUTE);
        if (block.exit() instanceof Exit.Raise(Trap trap, long _) && trap == Trap.UNSUPPORTED && block.instructions() == 1) throw new GuestFault(Trap.UNSUPPORTED);
        return interpreter.execute(new Code(block, null, new Plan(at.guest)));
    }

    static Raised raised(GuestFault fault, int offset) {
        return switch (fault.trap) {
            case null -> new Raised("#GP", offset, true);
            case DIVIDE -> new Raised("#DE", offset, false);
            case UNDEFINED -> new Raised("#UD", offset, false);
            case GENERAL_PROTECTION, ALIGNMENT -> new Raised("#GP", offset, false);
            case VECTOR_FLOATING_POINT -> new Raised("#XM", offset, false);
            default -> new Raised(fault.trap.name(), offset, false);
        };
    }
}
