package patina.cli;

import patina.host.Native;

/** The background optimizer's place in the scheduler: last. */
final class Priority {
    private Priority() {}

    private static final int SETPRIORITY = 141, PRIO_PROCESS = 0, LOWEST = 19;

    /** setpriority(2) is per thread on Linux: threads started later inherit it. */
    static void lower() { Native.syscall(SETPRIORITY, PRIO_PROCESS, 0, LOWEST, 0, 0, 0); }
}
