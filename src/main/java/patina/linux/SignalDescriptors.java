package patina.linux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import patina.guest.SyscallAbi.StatLayout;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/**
 * signalfd(2). Signals are kept here and not in the host's kernel, so the guest's descriptor is the reading end of a pipe, into which a blocked
 * pending signal of its set is moved as soon as it is seen. Until it is read it is pending still: whoever looks at what is pending has it taken
 * out of the pipe again first ({@link #withdraw}).
 */
final class SignalDescriptors {
    static final String NOTE = "a pipe to other calls than read and poll";
    private static final int SFD_NONBLOCK = 0x800, SFD_CLOEXEC = 0x80000, RECORD = 128, SIGSET = 8;
    private static final int F_DUPFD_CLOEXEC = 1030, F_SETFL = 4, O_WRONLY_NONBLOCK = 0x801;
    private static final int POLLERR = 8, SI_TIMER = -2, SIGCHLD = 17, SIGIO = 29;

    /** A pipe by its inode, which every duplicate of the descriptor shares; the signals last written, of which the guest has read the first. */
    private record Pipe(long inode, int writing, long mask, ArrayDeque<Siginfo> written) {}

    private final List<Pipe> pipes = new ArrayList<>();

    /** signalfd(2), without flags. */
    static long signalfd(Task task, Args args) { return signalfd(task, args, 0); }

    static long signalfd4(Task task, Args args) { return signalfd(task, args, args.integer(3)); }

    private static long signalfd(Task task, Args args, int flags) {
        int fd = args.fd(0);
        if (args.get(2) != SIGSET) return Errno.EINVAL.result();
        long mask = Raw.getLong(args.in(1, SIGSET)) & ~Signal.UNBLOCKABLE;
        if ((flags & ~(SFD_NONBLOCK | SFD_CLOEXEC)) != 0) return Errno.EINVAL.result();
        SignalDescriptors all = task.process().signalDescriptors;
        task.withdrawSignals();
        long result = fd == -1 ? all.create(task, mask, flags) : all.change(task, fd, mask);
        task.tellMask();
        task.deliverable();             // what is pending already goes in
        return result;
    }

    private synchronized long create(Task task, long mask, int flags) {
        dropUnread(task);
        long ends = task.scratch.take(8);
        long result = Kernel.call(SyscallName.PIPE2, ends, flags);
        if (Errno.is(result)) return result;
        int reading = Raw.getInt(ends), writing = Raw.getInt(ends + 4);
        long high = Kernel.call(SyscallName.FCNTL, writing, F_DUPFD_CLOEXEC, Math.max(task.process().limits.descriptors(), 200));
        Kernel.call(SyscallName.CLOSE, writing);
        if (Errno.is(high)) {
            Kernel.call(SyscallName.CLOSE, reading);
            return high;
        }
        Kernel.call(SyscallName.FCNTL, high, F_SETFL, O_WRONLY_NONBLOCK);
        task.process().reserveDescriptors((int) high, (int) high + 1);
        pipes.add(new Pipe(inode(task, reading), (int) high, mask, new ArrayDeque<>()));
        return reading;
    }

    /** The guest closes its end without our knowing: an error is polled at ours (pipe(7)). */
    private void dropUnread(Task task) {
        for (Iterator<Pipe> i = pipes.iterator(); i.hasNext(); ) {
            Pipe pipe = i.next();
            long entry = task.scratch.take(8);
            Raw.putInt(entry, pipe.writing);
            Raw.putInt(entry + 4, 0);
            Kernel.call(SyscallName.PPOLL, entry, 1, Time.timespec(task, 0), 0);
            if ((Raw.getShort(entry + 6) & POLLERR) == 0) continue;
            close(task, pipe);
            i.remove();
        }
    }

    private static void close(Task task, Pipe pipe) {
        Kernel.call(SyscallName.CLOSE, pipe.writing);
        task.process().freeDescriptor(pipe.writing);
    }

    private synchronized long change(Task task, int fd, long mask) {
        long inode = inode(task, fd);
        if (inode < 0) return Errno.EBADF.result();
        for (int i = 0; i < pipes.size(); i++) {
            if (pipes.get(i).inode != inode) continue;
            pipes.set(i, new Pipe(inode, pipes.get(i).writing, mask, pipes.get(i).written));
            return fd;
        }
        return Errno.EINVAL.result();
    }

    private static long inode(Task task, int fd) {
        StatLayout layout = Stat.HOST;
        long stat = task.scratch.take(layout.size());
        return !Files.isOpen(fd) || Errno.is(Kernel.call(SyscallName.FSTAT, fd, stat)) ? -1 : Raw.getLong(stat + layout.ino());
    }

