package patina.linux;

/**
 * struct sigaction.
 *
 * @param handler  guest address, {@link #DEFAULT} or {@link #IGNORE}
 * @param restorer code that calls rt_sigreturn, where the guest's ABI has it
 */
record SignalAction(long handler, long flags, long restorer, long mask) {
    static final long DEFAULT = 0, IGNORE = 1;
    static final long SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000, SA_NODEFER = 0x40000000, SA_RESETHAND = 0x80000000L;
    static final SignalAction NONE = new SignalAction(DEFAULT, 0, 0, 0), IGNORED = new SignalAction(IGNORE, 0, 0, 0);

    boolean caught() { return handler != DEFAULT && handler != IGNORE; }

    /** Whether the signal would do nothing at all. */
    boolean ignores(int signal) {
        if (handler == IGNORE) return true;
        Signal.Default d = Signal.action(signal);
        return handler == DEFAULT && (d == Signal.Default.IGNORE || d == Signal.Default.CONTINUE);
    }
}
