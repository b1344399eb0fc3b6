package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;

/** ioctl(2): the requests that are known, with what their argument is. An unknown one might hold a pointer that is no host address, so it stays here. */
final class Terminals {
    private Terminals() {}

    /** {@code changes}: the terminal, which a background process may not. */
    private record Request(int number, boolean pointer, boolean changes) {}

    private static final Request[] REQUESTS = {
        pointer(0x5401), pointer(0x5402), pointer(0x5403), pointer(0x5404),            // TCGETS, TCSETS, TCSETSW, TCSETSF: struct termios
        pointer(0x802c542a), pointer(0x402c542b), pointer(0x402c542c), pointer(0x402c542d),   // the same with struct termios2
        pointer(0x5405), pointer(0x5406), pointer(0x5407), pointer(0x5408),            // TCGETA, TCSETA, TCSETAW, TCSETAF: struct termio
        number(0x5409), number(0x540a), number(0x540b), number(0x5425),             // TCSBRK, TCXONC, TCFLSH, TCSBRKP
        number(0x540c), number(0x540d), number(0x540e), number(0x5422),             // TIOCEXCL, TIOCNXCL, TIOCSCTTY, TIOCNOTTY
        pointer(0x540f), pointer(0x5410), pointer(0x5411), pointer(0x5412),               // TIOCGPGRP, TIOCSPGRP, TIOCOUTQ, TIOCSTI
        pointer(0x5413), pointer(0x5414), pointer(0x5415), pointer(0x5416), pointer(0x5417), pointer(0x5418),   // TIOCGWINSZ, TIOCSWINSZ, TIOCM…
        pointer(0x541b), pointer(0x5421), number(0x5450), number(0x5451), pointer(0x5452),   // FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, FIOASYNC
        pointer(0x5456), pointer(0x5457), pointer(0x80045439), pointer(0x80045440),      // TIOCGLCKTRMIOS, TIOCSLCKTRMIOS, TIOCGPTLCK, TIOCGEXCL
        pointer(0x5423), pointer(0x5424), pointer(0x5420), pointer(0x5429), pointer(0x5460),   // TIOCSETD, TIOCGETD, TIOCPKT, TIOCGSID, FIOQSIZE
        pointer(0x80045430), pointer(0x40045431), number(0x5441), pointer(0x80045438),  // TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER, TIOCGPKT
        pointer(1), pointer(2), number(0x40049409), pointer(0x4020940d), pointer(0xc020660b),             // FIBMAP, FIGETBSZ, FICLONE, FICLONERANGE, FS_IOC_FIEMAP
        pointer(0x80086601), pointer(0x40086602), pointer(0x80087601), pointer(0x801c581f),   // FS_IOC_GETFLAGS, SETFLAGS, GETVERSION, FSGETXATTR
        pointer(0x80081272), pointer(0x1260), pointer(0x1268), pointer(0x127b),         // BLKGETSIZE64, BLKGETSIZE, BLKSSZGET, BLKPBSZGET
        pointer(0x8913), pointer(0x8915), pointer(0x8921), pointer(0x8927), pointer(0x8933), pointer(0x8910),   // SIOCGIF…: struct ifreq
        pointer(0x8905), pointer(0x8906),                                            // SIOCATMARK, SIOCGSTAMP
        pointer(0x40086d01), pointer(0x80306d02), pointer(0x80086d03),               // MTIOCTOP, MTIOCGET, MTIOCPOS: tapes, which tar asks for
    };

    /** ioctl(2). */
    static long ioctl(Task task, Args args) {
        int fd = args.fd(0), number = args.integer(1);
        for (Request r : REQUESTS) {
            if (r.number != number) continue;
            switch (number) {
                case ControllingTerminal.TIOCGPGRP: return ControllingTerminal.foreground(task, fd, args);
                case ControllingTerminal.TIOCSPGRP: return ControllingTerminal.setForeground(task, fd, args);
                case ControllingTerminal.TIOCGSID: return ControllingTerminal.session(task, fd, args);
                case ControllingTerminal.TIOCSCTTY: return ControllingTerminal.take(task, fd, args.get(2));
                case ControllingTerminal.TIOCNOTTY: return ControllingTerminal.leave(task, fd);
                default:
            }
            long refused = r.changes ? ControllingTerminal.mayUse(task, fd, Signal.SIGTTOU) : 0;
            if (refused != 0) return refused;
            long argument = r.pointer ? args.pointer(2) : args.get(2);
            return task.blocking(SyscallName.IOCTL, fd, number & 0xffffffffL, argument, 0, 0, 0);
        }
        if (!Files.isOpen(fd)) return Errno.EBADF.result();
        task.process().log.line("ioctl 0x" + Integer.toHexString(number) + ": unknown, ENOTTY");
        return Errno.ENOTTY.result();
    }

    private static Request number(int n) { return new Request(n, false, n >= 0x5409 && n <= 0x540b || n == 0x5425); }
    private static Request pointer(int n) { return new Request(n, true, n >= 0x5402 && n <= 0x5408 && n != 0x5405 || n >= 0x402c542b && n <= 0x402c542d); }
}
