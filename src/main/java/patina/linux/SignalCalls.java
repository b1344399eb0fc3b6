package patina.linux;

import java.util.List;
import patina.guest.SignalFrame;
import patina.guest.SignalFrame.AlternateStack;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** Signal dispositions, masks, stacks, and sending. */
final class SignalCalls {
    private SignalCalls() {}

    private static final int SIGSET = 8, TIMESPEC = 16, SIG_BLOCK = 0, SIG_UNBLOCK = 1, SIG_SETMASK = 2;

    /** rt_sigaction(2); struct sigaction has a restorer on some architectures only. */
    static long rtSigaction(Task task, Args args) {
        int signal = args.integer(0);
        if (args.get(3) != SIGSET) return Errno.EINVAL.result();
        boolean restorer = task.process().abi().hasRestorer();
        int size = restorer ? 32 : 24;
        long next = args.inOrNull(1, size);
        if (signal < 1 || signal > Signal.COUNT) return Errno.EINVAL.result();
        SignalAction action = next == 0 ? null : new SignalAction(Raw.getLong(next), Raw.getLong(next + 8),
            restorer ? Raw.getLong(next + 16) : 0, Raw.getLong(next + size - 8) & ~Signal.UNBLOCKABLE);
        if (action != null && (Signal.UNBLOCKABLE & Signal.bit(signal)) != 0) return Errno.EINVAL.result();
        SignalAction before = task.process().signals.action(signal);
        if (action != null) {
            task.process().signals.set(signal, action);
            if (action.ignores(signal)) task.dropPending(signal);
        }
        long old = args.outOrNull(2, size);
        if (old != 0) {
            Raw.putLong(old, before.handler());
            Raw.putLong(old + 8, before.flags());
            if (restorer) Raw.putLong(old + 16, before.restorer());
            Raw.putLong(old + size - 8, before.mask());
        }
        return 0;
    }

    /** rt_sigprocmask(2). */
    static long rtSigprocmask(Task task, Args args) {
        if (args.get(3) != SIGSET) return Errno.EINVAL.result();
        long set = args.inOrNull(1, SIGSET), before = task.mask();
        if (set != 0) {
            long bits = Raw.getLong(set);
            switch (args.integer(0)) {
                case SIG_BLOCK -> task.setMask(before | bits);
                case SIG_UNBLOCK -> task.setMask(before & ~bits);
                case SIG_SETMASK -> task.setMask(bits);
                default -> { return Errno.EINVAL.result(); }
            }
        }
        long old = args.outOrNull(2, SIGSET);
        if (old != 0) Raw.putLong(old, before);
        return 0;
    }

    static long rtSigreturn(Task task, Args args) { return task.sigreturn(); }

    static long rtSigpending(Task task, Args args) {
        long size = args.get(1);
        if (size < 0 || size > SIGSET) return Errno.EINVAL.result();
        byte[] set = new byte[SIGSET];
        long bits = task.pendingSet() & task.mask();
        for (int i = 0; i < SIGSET; i++) set[i] = (byte) (bits >>> 8 * i);
        Raw.copy(set, 0, args.out(0, size), (int) size);
        return 0;
    }

    /** rt_sigsuspend(2): ends with EINTR once a handler has run. */
    static long rtSigsuspend(Task task, Args args) {
        if (args.get(1) != SIGSET) return Errno.EINVAL.result();
        task.setTemporaryMask(Raw.getLong(args.in(0, SIGSET)));
        return pause(task, args);
    }

    /** pause(2). */
    static long pause(Task task, Args args) { return task.blockingOnce(SyscallName.PPOLL, 0, 0, 0, 0, 0, 0); }

