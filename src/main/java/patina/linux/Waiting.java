package patina.linux;

import java.util.List;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** Waiting for children: wait4(2), waitid(2). */
final class Waiting {
    private Waiting() {}

    private static final int WNOHANG = 1, WUNTRACED = 2, WEXITED = 4, WCONTINUED = 8, WNOWAIT = 0x1000000, WNOTHREAD = 0x20000000, WALL = 0x40000000,
            WCLONE = 0x80000000;
    private static final int P_ALL = 0, P_PID = 1, P_PGID = 2, FUTEX_WAIT = 0, RUSAGE = 144, SIGINFO = 128;

    /** Which children, and what of them; {@code who}: as wait4(2) has it. */
    private record Wish(int who, int options) {
        boolean means(Process child, Process waiting) {
            boolean named = who == -1 || (who > 0 ? child.pid() == who : child.group == (who == 0 ? waiting.group : -who));
            boolean ordinary = child.relations.exitSignal == Signal.SIGCHLD.number;
            return named && ((options & WALL) != 0 || ordinary == ((options & WCLONE) == 0));
        }
    }

    /** What there is to tell: si_code, as wait4(2) has the status, and the times. */
    private record News(Siginfo info, int status, long user, long system) {}

    static long wait4(Task task, Args args) {
        int who = args.integer(0), options = args.integer(2);
        if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | WALL | WCLONE)) != 0) return Errno.EINVAL.result();
        if (who == Integer.MIN_VALUE) return Errno.ESRCH.result();
        News[] news = new News[1];
        long result = await(task, new Wish(who, options | WEXITED), news);
        if (result <= 0) return result;
        long status = args.outOrNull(1, 4);
        if (status != 0) Raw.putInt(status, news[0].status);
        usage(args.outOrNull(3, RUSAGE), news[0]);
        return result;
    }

    static long waitid(Task task, Args args) {
        int kind = args.integer(0), id = args.integer(1), options = args.integer(3);
        if ((options & ~(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT | WNOTHREAD | WALL | WCLONE)) != 0 || (options & (WEXITED | WUNTRACED | WCONTINUED)) == 0)
            return Errno.EINVAL.result();
        if (kind < P_ALL || kind > P_PGID || kind == P_PID && id <= 0 || kind == P_PGID && id < 0) return Errno.EINVAL.result();
        News[] news = new News[1];
        long result = await(task, new Wish(kind == P_ALL ? -1 : kind == P_PID ? id : -id, options), news);
        if (result < 0) return result;
        long info = args.outOrNull(2, SIGINFO);
        if (info != 0) {
            Raw.fill(info, 48, (byte) 0);
            if (result > 0) Raw.copy(news[0].info.info(), 0, info, 48);
        }
        if (result > 0) usage(args.outOrNull(4, RUSAGE), news[0]);
        return 0;
    }

    private static void usage(long to, News news) {
        if (to == 0) return;
        Raw.fill(to, RUSAGE, (byte) 0);
        putTimes(to, news.user, news.system);
    }

    /** The first members of struct rusage; microseconds. */
    static void putTimes(long to, long user, long system) {
        Raw.putLong(to, user / 1_000_000);
        Raw.putLong(to + 8, user % 1_000_000);
        Raw.putLong(to + 16, system / 1_000_000);
        Raw.putLong(to + 24, system % 1_000_000);
    }

    /** The child's number, 0 with WNOHANG, or an error. */
    private static long await(Task task, Wish wish, News[] news) {
        Process self = task.process();
        while (true) {
            int seen = self.relations.changes();
            boolean any = false;
            synchronized (self.tree) {
                for (Process child : List.copyOf(self.relations.children)) {
                    if (!wish.means(child, self)) continue;
                    any = true;
                    if ((news[0] = take(child, wish.options)) != null) return child.pid();
                }
            }
            if (!any) return Errno.ECHILD.result();
            if ((wish.options & WNOHANG) != 0) return 0;
            long result = task.blocking(SyscallName.FUTEX, self.relations.changesWord(), FUTEX_WAIT, seen, 0, 0, 0);
            if (result == Task.ERESTARTSYS || result == Task.ERESTARTNOHAND) return result;
        }
    }

    private static News take(Process child, int options) {
        Relations r = child.relations;
        boolean keep = (options & WNOWAIT) != 0;
        if (r.zombie) {
            if ((options & WEXITED) == 0) return null;
            int code = child.terminatingSignal() != 0 ? Relations.CLD_KILLED : Relations.CLD_EXITED;
            News news = new News(r.news(Signal.SIGCHLD.number, code), child.waitStatus(), r.own[0] + r.childrens[0], r.own[1] + r.childrens[1]);
            if (!keep) r.reap();
            return news;
        }
        if (r.stopSignal != 0 && (options & WUNTRACED) != 0) {
            News news = new News(r.news(Signal.SIGCHLD.number, Relations.CLD_STOPPED), r.stopSignal << 8 | 0x7f, 0, 0);
            if (!keep) r.stopSignal = 0;
            return news;
        }
        if (r.continued && (options & WCONTINUED) != 0) {
            News news = new News(r.news(Signal.SIGCHLD.number, Relations.CLD_CONTINUED), 0xffff, 0, 0);
            if (!keep) r.continued = false;
            return news;
        }
        return null;
    }
}
