package patina.oracle;

import patina.guest.x86.X86State;
import patina.interp.Interpreter;
import patina.memory.GuestFault;

/** The interpreter, with blocks of at most so many instructions. */
final class Interpreted implements Engine {
    private static final int MOST_BLOCKS = 1000;

    private final String name;
    private final GuestState at;
    private final Interpreter interpreter;
    private final Lifted code;
    /** Of the last run. */
    int blocks;
    /** Where to note RCX on the way, what it was there last (null: not been there), and how often that was. */
    long watched;
    /** Ends there. */
    boolean stops;
    Long counter;
    int visits;

    Interpreted(String name, GuestState at, int limit) {
        this.name = name;
        this.at = at;
        interpreter = new Interpreter(at.guest, at.cpu);
        code = new Lifted(at, limit);
    }

    @Override public String name() { return name; }

    @Override public Raised run(byte[] bytes, State state) {
        at.load(bytes, state);
        code.become(bytes);
        Raised raised = run();
        at.store(state);
        if (!at.isCodeChanged()) return raised;
        code.forget();
        return new Raised("code changed", -1, true);
    }

    private Raised run() {
        counter = null;
        visits = 0;
        for (blocks = 0; at.cpu.pc() != Layout.END; blocks++) {
            long pc = at.cpu.pc();
            if (blocks == MOST_BLOCKS) return new Raised("endless", (int) (pc - Layout.CODE), true);
            if (pc == watched && stops) return null;
            if (pc == watched) {
                visits++;
                counter = at.cpu.getLong(X86State.GPR[State.RCX].offset());
            }
            try {
                at.cpu.setPc(interpreter.execute(code.find(pc)));
            } catch (GuestFault fault) {
                GuestFault left = at.left(fault, interpreter);
                if (left != null) return raised(left, (int) (at.cpu.pc() - Layout.CODE));
            }
        }
        return null;
    }

    static Raised raised(GuestFault fault, int offset) {
        return switch (fault.trap) {
            case null -> new Raised("#GP", offset, true);
            case DIVIDE -> new Raised("#DE", offset, false);
            case UNDEFINED -> new Raised("#UD", offset, false);
            case GENERAL_PROTECTION, ALIGNMENT -> new Raised("#GP", offset, false);
            case FLOATING_POINT, VECTOR_FLOATING_POINT -> new Raised("#XM", offset, false);
            default -> new Raised(fault.trap.name(), offset, false);
        };
    }
}
