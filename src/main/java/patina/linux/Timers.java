package patina.linux;

import java.util.ArrayList;
import java.util.List;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/**
 * Timers that send signals. They are the host's, and their signals come to the host process like any other from outside: those of other guest processes than
 * the first are known by the timer's number ({@link ProcessTree#timer}). The first process's interval timers are the host process's.
 */
final class Timers {
    private static final int SIGEVENT = 64, SIGEV_SIGNAL = 0, SIGEV_THREAD_ID = 4, ITIMER_REAL = 0, ITIMERS = 3, ITIMERVAL = 32, CLOCK_MONOTONIC = 1,
            CLOCK_THREAD_CPUTIME_ID = 3, NONE = -1;
    /** By interval timer: ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF. */
    private static final int[] SIGNALS = {14, 26, 27}, CLOCKS = {CLOCK_MONOTONIC, CLOCK_THREAD_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};

    private final List<Integer> made = new ArrayList<>();
    /** The host's timers that are this process's interval timers. The host process's CPU time is no guest's: it is the time of the thread that has set them. */
    private final int[] own = {NONE, NONE, NONE};

    /** A signal of a timer of this process, as it is to see it. */
    Siginfo expired(Siginfo info) {
        for (int which = 0; which < ITIMERS; which++)
            if (Raw.getInt(info.info(), 16) == own[which]) return Siginfo.sent(SIGNALS[which], Siginfo.SI_KERNEL, 0, 0);
        return info;
    }

    synchronized void release(Process process) {
        for (int id : made) {
            process.tree.removeTimer(id);
            Kernel.call(SyscallName.TIMER_DELETE, id);
        }
        made.clear();
    }

    /** exec(2): interval timers stay. */
    synchronized void forExec(Process process) {
        for (int id : List.copyOf(made)) {
            if (id == own[0] || id == own[1] || id == own[2]) continue;
            Kernel.call(SyscallName.TIMER_DELETE, id);
            forget(process, id);
        }
    }

    /** Whether the number is one that this process was given: the host knows those of all guests. */
    private synchronized boolean has(int id) { return made.contains(id) && id != own[0] && id != own[1] && id != own[2]; }

    static long timerSettime(Task task, Args args) {
        long result = call(task, args, SyscallName.TIMER_SETTIME, args.get(1), args.pointer(2), args.pointer(3));
        if (result == 0) task.dropTimer(args.integer(0));
        return result;
    }

    static long timerGettime(Task task, Args args) { return call(task, args, SyscallName.TIMER_GETTIME, args.pointer(1), 0, 0); }

    static long timerGetoverrun(Task task, Args args) { return call(task, args, SyscallName.TIMER_GETOVERRUN, 0, 0, 0); }

    private static long call(Task task, Args args, SyscallName name, long a, long b, long c) {
        return Kernel.call(name, task.process().timers.has(args.integer(0)) ? args.integer(0) : Integer.MAX_VALUE, a, b, c);     // errors in the kernel's order
    }

    /** timer_create(2): to the one thread is to the process. */
    static long timerCreate(Task task, Args args) {
        long event = args.inOrNull(1, SIGEVENT), copy = 0;
        if (event != 0) {
            copy = task.scratch.take(SIGEVENT);
            Raw.copy(event, copy, SIGEVENT);
            if (Raw.getInt(copy + 12) == SIGEV_THREAD_ID) {
                if (Raw.getInt(copy + 16) != task.tid()) return Errno.EINVAL.result();
                Raw.putInt(copy + 12, SIGEV_SIGNAL);
            }
        }
        long result = Kernel.call(SyscallName.TIMER_CREATE, args.get(0), copy, args.pointer(2));
        if (result == 0) task.process().timers.add(task.process(), Raw.getInt(args.in(2, 4)));
        return result;
    }

    private synchronized void add(Process process, int id) {
        made.add(id);
        process.tree.addTimer(id, process);
    }

