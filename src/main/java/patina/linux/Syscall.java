package patina.linux;

import static patina.linux.Pass.Mode.WAITS;
import static patina.linux.Pass.Mode.WAITS_ONCE;
import static patina.linux.Syscall.Level.FULL;
import static patina.linux.Syscall.Level.NONE;
import static patina.linux.Syscall.Level.PARTIAL;

import java.util.ArrayList;
import java.util.List;
import patina.guest.SyscallName;
import patina.host.Errno;

/**
 * The system calls that are there, and how well. A row has either a shape, by which the call goes to the real kernel ({@link Pass}), or a function
 * named after its man page. What has no row, or level NONE without a function, is answered ENOSYS aloud.
 */
public enum Syscall {
    // files
    READ(FULL, new MemoryFile(SyscallName.READ, "fd ptr n")), WRITE(FULL, new MemoryFile(SyscallName.WRITE, "fd ptr n")),
    PREAD64(FULL, new MemoryFile(SyscallName.PREAD64, "fd ptr n n")), PWRITE64(FULL, new MemoryFile(SyscallName.PWRITE64, "fd ptr n n")),
    READV(FULL, Vectors::readv), WRITEV(FULL, Vectors::writev), PREADV(FULL, Vectors::preadv), PWRITEV(FULL, Vectors::pwritev),
    PREADV2(FULL, Vectors::preadv2), PWRITEV2(FULL, Vectors::pwritev2), VMSPLICE(FULL, Vectors::vmsplice),
    OPEN(FULL, Files::open), OPENAT(FULL, Files::openat), CREAT(FULL, Files::creat), OPENAT2(FULL, Files::openat2),
    CLOSE(FULL, "fd"), CLOSE_RANGE(FULL, Files::closeRange), LSEEK(FULL, "fd n n"),
    STAT(FULL, Stat::stat), FSTAT(FULL, Stat::fstat), LSTAT(FULL, Stat::lstat), NEWFSTATAT(FULL, Stat::newfstatat), STATX(FULL, "fd path flags n ptr"),
    STATFS(FULL, "path ptr"), FSTATFS(FULL, "fd ptr"),
    ACCESS(FULL, SyscallName.FACCESSAT, "cwd path n"), FACCESSAT(FULL, "fd path n"), FACCESSAT2(FULL, "fd path n flags"),
    DUP(FULL, Files::dup), DUP2(FULL, Files::dup2), DUP3(FULL, Files::dup3), FCNTL(FULL, Files::fcntl), FLOCK(FULL, WAITS, "fd n"),
    FSYNC(FULL, "fd"), FDATASYNC(FULL, "fd"), SYNC(FULL, ""), SYNCFS(FULL, "fd"), SYNC_FILE_RANGE(FULL, "fd n n n"),
    TRUNCATE(FULL, "path n"), FTRUNCATE(FULL, "fd n"), FALLOCATE(FULL, WAITS, "fd n n n"), FADVISE64(FULL, "fd n n n"), READAHEAD(FULL, "fd n n"),
    SENDFILE(FULL, WAITS, "fd fd ptr n"), COPY_FILE_RANGE(FULL, WAITS, "fd ptr fd ptr n n"), SPLICE(FULL, WAITS, "fd ptr fd ptr n n"),
    TEE(FULL, WAITS, "fd fd n n"), PIPE(FULL, SyscallName.PIPE2, "ptr =0"), PIPE2(FULL, "ptr n"), MEMFD_CREATE(FULL, "ptr n"),
    CACHESTAT(FULL, "fd ptr ptr n"), NAME_TO_HANDLE_AT(FULL, "fd link ptr ptr n"), OPEN_BY_HANDLE_AT(FULL, "fd ptr n"),
    IOCTL(PARTIAL, Terminals::ioctl, "terminals, FIO…, block sizes, file flags; others ENOTTY, aloud"),

