package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Protection;

/** Socket calls with lengths or pointers behind pointers. */
final class Sockets {
    private Sockets() {}

    private static final int MSGHDR = 56, MMSGHDR = 64, MSG_NOSIGNAL = 0x4000;

    /** accept(2). */
    static long accept(Task task, Args args) { return accept(task, args, 0); }

    static long accept4(Task task, Args args) { return accept(task, args, args.get(3)); }

    private static long accept(Task task, Args args, long flags) {
        int fd = args.fd(0);
        return task.blocking(SyscallName.ACCEPT4, fd, address(args, 1, 2), length(args, 1, 2), flags, 0, 0);
    }

    static long getsockname(Task task, Args args) { return Kernel.call(SyscallName.GETSOCKNAME, args.fd(0), address(args, 1, 2), length(args, 1, 2)); }

    static long getpeername(Task task, Args args) { return Kernel.call(SyscallName.GETPEERNAME, args.fd(0), address(args, 1, 2), length(args, 1, 2)); }

    static long getsockopt(Task task, Args args) {
        return Kernel.call(SyscallName.GETSOCKOPT, args.fd(0), args.get(1), args.get(2), address(args, 3, 4), length(args, 3, 4), 0);
    }

    /** recvfrom(2). */
    static long recvfrom(Task task, Args args) {
        int fd = args.fd(0);
        long length = args.usable(args.get(1), args.get(2), Protection.WRITE);
        return task.blocking(SyscallName.RECVFROM, fd, args.host(args.get(1), length, Protection.WRITE), length, args.get(3),
            address(args, 4, 5), length(args, 4, 5));
    }

    /** The buffer at argument {@code address}, as long as the int that argument {@code length} points to says; may be null. */
    private static long address(Args args, int address, int length) {
        if (args.get(address) == 0) return 0;
        int bytes = Raw.getInt(args.inOut(length, 4));
        if (bytes < 0) throw new Scratch.Refused(Errno.EINVAL);
        return args.out(address, bytes);
    }

    private static long length(Args args, int address, int length) { return args.get(address) == 0 ? 0 : args.inOut(length, 4); }

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
        long result = task.blocking(SyscallName.SENDMSG, fd, translate(task, args, header, Protection.READ), flags, 0, 0, 0);
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
        int fd = args.fd(0);
        long header = args.inOut(1, MSGHDR), copy = translate(task, args, header, Protection.WRITE);
        long result = task.blocking(SyscallName.RECVMSG, fd, copy, args.get(2), 0, 0, 0);
        if (result < 0) return result;
        Raw.putInt(header + 8, Raw.getInt(copy + 8));
        Raw.putLong(header + 40, Raw.getLong(copy + 40));
        Raw.putInt(header + 48, Raw.getInt(copy + 48));
        return result;
    }

    /** Host address of a copy of a struct msghdr: name 0, its length 8, iovecs 16, their count 24, control 32, its length 40, flags 48. */
    private static long translate(Task task, Args args, long header, int protection) {
        long copy = task.scratch.take(MSGHDR);
        Raw.copy(header, copy, MSGHDR);
        long name = Raw.getLong(header), control = Raw.getLong(header + 32);
        int nameLength = Raw.getInt(header + 8);
        if (nameLength < 0) throw new Scratch.Refused(Errno.EINVAL);
        if (name != 0) Raw.putLong(copy, args.host(name, nameLength, protection));
        Raw.putLong(copy + 16, Vectors.translate(task, args, Raw.getLong(header + 16), Raw.getLong(header + 24), protection));
        if (control != 0) Raw.putLong(copy + 32, args.host(control, Raw.getLong(header + 40), protection));
        return copy;
    }
}
