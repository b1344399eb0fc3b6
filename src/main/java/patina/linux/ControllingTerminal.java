package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Native;
import patina.host.Raw;

/**
 * The controlling terminal of a session that a guest has begun (setsid(2), ioctl_tty(2)). To the host all guests are of the JVM's session. So a process of its
 * own, the keeper (src/main/asm), leads a session on the host that has this terminal, and says what signals the kernel sends there: its keys, a new size,
 * the end of the other side. Foreground groups are kept here. Guarded by the {@link ProcessTree}.
 */
final class ControllingTerminal {
    static final int TIOCSCTTY = 0x540e, TIOCGPGRP = 0x540f, TIOCSPGRP = 0x5410, TIOCNOTTY = 0x5422, TIOCGSID = 0x5429;
    private static final int TIOCGPTN = 0x80045430, O_CLOEXEC = 0x80000, F_DUPFD = 0, WALL = 0x40000000, AT_FDCWD = -100, STEAL = 1;
    static final String OWN = "/dev/tty";
    /** Signals that go to the foreground group. */
    private static final long KEYS = Signal.bit(2) | Signal.bit(3) | Signal.bit(20) | Signal.bit(28);

    /** st_rdev. */
    final long device;
    private final String path;
    private final int session, keeper;
    private final ProcessTree tree;
    private int foreground;
    private boolean over;

    int foreground() { synchronized (tree) { return foreground; } }

    private ControllingTerminal(ProcessTree tree, long device, String path, int session, int keeper) {
        this.tree = tree;
        this.device = device;
        this.path = path;
        this.session = this.foreground = session;
        this.keeper = keeper;
    }

    // ---- which terminal a descriptor is

    /** A terminal, or, on the side of who made a pseudoterminal, the one that it drives. */
    private record Side(long device, boolean master) {}

    private static Side side(Task task, int fd) {
        long stat = task.scratch.take(Stat.HOST.size());
        if (Kernel.call(SyscallName.FSTAT, fd, stat) != 0) return new Side(0, false);
        long device = Raw.getLong(stat + Stat.HOST.rdev()), number = task.scratch.take(4);
        boolean master = Kernel.call(SyscallName.IOCTL, fd, TIOCGPTN, number) == 0;
        if (master) device = device(136 + (Raw.getInt(number) >> 8), Raw.getInt(number) & 0xff);
        return new Side(device, master);
    }

    /** makedev(3), of small numbers. */
    private static long device(long major, long minor) { return major << 8 | minor; }

    /** Whether the process's session is one that the host knows nothing of. */
    static boolean isOwn(Process process) { return process.session != process.tree.hostSession; }

    /** open(2) of /dev/tty. */
    static long open(Task task, int directory, long path, long flags, long mode) {
        Process process = task.process();
        if (!isOwn(process)) return task.blocking(SyscallName.OPENAT, directory, path, flags, mode, 0, 0);
        ControllingTerminal own = process.tree.terminal(process.session);
        return own == null ? Errno.ENXIO.result() : task.blocking(SyscallName.OPENAT, AT_FDCWD, task.scratch.string(own.path), flags | O_NOCTTY, mode, 0, 0);
    }

    // ---- taking one

    /** TIOCSCTTY. */
    static long take(Task task, int fd, long steal) {
        Process process = task.process();
        if (!isOwn(process)) return task.blocking(SyscallName.IOCTL, fd, TIOCSCTTY, steal, 0, 0, 0);
        ControllingTerminal own = process.tree.terminal(process.session);
        Side side = side(task, fd);
        if (own != null && own.device == side.device && process.session == process.pid()) return 0;
        long probe = Kernel.call(SyscallName.IOCTL, fd, TIOCGPGRP, task.scratch.take(4));
        if (Errno.is(probe) && side.device == 0) return probe;
        if (own != null || process.session != process.pid()) return Errno.EPERM.result();
        return take(task, fd, steal, side.device);
    }

