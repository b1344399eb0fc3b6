package patina.linux;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import patina.guest.Guest;
import patina.guest.SyscallAbi;
import patina.guest.SyscallName;
import patina.memory.AddressSpace;

/**
 * A guest process: its memory, its view of files, its signal dispositions, its threads, its place among the others, how it ended. Descriptors, working
 * directory and umask are those of the host threads it runs on.
 */
public final class Process implements Loaded {
    private final Guest guest;
    final ProcessTree tree;
    /** What runs its threads; set before the first is made. */
    private Runner runner;
    private volatile Program program;
    /** Its threads that have not ended; guarded by itself. */
    private final List<Task> tasks = new ArrayList<>();
    private int pid;
    final Inherited inherited;
    final Paths paths;
    final SignalTable signals;
    final PendingSignals.Queue pending = new PendingSignals.Queue();
    final SignalDescriptors signalDescriptors = new SignalDescriptors();
    final Log log;
    final Limits.Table limits;
    final DescriptorLimit descriptorLimit;
    final Relations relations;
    final Timers timers = new Timers();
    /** Process group and session; guarded by the tree. */
    int group, session;
    /** Whether /proc/self/mem was ever opened. */
    boolean hasMemoryFile;
    private final BitSet reserved = new BitSet();
    /** No EnumMap: it asks the JVM for the constants by reflection, which costs milliseconds at its first use. */
    private final TreeMap<SyscallName, Integer> unsupported = new TreeMap<>();
    private final TreeMap<Long, Integer> unknown = new TreeMap<>();
    private volatile boolean exited;
    private int exitStatus, terminatingSignal;

    /** The first. */
    private Process(Guest guest, LaunchSpec spec) {
        this.guest = guest;
        this.log = spec.log();
        tree = new ProcessTree();
        pid = tree.hostPid;
        group = tree.hostGroup;
        session = tree.hostSession;
        inherited = spec.inherited();
        limits = new Limits.Table();
        descriptorLimit = new DescriptorLimit(limits, inherited);
        signals = new SignalTable(inherited, tree.hostPid);
        paths = new Paths(this, spec.sysroot());
        relations = new Relations(this, this, null, Signal.SIGCHLD.number);
    }

    /** What clone(2) makes of {@code parent}: its number is known when its first thread has begun. */
    Process(Process parent, Process father, AddressSpace memory, boolean sharesSignals, int exitSignal) {
        guest = parent.guest;
        log = parent.log;
        tree = parent.tree;
        runner = parent.runner;
        group = parent.group;
        session = parent.session;
        inherited = parent.inherited;
        limits = new Limits.Table(parent.limits);
        descriptorLimit = new DescriptorLimit(limits, parent.descriptorLimit);
        signals = sharesSignals ? parent.signals : new SignalTable(parent.signals);
        paths = new Paths(this, parent.paths);
        hasMemoryFile = parent.hasMemoryFile;
        synchronized (parent.reserved) { reserved.or(parent.reserved); }
        program = parent.program.in(memory);
        relations = new Relations(this, parent.relations.first(), father, exitSignal);
    }

    /** Loads a program into a new address space; its main task is ready to run at the entry point. Changes to the spec's directory first. */
    public static Loaded load(Guest guest, LaunchSpec spec) {
        Process process = new Process(guest, spec);
        try {
            process.program = new Loader(process, spec).load();
        } catch (OpenFile.Unusable e) {
            process.paths.release();
            return e.error;
        }
        process.tree.add(process);
        Task task = new Task(process, process.program.cpu, process.pid, spec.inherited().blocked());
        process.add(task);
        return process;
    }

    public Guest guest() { return guest; }
    public AddressSpace memory() { return program.memory; }
    public SyscallAbi abi() { return guest.syscalls(); }
    Program program() { return program; }

    /** exec(2). */
    void become(Program next) { program = next; }

    /** What its threads, and its children's, are run by. */
    public void runBy(Runner runner) { this.runner = runner; }

    Runner runner() { return runner; }

    /** A process or thread for the real kernel: the translator's threads, which the guest has not got, are nobody. */
    int stranger(int id) {
        if (id <= 0 || id == pid || tree.task(id) != null) return id;
        return paths.exists("/proc/self/task/" + id) ? Integer.MAX_VALUE : id;
    }

