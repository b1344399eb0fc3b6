package patina.linux;

import java.util.Arrays;
import patina.guest.SignalFrame;
import patina.host.FaultHandling;
import patina.host.HostThread;
import patina.host.Raw;
import patina.host.Signals;

/**
 * A process's signal dispositions, and the host's made to agree: what would do something to the guest, or would be kept pending, the host
 * reports to us. What the launcher had set to be ignored stays so, as exec does it.
 */
final class SignalTable {
    /** What timers and files send: SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGUSR1, real-time signals. */
    private static final long TIMERS = Signal.bit(14) | Signal.bit(26) | Signal.bit(27) | Signal.bit(29) | Signal.bit(10) | -1L << 31;

    private final SignalAction[] actions = new SignalAction[Signal.COUNT + 1];
    private final int pid;
    private boolean connected;
    /** The mask of the task that takes signals from outside. */
    private long blocked;
    private volatile boolean handlesFaults;

    SignalTable(Inherited inherited, int pid) {
        this.pid = pid;
        Arrays.fill(actions, SignalAction.NONE);
        for (int s = 1; s <= 31; s++) {
            boolean caughtByHotSpot = s == Signal.SIGPIPE.number || s == Signal.SIGXFSZ.number; // to ignore them
            if (caughtByHotSpot ? (inherited.ignored() & Signal.bit(s)) != 0 : Signals.ignoredAtStart(s)) actions[s] = SignalAction.IGNORED;
        }
    }

    /** fork(2): the same dispositions. Only the first process's agree with the host's. */
    SignalTable(SignalTable parent) {
        pid = parent.pid;
        synchronized (parent) { System.arraycopy(parent.actions, 0, actions, 0, actions.length); }
        handlesFaults = parent.handlesFaults;
    }

    /** exec(2): nobody is left to catch them. */
    synchronized void forgetHandlers() {
        handlesFaults = false;
        for (int s = 1; s <= Signal.COUNT; s++) if (actions[s].handler() != SignalAction.IGNORE) set(s, SignalAction.NONE);
    }

    /** There are other processes: from now on every signal from outside is noted at once, for it may be another's. */
    synchronized void noteAll() {
        if (all) return;
        all = true;
        if (!connected) return;
        for (int s = 1; s <= Signal.COUNT; s++) tellHost(s);
        Signals.quiet(0);
    }

    private boolean all;

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
        for (int s = 1; s <= Signal.COUNT; s++) tellHost(s);
        Signals.unblock(-1L);   // what the launcher had blocked: now everything is noted
    }

    /**
     * The host has its own dispositions back, but for what the guest's timers may still send, which end with it natively: that is ignored. What has
     * come so far can still be taken with {@link #arrived}.
     */
    synchronized void disconnect() {
        for (int s = 1; s <= Signal.COUNT; s++) {
            if (FaultHandling.isFault(s) && wouldNotEnd(s)) continue;       // the handler may just be at one, which it would hand on to HotSpot
            boolean timers = (Signal.bit(s) & TIMERS) != 0;
            if (timers || wouldNotEnd(s)) Signals.ignore(s);      // so that the kernel forgets what is on its way to a thread of the JVM
            if (!timers) Signals.restoreOriginal(s);
        }
        Signals.deliverTo(0, 0);
    }

    /** Whether the guest blocks, catches or ignores the signal: at its end such a one is forgotten. */
    synchronized boolean wouldNotEnd(int signal) { return (blocked & Signal.bit(signal)) != 0 || actions[signal].handler() != SignalAction.DEFAULT; }

    /**
     * The mask of the task that takes signals from outside has changed. {@code told}: what it wants to be told of though it blocks it. Nothing
     * of the mask reaches the host, for any thread of the JVM may get a signal; but the kernel asks the very thread about terminals.
     */
    synchronized void masked(long before, long now, long told) {
        if (!connected) return;
        blocked = now;
        Signals.quiet(all ? 0 : now & ~told);
        long changed = before ^ now;
        for (long set = changed; set != 0; set &= set - 1) {
            int signal = Long.numberOfTrailingZeros(set) + 1;
            if (actions[signal].ignores(signal)) tellHost(signal);
        }
        if ((changed & Signal.TERMINAL) == 0) return;
        Signals.block(now & Signal.TERMINAL);
        Signals.unblock(~now & Signal.TERMINAL);
    }

    /**
     * Everything is noted, and carried out by {@link Task}: a blocked signal stays pending, an end is one with the profile written. Only what does
     * nothing, and is for nobody else, does nothing in the host either, where it then interrupts nothing.
     */
    private void tellHost(int signal) {
        if ((Signal.bit(signal) & (Signal.UNBLOCKABLE | blocked)) != 0) {
            if ((Signal.bit(signal) & Signal.UNBLOCKABLE) == 0) Signals.install(signal);
            return;
        }
        SignalAction action = actions[signal];
        if (all || !action.ignores(signal) || FaultHandling.isFault(signal)) Signals.install(signal);
        else if (action.handler() == SignalAction.IGNORE) Signals.ignore(signal);
        else Signals.restoreDefault(signal);
    }

    /** Stops the process as this signal does by default. */
    void stop(int signal) { Signals.actByDefault(signal); }

    /** The next signal that came from outside, or null. */
    Siginfo arrived(Scratch scratch) {
        if (!connected) return null;
        long info = scratch.information;
        while (true) {
            int signal = Signals.take(info);
            if (signal == 0) return null;
            // the kernel's own for a write by this process; Task makes the guest's
            if ((signal == Signal.SIGPIPE.number || signal == Signal.SIGXFSZ.number) && Raw.getInt(info + 8) == Siginfo.SI_USER && Raw.getInt(info + 16) == pid) continue;
            byte[] bytes = new byte[SignalFrame.SIGINFO_BYTES];
            Raw.copy(info, bytes, 0, bytes.length);
            return new Siginfo(signal, bytes, null);
        }
    }
}