    // directories and names
    GETDENTS64(FULL, Files::getdents64), GETDENTS(FULL, Files::getdents), GETCWD(FULL, Files::getcwd), CHDIR(FULL, "path"), FCHDIR(FULL, "fd"),
    RENAME(FULL, SyscallName.RENAMEAT2, "cwd link cwd link =0"), RENAMEAT(FULL, SyscallName.RENAMEAT2, "fd link fd link =0"),
    RENAMEAT2(FULL, "fd link fd link n"), MKDIR(FULL, SyscallName.MKDIRAT, "cwd link n"), MKDIRAT(FULL, "fd link n"),
    RMDIR(FULL, SyscallName.UNLINKAT, "cwd link =0x200"), UNLINK(FULL, SyscallName.UNLINKAT, "cwd link =0"), UNLINKAT(FULL, "fd link n"),
    LINK(FULL, SyscallName.LINKAT, "cwd link cwd link =0"), LINKAT(FULL, "fd link fd link n"),
    SYMLINK(FULL, SyscallName.SYMLINKAT, "ptr cwd link"), SYMLINKAT(FULL, "ptr fd link"),
    READLINK(FULL, Files::readlink), READLINKAT(FULL, Files::readlinkat),
    MKNOD(FULL, SyscallName.MKNODAT, "cwd link n n"), MKNODAT(FULL, "fd link n n"),
    CHMOD(FULL, SyscallName.FCHMODAT, "cwd path n"), FCHMOD(FULL, "fd n"), FCHMODAT(FULL, "fd path n"), FCHMODAT2(FULL, "fd path n flags"),
    CHOWN(FULL, SyscallName.FCHOWNAT, "cwd path n n =0"), LCHOWN(FULL, SyscallName.FCHOWNAT, "cwd link n n =0x100"), FCHOWN(FULL, "fd n n"),
    FCHOWNAT(FULL, "fd path n n flags"), UMASK(FULL, "n"),
    UTIMENSAT(FULL, "fd path ptr flags"), FUTIMESAT(FULL, "fd path ptr"), UTIMES(FULL, "path ptr"), UTIME(FULL, "path ptr"),
    GETXATTR(FULL, "path ptr ptr n"), LGETXATTR(FULL, "link ptr ptr n"), FGETXATTR(FULL, "fd ptr ptr n"),
    SETXATTR(FULL, "path ptr ptr n n"), LSETXATTR(FULL, "link ptr ptr n n"), FSETXATTR(FULL, "fd ptr ptr n n"),
    LISTXATTR(FULL, "path ptr n"), LLISTXATTR(FULL, "link ptr n"), FLISTXATTR(FULL, "fd ptr n"),
    LISTXATTRAT(FULL, "fd path flags ptr n"), REMOVEXATTRAT(FULL, "fd path flags ptr"),
    REMOVEXATTR(FULL, "path ptr"), LREMOVEXATTR(FULL, "link ptr"), FREMOVEXATTR(FULL, "fd ptr"),
    INOTIFY_INIT(FULL, SyscallName.INOTIFY_INIT1, "=0"), INOTIFY_INIT1(FULL, "n"), INOTIFY_ADD_WATCH(FULL, "fd path n"), INOTIFY_RM_WATCH(FULL, "fd n"),

    MOUNT(PARTIAL, "ptr path ptr n ptr", "a source is the host's, whatever the sysroot"), UMOUNT2(FULL, "path n"), STATMOUNT(FULL, "ptr ptr n n"), LISTMOUNT(FULL, "ptr ptr n n"), USTAT(FULL, "n ptr"),
    CHROOT(PARTIAL, Files::chroot, "names of sockets are the host's"), PIVOT_ROOT(NONE, "the translator needs /proc"),

