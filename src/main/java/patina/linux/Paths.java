package patina.linux;

import java.util.Arrays;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.NoRoom;

/**
 * The guest's paths as the host is to see them: /proc/self and /dev/fd of the guest and not of the JVM; others are looked up in the sysroot, in which
 * absolute links and ".." stay, and where that has nothing by that name, on the host. After chroot(2) there is nothing but the new root: the host thread
 * keeps the real one, for the translator needs its files.
 */
final class Paths {
    private static final long AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, F_OK = 0, STATFS = 120, PROC_SUPER_MAGIC = 0x9fa0,
            O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000, O_PATH = 0x200000, RESOLVE_IN_ROOT = 16;

    private final Process process;
    /** Null: none. */
    private volatile String sysroot;
    /** chroot(2): what the sysroot has not is not there. */
    private volatile boolean alone;
    private final Scratch scratch = new Scratch();

    /** {@code sysroot}: a directory, or null; as the kernel names it, so that what it says of files can be told from the guest's names. */
    Paths(Process process, String sysroot) {
        this.process = process;
        String resolved = sysroot == null || sysroot.isEmpty() ? null : resolved(AT_FDCWD, sysroot, true, 0);
        if (resolved == null && sysroot != null && !sysroot.isEmpty()) throw new NoRoom("--sysroot " + sysroot + " cannot be used: it cannot be opened, or openat2(2) is missing or refused here");
        this.sysroot = "/".equals(resolved) ? null : resolved;
    }

    /** fork(2). */
    Paths(Process process, Paths parent) {
        this.process = process;
        sysroot = parent.sysroot;
        alone = parent.alone;
    }

    /** chroot(2): {@code hostPath} is the root, as the kernel names it. */
    synchronized void enter(String hostPath) {
        if (hostPath.equals(sysroot == null ? "/" : sysroot)) return;
        sysroot = hostPath.equals("/") ? null : hostPath;
        alone = sysroot != null;
    }

    /** Whether the guest's names of files can be others than the host's. */
    boolean translates() { return sysroot != null; }

    /** Whether a path that begins so is the same on the host: most are, and need not be read here. */
    boolean isPlain(byte first, byte second) { return sysroot == null && first == '/' && second != 'p' && second != 'd' && second != '/' && second != '.'; }

    /** Without what means nothing: a slash after a slash, "." in the middle, ".." at the root. Other ".." may follow a link. */
    private static String tidy(String path) {
        if (!path.startsWith("/") || !path.contains("//") && !path.contains("/./") && !path.startsWith("/../")) return path;
        String shorter = path.replaceAll("/+", "/").replaceAll("/(\\./)+", "/");
        return shorter.startsWith("/../") ? tidy(shorter.substring(3)) : shorter;
    }

    void release() { scratch.free(); }

    /** {@code directory}: a relative path's; {@code follows}: a symbolic link at the end is followed. */
    String host(String named, long directory, boolean follows) {
        String path = tidy(named);
        if ((path.startsWith("/proc/") || path.startsWith("/dev/")) && (!alone || hasProc())) {
            String special = special(path);
            if (!alone || !special.equals(path)) return special;
        }
        if (sysroot == null || path.isEmpty()) return path;
        if (path.startsWith("/")) return inside(path, path, follows);
        String where = where(directory);
        return reaches(where) ? inside(guest(where) + "/" + path, path, follows) : path;
    }

    private boolean reaches(String hostPath) { return hostPath.equals(sysroot) || hostPath.startsWith(sysroot + "/"); }

    /** Whether no path of the guest leads there. */
    boolean isOutside(String hostPath) { return alone && !reaches(hostPath); }

