package patina.linux;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import patina.guest.SyscallName;
import patina.host.Raw;

/** A process among others: its parent, its children, what they are told of each other. Guarded by the {@link ProcessTree}. */
final class Relations {
    /** si_code of SIGCHLD. */
    static final int CLD_EXITED = 1, CLD_KILLED = 2, CLD_STOPPED = 5, CLD_CONTINUED = 6;
    private static final long SA_NOCLDSTOP = 1, SA_NOCLDWAIT = 2;
    private static final long FUTEX_WAKE = 1;

    private final Process self;
    private final ProcessTree tree;
    private final Process first;
    private Process parent;
    final List<Process> children = new ArrayList<>();
    /** What the parent is sent at the end; 0: nothing. */
    int exitSignal;
    boolean zombie, reaped;
    /** Whether orphans below become its children: PR_SET_CHILD_SUBREAPER. */
    boolean subreaper;
    /** PR_SET_PDEATHSIG. */
    int deathSignal;
    /** Whether it has called exec: setpgid(2) of a child. */
    volatile boolean executed;
    private volatile boolean stopped;
    private int goOns;
    /** The signal that stopped it, and whether it was continued, until a parent has waited for that; 0. */
    int stopSignal;
    boolean continued;
    /** Counts what wait(2) may wait for: a futex. */
    private long changes = Raw.allocate(8);
    /** User and system time of threads that have ended, and of children waited for, in microseconds. */
    final long[] own = new long[2], childrens = new long[2];

    Relations(Process self, Process first, Process parent, int exitSignal) {
        this.self = self;
        this.tree = self.tree;
        this.parent = parent;
        this.exitSignal = exitSignal;
        this.first = first;
    }

    boolean isFirst() { return first == self; }

    Process first() { return first; }

    Process parent() { return parent; }

    int parentPid() {
        synchronized (tree) {
            if (isFirst()) return (int) Kernel.call(SyscallName.GETPPID);
            return parent == null ? ProcessTree.INIT : parent.pid();
        }
    }

    /** Its number is known: its parent may wait for it. */
    void began() {
        synchronized (tree) {
            if (parent != null && parent.relations.zombie) parent = reaper();
            if (parent != null) parent.relations.children.add(self);
        }
    }

    /** Where to wait for a change; the word changes with each. */
    long changesWord() { return changes; }

    int changes() { return (int) Raw.getLongVolatile(changes); }

    private void changed() {
        if (changes == 0) return;       // gone meanwhile
        Raw.putLongVolatile(changes, Raw.getLongVolatile(changes) + 1);
        Kernel.call(SyscallName.FUTEX, changes, FUTEX_WAKE, Integer.MAX_VALUE);
    }

    // ---- the end

    /** All threads are gone. */
    void ended() {
        List<Process> bereaved;
        synchronized (tree) {
            bereaved = List.copyOf(children);
            Set<Integer> groups = new HashSet<>();
            for (Process child : bereaved) if (isLink(self, child)) groups.add(child.group);
            if (parent != null && isLink(parent, self)) groups.add(self.group);
            for (Process child : bereaved) child.relations.adopt(reaper());
            children.clear();
            zombie = true;
            if (parent != null) {
                // its signal is there before anybody can have waited for it (kernel/exit.c, exit_notify)
                if (exitSignal != 0) parent.post(news(exitSignal, self.terminatingSignal() != 0 ? CLD_KILLED : CLD_EXITED));
                SignalAction action = parent.signals.action(Signal.SIGCHLD.number);
                boolean unwanted = exitSignal == Signal.SIGCHLD.number
                    && (action.handler() == SignalAction.IGNORE || (action.flags() & SA_NOCLDWAIT) != 0);
                if (unwanted) reap();
                parent.relations.changed();
            } else reap();
            for (int group : groups) if (Groups.isOrphaned(tree, group)) wakeOrphans(group);
        }
        for (Process child : bereaved) {
            int death = child.relations.deathSignal;
            if (death != 0) child.post(Siginfo.sent(death, Siginfo.SI_USER, self.pid(), Identity.user()));
        }
    }

