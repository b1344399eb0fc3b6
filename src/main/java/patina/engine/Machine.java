package patina.engine;

import patina.cache.CacheKey;
import patina.cache.ContentIndex;
import patina.cache.Store;
import patina.guest.Guest;
import patina.host.HostThread;
import patina.host.Syscall;
import patina.ir.ImageKey;
import patina.linux.Log;
import patina.linux.Process;
import patina.linux.Runner;
import patina.linux.Task;
import patina.memory.AddressSpace;

/** Runs the guest threads of a session, each on a host thread of its own, from the first to the last. */
final class Machine implements Runner {
    final Guest guest;
    private final RunSpec spec;
    private final Store store;
    private final ContentIndex index;
    private final CacheKey fast;
    /** By variant; empty where nothing is compiled in the run. */
    private final CompilerThread[] compilers;
    private final Errands errands;
    private final Attachments attachments = new Attachments();
    private final Log user;
    private final Profiler[] profilers = new Profiler[Variant.values().length];
    private final boolean profiles;
    final Totals totals = new Totals();
    private volatile Lifted lifted;
    private int running;
    private boolean begun;
    /** What a thread died of that is no doing of its guest's. */
    private volatile Throwable failure;

    Machine(RunSpec spec, Guest guest, Store store, ContentIndex index, CacheKey fast, CompilerThread[] compilers, Errands errands, Log user) {
        this.spec = spec;
        this.guest = guest;
        this.store = store;
        this.index = index;
        this.fast = fast;
        this.compilers = compilers;
        this.errands = errands;
        this.user = user;
        profiles = spec.mode().writesProfile && store != null;
    }

    Throwable failure() { return failure; }

    /** Whether anything has run, whose end is told. */
    synchronized boolean hasStarted() { return begun; }

    // ---- threads

    /** The first process's first thread, on the calling one, which is a {@link Host}. Returns when it has ended; others may be running. */
    void runFirst(Task task, CodeSpace space) {
        started();
        task.process().runBy(this);
        Host.current().space = space;
        run(task);
    }

    @Override public void start(Task child) {
        CodeSpace parent = Host.current().space;
        AddressSpace memory = child.cpu().memory;
        if (lifted == null) parent.share(lifted = new Lifted());
        Host host = new Host(() -> run(child));
        host.space = memory == parent.memory ? parent : parent.fork(memory);
        started();
        try {
            host.start();
        } catch (OutOfMemoryError e) {
            ended();
            throw e;
        }
    }

    @Override public void errand(Runnable work) { errands.have(work); }

    private synchronized void started() {
        running++;
        begun = true;
    }

    private synchronized boolean isLast() { return running == 1; }

    private synchronized void ended() { if (--running == 0) errands.end(); }

    private void run(Task first) {
        Process process = first.process();
        Task task = first;
        boolean over = false;
        try {
            task.begin();
            for (Task next; (next = runProgram(task)) != null; task = next) {
                if (task.takesOutsideSignals()) next.takeOutsideSignals();
                AddressSpace old = Host.current().space.memory;
                task.free();
                old.close();
                Host.current().space = new CodeSpace(this, process.memory());
            }
            over = true;
        } catch (Throwable e) {
            if (failure == null) failure = e;
            process.die();
        } finally {
            end(task, process);
        }
        if (over && HostThread.id() == process.pid()) process.awaitReaped();
    }

    private void end(Task task, Process process) {
        try {
            if (task.finish()) {
                totals.add(process);
                process.finish();
            }
            task.free();
        } finally {
            ended();
        }
    }

    /** Runs the task to its end; returns what goes on in its place after exec(2), or null. */
    private Task runProgram(Task task) {
        CodeSpace space = Host.current().space;
        GuestThread thread = new GuestThread(guest, task, space, user, totals);
        if (spec.verify()) thread.verify(totals.verified());
        space.add(thread);
        boolean main = task.takesOutsideSignals();
        try (HostThread host = HostThread.attach(task.cpu().address, space.memory.base())) {
            if (main) task.takeOutsideSignals();
            try {
                thread.run();
            } finally {
                if (task.takesOutsideSignals() && isLast()) task.leaveOutsideSignals();
            }
        } finally {
            space.remove(thread);
            totals.add(thread);
            if (space.isEmpty()) totals.add(space.images);
            thread.close();
        }
        return task.successor();
    }

    // ---- what they run from

    /** Null while there is but one thread. */
    Lifted lifted() { return lifted; }

    Images images(AddressSpace memory, Images.Forget forget) {
        // The first digest opens the random source of the security providers: seldom needed, and 30 ms.
        return new Images(memory, store, index, attachments, fast, () -> errands.have(ImageKey::sha256), forget);
    }

    /** A thread begins to run code of a variant. */
    void enters(GuestThread thread, Variant variant) {
        if (profiles) profiler(variant).add(thread.space.images, thread.blocks);
        if (compilers.length > 0) compilers[variant.ordinal()].watch(thread);
    }

    /** It does no longer. */
    void leaves(GuestThread thread, Variant variant) {
        if (profiles) profiler(variant).remove(thread.blocks);
        if (compilers.length > 0) compilers[variant.ordinal()].leave(thread);
    }

    private synchronized Profiler profiler(Variant variant) {
        Profiler p = profilers[variant.ordinal()];
        if (p == null) p = profilers[variant.ordinal()] = new Profiler(variant.profiles(store), Long.toHexString(System.currentTimeMillis()) + "-" + Syscall.call(Syscall.GETPID));
        return p;
    }

    /** Puts what the interpreters have counted into the profile. */
    void flush() { for (Profiler p : profilers) if (p != null) p.flush(); }

    /** Why the profile could not be written, or null. */
    String profileProblem() {
        for (Profiler p : profilers) if (p != null && p.problem() != null) return p.problem();
        return null;
    }
}
