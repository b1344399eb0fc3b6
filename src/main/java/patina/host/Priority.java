package patina.host;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A thread's or the process's place in the scheduler. */
public final class Priority {
    private Priority() {}

    public static final int LOWEST = 19;
    private static final int SETPRIORITY = 141, GETSID = 124, GETPID = 39, PRIO_PROCESS = 0;

    /** Of the calling thread; setpriority(2) is per thread on Linux, and threads started later inherit it. It cannot be raised again. */
    public static void set(int nice) { Syscall.call(SETPRIORITY, PRIO_PROCESS, 0, nice); }

    /**
     * The whole process is to run only where nobody else wants to. Where the kernel groups tasks by session (sched(7), autogroup) a nice value counts
     * within the group only, and a process that leads a session would have as much as all of the user's others together: so the group of a session
     * of our own is made as nice.
     */
    public static void lowest() {
        String[] threads = new File("/proc/self/task").list();
        if (threads == null) threads = new String[] {"0"};
        for (String thread : threads) Syscall.call(SETPRIORITY, PRIO_PROCESS, Integer.parseInt(thread), LOWEST);
        if (Syscall.call(GETSID, 0) == Syscall.call(GETPID)) niceGroup("/proc/self/autogroup");
    }

    private static void niceGroup(String file) {
        try (FileOutputStream out = new FileOutputStream(file)) {
            out.write(Integer.toString(LOWEST).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return; // a kernel without groups, or none for us: the threads' own value is all there is
        }
    }
}
