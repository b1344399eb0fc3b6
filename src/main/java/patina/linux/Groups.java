package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;

/**
 * Process groups and sessions (credentials(7)). To the host all guest processes are of one group: what the terminal sends that, is passed on to the guest's
 * foreground group.
 */
final class Groups {
    private Groups() {}

    /** setpgid(2). */
    static long setpgid(Task task, Args args) {
        int pid = args.integer(0), wanted = args.integer(1);
        Process self = task.process();
        ProcessTree tree = self.tree;
        if (wanted < 0 || wanted == 0 && pid < 0) return Errno.EINVAL.result();
        synchronized (tree) {
            Process p = pid == 0 ? self : tree.process(pid);
            if (p == null || p != self && p.relations.parent() != self) return Errno.ESRCH.result();
            if (p != self && p.session != self.session) return Errno.EPERM.result();
            if (p != self && p.relations.executed) return Errno.EACCES.result();
            if (p.session == p.pid()) return Errno.EPERM.result();
            int group = wanted == 0 ? p.pid() : wanted;
            if (group != p.pid() && group != tree.hostGroup && tree.group(group).stream().noneMatch(m -> m.session == self.session)) return Errno.EPERM.result();
            p.group = group;
            return 0;
        }
    }

    static long getpgid(Task task, Args args) { return getpgid(task, args.integer(0)); }

    static long getpgrp(Task task, Args args) { return getpgid(task, 0); }

    private static long getpgid(Task task, int pid) {
        synchronized (task.process().tree) {
            Process p = pid == 0 ? task.process() : task.process().tree.process(pid);
            return p != null ? p.group : Kernel.call(SyscallName.GETPGID, task.process().stranger(pid));
        }
    }

    static long getsid(Task task, Args args) {
        int pid = args.integer(0);
        synchronized (task.process().tree) {
            Process p = pid == 0 ? task.process() : task.process().tree.process(pid);
            return p != null ? p.session : Kernel.call(SyscallName.GETSID, task.process().stranger(pid));
        }
    }

    /** setsid(2). */
    static long setsid(Task task, Args args) {
        Process self = task.process();
        synchronized (self.tree) {
            if (self.group == self.pid() || !self.tree.group(self.pid()).isEmpty()) return Errno.EPERM.result();
            return self.session = self.group = self.pid();
        }
    }

    /** Whether nobody in the session and outside its group is a parent of its members: then a terminal's stop signals do nothing (setpgid(2)). */
    static boolean isOrphaned(ProcessTree tree, int group) {
        synchronized (tree) {
            for (Process p : tree.group(group)) {
                if (p.relations.zombie) continue;
                if (p.relations.isFirst()) {
                    long parent = Kernel.call(SyscallName.GETPPID);
                    if (Kernel.call(SyscallName.GETSID, parent) == p.session && Kernel.call(SyscallName.GETPGID, parent) != p.group) return false;
                } else if (p.relations.parent() != null && p.relations.parent().session == p.session && p.relations.parent().group != p.group) return false;
            }
            return true;
        }
    }
}