    /** Where the sysroot has {@code path}, else {@code otherwise}; a new name is the sysroot's where only that has the directory for it. */
    private String inside(String path, String otherwise, boolean follows) {
        if (alone) return alone(path, follows, 0);
        long root = open(AT_FDCWD, sysroot, 0, 0);
        if (Errno.is(root)) return otherwise;
        String found = resolved(root, path, follows, RESOLVE_IN_ROOT);
        String bare = path.replaceAll("/+$", ""), parent = bare.substring(0, Math.max(0, bare.lastIndexOf('/'))) + "/";
        if (found == null && (!otherwise.startsWith("/") || !exists(parent))) {
            String above = resolved(root, parent, true, RESOLVE_IN_ROOT);
            if (above != null) found = above + bare.substring(Math.max(0, bare.lastIndexOf('/')));
        }
        Kernel.call(SyscallName.CLOSE, root);
        if (found == null) return otherwise;
        return path.endsWith("/") ? found + "/" : found;
    }

    /** Where {@code path} is or would be made; an error of the way there is the call's. {@code links}: already followed, to what is not there. */
    private String alone(String path, boolean follows, int links) {
        long root = open(AT_FDCWD, sysroot, 0, 0);
        if (Errno.is(root)) throw new Scratch.Refused(root);
        String found = resolved(root, path, follows, RESOLVE_IN_ROOT);
        if (found != null) {
            Kernel.call(SyscallName.CLOSE, root);
            return path.endsWith("/") ? found + "/" : found;
        }
        int last = path.replaceAll("/+$", "").lastIndexOf('/');
        String parent = path.substring(0, last + 1);
        long above = open(root, parent, O_DIRECTORY, RESOLVE_IN_ROOT);
        Kernel.call(SyscallName.CLOSE, root);
        if (Errno.is(above)) throw new Scratch.Refused(above);
        String there = link("/proc/thread-self/fd/" + above) + path.substring(last);
        Kernel.call(SyscallName.CLOSE, above);
        String target = follows ? link(there) : "";
        if (target.isEmpty()) return there;
        if (links == MOST_LINKS) throw new Scratch.Refused(Errno.ELOOP);
        return alone(target.startsWith("/") ? target : parent + target, true, links + 1);
    }

    /** Of one path (include/linux/namei.h, MAXSYMLINKS). */
    private static final int MOST_LINKS = 40;

    private long open(long directory, String path, long flags, long resolve) {
        if (path.length() >= Args.PATH_MAX) return Errno.ENAMETOOLONG.result();
        synchronized (scratch) {
            scratch.reset();
            long how = scratch.take(24);
            Raw.putLong(how, O_PATH | O_CLOEXEC | flags);
            Raw.putLong(how + 8, 0);
            Raw.putLong(how + 16, resolve);
            return Kernel.call(SyscallName.OPENAT2, directory, scratch.string(path), how, 24);
        }
    }

    /** Where the kernel finds it, without links; null: nowhere. */
    private String resolved(long directory, String path, boolean follows, long resolve) {
        long fd = open(directory, path, follows ? 0 : O_NOFOLLOW, resolve);
        if (Errno.is(fd)) return null;
        String name = link("/proc/thread-self/fd/" + fd);
        Kernel.call(SyscallName.CLOSE, fd);
        return name.isEmpty() ? null : name;        // too long
    }

    /**
     * A path below a directory of procfs, written out if it is about the guest process itself; others as they are. {@code directory}: a descriptor
     * or AT_FDCWD. Only what goes up at its beginning can be written out: further on it may follow a link.
     */
    String ofDirectory(long directory, String path) {
        if (path.isEmpty() || path.startsWith("/")) return path;
        if (!isInProc(directory)) return path;
        String where = guest(where(directory)), rest = path;
        while (rest.startsWith("../") || rest.startsWith("./")) {
            if (rest.startsWith("../")) where = where.substring(0, Math.max(0, where.lastIndexOf('/')));
            rest = rest.substring(rest.indexOf('/') + 1);
        }
        String whole = where + "/" + rest;
        return rest.contains("..") || ofSelf(whole) == null && ProcFiles.other(process.tree, whole) == null ? path : whole;
    }

    private String where(long directory) { return link(directory == AT_FDCWD ? "/proc/thread-self/cwd" : "/proc/thread-self/fd/" + directory); }

    private boolean isInProc(long directory) { return isProc(directory == AT_FDCWD ? "." : null, directory); }

    /** Whether procfs is at /proc where the guest has chosen its root. */
    private boolean hasProc() { return isProc(sysroot + "/proc", 0); }

