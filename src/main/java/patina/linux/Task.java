package patina.linux;

import patina.guest.SignalFrame.AlternateStack;
import patina.guest.SignalFrame.Delivery;
import patina.guest.SignalFrame.Restored;
import patina.guest.SyscallAbi;
import patina.guest.SyscallAbi.Cause;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.HostThread;
import patina.host.Native;
import patina.host.Raw;
import patina.host.Signals;
import patina.ir.StateLayout;
import patina.memory.CpuState;
import patina.memory.GuestFault;
import patina.memory.Mapping;

/**
 * A guest thread in the kernel's eyes: its registers, its signal mask and pending signals, the system call it makes. Its methods are called on the
 * guest's own thread, {@link #post} from any.
 */
public final class Task {
    /** Results that never reach the guest (include/linux/errno.h): make the call again unless a handler without SA_RESTART, or any handler, runs. */
    static final long ERESTARTSYS = -512, ERESTARTNOHAND = -514;
    /** The result register has been set already: rt_sigreturn. */
    static final long NO_RESULT = Long.MIN_VALUE;
    private static final long EFBIG = Errno.EFBIG.result();

    private final Process process;
    private final CpuState cpu;
    private int tid;
    /** The host thread's number, 0 until it has begun and after its end; and that thread. */
    private volatile long hostThread;
    private Thread thread;
    /** How it was made; null for a process's first. */
    private Cloning.Birth birth;
    /** It is to end: exit(2), or another thread's exec. */
    private volatile boolean over;
    private int status;
    /** Its registers are no more. */
    private boolean freed;
    /** What goes on after exec(2) on the same host thread. */
    private volatile Task successor;
    /** Cleared at the end, and whoever waits there woken: set_tid_address(2); 0: none. */
    long clearedAtEnd;
    private final Args args;
    private final SyscallAbi abi;
    final Scratch scratch = new Scratch();

    private volatile long mask;
    /** The mask to go back to once the signals that a temporary mask let in are delivered (sigsuspend, ppoll), valid if {@link #maskSaved}. */
    private long savedMask;
    private boolean maskSaved;
    /** Signals that sigtimedwait waits for: blocked, but it is to be told of them. */
    private long awaited;
    private final PendingSignals pending;
    /** What set_robust_list(2) was told. */
    long robustList;
    private AlternateStack alternateStack = AlternateStack.NONE;
    private boolean alternateStackSet;
    /** Where a restarted sleep ends (CLOCK_MONOTONIC, ns), for the call at {@link #deadlinePc}; 0 for none. */
    private long deadline, deadlinePc;

    /** {@code tid}: 0 for one whose number is its host thread's. */
    Task(Process process, CpuState cpu, int tid, long blocked) {
        this.process = process;
        this.cpu = cpu;
        this.tid = tid;
        args = new Args(this);
        abi = process.abi();
        mask = blocked & ~Signal.UNBLOCKABLE;
        pending = new PendingSignals(process.pending);
    }

    public Process process() { return process; }
    public CpuState cpu() { return cpu; }
    public int tid() { return tid; }

    // ---- beginning and end

    /** Made by clone(2): what there is to do when it begins. */
    void bornBy(Cloning.Birth birth) { this.birth = birth; }

    Cloning.Birth birth() { return birth; }

    /** On its host thread, before anything else. */
    public void begin() {
        thread = Thread.currentThread();
        hostThread = HostThread.id();
        if (tid == 0) tid = (int) hostThread;
        if (birth != null) birth.begin(this);
        else Semaphores.forget();
    }

    /** The host thread's number; 0: none. */
    long hostThread() { return hostThread; }

    /** Whether it has a host thread that will look. */
    boolean isRunning() { return hostThread != 0 && !isOver(); }

    /** Whether there is nothing more to run here: the process or the thread has ended, or goes on as {@link #successor}. */
    public boolean isOver() { return over || successor != null || process.exited(); }

    /** After exec(2): what runs from here on in this thread's place; else null. */
    public Task successor() { return process.exited() ? null : successor; }

