package patina.linux;

import java.util.ArrayList;
import java.util.List;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.ir.StateLayout;
import patina.memory.NoRoom;
import patina.memory.Protection;

/** execve(2), execveat(2). */
final class Execution {
    private Execution() {}

    private static final int AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000, AT_SYMLINK_NOFOLLOW = 0x100, F_GETFD = 1, FD_CLOEXEC = 1;
    /** MAX_ARG_STRLEN, and what all strings and their pointers may take at most (fs/exec.c, bprm_stack_limits). */
    private static final int LONGEST = 128 << 10, MOST = 6 << 20;

    static long execve(Task task, Args args) {
        String path = args.string(0);
        return run(task, path, strings(args, args.get(1)), strings(args, args.get(2)));
    }

    static long execveat(Task task, Args args) {
        int directory = args.fd(0), flags = args.integer(4);
        if ((flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) != 0) return Errno.EINVAL.result();
        String path = args.string(1);
        if (path.isEmpty() && (flags & AT_EMPTY_PATH) == 0) return Errno.ENOENT.result();
        if (directory != AT_FDCWD && !path.startsWith("/")) path = "/dev/fd/" + directory + (path.isEmpty() ? "" : "/" + path);
        if ((flags & AT_SYMLINK_NOFOLLOW) != 0 && !task.process().paths.link(task.process().paths.host(path, AT_FDCWD, false)).isEmpty() && !path.startsWith("/dev/fd/")) return Errno.ELOOP.result();
        return run(task, path, strings(args, args.get(2)), strings(args, args.get(3)));
    }

    /** The strings that a null-terminated array points to. */
    private static List<String> strings(Args args, long array) {
        List<String> all = new ArrayList<>();
        long bytes = 0;
        for (long at = array; array != 0; at += 8) {
            long text = Raw.getLong(args.host(at, 8, Protection.READ));
            if (text == 0) break;
            all.add(args.string(text, LONGEST, Errno.E2BIG));
            bytes += all.getLast().length() + 9;
            if (bytes > MOST) throw new Scratch.Refused(Errno.E2BIG);
        }
        return all;
    }

    private static long run(Task task, String path, List<String> arguments, List<String> environment) {
        Process process = task.process();
        if (path.isEmpty()) return Errno.ENOENT.result();
        Program next;
        try {
            next = new Loader(process, process.program().spec.with(path, arguments, environment)).load();
        } catch (OpenFile.Unusable e) {
            return e.error.result();
        } catch (NoRoom e) {
            process.log.line(e.getMessage());
            return Errno.ENOMEM.result();
        }
        if (!process.endOthers(task)) {     // it is to end meanwhile
            Kernel.free(next.cpu.address, StateLayout.SIZE);
            next.memory.close();
            return Task.NO_RESULT;
        }
        process.ownFiles();
        closeOnExec(process);
        process.timers.forExec(process);
        task.leaveMemory();
        process.signals.forgetHandlers();
        process.relations.executed = true;
        process.become(next);
        task.become(next, process.pid());
        return Task.NO_RESULT;
    }

    private static void closeOnExec(Process process) {
        for (int fd : process.paths.descriptors()) {
            if (process.reserved(fd)) continue;
            long flags = Kernel.call(SyscallName.FCNTL, fd, F_GETFD);
            if (!Errno.is(flags) && (flags & FD_CLOEXEC) != 0) Kernel.call(SyscallName.CLOSE, fd);
        }
    }
}