    private boolean isProc(String path, long directory) {
        synchronized (scratch) {
            scratch.reset();
            long to = scratch.take(STATFS);
            long result = path != null ? Kernel.call(SyscallName.STATFS, scratch.string(path), to) : Kernel.call(SyscallName.FSTATFS, directory, to);
            return result == 0 && Raw.getLong(to) == PROC_SUPER_MAGIC;
        }
    }

    /** What a symbolic link holds, "" if it is none. */
    String link(String path) {
        synchronized (scratch) {
            scratch.reset();
            long to = scratch.take(Args.PATH_MAX), length = Kernel.call(SyscallName.READLINKAT, AT_FDCWD, scratch.string(path), to, Args.PATH_MAX);
            return Errno.is(length) ? "" : Scratch.read(to, (int) length);
        }
    }

    /** A path of the host as the guest would name it. */
    String guest(String hostPath) {
        if (hostPath.equals(sysroot)) return "/";
        return sysroot != null && hostPath.startsWith(sysroot + "/") ? hostPath.substring(sysroot.length()) : hostPath;
    }

    private String special(String path) {
        String own = ofSelf(path);
        if (own == null) return switch (path) {
            case "/dev/stdin" -> "/proc/thread-self/fd/0";
            case "/dev/stdout" -> "/proc/thread-self/fd/1";
            case "/dev/stderr" -> "/proc/thread-self/fd/2";
            default -> path.equals("/dev/fd") || path.startsWith("/dev/fd/") ? "/proc/thread-self" + path.substring(4) : path;
        };
        if (own.equals("exe")) return process.program().hostExecutable;
        if (own.startsWith("fd/") && reserved(own.substring(3))) return "/proc/thread-self/fd/none";
        // the descriptor table, directory and name are the guest thread's; /proc/self is the JVM's main thread
        if (own.equals("fd") || own.startsWith("fd/") || own.startsWith("fdinfo") || own.equals("cwd") || own.equals("comm") || own.startsWith("cwd/"))
            return "/proc/thread-self/" + own;
        return path;
    }

    /** What follows /proc/self/ or the like, or null where the path is not about the guest process itself. */
    String ofSelf(String named) {
        String path = tidy(named);
        if (!path.startsWith("/proc/") || alone && !hasProc()) return null;
        String task = "/proc/self/task/" + process.pid() + "/";
        for (String who : new String[] {task, "/proc/self/", "/proc/thread-self/", "/proc/" + process.pid() + "/"})
            if (path.startsWith(who)) return path.substring(who.length());
        return null;
    }

    private boolean reserved(String number) {
        return number.matches("[0-9]{1,9}") && process.reserved(Integer.parseInt(number));
    }

    /** The descriptors of the calling thread. */
    int[] descriptors() {
        synchronized (scratch) {
            scratch.reset();
            long fd = Kernel.call(SyscallName.OPENAT, AT_FDCWD, scratch.string("/proc/thread-self/fd"), O_CLOEXEC);
            int[] all = new int[64];
            int count = 0;
            long entries = scratch.take(ENTRIES);
            for (long n; (n = Kernel.call(SyscallName.GETDENTS64, fd, entries, ENTRIES)) > 0; ) {
                for (long at = entries; at < entries + n; at += Raw.getShort(at + 16)) {
                    int number = 0;
                    long name = at + 19;
                    for (byte c; (c = Raw.getByte(name)) >= '0' && c <= '9'; name++) number = 10 * number + c - '0';
                    if (name == at + 19 || number == fd) continue;
                    if (count == all.length) all = Arrays.copyOf(all, 2 * count);
                    all[count++] = number;
                }
            }
            Kernel.call(SyscallName.CLOSE, fd);
            return Arrays.copyOf(all, count);
        }
    }

    private static final int ENTRIES = 32768;

    boolean exists(String path) {
        if (path.length() >= Args.PATH_MAX) return false;
        synchronized (scratch) {
            scratch.reset();
            long result = Kernel.call(SyscallName.FACCESSAT2, AT_FDCWD, scratch.string(path), F_OK, AT_SYMLINK_NOFOLLOW);
            return result == 0;
        }
    }
}
