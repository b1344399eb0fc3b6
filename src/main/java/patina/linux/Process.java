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
 * A guest process: its memory, its view of files, its signal dispositions, its threads, how it ended. Descriptors, working directory and umask
 * are those of the host thread it runs on.
 */
public final class Process implements Loaded {
    private final Guest guest;
    private final AddressSpace memory;
    private final List<Task> tasks = new ArrayList<>();
    private final int pid;
    final LaunchSpec spec;
    final Paths paths;
    final SignalTable signals;
    final SignalDescriptors signalDescriptors = new SignalDescriptors();
    final Log log;
    final Limits.Table limits = new Limits.Table();
    final DescriptorLimit descriptorLimit;
    /** Lowest address of the stack, which a greater RLIMIT_STACK moves down. */
    long stackBottom;
    /** Absolute path of the program's file, as the guest sees it and as the host finds it. */
    String executable, hostExecutable;
    /** argv and auxv as they were laid out, for /proc/self. */
    List<String> arguments;
    byte[] auxiliary = new byte[0];
    /** Whether /proc/self/mem was ever opened. */
    boolean hasMemoryFile;
    private final BitSet reserved = new BitSet();
    /** No EnumMap: it asks the JVM for the constants by reflection, which costs milliseconds at its first use. */
    private final TreeMap<SyscallName, Integer> unsupported = new TreeMap<>();
    private final TreeMap<Long, Integer> unknown = new TreeMap<>();
    private volatile boolean exited;
    private int exitStatus, terminatingSignal;

    Process(Guest guest, AddressSpace memory, LaunchSpec spec) {
        this.guest = guest;
        this.memory = memory;
        this.spec = spec;
        this.log = spec.log();
        this.descriptorLimit = new DescriptorLimit(limits, spec.inherited());
        this.pid = (int) Kernel.call(SyscallName.GETPID);
        this.signals = new SignalTable(spec.inherited(), pid);
        this.paths = new Paths(this, spec.sysroot());
    }

    /** Loads a program into a new address space; its main task is ready to run at the entry point. Changes to the spec's directory first. */
    public static Loaded load(Guest guest, LaunchSpec spec) { return new Loader(guest, spec).load(); }

    public Guest guest() { return guest; }
    public AddressSpace memory() { return memory; }
    public SyscallAbi abi() { return guest.syscalls(); }
    /** A process or thread for the real kernel: the translator's threads, which the guest has not got, are nobody. */
    int stranger(int id) { return id != pid() && id > 0 && paths.exists("/proc/self/task/" + id) ? Integer.MAX_VALUE : id; }

    public int pid() { return pid; }
    public Task mainTask() { return tasks.getFirst(); }
    public List<Task> tasks() { return tasks; }

    /** Absolute path of the program, one char per byte. */
    public String executable() { return executable; }

    Task addTask(Task task) {
        tasks.add(task);
        return task;
    }

    // ---- descriptors

    /** Descriptors from {@code from} up to {@code to} (exclusive) are the JVM's: to the guest they are closed, and stay untouched. */
    public void reserveDescriptors(int from, int to) {
        synchronized (reserved) { reserved.set(from, to); }
    }

    /** RLIMIT_NOFILE is the caller's, but no more than {@code most}, above which the JVM's descriptors are. To be called before the guest runs. */
    public void limitDescriptors(int most) { limits.limitDescriptors(spec.inherited(), most); }

    void freeDescriptor(int fd) {
        synchronized (reserved) { reserved.clear(fd); }
    }

    /** The guest's end closes its files; what the JVM still has to write needs some. The standard streams stay. On the guest's thread. */
    public void closeDescriptors() { Files.closeRange(this, 3, 0xffffffffL, 0); }

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

    synchronized void exit(int status) {
        if (exited) return;
        exitStatus = status & 0xff;
        exited = true;
    }

    synchronized void killedBy(int signal) {
        if (exited) return;
        terminatingSignal = signal;
        exited = true;
    }

    /** Whether the guest has installed a handler for page faults: native code must then keep the state precise before each access. */
    public boolean handlesFaults() { return signals.handlesFaults(); }

    /** Gives its memory back; nothing of it may be used any more. */
    public void release() {
        for (Task t : tasks) t.release();
        paths.release();
    }

    // ---- what is missing

    synchronized void missing(SyscallName name, String why) {
        if (unsupported.merge(name, 1, Integer::sum) == 1) log.line("system call " + name.name().toLowerCase() + ": ENOSYS" + (why.isEmpty() ? "" : " (" + why + ")"));
    }

    synchronized void missing(long number) {
        if (unknown.merge(number, 1, Integer::sum) == 1) log.line("system call " + number + ": unknown, ENOSYS");
    }

    /** How often each unsupported system call was made, by name or number, for --stats. */
    public synchronized Map<String, Integer> unsupported() {
        Map<String, Integer> all = new TreeMap<>();
        unsupported.forEach((n, c) -> all.put(n.name().toLowerCase(), c));
        unknown.forEach((n, c) -> all.put(Long.toString(n), c));
        return all;
    }
}
