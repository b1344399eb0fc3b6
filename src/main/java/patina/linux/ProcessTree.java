package patina.linux;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import patina.guest.SyscallName;

/**
 * The guest processes of one run and their threads, by number. To the host all are one process, whose number the first guest process has; the others have the
 * number of the host thread that their first thread runs on, so each means the same to the guest, to the host and in /proc. Its lock guards who is whose
 * parent, in which group and session, and who has ended.
 */
final class ProcessTree {
    /** Linux's first process, the parent of whom nobody else is left for. */
    static final int INIT = 1;

    final int hostPid = (int) Kernel.call(SyscallName.GETPID);
    final int hostGroup = (int) Kernel.call(SyscallName.GETPGID), hostSession = (int) Kernel.call(SyscallName.GETSID);
    private final Map<Integer, Process> processes = new HashMap<>();
    private final Map<Integer, Task> tasks = new HashMap<>();
    /** Whether there was ever more than one process. */
    private volatile boolean grown;
    /** The group in the terminal's foreground where that is not the host process's; 0. */
    volatile int foreground;
    /** The thread that signals from outside come to. */
    volatile Task outside;
    /** By session; the run's own is not among them. */
    private final Map<Integer, ControllingTerminal> terminals = new HashMap<>();
    private volatile boolean hasTerminals, controlsJobs;
    /** Whose a host's timer is, by the timer's number: its signals come to the host process. */
    private final Map<Integer, Process> timers = new HashMap<>();

    synchronized void add(Process process) {
        given.set(process.pid());
        processes.put(process.pid(), process);
        grown |= processes.size() > 1;
    }

    boolean grown() { return grown; }

    /** Nobody waits for it any more. */
    synchronized void remove(Process process) { processes.remove(process.pid(), process); }

    /** Zombies too; null: none of ours. */
    synchronized Process process(int pid) { return processes.get(pid); }

    synchronized void add(Task task) { tasks.put(task.tid(), task); }

    synchronized void remove(Task task) { tasks.remove(task.tid(), task); }

    synchronized Task task(int tid) { return tasks.get(tid); }

    /** Whether a process once had the number. */
    synchronized boolean isGiven(int pid) { return given.get(pid); }

    private final BitSet given = new BitSet();

    /** Whose a host thread is, zombies' too; null: none of ours, or no guest's. */
    synchronized Process ofThread(int tid) {
        Task task = tasks.get(tid);
        return task != null ? task.process() : processes.get(tid);
    }

    /** Another thread than {@code ending}, of the first process where there is one; null: none. */
    synchronized Task heir(Task ending) {
        Task heir = null;
        for (Task t : tasks.values()) if (t != ending && t.isRunning() && (heir == null || t.process().relations.isFirst())) heir = t;
        return heir;
    }

    synchronized int threads() { return tasks.size(); }

    synchronized List<Process> all() { return new ArrayList<>(processes.values()); }

    synchronized List<Process> group(int group) {
        List<Process> members = new ArrayList<>();
        for (Process p : processes.values()) if (p.group == group) members.add(p);
        return members;
    }

    // ---- terminals

    /** The group that the run's own terminal has in the foreground. */
    void puts(int group) {
        foreground = group;
        controlsJobs = true;
    }

    /** Whether any terminal has, or had, a group of its own in the foreground. */
    boolean controlsJobs() { return controlsJobs; }

    /** Whether any session has, or had, a terminal that is not the run's own. */
    boolean hasTerminals() { return hasTerminals; }

    synchronized void takes(int session, ControllingTerminal terminal) {
        hasTerminals = controlsJobs = true;
        terminals.put(session, terminal);
    }

    synchronized void leaves(int session, ControllingTerminal terminal) { terminals.remove(session, terminal); }

    synchronized ControllingTerminal terminal(int session) { return hasTerminals ? terminals.get(session) : null; }

    synchronized List<ControllingTerminal> terminals() { return List.copyOf(terminals.values()); }

    synchronized void addTimer(int id, Process process) { timers.put(id, process); }

    synchronized void removeTimer(int id) { timers.remove(id); }

    synchronized Process timer(int id) { return timers.get(id); }
}