    /** exec(2): the new program's first thread, with this one's number and mask. */
    Task become(Program program, int newTid) {
        Task next = new Task(process, program.cpu, newTid, mask);
        next.thread = thread;
        next.hostThread = hostThread;
        next.poll();        // who has posted to this one
        for (Siginfo s; (s = pending.next(-1L)) != null && s.toThread() && pending.remove(s); ) next.pending.add(s);
        process.replace(this, next);
        successor = next;
        return next;
    }

    /** exit(2). */
    void exit(int status) {
        this.status = status;
        over = true;
    }

    /** It is to end soon. */
    void end() {
        over = true;
        interrupt();
    }

    /** Look soon what there is; without leaving a blocking call. From any thread. */
    public void look() { poll(); }

    /** Whether signals from outside come to it. */
    public boolean takesOutsideSignals() {
        Task taker = process.tree.outside;
        return taker == this || taker == null && process.relations.isFirst();
    }

    /** Leaves native code or a blocking call soon, to look what there is. */
    void interrupt() {
        if (Thread.currentThread() == thread) poll();
        else synchronized (this) {
            if (hostThread != 0) Signals.interrupt(cpu.address, hostThread);
            else poll();
        }
    }

    /** Runs nothing more: others are told as the kernel tells them. Whether it was the process's last. On its host thread. */
    public boolean finish() {
        leaveMemory();
        Semaphores.forget();
        addTimes();
        if (takesOutsideSignals()) handOn();
        boolean last = process.remove(this);
        if (last) process.lastExited(status);
        return last;
    }

    /** The address space is left, by the end or by exec (kernel/fork.c, mm_release). */
    void leaveMemory() {
        RobustList.release(this);
        long address = clearedAtEnd;
        clearedAtEnd = 0;
        if (address != 0) {
            try {
                cpu.memory.store(address, 4, 0);
                Kernel.call(SyscallName.FUTEX, cpu.memory.base() + address, 1, 1);
            } catch (GuestFault | InternalError gone) {
                // nobody can wait there
            }
        }
        if (birth != null) birth.leftMemory();
    }

    static final long RUSAGE_THREAD = 1, RUSAGE = 144;

    private void addTimes() {
        long at = Kernel.allocate(RUSAGE);
        Kernel.call(SyscallName.GETRUSAGE, RUSAGE_THREAD, at);
        synchronized (process.tree) {
            for (int i = 0; i < 2; i++) process.relations.own[i] += Raw.getLong(at + 16 * i) * 1_000_000 + Raw.getLong(at + 16 * i + 8);
        }
        Kernel.free(at, RUSAGE);
    }

    /** Its registers too; nobody can send it anything any more. */
    public synchronized void free() {
        hostThread = 0;
        freed = true;
        release();
    }

    /** Its registers too. */
    void release() {
        scratch.free();
        if (!handed) Kernel.free(cpu.address, StateLayout.SIZE);
    }

    // ---- system calls

    /** Performs the system call that the registers describe; pc is behind its instruction. The caller goes on at the pc unless the process has exited. */
    public void syscall() {
        calls = true;
        long number = cpu.getLong(abi.number());
        SyscallName name = abi.name(number);
        scratch.reset();
        long result = name == null ? unknown(number) : call(name);
        // kept for the signal that ended the wait, until it is delivered (kernel/signal.c, restore_saved_sigmask_unless)
        if (maskSaved && result != ERESTARTNOHAND) restoreMask();
        if (result == ERESTARTSYS || result == ERESTARTNOHAND) result = interrupted(result);
        else deadline = 0;
        if (result == EFBIG) tooLarge();
        if (result != NO_RESULT) cpu.setLong(abi.result(), result);
        if (deliverable() != null) poll();
        calls = false;
        process.awaitStandstill(this);
    }

    /** In a system call; in a standstill ({@link Process#standStill}). */
    private volatile boolean calls;
    volatile boolean stands;

    /** Whether it runs no guest code, nor will before the standstill is over. */
    boolean isStill() { return calls || stands || hostThread == 0 || isOver(); }

