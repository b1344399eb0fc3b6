package patina.linux;

/** Signals 1 to 31 with their default action (signal(7)); 32 to 64 are real-time signals and terminate. Numbers are the same on every guest so far. */
public enum Signal {
    SIGHUP(1, Default.TERMINATE), SIGINT(2, Default.TERMINATE), SIGQUIT(3, Default.CORE), SIGILL(4, Default.CORE), SIGTRAP(5, Default.CORE),
    SIGABRT(6, Default.CORE), SIGBUS(7, Default.CORE), SIGFPE(8, Default.CORE), SIGKILL(9, Default.TERMINATE), SIGUSR1(10, Default.TERMINATE),
    SIGSEGV(11, Default.CORE), SIGUSR2(12, Default.TERMINATE), SIGPIPE(13, Default.TERMINATE), SIGALRM(14, Default.TERMINATE),
    SIGTERM(15, Default.TERMINATE), SIGSTKFLT(16, Default.TERMINATE), SIGCHLD(17, Default.IGNORE), SIGCONT(18, Default.CONTINUE),
    SIGSTOP(19, Default.STOP), SIGTSTP(20, Default.STOP), SIGTTIN(21, Default.STOP), SIGTTOU(22, Default.STOP), SIGURG(23, Default.IGNORE),
    SIGXCPU(24, Default.CORE), SIGXFSZ(25, Default.CORE), SIGVTALRM(26, Default.TERMINATE), SIGPROF(27, Default.TERMINATE),
    SIGWINCH(28, Default.IGNORE), SIGIO(29, Default.TERMINATE), SIGPWR(30, Default.TERMINATE), SIGSYS(31, Default.CORE);

    public enum Default { TERMINATE, CORE, IGNORE, CONTINUE, STOP }

    public static final int COUNT = 64;

    public final int number;
    public final Default action;

    Signal(int number, Default action) {
        this.number = number;
        this.action = action;
    }

    public static Default action(int number) { return number <= 31 ? values()[number - 1].action : Default.TERMINATE; }

    /** "SIGSEGV", "SIGRT34". */
    public static String name(int number) { return number >= 1 && number <= 31 ? values()[number - 1].name() : "SIGRT" + number; }

    /** The signal's bit in a sigset_t. */
    static long bit(int number) { return 1L << number - 1; }

    /** SIGKILL and SIGSTOP: never blocked, never caught. */
    static final long UNBLOCKABLE = bit(9) | bit(19);
    /** Those that a terminal sends to its foreground group: SIGHUP, SIGINT, SIGQUIT, SIGCONT, SIGTSTP, SIGWINCH. */
    static final long OF_TERMINALS = bit(1) | bit(2) | bit(3) | bit(18) | bit(20) | bit(28);
    /** Those that stop a process. */
    static final long STOPS = bit(19) | bit(20) | bit(21) | bit(22);
    /** Those that the kernel sends to who uses a terminal from the background, unless they are blocked or ignored. */
    static final long TERMINAL = bit(21) | bit(22);
}
