package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Protection;

/** Clocks, sleeping, interval timers. */
final class Time {
    private Time() {}

    static final long SECOND = 1_000_000_000L;
    private static final int CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, TIMER_ABSTIME = 1;
    static final int TIMESPEC = 16;

    /** time(2). */
    static long time(Task task, Args args) {
        long seconds = now(task, CLOCK_REALTIME) / SECOND;
        long to = args.outOrNull(0, 8);
        if (to != 0) Raw.putLong(to, seconds);
        return seconds;
    }

    /** A clock in nanoseconds. */
    static long now(Task task, int clock) {
        long at = task.scratch.take(TIMESPEC);
        Kernel.call(SyscallName.CLOCK_GETTIME, clock, at);
        return Raw.getLong(at) * SECOND + Raw.getLong(at + 8);
    }

    static long monotonic(Task task) { return now(task, CLOCK_MONOTONIC); }

    static long nanosleep(Task task, Args args) { return sleep(task, args, CLOCK_MONOTONIC, 0, 1); }

    /** clock_nanosleep(2). */
    static long clockNanosleep(Task task, Args args) {
        if ((args.get(1) & TIMER_ABSTIME) == 0) return sleep(task, args, args.integer(0), 2, 3);
        return task.blockingOnce(SyscallName.CLOCK_NANOSLEEP, args.get(0), args.get(1), args.pointer(2), 0, 0, 0);
    }

    /** Sleeps to a fixed end, so that being woken for other reasons than a handler does not lengthen it. The end is on CLOCK_MONOTONIC. */
    private static long sleep(Task task, Args args, int clock, int request, int remaining) {
        if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
            return task.blockingOnce(SyscallName.CLOCK_NANOSLEEP, clock, 0, args.pointer(request), args.pointer(remaining), 0, 0);
        long from = args.in(request, TIMESPEC);
        long seconds = Raw.getLong(from), nanos = Raw.getLong(from + 8);
        if (seconds < 0 || nanos < 0 || nanos >= SECOND) return Errno.EINVAL.result();
        long end = task.deadline(monotonic(task), nanoseconds(seconds, nanos));
        long until = timespec(task, end);
        long result = task.blockingOnce(SyscallName.CLOCK_NANOSLEEP, CLOCK_MONOTONIC, TIMER_ABSTIME, until, 0, 0, 0);
        long left = result != Task.ERESTARTNOHAND ? 0 : task.process().memory().hostAddressNow(args.get(remaining), TIMESPEC, Protection.WRITE);
        if (left != 0) putTimespec(left, Math.max(0, end - monotonic(task)));
        boolean ends = result == Task.ERESTARTNOHAND && task.deliverable() != null;     // else it was woken for nothing of the guest's
        return ends && left == 0 && args.get(remaining) != 0 ? Errno.EFAULT.result() : result;
    }

    /** A timespec ({@code unit} 1) or timeval (1000) in nanoseconds; of a timeval the kernel carries what is too much (fs/select.c, kern_select). */
    static long duration(long at, long unit) {
        long seconds = Raw.getLong(at), part = Raw.getLong(at + 8);
        if (seconds < 0 || part < 0 || unit == 1 && part >= SECOND) throw new Scratch.Refused(Errno.EINVAL);
        return nanoseconds(seconds + part / (SECOND / unit), part % (SECOND / unit) * unit);
    }

    static final long FOREVER = -1;

    /** {@code now} and a duration, or the end of time. */
    static long after(long now, long duration) { return now + duration < now ? Long.MAX_VALUE : now + duration; }

    /** What is left of {@code timeout} nanoseconds since the call's first start. */
    static long left(Task task, long timeout) {
        if (timeout == FOREVER || timeout == 0) return timeout;
        long now = monotonic(task);
        return Math.max(0, task.deadline(now, timeout) - now);
    }

    static long nanoseconds(long seconds, long nanos) {
        return seconds > Long.MAX_VALUE / SECOND - 1 ? Long.MAX_VALUE / 2 : seconds * SECOND + nanos;
    }

    /** Host address of a new timespec. */
    static long timespec(Task task, long nanoseconds) {
        long at = task.scratch.take(TIMESPEC);
        putTimespec(at, nanoseconds);
        return at;
    }

    static void putTimespec(long at, long nanoseconds) {
        Raw.putLong(at, nanoseconds / SECOND);
        Raw.putLong(at + 8, nanoseconds % SECOND);
    }

    private static final int RUSAGE_SELF = 0, RUSAGE_CHILDREN = -1;

    /** getrusage(2): of the first process the host's; of others what their threads have used. */
    static long getrusage(Task task, Args args) {
        int who = args.integer(0);
        Relations r = task.process().relations;
        if (who != RUSAGE_CHILDREN && (who != RUSAGE_SELF || r.isFirst())) return Kernel.call(SyscallName.GETRUSAGE, who, args.pointer(1));
        long to = args.out(1, Task.RUSAGE);
        if (who == RUSAGE_SELF) Kernel.call(SyscallName.GETRUSAGE, Task.RUSAGE_THREAD, to);
        else Raw.fill(to, Task.RUSAGE, (byte) 0);
        synchronized (task.process().tree) {
            long[] more = who == RUSAGE_SELF ? r.own : r.childrens;
            long user = more[0] + Raw.getLong(to) * 1_000_000 + Raw.getLong(to + 8), system = more[1] + Raw.getLong(to + 16) * 1_000_000 + Raw.getLong(to + 24);
            Waiting.putTimes(to, user, system);
        }
        return 0;
    }
}
