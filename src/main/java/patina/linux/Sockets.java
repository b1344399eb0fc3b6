package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** Socket calls with lengths or pointers behind pointers. */
final class Sockets {
    private Sockets() {}

    private static final int MSGHDR = 56, MMSGHDR = 64, MSG_NOSIGNAL = 0x4000;

    private static final int SOL_SOCKET = 1, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, TIMEVAL = 16;

    /** Whether the interrupted call is one on a socket with a timeout: those are not made again (include/net/sock.h, sock_intr_errno). */
    static boolean hasTimeout(Task task, SyscallName name, int fd) {
        return switch (name) {
            case READ, READV, RECVFROM, RECVMSG, ACCEPT4 -> hasTimeout(task, fd, SO_RCVTIMEO);
            case WRITE, WRITEV, SENDTO, SENDMSG, CONNECT -> hasTimeout(task, fd, SO_SNDTIMEO);
            default -> false;
        };
    }

    private static boolean hasTimeout(Task task, int fd, int option) {
        long value = task.scratch.take(TIMEVAL), length = task.scratch.take(4);
        Raw.putInt(length, TIMEVAL);
        return Kernel.call(SyscallName.GETSOCKOPT, fd, SOL_SOCKET, option, value, length, 0) == 0 && (Raw.getLong(value) | Raw.getLong(value + 8)) != 0;
    }

    /** sendmsg(2). */
    static long sendmsg(Task task, Args args) {
        return send(task, args, args.fd(0), args.in(1, MSGHDR), args.get(2));
    }

    private static long send(Task task, Args args, int fd, long header, long flags) {
        long result = task.blocking(SyscallName.SENDMSG, fd, translate(task, args, header), flags, 0, 0, 0);
        return result == Errno.EPIPE.result() && (flags & MSG_NOSIGNAL) == 0 ? task.brokenPipe() : result;
    }

    /** sendmmsg(2): one after the other, until one fails. */
    static long sendmmsg(Task task, Args args) {
        int fd = args.fd(0);
        long count = Math.min(args.get(2) & 0xffffffffL, Vectors.IOV_MAX), at = args.inOut(1, count * MMSGHDR);
        for (int sent = 0; sent < count; sent++, at += MMSGHDR) {
            task.scratch.reset();
            long result = send(task, args, fd, at, args.get(3));
            if (result < 0) return sent > 0 ? sent : result;
            Raw.putInt(at + MSGHDR, (int) result);
        }
        return count;
    }

    /** recvmsg(2): lengths and flags go back to the guest's header. */
    static long recvmsg(Task task, Args args) {
        task.process().descriptorLimit.comeUncounted();
        int fd = args.fd(0);
        long header = args.inOut(1, MSGHDR), copy = translate(task, args, header);
        long result = task.blocking(SyscallName.RECVMSG, fd, copy, args.get(2), 0, 0, 0);
        if (result < 0) return result;
        Raw.putInt(header + 8, Raw.getInt(copy + 8));
        Raw.putLong(header + 40, Raw.getLong(copy + 40));
        Raw.putInt(header + 48, Raw.getInt(copy + 48));
        return result;
    }

    /** Host address of a copy of a struct msghdr: name 0, its length 8, iovecs 16, their count 24, control 32, its length 40, flags 48. */
    private static long translate(Task task, Args args, long header) {
        long copy = task.scratch.take(MSGHDR);
        Raw.copy(header, copy, MSGHDR);
        long name = Raw.getLong(header), control = Raw.getLong(header + 32);
        int nameLength = Raw.getInt(header + 8);
        if (nameLength < 0) throw new Scratch.Refused(Errno.EINVAL);
        Raw.putLong(copy, args.forKernel(name));
        Raw.putLong(copy + 16, Vectors.translate(task, args, Raw.getLong(header + 16), Raw.getLong(header + 24), Errno.EMSGSIZE));
        Raw.putLong(copy + 32, args.forKernel(control));
        return copy;
    }
}