    static long timerDelete(Task task, Args args) {
        int id = args.integer(0);
        long result = call(task, args, SyscallName.TIMER_DELETE, 0, 0, 0);
        if (result == 0) {
            task.process().timers.forget(task.process(), id);
            task.dropTimer(id);
        }
        return result;
    }

    private synchronized void forget(Process process, int id) {
        made.remove((Integer) id);
        process.tree.removeTimer(id);
    }

    static long setitimer(Task task, Args args) {
        if (isHosts(task, args.integer(0))) return Kernel.call(SyscallName.SETITIMER, args.get(0), args.pointer(1), args.pointer(2));
        long from = args.inOrNull(1, ITIMERVAL), next = task.scratch.take(ITIMERVAL), old = task.scratch.take(ITIMERVAL);
        Raw.fill(next, ITIMERVAL, (byte) 0);
        if (from != 0) Raw.copy(from, next, ITIMERVAL);
        long result = task.process().timers.set(task, args.integer(0), next, old);
        long to = args.outOrNull(2, ITIMERVAL);
        if (result == 0 && to != 0) Raw.copy(old, to, ITIMERVAL);
        return result;
    }

    static long getitimer(Task task, Args args) {
        if (isHosts(task, args.integer(0))) return Kernel.call(SyscallName.GETITIMER, args.get(0), args.pointer(1));
        return task.process().timers.get(args.integer(0), args.out(1, ITIMERVAL));
    }

    private static boolean isHosts(Task task, int which) { return which < 0 || which >= ITIMERS || task.process().relations.isFirst(); }

    /** itimerval in microseconds, itimerspec in nanoseconds, both interval first. */
    private synchronized long set(Task task, int which, long next, long old) {
        for (int i = 8; i < ITIMERVAL; i += 16) {
            long micros = Raw.getLong(next + i);
            if (micros < 0 || micros >= 1_000_000 || Raw.getLong(next + i - 8) < 0) return Errno.EINVAL.result();
            Raw.putLong(next + i, micros * 1000);
        }
        if (own[which] == NONE) {
            long event = task.scratch.take(SIGEVENT), id = task.scratch.take(4);
            Raw.fill(event, SIGEVENT, (byte) 0);
            Raw.putInt(event + 8, SIGNALS[which]);
            long result = Kernel.call(SyscallName.TIMER_CREATE, CLOCKS[which], event, id);
            if (Errno.is(result)) return result;
            own[which] = Raw.getInt(id);
            add(task.process(), own[which]);
        }
        long result = Kernel.call(SyscallName.TIMER_SETTIME, own[which], 0, next, old);
        toMicros(old);
        return result;
    }

    private synchronized long get(int which, long to) {
        Raw.fill(to, ITIMERVAL, (byte) 0);
        long result = own[which] == NONE ? 0 : Kernel.call(SyscallName.TIMER_GETTIME, own[which], to);
        toMicros(to);
        return result;
    }

    private static void toMicros(long at) { for (int i = 8; i < ITIMERVAL; i += 16) Raw.putLong(at + i, Raw.getLong(at + i) / 1000); }

    /** alarm(2): seconds that were left, rounded to the nearest, but at least one while a timer was running. */
    static long alarm(Task task, Args args) {
        long next = task.scratch.take(ITIMERVAL), old = task.scratch.take(ITIMERVAL);
        Raw.fill(next, ITIMERVAL, (byte) 0);
        Raw.putLong(next + 16, args.get(0) & 0xffffffffL);
        if (isHosts(task, ITIMER_REAL)) Kernel.call(SyscallName.SETITIMER, ITIMER_REAL, next, old);
        else task.process().timers.set(task, ITIMER_REAL, next, old);
        long seconds = Raw.getLong(old + 16), micros = Raw.getLong(old + 24);
        return seconds + (micros >= 500_000 || seconds == 0 && micros > 0 ? 1 : 0);
    }
}
