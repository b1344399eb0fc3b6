package patina.linux;

import java.util.Arrays;
import patina.guest.SyscallName;
import patina.host.Raw;

/** A process's signal dispositions. What the launcher had set to be ignored stays ignored, as exec does it. */
final class SignalTable {
    private final SignalAction[] actions = new SignalAction[Signal.COUNT + 1];
    private final Process process;
    /** Told when the guest changes a disposition: the host must catch what the guest wants to see. */
    private HostSignals host = HostSignals.NONE;

    SignalTable(Process process) {
        this.process = process;
        Arrays.fill(actions, SignalAction.NONE);
    }

    synchronized void connect(HostSignals host) { this.host = host; }

    synchronized SignalAction action(int signal) { return actions[signal]; }

    synchronized void set(int signal, SignalAction action) {
        actions[signal] = action;
        host.disposition(signal, action.caught(), action.handler() == SignalAction.IGNORE);
    }

    HostSignals host() { return host; }

    /** Takes over the launcher's ignored signals. The JVM's own handlers hide what was set for the few signals it uses itself. */
    void inherit(Scratch scratch) {
        scratch.reset();
        long old = scratch.take(32);
        for (int s = 1; s <= 31; s++) {
            if (Kernel.call(SyscallName.RT_SIGACTION, s, 0, old, 8) == 0 && Raw.getLong(old) == SignalAction.IGNORE) actions[s] = SignalAction.IGNORED;
        }
    }
}
