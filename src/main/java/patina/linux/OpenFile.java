package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.image.Bytes;

/** A program's file while it is being loaded, on a descriptor of the calling thread. */
final class OpenFile implements Bytes, AutoCloseable {
    private static final long AT_FDCWD = -100, AT_EACCESS = 0x200, X_OK = 1, O_CLOEXEC = 0x80000;
    private static final int CHUNK = 65536, S_IFMT = 0xf000, S_IFDIR = 0x4000, S_IFREG = 0x8000;

    final int fd;
    /** Where the host found it, links resolved. */
    final String hostPath;
    private final Scratch scratch;

    private OpenFile(int fd, String hostPath, Scratch scratch) {
        this.fd = fd;
        this.hostPath = hostPath;
        this.scratch = scratch;
    }

    /** Why a file cannot be opened for execution. */
    static final class Unusable extends Exception {
        final LoadError error;

        /** {@code result}: execve(2)'s. */
        Unusable(String path, String reason, long result) {
            super(reason, null, false, false);
            boolean absent = result == Errno.ENOENT.result() || result == Errno.ENOTDIR.result();
            error = new LoadError(LaunchSpec.text(path) + ": " + reason, absent ? LoadError.NOT_FOUND : LoadError.NOT_EXECUTABLE, result);
        }
    }

    /** Opens what execve(2) would: a regular file with permission to execute. {@code path} is for messages. */
    static OpenFile executable(String path, String hostPath, Scratch scratch) throws Unusable {
        scratch.reset();
        if (hostPath.length() >= Args.PATH_MAX) throw new Unusable(path, "file name too long", Errno.ENAMETOOLONG.result());
        long name = scratch.string(hostPath), stat = scratch.take(Stat.HOST.size());
        long result = Kernel.call(SyscallName.NEWFSTATAT, AT_FDCWD, name, stat, 0);
        if (Errno.is(result)) throw new Unusable(path, reason(result), result);
        int type = Raw.getInt(stat + Stat.HOST.mode()) & S_IFMT;
        if (type != S_IFREG) throw new Unusable(path, type == S_IFDIR ? "is a directory" : "not a regular file", Errno.EACCES.result());
        result = Kernel.call(SyscallName.FACCESSAT2, AT_FDCWD, name, X_OK, AT_EACCESS);
        if (result == Errno.EACCES.result()) throw new Unusable(path, "permission denied", result);
        long fd = Kernel.call(SyscallName.OPENAT, AT_FDCWD, name, O_CLOEXEC);
        if (Errno.is(fd)) throw new Unusable(path, reason(fd), fd);
        return new OpenFile((int) fd, resolved((int) fd, hostPath, scratch), scratch);
    }

    private static String reason(long result) {
        if (result == Errno.ENOENT.result()) return "no such file or directory";
        if (result == Errno.ENOTDIR.result()) return "not a directory";
        if (result == Errno.EACCES.result()) return "permission denied";
        return "cannot be opened: " + Errno.name(result);
    }

    private static String resolved(int fd, String otherwise, Scratch scratch) {
        long buffer = scratch.take(Args.PATH_MAX);
        long length = Kernel.call(SyscallName.READLINKAT, AT_FDCWD, scratch.string("/proc/thread-self/fd/" + fd), buffer, Args.PATH_MAX);
        return Errno.is(length) ? otherwise : Scratch.read(buffer, (int) length);
    }

    @Override public int read(long offset, byte[] into, int at, int length) {
        scratch.reset();
        long buffer = scratch.take(CHUNK);
        long n = Kernel.call(SyscallName.PREAD64, fd, buffer, Math.min(length, CHUNK), offset);
        if (n <= 0) return 0;
        Raw.copy(buffer, into, at, (int) n);
        return (int) n;
    }

    @Override public void close() { Kernel.call(SyscallName.CLOSE, fd); }
}