    private long call(SyscallName name) {
        try {
            return Syscall.perform(name, this, args);
        } catch (Scratch.Refused e) {
            return e.result;
        } catch (GuestFault e) {
            return Errno.EFAULT.result();
        } catch (InternalError e) {
            // HotSpot's word for a page that went away under a checked access: a mapped file that was truncated
            return Errno.EFAULT.result();
        } catch (RuntimeException e) {
            process.log.line("system call " + name.name().toLowerCase() + ": EIO, " + e);
            return Errno.EIO.result();
        }
    }

    private long unknown(long number) {
        process.missing(number);
        return Errno.ENOSYS.result();
    }

    /** The one place that decides between EINTR and making an interrupted call again (signal(7), "Interruption of system calls"). */
    private long interrupted(long result) {
        Siginfo next = deliverable();
        SignalAction action = next == null ? null : process.signals.action(next.signal());
        boolean again = action == null || !action.caught() || result == ERESTARTSYS && (action.flags() & SignalAction.SA_RESTART) != 0;
        if (!again) {
            deadline = 0;
            return Errno.EINTR.result();
        }
        cpu.setPc(cpu.pc() - process.abi().instructionLength());
        return NO_RESULT;
    }

    /** A call to the real kernel that may block; a signal ends it, and the guest's call is made again where SA_RESTART says so. */
    long blocking(SyscallName name, long a, long b, long c, long d, long e, long f) {
        return interruptible(name, ERESTARTSYS, a, b, c, d, e, f);
    }

    /** As {@link #blocking} for calls that no flag restarts: any handler makes them fail with EINTR. */
    long blockingOnce(SyscallName name, long a, long b, long c, long d, long e, long f) {
        return interruptible(name, ERESTARTNOHAND, a, b, c, d, e, f);
    }

    /** Whether a signal is there that a temporary mask has let in. */
    boolean signalled() { return maskSaved && deliverable() != null; }

    /** A wait for descriptors: those that are ready come before a signal (fs/select.c, do_poll), so if one is there, the call is only to look. */
    long waitOrLook(boolean signalled, SyscallName name, long a, long b, long c, long d, long e) {
        if (!signalled) return blockingOnce(name, a, b, c, d, e, 0);
        long found = Kernel.call(name, a, b, c, d, e, 0);
        return found == 0 ? ERESTARTNOHAND : found;
    }

    private long interruptible(SyscallName name, long restart, long a, long b, long c, long d, long e, long f) {
        int number = Kernel.number(name);
        if (number < 0) return Errno.ENOSYS.result();
        long interrupted = Errno.EINTR.result();
        long result = deliverable() != null ? interrupted : Native.interruptibleSyscall(cpu.address, number, a, b, c, d, e, f);
        if (result != interrupted) return result;
        if (Files.neverWaits(this, name, (int) a)) return Kernel.call(name, a, b, c, d, e, f);     // the signal came before the kernel was asked
        return restart == ERESTARTSYS && Sockets.hasTimeout(this, name, (int) a) ? ERESTARTNOHAND : restart;
    }

    /** A write nobody will read: SIGPIPE and EPIPE. The JVM ignores the host's own SIGPIPE, so the guest's is made here. */
    long brokenPipe() {
        postOwn(Signal.SIGPIPE);
        return Errno.EPIPE.result();
    }

    /** A file beyond RLIMIT_FSIZE: SIGXFSZ, which the JVM ignores, and EFBIG. Without a limit the file system has no room for such a size. */
    private void tooLarge() {
        if (process.limits.limitsFileSize()) postOwn(Signal.SIGXFSZ);
    }

    private void postOwn(Signal signal) {
        post(Siginfo.sent(signal.number, Siginfo.SI_USER, process.pid(), Identity.user()));
    }

    /** The end of a relative wait of {@code nanoseconds} from now; if the same call is being made again, of its first start. */
    long deadline(long now, long nanoseconds) {
        if (deadline != 0 && deadlinePc == cpu.pc()) return deadline;
        deadlinePc = cpu.pc();
        long end = now + nanoseconds;
        return deadline = nanoseconds > 0 && end < now ? Long.MAX_VALUE : end;
    }

