package patina.oracle;

import patina.host.HostThread;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.ir.StateLayout;
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
    private final Lifted code;
    private Interpreter interpreter;
    private int cases;

    Templated(GuestState at, HostThread thread) {
        this.at = at;
        this.thread = thread;
        code = new Lifted(at, LIMIT);
    }

    @Override public String name() { return "template"; }

    @Override public Raised run(byte[] bytes, State state) {
        at.load(bytes, state);
        if (code.become(bytes) && cases++ % CASES == 0) {
            if (interpreter != null) interpreter.close();
            interpreter = new Interpreter(at.guest, at.cpu, 0);
        }
        thread.setState(at.cpu.address);
        Raised raised = run();
        at.store(state);
        if (raised != null || !at.isCodeChanged()) return raised;
        code.forget();
        return new Raised("code changed", -1, true);
    }

    private Raised run() {
        for (;;) {
            at.cpu.setLong(StateLayout.POLL, 0);        // POPF asks to be traced
            try {
                interpreter.run(find(at.cpu.pc()), this::find);
            } catch (End end) {
                return null;
            } catch (GuestFault fault) {
                GuestFault left = at.left(fault, interpreter);
                if (left != null) return Interpreted.raised(left, (int) (at.cpu.pc() - Layout.CODE));
            }
        }
    }

    private Code find(long pc) {
        if (pc == Layout.END) throw END;
        return code.find(pc);
    }
}