    // memory
    MMAP(FULL, Memory::mmap), MUNMAP(FULL, Memory::munmap), MPROTECT(FULL, Memory::mprotect), MREMAP(FULL, Memory::mremap), BRK(FULL, Memory::brk),
    MADVISE(PARTIAL, Memory::madvise, "as the address space does it"), MSYNC(FULL, Memory::msync), MINCORE(FULL, Memory::mincore),
    MLOCK(FULL, Memory::mlock), MUNLOCK(FULL, Memory::munlock), MLOCK2(FULL, Memory::mlock2), MLOCKALL(NONE, "would lock the translator too"),
    MUNLOCKALL(NONE, "see mlockall"), PKEY_ALLOC(FULL, Memory::pkeyAlloc),
    PKEY_FREE(FULL, Memory::pkeyFree), PKEY_MPROTECT(FULL, Memory::pkeyMprotect), MBIND(FULL, Memory::mbind), SET_MEMPOLICY(FULL, "n ptr n"),
    GET_MEMPOLICY(FULL, Memory::getMempolicy), PROCESS_VM_READV(PARTIAL, Vectors::processVmReadv, Note.OTHERS), PROCESS_VM_WRITEV(PARTIAL, Vectors::processVmWritev, Note.OTHERS),
    SHMGET(FULL, "n n n"), SHMAT(FULL, Memory::shmat), SHMDT(FULL, Memory::shmdt), SHMCTL(PARTIAL, "n n ptr", "shm_cpid and shm_lpid name the translator"), REMAP_FILE_PAGES(NONE, "superseded by mmap in Linux 3.16"),
    USERFAULTFD(NONE, "faults are the translator's"),

    // time
    CLOCK_GETTIME(FULL, "n ptr"), CLOCK_GETRES(FULL, "n ptr"), CLOCK_SETTIME(FULL, "n ptr"), GETTIMEOFDAY(FULL, "ptr ptr"),
    TIME(FULL, Time::time), NANOSLEEP(FULL, Time::nanosleep), CLOCK_NANOSLEEP(FULL, Time::clockNanosleep),
    GETRUSAGE(PARTIAL, Time::getrusage, "the first process's includes the translator's own use"), TIMES(PARTIAL, "ptr", "includes the translator's own use"),
    ALARM(FULL, Timers::alarm), SETITIMER(FULL, Timers::setitimer), GETITIMER(FULL, Timers::getitimer), TIMER_CREATE(PARTIAL, Timers::timerCreate, "not to another thread"),
    TIMER_SETTIME(FULL, Timers::timerSettime), TIMER_GETTIME(FULL, Timers::timerGettime), TIMER_GETOVERRUN(FULL, Timers::timerGetoverrun), TIMER_DELETE(FULL, Timers::timerDelete),
    TIMERFD_CREATE(FULL, "n n"), TIMERFD_SETTIME(FULL, "fd n ptr ptr"), TIMERFD_GETTIME(FULL, "fd ptr"), ADJTIMEX(FULL, "ptr"),
    CLOCK_ADJTIME(FULL, "n ptr"), SETTIMEOFDAY(FULL, "ptr ptr"),

