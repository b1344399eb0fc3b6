package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;

/** ioctl(2): the requests that are known, with what their argument is. An unknown one might hold a pointer that is no host address, so it stays here. */
final class Terminals {
    private Terminals() {}

    private static final int F_GETFD = 1;

    private enum Argument { NUMBER, IN, OUT, INOUT }

    private record Request(int number, Argument argument, int bytes) {}

    private static final Request[] REQUESTS = {
        out(0x5401, 36), in(0x5402, 36), in(0x5403, 36), in(0x5404, 36),            // TCGETS, TCSETS, TCSETSW, TCSETSF: struct termios
        out(0x802c542a, 44), in(0x402c542b, 44), in(0x402c542c, 44), in(0x402c542d, 44),   // the same with struct termios2
        out(0x5405, 18), in(0x5406, 18), in(0x5407, 18), in(0x5408, 18),            // TCGETA, TCSETA, TCSETAW, TCSETAF: struct termio
        number(0x5409), number(0x540a), number(0x540b), number(0x5425),             // TCSBRK, TCXONC, TCFLSH, TCSBRKP
        number(0x540c), number(0x540d), number(0x540e), number(0x5422),             // TIOCEXCL, TIOCNXCL, TIOCSCTTY, TIOCNOTTY
        out(0x540f, 4), in(0x5410, 4), out(0x5411, 4), in(0x5412, 1),               // TIOCGPGRP, TIOCSPGRP, TIOCOUTQ, TIOCSTI
        out(0x5413, 8), in(0x5414, 8), out(0x5415, 4), in(0x5416, 4), in(0x5417, 4), in(0x5418, 4),   // TIOCGWINSZ, TIOCSWINSZ, TIOCM…
        out(0x541b, 4), in(0x5421, 4), number(0x5450), number(0x5451), in(0x5452, 4),   // FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, FIOASYNC
        in(0x5423, 4), out(0x5424, 4), in(0x5420, 4), out(0x5429, 4), out(0x5460, 8),   // TIOCSETD, TIOCGETD, TIOCPKT, TIOCGSID, FIOQSIZE
        out(0x80045430, 4), in(0x40045431, 4), number(0x5441), out(0x80045438, 4),  // TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER, TIOCGPKT
        inOut(1, 4), out(2, 4), number(0x40049409), in(0x4020940d, 32),             // FIBMAP, FIGETBSZ, FICLONE, FICLONERANGE
        out(0x80086601, 8), in(0x40086602, 8), out(0x80087601, 8), out(0x801c581f, 28),   // FS_IOC_GETFLAGS, SETFLAGS, GETVERSION, FSGETXATTR
        out(0x80081272, 8), out(0x1260, 8), out(0x1268, 4), out(0x127b, 4),         // BLKGETSIZE64, BLKGETSIZE, BLKSSZGET, BLKPBSZGET
        inOut(0x8913, 40), inOut(0x8915, 40), inOut(0x8921, 40), inOut(0x8927, 40), inOut(0x8933, 40), inOut(0x8910, 40),   // SIOCGIF…: struct ifreq
        out(0x8905, 4), out(0x8906, 16),                                            // SIOCATMARK, SIOCGSTAMP
    };

    /** ioctl(2). */
    static long ioctl(Task task, Args args) {
        int fd = args.fd(0), number = args.integer(1);
        for (Request r : REQUESTS) {
            if (r.number != number) continue;
            long argument = r.argument == Argument.NUMBER ? args.get(2) : args.pointer(2);
            return task.blocking(SyscallName.IOCTL, fd, number & 0xffffffffL, argument, 0, 0, 0);
        }
        long open = Kernel.call(SyscallName.FCNTL, fd, F_GETFD);
        if (Errno.is(open)) return open;
        task.process().log.line("ioctl 0x" + Integer.toHexString(number) + ": unknown, ENOTTY");
        return Errno.ENOTTY.result();
    }

    private static Request number(int n) { return new Request(n, Argument.NUMBER, 0); }
    private static Request in(int n, int bytes) { return new Request(n, Argument.IN, bytes); }
    private static Request out(int n, int bytes) { return new Request(n, Argument.OUT, bytes); }
    private static Request inOut(int n, int bytes) { return new Request(n, Argument.INOUT, bytes); }
}
