package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** Waiting for descriptors. Timeouts count from a call's first start, also when it is made again; masks are ours, never the host's. */
final class Polling {
    private Polling() {}

    private static final int TIMESPEC = 16, HOST_EPOLL_EVENT = System.getProperty("os.arch").equals("amd64") ? 12 : 16;
    private static final long FOREVER = Time.FOREVER, MICROSECOND = 1000;

    /** poll(2). */
    static long poll(Task task, Args args) {
        int timeout = args.integer(2);
        return poll(task, args, Time.left(task, timeout < 0 ? FOREVER : timeout * 1_000_000L));
    }

    /** ppoll(2); the time left is written back, as the system call does. */
    static long ppoll(Task task, Args args) {
        long time = args.inOrNull(2, TIMESPEC);
        long left = Time.left(task, time == 0 ? FOREVER : Time.duration(time, 1));
        mask(task, args.get(3), args, args.get(4));
        long result = poll(task, args, left);
        if (time != 0) writeLeft(task, args.get(2), 1);
        return result;
    }

    private static long poll(Task task, Args args, long left) {
        long count = args.get(1) & 0xffffffffL;
        long descriptors = args.pointer(0);
        boolean signalled = task.signalled();
        return task.waitOrLook(signalled, SyscallName.PPOLL, descriptors, count, timespec(task, signalled ? 0 : left), 0, 0);
    }

    /** select(2): its timeval becomes a timespec. */
    static long select(Task task, Args args) {
        return select(task, args, MICROSECOND, 0, 0);
    }

    /** pselect6(2): the sixth argument points to a mask's address and size. */
    static long pselect6(Task task, Args args) {
        long pair = args.inOrNull(5, 16);
        return select(task, args, 1, pair == 0 ? 0 : Raw.getLong(pair), pair == 0 ? 0 : Raw.getLong(pair + 8));
    }

    private static long select(Task task, Args args, long unit, long set, long setSize) {
        long time = args.inOrNull(4, TIMESPEC);
        long left = Time.left(task, time == 0 ? FOREVER : Time.duration(time, unit));
        mask(task, set, args, setSize);
        int count = args.integer(0);
        if (count < 0) return Errno.EINVAL.result();
        long read = args.pointer(1), write = args.pointer(2), except = args.pointer(3);
        boolean signalled = task.signalled();
        long result = task.waitOrLook(signalled, SyscallName.PSELECT6, count, read, write, except, timespec(task, signalled ? 0 : left));
        if (time != 0) writeLeft(task, args.get(4), unit);
        return result;
    }

    /** epoll_create(2): a size that is only checked. */
    static long epollCreate(Task task, Args args) { return args.integer(0) <= 0 ? Errno.EINVAL.result() : Kernel.call(SyscallName.EPOLL_CREATE1, 0); }

    /** epoll_ctl(2). */
    static long epollCtl(Task task, Args args) {
        int epoll = args.fd(0), fd = args.fd(2), size = task.process().abi().epollEventBytes();
        long event = args.pointer(3);
        if (event != 0 && size != HOST_EPOLL_EVENT) {
            event = task.scratch.take(16);
            copyEvent(args.in(3, size), size, event, HOST_EPOLL_EVENT);
        }
        return Kernel.call(SyscallName.EPOLL_CTL, epoll, args.get(1), fd, event);
    }

    static long epollWait(Task task, Args args) { return epoll(task, args); }

    /** epoll_pwait(2). */
    static long epollPwait(Task task, Args args) {
        mask(task, args.get(4), args, args.get(5));
        return epoll(task, args);
    }

    /** epoll_pwait2(2). */
    static long epollPwait2(Task task, Args args) {
        long time = args.inOrNull(3, TIMESPEC), left = Time.left(task, time == 0 ? FOREVER : Time.duration(time, 1));
        mask(task, args.get(4), args, args.get(5));
        return epoll(task, args, left);
    }

    private static long epoll(Task task, Args args) {
        int timeout = args.integer(3);
        return epoll(task, args, Time.left(task, timeout < 0 ? FOREVER : timeout * 1_000_000L));
    }

    private static long epoll(Task task, Args args, long left) {
        int epoll = args.fd(0), most = args.integer(2), size = task.process().abi().epollEventBytes();
        if (most <= 0 || most > Integer.MAX_VALUE / 16) return Kernel.call(SyscallName.EPOLL_PWAIT, epoll, args.pointer(1), most);
        boolean same = size == HOST_EPOLL_EVENT;
        if (!same) most = Math.min(most, 1024);
        long guest = same ? args.pointer(1) : args.out(1, (long) most * size), events = same ? guest : task.scratch.take((long) most * HOST_EPOLL_EVENT);
        boolean signalled = task.signalled();
        long milliseconds = signalled ? 0 : left == FOREVER ? -1 : Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
        long result = task.waitOrLook(signalled, SyscallName.EPOLL_PWAIT, epoll, events, most, milliseconds, 0);
        if (!same) for (int i = 0; i < result; i++) copyEvent(events + (long) i * HOST_EPOLL_EVENT, HOST_EPOLL_EVENT, guest + (long) i * size, size);
        return result;
    }

    /** struct epoll_event: 32 bits of events, then 64 of data, packed or aligned. */
    private static void copyEvent(long from, int fromSize, long to, int toSize) {
        Raw.putInt(to, Raw.getInt(from));
        Raw.putLong(to + toSize - 8, Raw.getLong(from + fromSize - 8));
    }

    private static void mask(Task task, long set, Args args, long size) {
        if (set == 0) return;
        if (size != 8) throw new Scratch.Refused(Errno.EINVAL);
        task.setTemporaryMask(Raw.getLong(args.host(set, 8, patina.memory.Protection.READ)));
    }

    private static long timespec(Task task, long left) { return left == FOREVER ? 0 : Time.timespec(task, left); }

    private static void writeLeft(Task task, long guest, long unit) {
        long to = task.process().memory().hostAddressNow(guest, TIMESPEC, patina.memory.Protection.WRITE);
        if (to == 0) return;            // a constant timeout: the kernel does not mind either (fs/select.c, poll_select_finish)
        long left = task.timeLeft(Time.monotonic(task));
        Raw.putLong(to, left / Time.SECOND);
        Raw.putLong(to + 8, left % Time.SECOND / unit);
    }
}