    /** rt_sigtimedwait(2): takes a pending signal without its handler. */
    static long rtSigtimedwait(Task task, Args args) {
        if (args.get(3) != SIGSET) return Errno.EINVAL.result();
        long set = Raw.getLong(args.in(0, SIGSET)), timeout = args.inOrNull(2, TIMESPEC);
        long left = timeout == 0 ? 0 : Time.left(task, Time.duration(timeout, 1));
        task.await(set);
        Siginfo taken = task.takePending(set);
        long result = 0;
        if (taken == null) {
            result = task.blockingOnce(SyscallName.PPOLL, 0, 0, timeout == 0 ? 0 : Time.timespec(task, left), 0, 0, 0);
            taken = task.takePending(set);
        }
        task.await(0);
        if (taken == null) return result == 0 ? Errno.EAGAIN.result() : result;
        if (args.get(1) != 0) Raw.copy(taken.info(), 0, args.out(1, SignalFrame.SIGINFO_BYTES), SignalFrame.SIGINFO_BYTES);
        return taken.signal();
    }

    /** sigaltstack(2). */
    static long sigaltstack(Task task, Args args) {
        long next = args.inOrNull(0, 24);
        AlternateStack before = task.alternateStack();
        if (next != 0) {
            AlternateStack after = new AlternateStack(Raw.getLong(next), Raw.getInt(next + 8), Raw.getLong(next + 16));
            int mode = after.mode();
            if (before.mode() == AlternateStack.ON) return Errno.EPERM.result();
            if (mode != 0 && mode != AlternateStack.ON && mode != AlternateStack.DISABLED) return Errno.EINVAL.result();
            boolean asAtFirst = !task.alternateStackSet() && (after.base() | after.flags() | after.size()) == 0;    // no change: not looked at (do_sigaltstack)
            if (mode != AlternateStack.DISABLED && !asAtFirst && Long.compareUnsigned(after.size(), task.process().abi().minimumSignalStack()) < 0) return Errno.ENOMEM.result();
            after = mode == AlternateStack.DISABLED ? AlternateStack.NONE : new AlternateStack(after.base(), after.flags() & ~mode, after.size());
            if (!asAtFirst) task.setAlternateStack(after);
        }
        long old = args.outOrNull(1, 24);
        if (old != 0) {
            Raw.putLong(old, before.base());
            Raw.putLong(old + 8, before.flags());
            Raw.putLong(old + 16, before.size());
        }
        return 0;
    }

    /** kill(2): to guests it is ours to deliver, all else is the host's. */
    static long kill(Task task, Args args) {
        int pid = args.integer(0), signal = args.integer(1);
        Process self = task.process();
        if (pid > 0) {
            Process one = target(task, pid);
            return one == null ? Kernel.call(SyscallName.KILL, self.stranger(pid), signal) : send(task, one, signal);
        }
        if (pid == Integer.MIN_VALUE) return Errno.ESRCH.result();
        List<Process> all = pid == -1 ? self.tree.all() : self.tree.group(pid == 0 ? self.group : -pid);
        if (pid == -1) all.removeIf(p -> p == self || p.relations.isFirst());
        if (all.isEmpty()) return pid == -1 ? Errno.ESRCH.result() : Kernel.call(SyscallName.KILL, pid, signal);
        if (all.remove(self)) all.addLast(self);
        long result = 0;
        for (Process p : all) result = send(task, p, signal);
        return result;
    }

    /** A thread's number means its process. */
    private static Process target(Task task, int pid) {
        Process process = task.process().tree.process(pid);
        if (process != null) return process;
        Task thread = task.process().tree.task(pid);
        return thread == null ? null : thread.process();
    }

    private static long send(Task task, Process to, int signal) {
        if (signal < 0 || signal > Signal.COUNT) return Errno.EINVAL.result();
        if (signal != 0) to.post(Siginfo.sent(signal, Siginfo.SI_USER, task.process().pid(), Identity.user()));
        return 0;
    }

    static long tkill(Task task, Args args) {
        int tid = args.integer(0);
        if (tid <= 0) return Errno.EINVAL.result();
        Task thread = task.process().tree.task(tid);
        return thread != null ? send(task, thread, args.integer(1)) : Kernel.call(SyscallName.TKILL, task.process().stranger(tid), args.integer(1));
    }