    /** A session's leader that has no terminal gets the one that it opens, if nobody has that (fs: tty_open). */
    static void opened(Task task, int fd, long flags) {
        Process process = task.process();
        if ((flags & (O_NOCTTY | O_PATH)) != 0 || !isOwn(process) || process.session != process.pid() || process.tree.terminal(process.session) != null) return;
        if (Kernel.call(SyscallName.IOCTL, fd, TCGETS, task.scratch.take(64)) != 0) return;
        Side side = side(task, fd);
        if (!side.master) take(task, fd, 0, side.device);
    }

    private static final int O_NOCTTY = 0x100, O_PATH = 0x200000, TCGETS = 0x5401;

    private static long take(Task task, int fd, long steal, long device) {
        Process process = task.process();
        long ends = task.scratch.take(8);
        long made = Kernel.call(SyscallName.PIPE2, ends, O_CLOEXEC);
        if (Errno.is(made)) return made;
        int in = Raw.getInt(ends), out = Raw.getInt(ends + 4);
        long keeper = keeper(task, fd, out, steal);
        Kernel.call(SyscallName.CLOSE, out);
        long result = keeper;
        if (keeper > 0) result = Kernel.call(SyscallName.READ, in, ends, 4) == 4 ? Raw.getInt(ends) : Errno.EIO.result();
        if (result == 0) {
            ControllingTerminal taken = new ControllingTerminal(process.tree, device, process.paths.link("/proc/thread-self/fd/" + fd), process.session, (int) keeper);
            for (ControllingTerminal other : process.tree.terminals()) if (other.device == device) other.end();
            process.tree.takes(process.session, taken);
            String pipe = "/proc/self/task/" + Kernel.call(SyscallName.GETTID) + "/fd/" + in;
            process.runner().errand(() -> {
                long own = open(pipe);
                Thread listener = new Thread(null, () -> taken.listen(own), "terminal", STACK);
                listener.setDaemon(true);
                listener.start();
            });
        } else if (keeper > 0) Kernel.call(SyscallName.WAIT4, keeper, 0, WALL, 0);
        Kernel.call(SyscallName.CLOSE, in);
        return result;
    }

    private static final long STACK = 1 << 18;

    private static long open(String path) {
        Scratch scratch = new Scratch();
        try {
            return Kernel.call(SyscallName.OPENAT, AT_FDCWD, scratch.string(path), O_CLOEXEC);
        } finally {
            scratch.free();
        }
    }

    /** Starts it; it gets both descriptors. Its number or -errno. */
    private static long keeper(Task task, int terminal, int out, long steal) {
        Scratch scratch = task.scratch;
        long first = Kernel.call(SyscallName.FCNTL, terminal, F_DUPFD, 3), second = Kernel.call(SyscallName.FCNTL, out, F_DUPFD, 3);
        String program = Native.program();
        String[] words = {program, Long.toString(first), Long.toString(second), steal == STEAL ? "1" : "0"};
        long arguments = scratch.take(8 * (words.length + 2));
        for (int i = 0; i < words.length; i++) Raw.putLong(arguments + 8L * i, scratch.string(words[i]));
        Raw.putLong(arguments + 8L * words.length, 0);
        Raw.putLong(arguments + 8L * words.length + 8, 0);
        long result = Errno.is(first) ? first : Errno.is(second) ? second : Native.spawn(scratch.string(program), arguments, arguments + 8L * words.length);
        if (!Errno.is(first)) Kernel.call(SyscallName.CLOSE, first);
        if (!Errno.is(second)) Kernel.call(SyscallName.CLOSE, second);
        return result;
    }

    // ---- what comes from it

    /** On a thread of its own: numbers of signals, until the keeper has ended. */
    private void listen(long pipe) {
        long word = Raw.allocate(8);
        for (long n; (n = Kernel.call(SyscallName.READ, pipe, word, 4)) == 4 || n == Errno.EINTR.result(); ) if (n == 4) came(Raw.getInt(word));
        Raw.free(word);
        Kernel.call(SyscallName.CLOSE, pipe);
        Kernel.call(SyscallName.WAIT4, keeper, 0, WALL, 0);
        synchronized (tree) {
            tree.leaves(session, this);
            over = true;
            tree.notifyAll();
        }
    }