    /** What is left until {@link #deadline}. */
    long timeLeft(long now) { return deadline == 0 ? 0 : Math.max(0, deadline - now); }

    // ---- signals

    long mask() { return mask; }

    void setMask(long newMask) {
        changeMask(newMask);
        if (deliverable() != null) poll();
    }

    private void changeMask(long newMask) {
        long before = mask;
        mask = newMask & ~Signal.UNBLOCKABLE;
        if ((mask & ~before) != 0) process.retarget(this);
        if ((before & ~mask & process.signalDescriptors.set()) != 0) withdrawSignals();
        if (mask != before) tellMask(before);
    }

    private void tellMask(long before) { if (takesOutsideSignals()) process.signals.masked(before, mask, awaited | process.signalDescriptors.set()); }

    /** A signal descriptor's set has changed. */
    void tellMask() { tellMask(mask); }

    /** Sets a mask until the next delivery or the end of the call: sigsuspend, ppoll, pselect6, epoll_pwait. */
    void setTemporaryMask(long newMask) {
        if (!maskSaved) savedMask = mask;
        maskSaved = true;
        changeMask(newMask);
    }

    private void restoreMask() {
        maskSaved = false;
        setMask(savedMask);
    }

    /** sigtimedwait's set, 0 at its end: blocked signals of it wake the thread. */
    void await(long set) {
        awaited = set;
        tellMask(mask);
    }

    AlternateStack alternateStack() {
        long sp = cpu.getLong(process.abi().stackPointer());
        int onStack = (alternateStack.flags() & AlternateStack.AUTODISARM) == 0 && alternateStack.holds(sp) ? AlternateStack.ON : 0;
        return new AlternateStack(alternateStack.base(), alternateStack.flags() | onStack, alternateStack.size());
    }

    void setAlternateStack(AlternateStack stack) {
        alternateStack = stack;
        alternateStackSet = true;
    }

    /** fork(2). */
    void inheritStack(Task parent) {
        alternateStack = parent.alternateStack;
        alternateStackSet = parent.alternateStackSet;
    }

    boolean alternateStackSet() { return alternateStackSet; }

    /** Queues a signal for this thread and makes it look. Signals below 32 are queued once. */
    public void post(int signal) { post(Siginfo.sent(signal, Siginfo.SI_USER, process.pid(), 0)); }

    void post(Siginfo info) {
        if (process.signals.action(info.signal()).ignores(info.signal()) && (mask & Signal.bit(info.signal())) == 0) return;
        pending.add(info);
        interrupt();
        Task next = successor;
        if (next != null) next.interrupt();     // exec(2) meanwhile
    }

    /** From a guest: a stop ends with these at once, whoever takes them. */
    void sent(Siginfo info) {
        process.dropStops(info.signal());
        post(info);
        process.goOn(info.signal());
    }

    /** SIGCONT is sent: stops that are pending are no more. */
    void dropStops() { pending.drop(Signal.STOPS); }

    /** Whether it would take the signal now. */
    boolean wants(int signal) { return !over && ((mask & ~awaited) & Signal.bit(signal)) == 0; }

    /** From now on signals from outside are for this task, on the calling host thread. Those that would end the process end it in good order. */
    public void takeOutsideSignals() {
        process.tree.outside = this;
        handed = true;
        process.relations.first().signals.connect(cpu.address);
        tellMask(0);
    }

    /** It ends, others go on: from now on one of those takes what comes from outside. */
    void handOn() {
        Task heir = process.tree.heir(this);
        if (heir == null) return;
        process.tree.outside = heir;
        heir.handed = true;
        Signals.deliverTo(heir.cpu.address, heir.hostThread);
        heir.interrupt();
    }

    /** Its registers were named to the signal handler, which may still be looking at them on any thread: they stay. */
    private boolean handed;

    /** The guest has ended: signals are for the JVM, which they end by default; so does what came too late for the guest. */
    public void leaveOutsideSignals() {
        SignalTable signals = process.relations.first().signals;
        signals.disconnect();
        for (Siginfo s; (s = signals.arrived(scratch)) != null; )
            if (!signals.wouldNotEnd(s.signal()) && (Signal.action(s.signal()) == Signal.Default.TERMINATE || Signal.action(s.signal()) == Signal.Default.CORE))
                Kernel.call(SyscallName.KILL, process.tree.hostPid, s.signal());
    }