    /** The signals that any of the descriptors takes. */
    synchronized long set() {
        long set = 0;
        for (int i = 0; i < pipes.size(); i++) set |= pipes.get(i).mask;
        return set;
    }

    /** Whether the blocked signal has found its reader. */
    synchronized boolean take(Task task, Siginfo signal) {
        if (pipes.isEmpty()) return false;
        for (Iterator<Pipe> i = pipes.iterator(); i.hasNext(); ) {
            Pipe pipe = i.next();
            if ((pipe.mask & Signal.bit(signal.signal())) == 0) continue;
            forgetRead(pipe);
            if (signal.signal() < PendingSignals.FIRST_REAL_TIME && holds(pipe, signal.signal())) return true;     // pending already
            long record = Kernel.allocate(RECORD), written;
            fill(record, signal);
            written = Kernel.call(SyscallName.WRITE, pipe.writing, record, RECORD);
            Kernel.free(record, RECORD);
            if (written == RECORD) {
                pipe.written.add(signal);
                return true;
            }
            if (written != Errno.EPIPE.result()) continue;
            close(task, pipe);          // the guest has closed its end
            i.remove();
        }
        return false;
    }

    /** Takes what nobody has read out of the pipes; in the order in which it went in. */
    synchronized List<Siginfo> withdraw(Task task) {
        List<Siginfo> all = new ArrayList<>();
        for (int i = 0; i < pipes.size(); i++) {
            Pipe pipe = pipes.get(i);
            forgetRead(pipe);
            if (pipe.written.isEmpty()) continue;
            empty(task, pipe);
            all.addAll(pipe.written);
            pipe.written.clear();
        }
        return all;
    }

    private static boolean holds(Pipe pipe, int signal) {
        for (Siginfo s : pipe.written) if (s.signal() == signal) return true;
        return false;
    }

    private static void forgetRead(Pipe pipe) {
        long bytes = Kernel.allocate(4);        // not the task's scratch memory: signals come in any number between two system calls
        int unread = Errno.is(Kernel.call(SyscallName.IOCTL, pipe.writing, FIONREAD, bytes)) ? 0 : Raw.getInt(bytes) / RECORD;
        Kernel.free(bytes, 4);
        while (pipe.written.size() > unread) pipe.written.remove();
    }

    /** By an end for reading of our own, opened for the purpose: the guest's may be anywhere. */
    private static void empty(Task task, Pipe pipe) {
        long name = task.scratch.string("/proc/thread-self/fd/" + pipe.writing), record = Kernel.allocate(RECORD);
        long reading = Kernel.call(SyscallName.OPENAT, AT_FDCWD, name, O_RDONLY_NONBLOCK_CLOEXEC);
        while (!Errno.is(reading) && Kernel.call(SyscallName.READ, reading, record, RECORD) == RECORD) continue;
        Kernel.call(SyscallName.CLOSE, reading);
        Kernel.free(record, RECORD);
    }

    private static final long AT_FDCWD = -100, FIONREAD = 0x541b, O_RDONLY_NONBLOCK_CLOEXEC = 0x80800;

    /** struct signalfd_siginfo out of siginfo_t, by what the code says is there (fs/signalfd.c, signalfd_copyinfo). */
    private static void fill(long to, Siginfo signal) {
        byte[] info = signal.info();
        long from = Kernel.allocate(info.length);
        Raw.copy(info, 0, from, info.length);
        for (int at = 0; at < 12; at += 4) Raw.putInt(to + at, Raw.getInt(from + at));
        int code = Raw.getInt(from + 8);
        if (code > 0 && code != Siginfo.SI_KERNEL && signal.signal() == SIGIO) {
            Raw.putInt(to + 28, Raw.getInt(from + 16));
            Raw.putInt(to + 20, Raw.getInt(from + 24));
        } else if (code == SI_TIMER) {
            Raw.putInt(to + 24, Raw.getInt(from + 16));
            Raw.putInt(to + 32, Raw.getInt(from + 20));
        } else {
            Raw.putInt(to + 12, Raw.getInt(from + 16));
            Raw.putInt(to + 16, Raw.getInt(from + 20));
        }
        if (code > 0 && signal.signal() == SIGCHLD) {
            Raw.putInt(to + 40, Raw.getInt(from + 24));
            Raw.putLong(to + 56, Raw.getLong(from + 32));
            Raw.putLong(to + 64, Raw.getLong(from + 40));
        } else if (code < 0) {
            Raw.putInt(to + 44, Raw.getInt(from + 24));
            Raw.putLong(to + 48, Raw.getLong(from + 24));
        }
        Kernel.free(from, info.length);
    }
}