    // who and what
    GETPID(FULL, Identity::getpid), GETTID(FULL, Identity::gettid), GETPPID(FULL, Identity::getppid), GETUID(FULL, ""), GETEUID(FULL, ""), GETGID(FULL, ""),
    GETEGID(FULL, ""), GETRESUID(FULL, "ptr ptr ptr"), GETRESGID(FULL, "ptr ptr ptr"), GETGROUPS(FULL, "n ptr"),
    SETUID(PARTIAL, "n", Identity.THREAD), SETGID(PARTIAL, "n", Identity.THREAD), SETREUID(PARTIAL, "n n", Identity.THREAD), SETREGID(PARTIAL, "n n", Identity.THREAD),
    SETRESUID(PARTIAL, "n n n", Identity.THREAD), SETRESGID(PARTIAL, "n n n", Identity.THREAD), SETFSUID(FULL, "n"), SETFSGID(FULL, "n"), SETGROUPS(PARTIAL, "n ptr", Identity.THREAD),
    CAPGET(FULL, "ptr ptr"), CAPSET(PARTIAL, "ptr ptr", Identity.THREAD),
    SETPGID(FULL, Groups::setpgid), GETPGID(FULL, Groups::getpgid), GETPGRP(FULL, Groups::getpgrp), GETSID(FULL, Groups::getsid), SETSID(FULL, Groups::setsid),
    UNAME(FULL, Identity::uname), SYSINFO(FULL, "ptr"), GETRLIMIT(PARTIAL, Limits::getrlimit, Limits.NOTE), SETRLIMIT(PARTIAL, Limits::setrlimit, Limits.NOTE),
    PRLIMIT64(PARTIAL, Limits::prlimit64, Limits.NOTE), PERSONALITY(PARTIAL, Identity::personality, "PER_LINUX, ADDR_NO_RANDOMIZE"),
    SCHED_YIELD(FULL, ""), SCHED_GETAFFINITY(FULL, "id n ptr"), SCHED_SETAFFINITY(FULL, "id n ptr"),
    SCHED_GETPARAM(FULL, "id ptr"), SCHED_SETPARAM(FULL, "id ptr"), SCHED_GETSCHEDULER(FULL, "id"),
    SCHED_SETSCHEDULER(FULL, "id n ptr"), SCHED_GETATTR(FULL, "id ptr n n"), SCHED_SETATTR(FULL, "id ptr n"), IOPRIO_GET(FULL, "n id"), IOPRIO_SET(FULL, "n id n"), SCHED_GET_PRIORITY_MAX(FULL, "n"), SCHED_GET_PRIORITY_MIN(FULL, "n"),
    SCHED_RR_GET_INTERVAL(FULL, "id ptr"), GETPRIORITY(FULL, "n id"), SETPRIORITY(FULL, "n id n"), GETCPU(FULL, "ptr ptr"), GETRANDOM(FULL, WAITS, "ptr n n"),
    SETHOSTNAME(FULL, "ptr n"), SETDOMAINNAME(FULL, "ptr n"), SYSLOG(FULL, WAITS, "n ptr n"),
    PRCTL(PARTIAL, Identity::prctl, "name, dumpable, capabilities, no_new_privs, parent death signal"), ARCH_PRCTL(PARTIAL, Identity::archPrctl, "segment bases"),

    // processes and threads
    EXIT(FULL, ProcessCalls::exit), EXIT_GROUP(FULL, ProcessCalls::exitGroup), SET_TID_ADDRESS(FULL, ProcessCalls::setTidAddress),
    SET_ROBUST_LIST(FULL, ProcessCalls::setRobustList), GET_ROBUST_LIST(FULL, ProcessCalls::getRobustList), RESTART_SYSCALL(FULL, ProcessCalls::restartSyscall), RSEQ(NONE, ProcessCalls::rseq, "glibc goes without"), FUTEX(PARTIAL, ProcessCalls::futex, "not the PI operations"),
    WAIT4(FULL, Waiting::wait4), WAITID(PARTIAL, Waiting::waitid, "not P_PIDFD"),
    CLONE(PARTIAL, Cloning::clone, Note.CLONE), CLONE3(PARTIAL, Cloning::clone3, Note.CLONE), FORK(FULL, Cloning::fork), VFORK(FULL, Cloning::vfork),
    EXECVE(FULL, Execution::execve), EXECVEAT(FULL, Execution::execveat), MEMBARRIER(FULL, "n n n"), PIDFD_OPEN(FULL, "n n"),
    PIDFD_SEND_SIGNAL(FULL, SignalCalls::pidfdSendSignal), PIDFD_GETFD(NONE, Note.DESCRIPTORS), KCMP(NONE, Note.DESCRIPTORS), UNSHARE(NONE, Note.NAMESPACES), SETNS(NONE, Note.NAMESPACES), PTRACE(NONE, "processes are the translator's threads"),
    SECCOMP(NONE, "would bind the translator too"),

    // System V and POSIX queues and semaphores
    SEMGET(FULL, "n n n"), SEMOP(FULL, WAITS_ONCE, "n ptr n"), SEMTIMEDOP(FULL, WAITS_ONCE, "n ptr n ptr"), SEMCTL(FULL, Semaphores::semctl),
    MSGGET(FULL, "n n"), MSGSND(FULL, WAITS_ONCE, "n ptr n n"), MSGRCV(FULL, WAITS_ONCE, "n ptr n n n"), MSGCTL(FULL, "n n ptr"),
    MQ_OPEN(FULL, "ptr n n ptr"), MQ_UNLINK(FULL, "ptr"), MQ_TIMEDSEND(FULL, WAITS, "fd ptr n n ptr"), MQ_TIMEDRECEIVE(FULL, WAITS, "fd ptr n ptr ptr"),
    MQ_GETSETATTR(FULL, "fd ptr ptr"),