    /** Whether the parent keeps the child's group from being orphaned. */
    private static boolean isLink(Process parent, Process child) { return parent.session == child.session && parent.group != child.group; }

    /** Nobody would ever tell those that are stopped to go on (kernel/exit.c, kill_orphaned_pgrp). */
    private void wakeOrphans(int group) {
        List<Process> members = tree.group(group);
        if (members.stream().noneMatch(p -> p.relations.stopped && !p.relations.zombie)) return;
        for (Process p : members) for (Signal s : new Signal[] {Signal.SIGHUP, Signal.SIGCONT}) p.post(Siginfo.sent(s.number, Siginfo.SI_KERNEL, 0, 0));
    }

    /** Who takes the orphans; null: init. */
    private Process reaper() {
        for (Process p = parent; p != null; p = p.relations.parent) if (p.relations.subreaper && !p.relations.zombie) return p;
        return null;
    }

    private void adopt(Process reaper) {
        parent = reaper;
        exitSignal = Signal.SIGCHLD.number;
        if (reaper != null) {
            reaper.relations.children.add(self);
            if (zombie) reaper.relations.changed();
        } else if (zombie) reap();
    }

    /** SIGCHLD's siginfo. */
    Siginfo news(int signal, int code) {
        int status = code == CLD_EXITED ? self.waitStatus() >> 8 : code == CLD_KILLED ? self.terminatingSignal() : code == CLD_STOPPED ? stopSignal : Signal.SIGCONT.number;
        return Siginfo.child(signal, code, self.pid(), Identity.user(), status, own[0], own[1]);
    }

    /** It is known to have ended. By the holder of the tree's lock. */
    void reap() {
        if (reaped) return;
        reaped = true;
        tree.remove(self);
        if (parent != null) {
            parent.relations.children.remove(self);
            for (int i = 0; i < 2; i++) parent.relations.childrens[i] += own[i] + childrens[i];
        }
        tree.notifyAll();
    }

    /** The host thread that gave the number waits here, so that nobody else gets it. The first process's is the host process's. */
    void awaitReaped() {
        synchronized (tree) {
            boolean interrupted = false;
            while (!reaped && !isFirst()) {
                try {
                    tree.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            Raw.free(changes);
            changes = 0;
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    // ---- stop and go

    /** How often it was told to go on: who takes a stop out of the queue looks before. */
    int goOns() { synchronized (tree) { return goOns; } }

    /** What a stop signal does by default, if nobody has told it to go on meanwhile; its threads stop as they come to look. */
    void stop(int signal, int goOnsBefore) {
        synchronized (tree) {
            if (goOns != goOnsBefore || stopped || self.exited()) return;
            stopped = true;
            stopSignal = signal;
            continued = false;
        }
        for (Task t : self.tasks()) t.interrupt();
        tell(CLD_STOPPED);
    }

    /** SIGCONT and SIGKILL end a stop when they are sent. */
    void goOn(int signal) {
        synchronized (tree) {
            goOns++;
            if (!stopped) return;
            stopped = false;
            stopSignal = 0;
            continued = signal == Signal.SIGCONT.number;
            tree.notifyAll();
        }
        if (signal == Signal.SIGCONT.number) tell(CLD_CONTINUED);
    }

    private void tell(int code) {
        synchronized (tree) {
            if (parent == null) return;
            SignalAction action = parent.signals.action(Signal.SIGCHLD.number);
            if ((action.flags() & SA_NOCLDSTOP) == 0) parent.post(news(Signal.SIGCHLD.number, code));
            parent.relations.changed();
        }
    }

    boolean isStopped() { return stopped; }

    /** A thread of a stopped process waits here. */
    void awaitGoOn() {
        if (!stopped) return;
        synchronized (tree) {
            boolean interrupted = false;
            while (stopped && !self.exited()) {
                try {
                    tree.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
