package patina.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import patina.guest.SignalFrame;
import patina.guest.SyscallAbi.Cause;
import patina.host.Raw;
import patina.host.Signals;

/**
 * A signal on its way, with its siginfo_t (include/uapi/asm-generic/siginfo.h, 64-bit).
 *
 * @param info  {@value SignalFrame#SIGINFO_BYTES} bytes
 * @param cause the exception behind it, or null
 */
record Siginfo(int signal, byte[] info, Cause cause) {
    static final int SI_USER = 0, SI_KERNEL = 0x80, SI_TKILL = -6, SI_TIMER = Signals.SI_TIMER;

    /** Sent by a process: si_pid, si_uid. */
    static Siginfo sent(int signal, int code, int pid, int uid) {
        ByteBuffer b = start(signal, code);
        b.putInt(16, pid).putInt(20, uid);
        return new Siginfo(signal, b.array(), null);
    }

    /** Of a child: si_pid, si_uid, si_status, si_utime and si_stime, given in microseconds. */
    static Siginfo child(int signal, int code, int pid, int uid, int status, long user, long system) {
        ByteBuffer b = start(signal, code);
        b.putInt(16, pid).putInt(20, uid).putInt(24, status).putLong(32, user / TICK).putLong(40, system / TICK);
        return new Siginfo(signal, b.array(), null);
    }

    /** Microseconds: clock_t in hundredths of a second. */
    private static final long TICK = 10_000;

    /** Raised by an instruction: si_addr. */
    static Siginfo fault(Cause cause) {
        ByteBuffer b = start(cause.signal(), cause.code());
        b.putLong(16, cause.address());
        return new Siginfo(cause.signal(), b.array(), cause);
    }

    int code() { return Raw.getInt(info, 8); }

    boolean isOfTimer(int id) { return code() == SI_TIMER && timer() == id; }

    /** si_timerid. */
    int timer() { return Raw.getInt(info, 16); }

    /** Of a timer, once more: si_overrun. */
    Siginfo expiredToo(Siginfo later) {
        byte[] both = info.clone();
        ByteBuffer.wrap(both).order(ByteOrder.LITTLE_ENDIAN).putInt(20, Raw.getInt(info, 20) + 1 + Raw.getInt(later.info, 20));
        return new Siginfo(signal, both, cause);
    }

    /** Whether a file's owner is sent it, with what happened (POLL_IN to POLL_HUP) or without: fcntl(2), F_SETOWN. */
    boolean isOfFile() {
        boolean told = code() >= 1 && code() <= 6, realTime = signal >= PendingSignals.FIRST_REAL_TIME;
        return told && (realTime || signal == SIGIO) || code() == SI_KERNEL && (signal == SIGIO || signal == SIGURG);
    }

    private static final int SIGURG = 23, SIGIO = 29;

    /** The host thread that it came to, 0 if that is not known; behind all that a siginfo_t has. */
    int takeThread() {
        int thread = Raw.getInt(info, THREAD);
        ByteBuffer.wrap(info).putInt(THREAD, 0);
        return thread;
    }

    private static final int THREAD = Signals.INFO_THREAD;

    /** Whether it was sent to one thread: tkill(2), and the kernel about a write. */
    boolean toThread() { return code() == SI_TKILL || signal == Signal.SIGPIPE.number || signal == Signal.SIGXFSZ.number; }

    private static ByteBuffer start(int signal, int code) {
        return ByteBuffer.allocate(SignalFrame.SIGINFO_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, signal).putInt(8, code);
    }
}