    private void came(int signal) {
        synchronized (tree) {
            if (signal == Signal.SIGHUP.number) {       // the other side is closed: its leader is told, and the session has it no longer
                Process leader = tree.process(session);
                if (leader != null) for (int s : new int[] {signal, Signal.SIGCONT.number}) leader.post(ofKernel(s));
                tree.leaves(session, this);
            } else if ((KEYS & Signal.bit(signal)) != 0) toForeground(signal);
        }
    }

    private void toForeground(int signal) { for (Process p : tree.group(foreground)) p.post(ofKernel(signal)); }

    static Siginfo ofKernel(int signal) { return Siginfo.sent(signal, Siginfo.SI_KERNEL, 0, 0); }

    /** A session's leader has ended: the terminal is hung up (drivers/tty/tty_jobctrl.c, disassociate_ctty). */
    static void leaderEnds(Process leader) {
        ProcessTree tree = leader.tree;
        synchronized (tree) {
            ControllingTerminal own = leader.session == leader.pid() ? tree.terminal(leader.session) : null;
            if (own == null) return;
            own.toForeground(Signal.SIGHUP.number);
            own.end();
        }
    }

    /** The keeper ends; if the terminal is its still, that is hung up. */
    private void end() {
        synchronized (tree) {
            Kernel.call(SyscallName.KILL, keeper, Signal.SIGKILL.number);
            boolean interrupted = false;
            while (!over) {
                try {
                    tree.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    // ---- who has it

    /** tcgetpgrp(3): the host's, unless that is ours. */
    static long foreground(Task task, int fd, Args args) {
        ProcessTree tree = task.process().tree;
        ControllingTerminal own = asked(task, fd);
        if (own != null) return put(args, own.foreground);
        long result = Kernel.call(SyscallName.IOCTL, fd, TIOCGPGRP, args.pointer(2));
        if (result != 0) return result;
        if (isOwn(task.process()) && !side(task, fd).master) return Errno.ENOTTY.result();
        long to = args.out(2, 4);
        if (tree.foreground != 0 && Raw.getInt(to) == tree.hostGroup) Raw.putInt(to, tree.foreground);
        return result;
    }

    /** TIOCGSID. */
    static long session(Task task, int fd, Args args) {
        ControllingTerminal own = asked(task, fd);
        if (own != null) return put(args, own.session);
        long result = Kernel.call(SyscallName.IOCTL, fd, TIOCGSID, args.pointer(2));
        return result == 0 && isOwn(task.process()) && !side(task, fd).master ? Errno.ENOTTY.result() : result;
    }

    private static long put(Args args, int number) {
        Raw.putInt(args.out(2, 4), number);
        return 0;
    }

    /** The terminal at {@code fd} if it is the caller's own, or the other side of any of ours; else null. */
    private static ControllingTerminal asked(Task task, int fd) {
        Process process = task.process();
        if (!process.tree.hasTerminals()) return null;
        Side side = side(task, fd);
        for (ControllingTerminal there : process.tree.terminals())
            if (there.device == side.device && (side.master || there.session == process.session)) return there;
        return null;
    }

    /** tcsetpgrp(3). */
    static long setForeground(Task task, int fd, Args args) {
        Process process = task.process();
        ProcessTree tree = process.tree;
        if (isOwn(process)) return setOwn(task, fd, args);
        long none = Kernel.call(SyscallName.IOCTL, fd, TIOCGPGRP, task.scratch.take(4));
        if (none != 0) return Kernel.call(SyscallName.IOCTL, fd, TIOCSPGRP, args.pointer(2));       // errors in the kernel's order
        int group = Raw.getInt(args.in(2, 4));
        boolean ours = group != tree.hostGroup && !tree.group(group).isEmpty();
        long word = task.scratch.take(4);
        Raw.putInt(word, ours ? tree.hostGroup : group);
        long result = task.blocking(SyscallName.IOCTL, fd, TIOCSPGRP, word, 0, 0, 0);
        if (result == 0) tree.puts(ours ? group : 0);
        return result;
    }

    /** In the kernel's order (drivers/tty/tty_jobctrl.c, tiocspgrp). */
    private static long setOwn(Task task, int fd, Args args) {
        Process process = task.process();
        long none = Kernel.call(SyscallName.IOCTL, fd, TIOCGPGRP, task.scratch.take(4));
        if (none != 0 && none != Errno.ENOTTY.result()) return none;
        long refused = mayUse(task, fd, Signal.SIGTTOU);
        if (refused != 0) return refused;
        ControllingTerminal own = process.tree.terminal(process.session);
        if (own == null || side(task, fd).device != own.device) return Errno.ENOTTY.result();
        int group = Raw.getInt(args.in(2, 4));
        if (group < 0) return Errno.EINVAL.result();
        synchronized (process.tree) {
            if (process.tree.group(group).isEmpty()) return Kernel.call(SyscallName.GETPGID, group) > 0 ? Errno.EPERM.result() : Errno.ESRCH.result();
            if (process.tree.group(group).stream().noneMatch(p -> p.session == process.session)) return Errno.EPERM.result();
            own.foreground = group;
        }
        return 0;
    }

    /** TIOCNOTTY: a leader's whole session loses it. */
    static long leave(Task task, int fd) {
        Process process = task.process();
        ControllingTerminal own = process.tree.terminal(process.session);
        if (!isOwn(process)) return Kernel.call(SyscallName.IOCTL, fd, TIOCNOTTY);
        if (own == null || side(task, fd).device != own.device) return Errno.ENOTTY.result();
        if (process.session == process.pid()) leaderEnds(process);
        return 0;
    }

    // ---- job control

    /**
     * What the kernel does if a background process reads ({@code signal}: SIGTTIN) or changes (SIGTTOU) its own terminal (tty_jobctrl.c, __tty_check_change):
     * 0, or an error; the group has been sent the signal then.
     */
    static long mayUse(Task task, int fd, Signal signal) {
        Process process = task.process();
        ProcessTree tree = process.tree;
        if (!isInBackground(task, fd)) return 0;
        boolean ignored = (task.mask() & Signal.bit(signal.number)) != 0 || process.signals.action(signal.number).handler() == SignalAction.IGNORE;
        if (ignored) return signal == Signal.SIGTTIN ? Errno.EIO.result() : 0;
        if (Groups.isOrphaned(tree, process.group)) return Errno.EIO.result();
        for (Process p : tree.group(process.group)) p.post(ofKernel(signal.number));
        return Task.ERESTARTSYS;
    }

    /** The same of a write, which is no change unless the terminal says so. */
    static long mayWrite(Task task, int fd) {
        if (!isInBackground(task, fd)) return 0;
        long termios = task.scratch.take(64);
        boolean stops = Kernel.call(SyscallName.IOCTL, fd, TCGETS, termios) == 0 && (Raw.getInt(termios + LOCAL_FLAGS) & TOSTOP) != 0;
        return stops ? mayUse(task, fd, Signal.SIGTTOU) : 0;
    }

    /** c_lflag of struct termios. */
    private static final int LOCAL_FLAGS = 12, TOSTOP = 0x100;

    private static boolean isInBackground(Task task, int fd) {
        if (!task.process().tree.controlsJobs()) return false;
        int foreground = foregroundOf(task, fd);
        return foreground != 0 && foreground != task.process().group;
    }

    /** The group in the foreground of the terminal at {@code fd}, if that is the process's own and not the host's affair; else 0. */
    private static int foregroundOf(Task task, int fd) {
        Process process = task.process();
        ProcessTree tree = process.tree;
        if (isOwn(process)) {
            ControllingTerminal own = tree.terminal(process.session);
            return own != null && own.foreground != process.group && side(task, fd).equals(new Side(own.device, false)) ? own.foreground : 0;
        }
        int foreground = tree.foreground != 0 ? tree.foreground : tree.hostGroup;
        long word = task.scratch.take(4);
        if (foreground == process.group || Kernel.call(SyscallName.IOCTL, fd, TIOCGPGRP, word) != 0 || Raw.getInt(word) != tree.hostGroup) return 0;
        return side(task, fd).master ? 0 : foreground;
    }
}