    private synchronized void poll() { if (!freed) cpu.setLong(StateLayout.POLL, 1); }

    /** What signal descriptors hold unread is pending again. */
    void withdrawSignals() {
        for (Siginfo s : process.signalDescriptors.withdraw(this)) pending.add(s);
    }

    /** Set of pending signals, blocked ones too. */
    long pendingSet() {
        collect();
        withdrawSignals();
        return pending.set();
    }

    /** Removes and returns a pending signal out of {@code set}, or null. */
    Siginfo takePending(long set) {
        collect();
        withdrawSignals();
        Siginfo next = pending.next(set);
        if (next != null) pending.remove(next);
        return next;
    }

    /** sigaction(2): what is ignored from now on is pending no more. */
    void dropPending(int signal) {
        collect();
        withdrawSignals();
        pending.drop(Signal.bit(signal));
    }

    /** A timer was set anew or deleted: what it has sent before is pending no more (kernel/time/posix-timers.c, it_signal_seq). */
    void dropTimer(int id) {
        collect();
        pending.dropTimer(id);
    }

    /** Signals that came from outside; the rest soon, where they come as fast as they are taken. */
    private void collect() {
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            Siginfo s = process.relations.first().signals.arrived(scratch);
            if (s == null) return;
            arrived(s);
        }
        poll();
    }

    private static final int MOST_AT_ONCE = 256;

    /** Those of a terminal are for its foreground, those of a timer for who set it, those of a file for its owner, all others for the first process. */
    private void arrived(Siginfo info) {
        ProcessTree tree = process.tree;
        int thread = info.takeThread();
        Process owner = tree.ofThread(thread);
        Process first = process.relations.first();
        Process timed = info.code() == Siginfo.SI_TIMER ? tree.timer(info.timer()) : null;
        boolean terminals = info.code() == Siginfo.SI_KERNEL && (Signal.bit(info.signal()) & Signal.OF_TERMINALS) != 0;
        if (timed != null) timed.post(timed.timers.expired(info));
        else if (info.code() == Siginfo.SI_TIMER) return;        // deleted meanwhile
        else if (info.isOfFile() && owner != null) owner.post(info);
        else if (info.isOfFile() && tree.isGiven(thread)) return;       // its end closed the file, and was waited for
        else if (terminals && tree.grown()) for (Process p : tree.group(tree.foreground != 0 ? tree.foreground : tree.hostGroup)) p.post(info);
        else if (!first.exited()) first.post(info);
        else for (Process p : tree.all()) if (p.relations.parent() == null) p.post(info);   // whoever means the run means who leads what is left of it
    }

    /** The pending signal that would be delivered now, left in the queue; ignored ones are dropped. Null: none. */
    Siginfo deliverable() {
        if (pending.isEmpty() && Signals.nothingCame()) return null;    // looked at after every system call
        collect();
        for (Siginfo s; (s = pending.next(mask & process.signalDescriptors.set())) != null && process.signalDescriptors.take(this, s); ) pending.remove(s);
        for (Siginfo s; (s = pending.next(~mask)) != null; pending.remove(s))
            if (!process.signals.action(s.signal()).ignores(s.signal())) return s;
        return null;
    }

    /** Delivers what is pending and not blocked: handlers' frames are pushed, or the process ends. Whether the pc changed. */
    public boolean deliverSignals() {
        boolean changed = false;
        process.awaitStandstill(this);
        process.relations.awaitGoOn();
        for (Siginfo next; !isOver() && (next = deliverable()) != null; ) {
            int goOns = process.relations.goOns();
            if (!pending.remove(next)) continue;
            changed |= deliver(next, goOns);
            process.relations.awaitGoOn();
        }
        if (maskSaved) restoreMask();
        return changed;
    }

    private boolean deliver(Siginfo info, int goOns) {
        SignalAction action = process.signals.action(info.signal());
        if (!action.caught()) {
            defaultAction(info.signal(), goOns);
            return false;
        }
        if ((action.flags() & SignalAction.SA_RESETHAND) != 0) process.signals.set(info.signal(), SignalAction.NONE);
        try {
            pushFrame(info, action);
        } catch (GuestFault noStack) {
            process.killedBy(Signal.SIGSEGV.number);
        }
        return true;
    }

    private void pushFrame(Siginfo info, SignalAction action) {
        AlternateStack stack = alternateStack();
        long top = 0;
        if ((action.flags() & SignalAction.SA_ONSTACK) != 0 && stack.mode() == 0 && stack.size() != 0) top = stack.base() + stack.size();
        long before = maskSaved ? savedMask : mask;
        process.guest().signalFrame().push(cpu, new Delivery(info.signal(), action.handler(), action.restorer(), info.info(), before, stack, top,
            info.cause()));
        if (top != 0 && !stack.holds(cpu.getLong(process.abi().stackPointer()))) process.killedBy(Signal.SIGSEGV.number);
        if ((stack.flags() & AlternateStack.AUTODISARM) != 0) alternateStack = AlternateStack.NONE;
        maskSaved = false;
        long own = (action.flags() & SignalAction.SA_NODEFER) != 0 ? 0 : Signal.bit(info.signal());
        changeMask(mask | action.mask() | own);
    }

    private void defaultAction(int signal, int goOns) {
        switch (Signal.action(signal)) {
            case TERMINATE, CORE -> process.killedBy(signal);
            case STOP -> {
                if (process.relations.isFirst()) {
                    process.signals.stop(signal);
                    pendingStopsAreOver();
                } else if (signal == Signal.SIGSTOP.number || !Groups.isOrphaned(process.tree, process.group)) process.relations.stop(signal, goOns);
            }
            case IGNORE, CONTINUE -> { }
        }
    }

    /** SIGCONT has come, to the host if not to us. */
    private void pendingStopsAreOver() {
        collect();
        pending.drop(Signal.STOPS);
    }

    /** rt_sigreturn(2). */
    long sigreturn() {
        try {
            Restored r = process.guest().signalFrame().restore(cpu);
            alternateStack = new AlternateStack(r.stack().base(), r.stack().flags() & ~1, r.stack().size());
            setMask(r.mask());
        } catch (GuestFault badFrame) {
            force(new Cause(Signal.SIGSEGV.number, Siginfo.SI_KERNEL, 0, 0, 0));
        }
        return NO_RESULT;
    }

    // ---- faults

    /** The instruction at the pc cannot complete: its signal is delivered, or ends the process. */
    public void fault(GuestFault fault) {
        SyscallAbi abi = process.abi();
        boolean write = fault.access == GuestFault.Access.WRITE, execute = fault.access == GuestFault.Access.EXECUTE;
        force(switch (fault.kind) {
            case MAPERR -> abi.pageFault(Signal.SIGSEGV.number, 1, fault.address, false, write, execute, cpu);
            case ACCERR -> abi.pageFault(Signal.SIGSEGV.number, 2, fault.address, isPresent(fault.address), write, execute, cpu);
            case BUS -> abi.pageFault(Signal.SIGBUS.number, 2, fault.address, false, write, execute, cpu);
            case GENERAL -> abi.cause(patina.ir.Trap.GENERAL_PROTECTION, cpu);
            case TRAP -> abi.cause(fault.trap, cpu);
        });
    }

    /** Pages that nobody may use are not present to the processor (PROT_NONE). */
    private boolean isPresent(long address) {
        Mapping m = cpu.memory.mapping(address);
        return m != null && (m.readable() || m.writable() || m.executable());
    }

    /** A signal that cannot wait: blocked or ignored, it ends the process (kernel/signal.c, force_sig_info). */
    private void force(Cause cause) {
        SignalAction action = process.signals.action(cause.signal());
        boolean blocked = (mask & Signal.bit(cause.signal())) != 0;
        if (blocked || !action.caught()) process.killedBy(cause.signal());
        else deliver(Siginfo.fault(cause), 0);
    }
}
