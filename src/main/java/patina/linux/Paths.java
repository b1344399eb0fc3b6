package patina.linux;

import patina.guest.SyscallName;

/** The guest's paths as the host is to see them: sysroot first, /proc/self and /dev/fd of the guest and not of the JVM. */
final class Paths {
    private static final long AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, F_OK = 0;

    private final Process process;
    private final String sysroot;
    private final Scratch scratch = new Scratch();

    /** {@code sysroot} without a slash at its end, or null. */
    Paths(Process process, String sysroot) {
        this.process = process;
        this.sysroot = sysroot == null || sysroot.isEmpty() ? null : sysroot.endsWith("/") ? sysroot.substring(0, sysroot.length() - 1) : sysroot;
    }

    String host(String path) {
        if (!path.startsWith("/")) return path;
        if (path.startsWith("/proc/") || path.startsWith("/dev/")) return special(path);
        if (sysroot == null) return path;
        String inside = sysroot + path;
        return exists(inside) ? inside : path;
    }

    /** A path of the host as the guest would name it. */
    String guest(String hostPath) {
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
        if (own.equals("exe")) return process.hostExecutable;
        if (own.startsWith("fd/") && reserved(own.substring(3))) return "/proc/thread-self/fd/none";
        // the descriptor table and directory are the guest thread's; /proc/self is the JVM's main thread
        if (own.equals("fd") || own.startsWith("fd/") || own.startsWith("fdinfo") || own.equals("cwd") || own.startsWith("cwd/"))
            return "/proc/thread-self/" + own;
        return path;
    }

    /** What follows /proc/self/ or the like, or null where the path is not about the guest process itself. */
    String ofSelf(String path) {
        if (!path.startsWith("/proc/")) return null;
        String task = "/proc/self/task/" + process.pid() + "/";
        for (String who : new String[] {task, "/proc/self/", "/proc/thread-self/", "/proc/" + process.pid() + "/"})
            if (path.startsWith(who)) return path.substring(who.length());
        return null;
    }

    private boolean reserved(String number) {
        return number.matches("[0-9]{1,9}") && process.reserved(Integer.parseInt(number));
    }

    private boolean exists(String path) {
        if (path.length() >= Args.PATH_MAX) return false;
        synchronized (scratch) {
            scratch.reset();
            long result = Kernel.call(SyscallName.FACCESSAT2, AT_FDCWD, scratch.string(path), F_OK, AT_SYMLINK_NOFOLLOW);
            return result == 0;
        }
    }
}