    public int pid() { return pid; }

    /** The number is that of the host thread that it begins on. */
    void began(int pid) {
        this.pid = pid;
        tree.add(this);
    }

    public Task mainTask() { return tasks().getFirst(); }

    /** Its threads that have not ended. */
    public List<Task> tasks() { synchronized (tasks) { return List.copyOf(tasks); } }

    /** Absolute path of the program, one char per byte. */
    public String executable() { return program.executable; }

    /** The parent's number, {@value ProcessTree#INIT} where it has none left. The first process's is the host's to know. */
    public int parent() { return relations.parentPid(); }

    void add(Task task) {
        synchronized (tasks) { tasks.add(task); }
        tree.add(task);
    }

    /** Whether it was the last. */
    boolean remove(Task task) {
        tree.remove(task);
        boolean last;
        synchronized (tasks) {
            tasks.remove(task);
            tasks.notifyAll();
            last = tasks.isEmpty();
        }
        retarget(task);
        return last;
    }

    void replace(Task task, Task successor) {
        synchronized (tasks) { tasks.set(tasks.indexOf(task), successor); }
        tree.remove(task);
        tree.add(successor);
    }

    /** exec(2): ends all threads but {@code survivor}, and returns when they are gone. False if it is to end itself. */
    boolean endOthers(Task survivor) {
        synchronized (tasks) {
            if (executes || exited || survivor.isOver()) return false;
            executes = true;
        }
        for (Task t : tasks()) if (t != survivor) t.end();
        synchronized (tasks) {
            while (tasks.size() > 1 && !exited) {
                try {
                    tasks.wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("a guest thread was interrupted", e);
                }
            }
            executes = false;
            return !exited;
        }
    }

    // ---- standstill: memory is copied as it is at one moment, or what other threads are changing is copied half changed

    /** How many threads are copying it; changed by the holder of the threads. */
    private volatile int standstills;

    /** Returns when the other threads run no guest code. To be ended by {@link #goOn()}. */
    void standStill(Task copier) {
        List<Task> all = tasks();
        synchronized (tasks) { standstills++; }
        for (Task t : all) if (t != copier) t.look();
        long until = System.nanoTime() + MOST_NANOS;
        for (Task t : all) while (t != copier && !t.isStill() && System.nanoTime() < until) Thread.yield();
    }

    /** Longer than any thread takes to look. */
    private static final long MOST_NANOS = 1_000_000_000;

    void goOn() {
        synchronized (tasks) {
            standstills--;
            tasks.notifyAll();
        }
    }

    /** Before guest code runs on. */
    void awaitStandstill(Task task) {
        if (standstills == 0) return;
        synchronized (tasks) {
            task.stands = true;
            try {
                while (standstills > 0) tasks.wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a guest thread was interrupted", e);
            } finally {
                task.stands = false;
            }
        }
    }

    /** One thread is at it; guarded by the threads. */
    private boolean executes;
    /** Its descriptors are another process's too: CLONE_FILES. */
    boolean sharesFiles;

    /** What it does to its descriptors from here on is for itself alone. */
    void ownFiles() {
        if (!sharesFiles) return;
        sharesFiles = false;
        Kernel.call(SyscallName.UNSHARE, CLONE_FILES);
    }

    private static final long CLONE_FILES = 0x400;

    // ---- signals

    /** Sends it to the process: one of the threads that do not block it takes it. */
    void post(Siginfo info) {
        int signal = info.signal();
        dropStops(signal);
        List<Task> all = tasks();
        Task taker = null;
        for (Task t : all) if (taker == null && t.wants(signal)) taker = t;
        if (taker == null && !all.isEmpty()) taker = all.getFirst();
        if (taker != null) taker.post(info);
        goOn(signal);
    }

    /** Before SIGCONT is sent: no stop is pending any more. */
    void dropStops(int signal) { if (signal == Signal.SIGCONT.number) for (Task t : tasks()) t.dropStops(); }

    /** When SIGCONT or SIGKILL has been sent: a stop is over. */
    void goOn(int signal) { if (signal == Signal.SIGCONT.number || signal == Signal.SIGKILL.number) relations.goOn(signal); }

