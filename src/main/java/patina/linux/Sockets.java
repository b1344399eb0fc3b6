package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Protection;

/** Socket calls with lengths or pointers behind pointers. */
final class Sockets {
    private Sockets() {}

    private static final int MSGHDR = 56, SOCKADDR_STORAGE = 128, MMSGHDR = 64, MSG_NOSIGNAL = 0x4000;

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
        return send(task, args, args.fd(0), args.get(1), args.get(2));
    }

    private static long send(Task task, Args args, int fd, long header, long flags) {
        long result = task.blocking(SyscallName.SENDMSG, fd, translate(task, args, header), flags, 0, 0, 0);
        return result == Errno.EPIPE.result() && (flags & MSG_NOSIGNAL) == 0 ? task.brokenPipe() : result;
    }

    /** sendmmsg(2): one after the other, until one fails or is sent in part only. */
    static long sendmmsg(Task task, Args args) {
        int fd = args.fd(0);
        long count = Math.min(args.get(2) & 0xffffffffL, Vectors.IOV_MAX), at = args.get(1);
        if (count == 0) return nothing(fd, SyscallName.SENDMMSG);
        for (int sent = 0; sent < count; sent++, at += MMSGHDR) {
            task.scratch.reset();
            long result = send(task, args, fd, at, args.get(3)), length = task.process().memory().hostAddressNow(at + MSGHDR, 4, Protection.WRITE);
            if (result >= 0 && length == 0) result = Errno.EFAULT.result();
            if (result < 0) return sent > 0 ? sent : result;
            Raw.putInt(length, (int) result);
            if (result < Vectors.length(task, at)) return sent + 1;       // more of it is left
        }
        return count;
    }

    /** Of no messages only the descriptor is looked at. */
    private static long nothing(int fd, SyscallName name) { return Kernel.call(name, fd, 0, 0, 0, 0, 0); }

    private static final int MSG_WAITFORONE = 0x10000, MSG_DONTWAIT = 0x40, MSG_OOB = 1;

    /** recvmmsg(2): one after the other, until one fails or the time is over, which is looked at after each. */
    static long recvmmsg(Task task, Args args) {
        int fd = args.fd(0), flags = args.integer(3);
        if (flags < 0) return Errno.EINVAL.result();            // MSG_CMSG_COMPAT
        long count = Math.min(args.get(2) & 0xffffffffL, Vectors.IOV_MAX), at = args.get(1);
        long time = args.inOrNull(4, Time.TIMESPEC), end = time == 0 ? Long.MAX_VALUE : Time.after(Time.monotonic(task), Time.duration(time, 1));
        if (count == 0) return nothing(fd, SyscallName.RECVMMSG);
        int received = 0;
        long result = 0;
        for (; received < count; received++, at += MMSGHDR) {
            task.scratch.reset();
            result = receive(task, args, fd, at, flags & ~MSG_WAITFORONE);
            long length = task.process().memory().hostAddressNow(at + MSGHDR, 4, Protection.WRITE);
            if (result >= 0 && length == 0) result = Errno.EFAULT.result();
            if (result < 0) break;
            Raw.putInt(length, (int) result);
            if ((Raw.getInt(length - MSGHDR + 48) & MSG_OOB) != 0) { received++; break; }
            if ((flags & MSG_WAITFORONE) != 0) flags |= MSG_DONTWAIT;
            if (Time.monotonic(task) >= end) { received++; break; }
        }
        if (time != 0 && received > 0) Time.putTimespec(args.out(4, Time.TIMESPEC), Math.max(0, end - Time.monotonic(task)));
        return received > 0 ? received : result;
    }

    /** recvmsg(2): lengths and flags go back to the guest's header. */
    static long recvmsg(Task task, Args args) {
        return receive(task, args, args.fd(0), args.get(1), args.get(2));
    }

    private static long receive(Task task, Args args, int fd, long message, long flags) {
        task.process().descriptorLimit.comeUncounted();
        long copy = translate(task, args, message);
        long result = task.blocking(SyscallName.RECVMSG, fd, copy, flags, 0, 0, 0);
        if (result < 0) return result;
        long header = args.host(message, MSGHDR, Protection.WRITE);
        Raw.putInt(header + 8, Raw.getInt(copy + 8));
        Raw.putLong(header + 40, Raw.getLong(copy + 40));
        Raw.putInt(header + 48, Raw.getInt(copy + 48));
        return result;
    }

    /** Host address of a copy of a struct msghdr: name 0, its length 8, iovecs 16, their count 24, control 32, its length 40, flags 48. */
    private static long translate(Task task, Args args, long message) {
        long header = task.process().memory().hostAddressNow(message, MSGHDR, Protection.READ);
        if (header == 0) return args.nowhere();
        long copy = task.scratch.take(MSGHDR);
        Raw.copy(header, copy, MSGHDR);
        long name = Raw.getLong(header), control = Raw.getLong(header + 32);
        Raw.putLong(copy, args.forKernel(name, SOCKADDR_STORAGE));
        Raw.putLong(copy + 16, Vectors.translate(task, args, Raw.getLong(header + 16), Raw.getLong(header + 24)));
        Raw.putLong(copy + 32, args.forKernel(control, Raw.getLong(header + 40)));
        return copy;
    }
}
