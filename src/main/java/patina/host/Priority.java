package patina.host;

/** A thread's place in the scheduler. */
public final class Priority {
    private Priority() {}

    public static final int LOWEST = 19;
    private static final int SETPRIORITY = 141, PRIO_PROCESS = 0;

    /** Of the calling thread; setpriority(2) is per thread on Linux, and threads started later inherit it. It cannot be raised again. */
    public static void set(int nice) { Native.syscall(SETPRIORITY, PRIO_PROCESS, 0, nice, 0, 0, 0); }
}