    /** What is pending for the process is for another thread than {@code not}, which takes it no longer. */
    void retarget(Task not) {
        if (pending.isEmpty()) return;
        for (Task t : tasks()) if (t != not) t.interrupt();
    }

    // ---- descriptors

    /** Descriptors from {@code from} up to {@code to} (exclusive) are the JVM's: to the guest they are closed, and stay untouched. */
    public void reserveDescriptors(int from, int to) {
        synchronized (reserved) { reserved.set(from, to); }
    }

    /** RLIMIT_NOFILE is the caller's, but no more than {@code most}, above which the JVM's descriptors are. To be called before the guest runs. */
    public void limitDescriptors(int most) { limits.limitDescriptors(inherited, most); }

    void freeDescriptor(int fd) {
        synchronized (reserved) { reserved.clear(fd); }
    }

    /** The guest's end closes its files; what the JVM still has to write needs some: the first process's standard streams stay. On a thread of the process. */
    public void closeDescriptors() { Files.closeRange(this, relations.isFirst() ? 3 : 0, 0xffffffffL, 0); }

    boolean reserved(int fd) {
        if (fd < 0) return false;
        synchronized (reserved) { return reserved.get(fd); }
    }

    /** First reserved descriptor from {@code fd} on, or -1. */
    int nextReserved(int fd) {
        synchronized (reserved) { return reserved.nextSetBit(fd); }
    }

    // ---- the end

    public boolean exited() { return exited; }

    /** exit_group's status 0-255; 128 + N when signal N ended the process. */
    public int exitStatus() { return terminatingSignal != 0 ? 128 + terminatingSignal : exitStatus; }

    /** The signal that ended the process, 0 if none did. */
    public int terminatingSignal() { return terminatingSignal; }

    /** As wait(2) tells it. */
    int waitStatus() { return terminatingSignal != 0 ? terminatingSignal : exitStatus << 8; }

    /** exit_group(2). */
    void exit(int status) { end(status, 0); }

    void killedBy(int signal) { end(0, signal); }

    /** The last thread has called exit(2). */
    void lastExited(int status) { end(status, 0); }

    private void end(int status, int signal) {
        synchronized (this) {
            if (exited) return;
            exitStatus = status & 0xff;
            terminatingSignal = signal;
            exited = true;
        }
        synchronized (tasks) { tasks.notifyAll(); }
        relations.goOn(Signal.SIGKILL.number);
        for (Task t : tasks()) t.interrupt();
    }

    /** What runs it has failed. */
    public void die() { killedBy(Signal.SIGKILL.number); }

    /** Whether the guest has installed a handler for page faults: native code must then keep the state precise before each access. */
    public boolean handlesFaults() { return signals.handlesFaults(); }

    /** All its threads are gone: gives its memory back, becomes a zombie and tells its parent. On the last thread. */
    public void finish() {
        if (!relations.isFirst() || tree.grown()) program.memory.close();       // else the end of the JVM is quicker
        ownFiles();
        closeDescriptors();
        ControllingTerminal.leaderEnds(this);
        timers.release(this);
        paths.release();
        relations.ended();
    }

    /** Nothing of it may be used any more: what has never run. */
    public void release() {
        for (Task t : tasks()) t.release();
        paths.release();
    }

    /** Until its parent knows of its end; its number is taken until then. On the thread that gave the number. */
    public void awaitReaped() { relations.awaitReaped(); }

    // ---- what is missing

    synchronized void missing(SyscallName name, String why) {
        if (!relations.isFirst()) relations.first().missing(name, why);
        else if (unsupported.merge(name, 1, Integer::sum) == 1) log.line("system call " + name.name().toLowerCase() + ": ENOSYS" + (why.isEmpty() ? "" : " (" + why + ")"));
    }

    synchronized void missing(long number) {
        if (!relations.isFirst()) relations.first().missing(number);
        else if (unknown.merge(number, 1, Integer::sum) == 1) log.line("system call " + number + ": unknown, ENOSYS");
    }

    /** How often each unsupported system call was made, by name or number, for --stats. */
    public synchronized Map<String, Integer> unsupported() {
        Map<String, Integer> all = new TreeMap<>();
        unsupported.forEach((n, c) -> all.put(n.name().toLowerCase(), c));
        unknown.forEach((n, c) -> all.put(Long.toString(n), c));
        return all;
    }
}
