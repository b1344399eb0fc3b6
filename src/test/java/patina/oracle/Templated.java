package patina.oracle;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import patina.host.HostThread;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Plan;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Trap;
import patina.memory.GuestFault;

/** The interpreter with a template for every block that can have one, from block to block. */
final class Templated implements Engine {
    private static final int LIMIT = 64, CASES = 5000;

    /** Tells that the end of the code was reached. */
    private static final class End extends RuntimeException {
        private static final long serialVersionUID = 1;

        End() { super(null, null, false, false); }
    }

    private static final End END = new End();

    private final GuestState at;
    private final HostThread thread;
    private final Map<Long, Code> codes = new HashMap<>();
    private byte[] lifted = {};
    private Interpreter interpreter;
    private int cases;

    Templated(GuestState at, HostThread thread) {
        this.at = at;
        this.thread = thread;
    }

    @Override public String name() { return "template"; }

    @Override public Raised run(byte[] code, State state) {
        at.load(code, state);
        if (!Arrays.equals(code, lifted)) {
            codes.clear();
            lifted = code.clone();
            if (cases++ % CASES == 0) {
                if (interpreter != null) interpreter.close();
                interpreter = new Interpreter(at.guest, at.cpu, 0);
            }
        }
        thread.setState(at.cpu.address);
        try {
            for (;;) interpreter.run(find(at.cpu.pc()), this::find);
        } catch (End end) {
            at.store(state);
            return at.isCodeChanged() ? new Raised("code changed", -1, true) : null;
        } catch (GuestFault fault) {
            at.store(state);
            return Interpreted.raised(fault, (int) (at.cpu.pc() - Layout.CODE));
        }
    }

    private Code find(long pc) {
        if (pc == Layout.END) throw END;
        Code known = codes.get(pc);
        if (known != null) return known;
        Block block = at.guest.lift(at.memory, pc, LIMIT);
        if (block == null) throw new GuestFault(GuestFault.Kind.MAPERR, pc, GuestFault.Access.EXECUTE);
        if (block.exit() instanceof Exit.Raise(Trap trap, long _) && trap == Trap.UNSUPPORTED && block.instructions() == 1) throw new GuestFault(Trap.UNSUPPORTED);
        Code code = new Code(block, null, new Plan(at.guest));
        codes.put(pc, code);
        return code;
    }
}
