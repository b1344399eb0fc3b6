package patina.host;

import patina.ir.StateLayout;

/**
 * Asynchronous signals on behalf of the guest. A signal that would do something to the guest is noted in a ring by a handler in machine code, which sets POLL
 * of the guest thread named by {@link #deliverTo} and wakes it; the thread takes the signals with {@link #take} when it is back in Java.
 * Whichever thread of the JVM gets a signal notes it: two that are sent at once may be noted the other way round.
 * The handlers run with SA_RESTART, so that no thread of the JVM sees an EINTR that it is not used to.
 *
 * <p>A signal that faults raise (SIGSEGV …) keeps the fault handler; installing it only says where a sent one goes.
 */
public final class Signals {
    private Signals() {}

    public static final int COUNT = 64;
    /** Bytes of a siginfo_t. */
    public static final int INFO = 128;
    /** Where in it the handler leaves the number of the thread that got the signal: the kernel uses no more than 48 bytes. */
    public static final int INFO_THREAD = INFO - 4;
    private static final long RING_HEAD = StubData.address(StubData.RING_HEAD), RING_TAIL = StubData.address(StubData.RING_TAIL), LOST = StubData.address(StubData.LOST);
    /** si_code. */
    public static final int SI_TIMER = -2;
    private static final int SIG_BLOCK = 0, SIG_UNBLOCK = 1, KILL = 9, STOP = 19;

    /** What stood before we first changed a signal: HotSpot's, or what our parent left. */
    private static final SignalAction[] original = new SignalAction[COUNT + 1];

    /** From now on {@code signal} is noted for the guest. 0 or -errno. */
    public static long install(int signal) {
        return change(signal, new SignalAction(Native.Stub.SIGNAL_HANDLER.address(),
                SignalAction.SIGINFO | SignalAction.ONSTACK | SignalAction.RESTART, -1L), true);
    }

    public static long ignore(int signal) { return change(signal, new SignalAction(SignalAction.IGNORE, 0, 0), false); }

    /** The kernel's default: for most signals the end of the whole JVM, as a native process would end. */
    public static long restoreDefault(int signal) { return change(signal, new SignalAction(SignalAction.DEFAULT, 0, 0), false); }

    /** Puts back what stood before the first change. */
    public static synchronized long restoreOriginal(int signal) {
        if (signal < 1 || signal > COUNT || original[signal] == null && !FaultHandling.isFault(signal)) return 0;
        return change(signal, original[signal], false);
    }

    /** Whether {@code signal} was ignored when we started (nohup and the like); the guest inherits that. */
    public static synchronized boolean ignoredAtStart(int signal) {
        SignalAction a = original[signal] != null ? original[signal] : SignalAction.get(signal);
        return a.handler() == SignalAction.IGNORE;
    }

    private static synchronized long change(int signal, SignalAction action, boolean guest) {
        if (signal < 1 || signal > COUNT) return Errno.EINVAL.result();
        if (signal == HostThread.WAKE_SIGNAL) return 0;
        FaultHandling.install();
        if (FaultHandling.isFault(signal)) {
            long a = StubData.address(StubData.SENT_TO_GUEST), bit = 1L << signal;
            Raw.putLongVolatile(a, guest ? Raw.getLong(a) | bit : Raw.getLong(a) & ~bit);
            return 0;
        }
        if (original[signal] == null && signal != KILL && signal != STOP) original[signal] = SignalAction.get(signal);
        return action.set(signal);
    }

    /** Signals from outside are for the guest thread with this state (its memory must stay), on the host thread {@code thread}. 0, 0: for nobody. */
    public static synchronized void deliverTo(long state, long thread) {
        FaultHandling.install();
        Raw.putLongVolatile(StubData.address(StubData.SIGNAL_STATE), 0);
        Raw.putLongVolatile(StubData.address(StubData.SIGNAL_THREAD), thread);
        Raw.putLongVolatile(StubData.address(StubData.SIGNAL_STATE), state);
    }

    /** The signals of {@code set} (bit n - 1: signal n) are noted from now on without waking the guest thread. Look for what came before. */
    public static void quiet(long set) { Raw.putLongVolatile(StubData.address(StubData.QUIET), set); }

    /** Whether {@link #take} would find none: a look, for after every system call. */
    public static boolean nothingCame() {
        return Raw.getLongVolatile(RING_HEAD) == Raw.getLong(RING_TAIL) && Raw.getLongVolatile(LOST) == 0;
    }

    /** The next signal that came, its siginfo_t copied to {@code info}; 0: none. Clear POLL before, then take until 0. */
    public static synchronized int take(long info) {
        long tail = Raw.getLong(StubData.address(StubData.RING_TAIL));
        long entry = StubData.address(StubData.RING + StubData.RING_ENTRY * (int) (tail & StubData.RING_ENTRIES - 1));
        int signal = (int) Raw.getLongVolatile(entry);
        if (signal != 0) {
            Raw.copy(entry + 8, info, INFO);
            Raw.putLongVolatile(entry, 0);
            Raw.putLongVolatile(StubData.address(StubData.RING_TAIL), tail + 1);
            return signal;
        }
        return takeLost(info);
    }

    private static int takeLost(long info) {
        long address = StubData.address(StubData.LOST), lost = Raw.getLongVolatile(address);
        if (lost == 0) return 0;
        while (true) {
            long lowest = Long.lowestOneBit(lost), seen = Raw.compareAndExchangeLong(address, lost, lost & ~lowest);
            if (seen == lost) {
                int signal = Long.numberOfTrailingZeros(lowest);
                Raw.fill(info, INFO, (byte) 0);
                Raw.putInt(info, signal);
                return signal;
            }
            lost = seen;
        }
    }

    /** Unblocks the signals of {@code mask} (bit n - 1: signal n) on this thread. */
    public static void unblock(long mask) { changeMask(SIG_UNBLOCK, mask); }

    public static void block(long mask) { changeMask(SIG_BLOCK, mask); }

    private static void changeMask(int how, long mask) {
        long a = Raw.allocate(8);
        Raw.putLong(a, mask);
        Syscall.must("rt_sigprocmask", Syscall.call(Syscall.RT_SIGPROCMASK, how, a, 0, 8));
        Raw.free(a);
    }

    /** What the kernel does by default: it ends the whole JVM, or stops it until it is continued. On the calling thread, which must not block it. */
    public static void actByDefault(int signal) {
        restoreDefault(signal);
        Syscall.call(Syscall.TGKILL, Raw.getLong(StubData.address(StubData.PROCESS)), HostThread.id(), signal);
        install(signal);
    }

    /** Makes the guest thread with this state leave native code or a blocking system call soon: sets POLL, then wakes its host thread. */
    public static void interrupt(long state, long thread) {
        Raw.putLongVolatile(state + StateLayout.POLL, 1);
        HostThread.wake(thread);
    }
}