    // signals
    RT_SIGACTION(FULL, SignalCalls::rtSigaction), RT_SIGPROCMASK(FULL, SignalCalls::rtSigprocmask), RT_SIGRETURN(FULL, SignalCalls::rtSigreturn),
    RT_SIGPENDING(FULL, SignalCalls::rtSigpending), RT_SIGSUSPEND(FULL, SignalCalls::rtSigsuspend), RT_SIGTIMEDWAIT(FULL, SignalCalls::rtSigtimedwait),
    RT_SIGQUEUEINFO(FULL, SignalCalls::rtSigqueueinfo), RT_TGSIGQUEUEINFO(FULL, SignalCalls::rtTgsigqueueinfo), SIGALTSTACK(FULL, SignalCalls::sigaltstack), PAUSE(FULL, SignalCalls::pause),
    KILL(FULL, SignalCalls::kill), TKILL(FULL, SignalCalls::tkill), TGKILL(FULL, SignalCalls::tgkill),
    SIGNALFD(PARTIAL, SignalDescriptors::signalfd, SignalDescriptors.NOTE), SIGNALFD4(PARTIAL, SignalDescriptors::signalfd4, SignalDescriptors.NOTE),

    // waiting for descriptors
    POLL(FULL, Polling::poll), PPOLL(FULL, Polling::ppoll), SELECT(FULL, Polling::select), PSELECT6(FULL, Polling::pselect6),
    EPOLL_CREATE(FULL, Polling::epollCreate), EPOLL_CREATE1(FULL, "n"), EPOLL_CTL(FULL, Polling::epollCtl), EPOLL_WAIT(FULL, Polling::epollWait),
    EPOLL_PWAIT(FULL, Polling::epollPwait), EPOLL_PWAIT2(FULL, Polling::epollPwait2), EVENTFD(FULL, SyscallName.EVENTFD2, "n =0"), EVENTFD2(FULL, "n n"),

    // sockets
    SOCKET(FULL, "n n n"), SOCKETPAIR(FULL, "n n n ptr"), BIND(FULL, "fd ptr n"), LISTEN(FULL, "fd n"), CONNECT(FULL, WAITS, "fd ptr n"), SHUTDOWN(FULL, "fd n"),
    ACCEPT(FULL, SyscallName.ACCEPT4, WAITS, "fd ptr ptr =0"), ACCEPT4(FULL, WAITS, "fd ptr ptr n"), GETSOCKNAME(FULL, "fd ptr ptr"), GETPEERNAME(FULL, "fd ptr ptr"),
    SENDTO(FULL, WAITS, "fd ptr n n ptr n"), RECVFROM(FULL, WAITS, "fd ptr n n ptr ptr"), SETSOCKOPT(PARTIAL, "fd n n ptr n", "no packet filters"),
    GETSOCKOPT(FULL, "fd n n ptr ptr"), SENDMSG(FULL, Sockets::sendmsg), RECVMSG(FULL, Sockets::recvmsg), SENDMMSG(FULL, Sockets::sendmmsg),
    RECVMMSG(FULL, Sockets::recvmmsg),

    // what callers go without
    IO_SETUP(NONE, Note.ASYNCHRONOUS), IO_URING_SETUP(NONE, Note.ASYNCHRONOUS), MODIFY_LDT(NONE, "segments are flat"), PERF_EVENT_OPEN(NONE, "would count the translator"), BPF(NONE, "no programs in the kernel");

    /** Notes of several rows. */
    private static final class Note {
        static final String DESCRIPTORS = "the guest's descriptors are its thread's";
        static final String ASYNCHRONOUS = "callers fall back to ordinary calls";
        static final String CLONE = "no namespaces, no CLONE_PIDFD";
        static final String NAMESPACES = "the translator's threads are in the host's";
        static final String OTHERS = "another process must be no guest";
    }

