package patina.linux;

import java.util.Arrays;
import patina.guest.SignalFrame;
import patina.host.HostThread;
import patina.host.Raw;
import patina.host.Signals;

/**
 * A process's signal dispositions, and the host's made to agree: what the guest handles, the host reports to us; what it ignores, the host ignores.
 * What the launcher had set to be ignored stays so, as exec does it.
 */
final class SignalTable {
    private final SignalAction[] actions = new SignalAction[Signal.COUNT + 1];
    private boolean connected;
    private volatile boolean handlesFaults;

    SignalTable(Inherited inherited) {
        Arrays.fill(actions, SignalAction.NONE);
        for (int s = 1; s <= 31; s++) {
            boolean caughtByHotSpot = s == Signal.SIGPIPE.number || s == Signal.SIGXFSZ.number; // to ignore them
            if (caughtByHotSpot ? (inherited.ignored() & Signal.bit(s)) != 0 : Signals.ignoredAtStart(s)) actions[s] = SignalAction.IGNORED;
        }
    }

    synchronized SignalAction action(int signal) { return actions[signal]; }

    synchronized void set(int signal, SignalAction action) {
        actions[signal] = action;
        if (action.caught() && (signal == Signal.SIGSEGV.number || signal == Signal.SIGBUS.number || signal == Signal.SIGFPE.number)) handlesFaults = true;
        if (connected) tellHost(signal);
    }

    /** Whether the guest has ever installed a handler for SIGSEGV, SIGBUS or SIGFPE: from then on somebody may look at the registers of a fault. */
    boolean handlesFaults() { return handlesFaults; }

    /** Signals from outside go to the guest thread with this state, which is the calling one. What the guest blocks is kept by its {@link Task}. */
    synchronized void connect(long state) {
        connected = true;
        Signals.deliverTo(state, HostThread.id());
        for (int s = 1; s <= 31; s++) if (!hostsOwn(s)) tellHost(s);
        Signals.unblock(-1L);
    }

    /** SIGKILL and SIGSTOP nobody catches; SIGPIPE and SIGXFSZ are made by {@link Task}; stops and faults do by default what they should. */
    private static boolean hostsOwn(int signal) {
        return signal == Signal.SIGKILL.number || signal == Signal.SIGPIPE.number || Signal.action(signal) != Signal.Default.TERMINATE
            && signal != Signal.SIGQUIT.number;
    }

    /** A terminating signal is reported even if the guest does not handle it: the process then ends with its profile written. */
    private void tellHost(int signal) {
        SignalAction action = actions[signal];
        if (signal == Signal.SIGKILL.number || signal == Signal.SIGSTOP.number || signal == Signal.SIGPIPE.number && !action.caught()) return;
        if (action.handler() == SignalAction.IGNORE) Signals.ignore(signal);
        else if (action.caught() || !hostsOwn(signal)) Signals.install(signal);
        else Signals.restoreOriginal(signal);
    }

    /** The next signal that came from outside, or null. */
    Siginfo arrived(Scratch scratch) {
        if (!connected) return null;
        long info = scratch.information;
        int signal = Signals.take(info);
        if (signal == 0) return null;
        byte[] bytes = new byte[SignalFrame.SIGINFO_BYTES];
        Raw.copy(info, bytes, 0, bytes.length);
        return new Siginfo(signal, bytes, null);
    }
}
