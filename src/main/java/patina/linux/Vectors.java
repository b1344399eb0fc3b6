package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Protection;

/** Scattered reads and writes: the guest's iovecs with host addresses. */
final class Vectors {
    private Vectors() {}

    static final int IOV_MAX = 1024, IOVEC = 16;

    /** readv(2) and relatives. */
    static long readv(Task t, Args a) { return transfer(t, a, SyscallName.READV); }
    static long writev(Task t, Args a) { return transfer(t, a, SyscallName.WRITEV); }
    static long preadv(Task t, Args a) { return transfer(t, a, SyscallName.PREADV); }
    static long pwritev(Task t, Args a) { return transfer(t, a, SyscallName.PWRITEV); }
    static long preadv2(Task t, Args a) { return transfer(t, a, SyscallName.PREADV2); }
    static long pwritev2(Task t, Args a) { return transfer(t, a, SyscallName.PWRITEV2); }
    static long vmsplice(Task t, Args a) { return transfer(t, a, SyscallName.VMSPLICE); }

    private static long transfer(Task task, Args args, SyscallName name) {
        int fd = args.fd(0);
        long count = args.get(2);
        long vector = translate(task, args, args.get(1), count, Errno.EINVAL);
        long result = task.blocking(name, fd, vector, count, args.get(3), args.get(4), args.get(5));
        return result == Errno.EPIPE.result() ? task.brokenPipe() : result;
    }

    /** Host address of a copy of {@code count} iovecs; {@code tooMany}: the error if the kernel takes no so many. */
    static long translate(Task task, Args args, long vector, long count, Errno tooMany) {
        if (count < 0 || count > IOV_MAX) throw new Scratch.Refused(tooMany);
        long from = args.host(vector, count * IOVEC, Protection.READ), to = task.scratch.take(count * IOVEC);
        for (long i = 0; i < count * IOVEC; i += IOVEC) {
            long length = Raw.getLong(from + i + 8);
            if (length < 0) throw new Scratch.Refused(Errno.EINVAL);
            Raw.putLong(to + i, args.forKernel(Raw.getLong(from + i)));
            Raw.putLong(to + i + 8, length);
        }
        return to;
    }
}
