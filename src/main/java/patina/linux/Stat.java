package patina.linux;

import patina.guest.SyscallAbi.StatLayout;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** struct stat, which the host's kernel writes in the host's layout. */
final class Stat {
    private Stat() {}

    static final StatLayout HOST = System.getProperty("os.arch").equals("amd64") ? StatLayout.X86_64 : StatLayout.GENERIC;
    private static final long AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100;

    /** stat(2). */
    static long stat(Task task, Args args) { return at(task, args, AT_FDCWD, args.path(0, AT_FDCWD, true), 1, 0); }

    static long lstat(Task task, Args args) { return at(task, args, AT_FDCWD, args.path(0, AT_FDCWD, false), 1, AT_SYMLINK_NOFOLLOW); }

    /** fstatat(2); a null path with AT_EMPTY_PATH is good since Linux 6.11. */
    static long newfstatat(Task task, Args args) {
        int directory = args.fd(0);
        return at(task, args, directory, args.path(1, directory, (args.get(3) & AT_SYMLINK_NOFOLLOW) == 0), 2, args.get(3));
    }

    static long fstat(Task task, Args args) {
        int fd = args.fd(0);
        long buffer = buffer(task, args, 1);
        return finish(task, args, 1, buffer, Kernel.call(SyscallName.FSTAT, fd, buffer));
    }

    private static long at(Task task, Args args, long directory, long path, int argument, long flags) {
        long buffer = buffer(task, args, argument);
        return finish(task, args, argument, buffer, Kernel.call(SyscallName.NEWFSTATAT, directory, path, buffer, flags));
    }

    /** The guest's own buffer where the layouts agree. */
    private static long buffer(Task task, Args args, int argument) {
        StatLayout guest = task.process().abi().stat();
        return guest == HOST ? args.pointer(argument) : task.scratch.take(HOST.size());
    }

    private static long finish(Task task, Args args, int argument, long from, long result) {
        StatLayout guest = task.process().abi().stat();
        if (!Errno.is(result) && guest != HOST) convert(from, HOST, args.out(argument, guest.size()), guest);
        return result;
    }

    /** Copies field by field; what lies between the fields is zero. */
    static void convert(long from, StatLayout f, long to, StatLayout t) {
        Raw.fill(to, t.size(), (byte) 0);
        int[][] longs = {{f.dev(), t.dev()}, {f.ino(), t.ino()}, {f.rdev(), t.rdev()}, {f.length(), t.length()}, {f.blocks(), t.blocks()},
            {f.atime(), t.atime()}, {f.atime() + 8, t.atime() + 8}, {f.mtime(), t.mtime()}, {f.mtime() + 8, t.mtime() + 8},
            {f.ctime(), t.ctime()}, {f.ctime() + 8, t.ctime() + 8}};
        for (int[] l : longs) Raw.putLong(to + l[1], Raw.getLong(from + l[0]));
        int[][] ints = {{f.mode(), t.mode()}, {f.uid(), t.uid()}, {f.gid(), t.gid()}, {f.nlink(), t.nlink()}, {f.blockSize(), t.blockSize()}};
        for (int[] i : ints) Raw.putInt(to + i[1], Raw.getInt(from + i[0]));
    }
}