    /** How well a call is supported. */
    public enum Level { FULL, PARTIAL, NONE }

    /** What a row does; the result as the kernel gives it. */
    @FunctionalInterface
    interface Body { long call(Task task, Args args); }

    /** A line of the table for people; the number is that on x86-64. */
    public record Row(int number, String name, Level level, String note) {}

    private static final Syscall[] ALL = values(), BY_NAME = new Syscall[SyscallName.values().length];

    static {
        for (Syscall s : new Syscall[] {OPEN, OPENAT, CREAT, SOCKET, ACCEPT, ACCEPT4, EPOLL_CREATE, EPOLL_CREATE1, EVENTFD, EVENTFD2, TIMERFD_CREATE,
            SIGNALFD, SIGNALFD4, MEMFD_CREATE, OPENAT2, OPEN_BY_HANDLE_AT, PIDFD_OPEN, MQ_OPEN, INOTIFY_INIT, INOTIFY_INIT1}) s.makes = 1;
        for (Syscall s : new Syscall[] {PIPE, PIPE2, SOCKETPAIR}) s.makes = 2;
    }

    /** The row of a name, or null. Looked for at the first call: a table of all, by the names' hashes, takes a short run longer than a few searches. */
    private static Syscall row(SyscallName name) {
        Syscall row = BY_NAME[name.ordinal()];
        if (row != null) return row;
        for (Syscall s : ALL) {
            if (!s.name().equals(name.name())) continue;
            if (s.body instanceof Pass p) p.makes(name);
            return BY_NAME[name.ordinal()] = s;
        }
        return null;
    }

    private final Level level;
    private final Body body;
    private final String note;
    /** Descriptors that a call makes. */
    private int makes;

    Syscall(Level level, Body body) { this(level, body, ""); }

    Syscall(Level level, Body body, String note) {
        this.level = level;
        this.body = body;
        this.note = note;
    }

    /** To the real kernel under the same name; a row of level NONE has its note here instead. */
    Syscall(Level level, String shapeOrNote) {
        this.level = level;
        body = level == NONE ? null : new Pass(null, Pass.Mode.AT_ONCE, shapeOrNote);
        note = level == NONE ? shapeOrNote : "";
    }

    Syscall(Level level, String shape, String note) { this(level, Pass.Mode.AT_ONCE, shape, note); }

    Syscall(Level level, Pass.Mode mode, String shape) { this(level, mode, shape, ""); }

    Syscall(Level level, Pass.Mode mode, String shape, String note) {
        this.level = level;
        this.note = note;
        body = new Pass(null, mode, shape);
    }

    /** To the real kernel as another call. */
    Syscall(Level level, SyscallName target, String shape) { this(level, target, Pass.Mode.AT_ONCE, shape); }

    Syscall(Level level, SyscallName target, Pass.Mode mode, String shape) { this(level, new Pass(target, mode, shape)); }

    /** Performs the call {@code name} with the registers' arguments. */
    static long perform(SyscallName name, Task task, Args args) {
        Syscall row = row(name);
        if (row != null && row.body != null) return row.makes == 0 ? row.body.call(task, args) : row.makeDescriptors(task, args);
        task.process().missing(name, row == null ? "" : row.note);
        return Errno.ENOSYS.result();
    }

    private long makeDescriptors(Task task, Args args) {
        DescriptorLimit limit = task.process().descriptorLimit;
        if (!limit.hasRoom(makes)) return Errno.EMFILE.result();
        long result = body.call(task, args);
        if (result >= 0) limit.made(makes, result);
        return result;
    }

    /** Every system call Linux has, for `patina doctor --syscalls`. */
    public static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (SyscallName n : SyscallName.values()) {
            Syscall s = row(n);
            String note = s == null ? "" : s.note;
            boolean none = s == null || s.level == NONE;
            rows.add(new Row(n.x86Number(), n.name().toLowerCase(), none ? NONE : s.level, !none ? note : note.isEmpty() ? "ENOSYS" : "ENOSYS: " + note));
        }
        return rows;
    }
}