    static long tgkill(Task task, Args args) {
        int pid = args.integer(0), tid = args.integer(1), signal = args.integer(2);
        if (pid <= 0 || tid <= 0) return Errno.EINVAL.result();
        Task thread = task.process().tree.task(tid);
        if (thread != null) return thread.process().pid() == pid ? send(task, thread, signal) : Errno.ESRCH.result();
        return task.process().tree.process(pid) != null ? Errno.ESRCH.result() : Kernel.call(SyscallName.TGKILL, pid, tid, signal);
    }

    private static long send(Task task, Task to, int signal) {
        if (signal < 0 || signal > Signal.COUNT) return Errno.EINVAL.result();
        if (signal != 0) to.sent(Siginfo.sent(signal, Siginfo.SI_TKILL, task.process().pid(), Identity.user()));
        return 0;
    }

    private static long toSelf(Task task, int signal, int code) {
        if (signal < 0 || signal > Signal.COUNT) return Errno.EINVAL.result();
        if (signal != 0) task.post(Siginfo.sent(signal, code, task.process().pid(), Identity.user()));
        return 0;
    }

    /** rt_sigqueueinfo(2), what sigqueue(3) makes. */
    static long rtSigqueueinfo(Task task, Args args) {
        Process to = target(task, args.integer(0));
        if (to == null) return Kernel.call(SyscallName.RT_SIGQUEUEINFO, task.process().stranger(args.integer(0)), args.get(1), args.pointer(2));
        long info = args.in(2, SignalFrame.SIGINFO_BYTES);
        if (to == task.process()) return queue(task, args.integer(1), info);
        int code = Raw.getInt(info + 8);
        return code >= 0 || code == Siginfo.SI_TKILL ? Errno.EPERM.result() : queue(to, args.integer(1), info);
    }

    static long rtTgsigqueueinfo(Task task, Args args) {
        Task to = task.process().tree.task(args.integer(1));
        boolean own = to != null && to.process() == task.process() && args.integer(0) == task.process().pid();
        return own ? queue(to, args.integer(2), args.in(3, SignalFrame.SIGINFO_BYTES))
            : Kernel.call(SyscallName.RT_TGSIGQUEUEINFO, args.get(0), task.process().stranger(args.integer(1)), args.get(2), args.pointer(3));
    }

    /** pidfd_send_signal(2): to this process it is ours to deliver; whether it may be sent the kernel says. */
    static long pidfdSendSignal(Task task, Args args) {
        int fd = args.fd(0), signal = args.integer(1);
        long flags = args.get(3);
        long allowed = Kernel.call(SyscallName.PIDFD_SEND_SIGNAL, fd, 0, 0, flags);
        if (Errno.is(allowed) || (flags & PIDFD_SIGNAL_PROCESS_GROUP) != 0 || !isSelf(task, fd))
            return Errno.is(allowed) ? allowed : Kernel.call(SyscallName.PIDFD_SEND_SIGNAL, fd, signal, args.pointer(2), flags);
        if (args.get(2) == 0) return toSelf(task, signal, Siginfo.SI_USER);
        long info = args.in(2, SignalFrame.SIGINFO_BYTES);
        return Raw.getInt(info) != signal ? Errno.EINVAL.result() : queue(task, signal, info);
    }

    private static final int PIDFD_SIGNAL_PROCESS_GROUP = 4;

    private static boolean isSelf(Task task, int pidfd) {
        return ProcStatus.hostText(task, "/proc/thread-self/fdinfo/" + pidfd).contains("\nPid:\t" + task.process().pid() + "\n");
    }

    private static long queue(Process to, int signal, long from) {
        if (signal < 0 || signal > Signal.COUNT) return Errno.EINVAL.result();
        if (signal != 0) to.post(info(signal, from));
        return 0;
    }

    private static long queue(Task to, int signal, long from) {
        if (signal < 0 || signal > Signal.COUNT) return Errno.EINVAL.result();
        if (signal != 0) to.sent(info(signal, from));
        return 0;
    }

    private static Siginfo info(int signal, long from) {
        byte[] info = new byte[SignalFrame.SIGINFO_BYTES];
        Raw.copy(from, info, 0, info.length);
        for (int i = 0; i < 4; i++) info[i] = (byte) (signal >>> 8 * i);
        return new Siginfo(signal, info, null);
    }
}
