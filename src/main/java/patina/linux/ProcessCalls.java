package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** How a process ends and waits. */
final class ProcessCalls {
    private ProcessCalls() {}

    private static final int ROBUST_LIST_HEAD = 24, TIMESPEC = 16, FUTEX_COMMAND = 0x7f;
    private static final int FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5, FUTEX_WAIT_BITSET = 9,
            FUTEX_WAKE_BITSET = 10;

    /** exit(2): the last thread takes the process with it. */
    static long exit(Task task, Args args) {
        task.exit(args.integer(0));
        return Task.NO_RESULT;
    }

    static long exitGroup(Task task, Args args) {
        task.process().exit(args.integer(0));
        return Task.NO_RESULT;
    }

    static long setTidAddress(Task task, Args args) {
        task.clearedAtEnd = args.get(0);
        return task.tid();
    }

    /** rseq(2): every glibc asks, and goes without; nobody need be told. */
    static long rseq(Task task, Args args) { return Errno.ENOSYS.result(); }

    static long setRobustList(Task task, Args args) {
        if (args.get(1) != ROBUST_LIST_HEAD) return Errno.EINVAL.result();
        task.robustList = args.get(0);
        return 0;
    }

    /** get_robust_list(2): what set_robust_list was told. */
    static long getRobustList(Task task, Args args) {
        int id = args.integer(0);
        Task other = id == 0 ? task : task.process().tree.task(id);
        if (other == null) return Kernel.call(SyscallName.GET_ROBUST_LIST, task.process().stranger(id), args.pointer(1), args.pointer(2));
        if (Errno.is(other.robustList)) return other.robustList;      // so the kernel reads it (Linux 6.18, kernel/futex/syscalls.c)
        Raw.putLong(args.out(2, 8), ROBUST_LIST_HEAD);
        Raw.putLong(args.out(1, 8), other.robustList);
        return 0;
    }

    /** restart_syscall(2) called by hand: interrupted calls are made again in another way here. */
    static long restartSyscall(Task task, Args args) { return Errno.EINTR.result(); }

    /** With a timeout no flag makes it again after a handler (kernel/futex, futex_wait: a restart block). FUTEX_WAIT's is relative. */
    private static long wait(Task task, Args args, int operation) {
        long word = args.pointer(0), timeout = args.inOrNull(3, TIMESPEC);
        if (timeout == 0) return task.blocking(SyscallName.FUTEX, word, operation, args.get(2), 0, 0, args.get(5));
        long duration = Time.duration(timeout, 1);
        if ((operation & FUTEX_COMMAND) == FUTEX_WAIT) timeout = Time.timespec(task, Time.left(task, duration));
        return task.blockingOnce(SyscallName.FUTEX, word, operation, args.get(2), timeout, 0, args.get(5));
    }

    /** futex(2) on the host address of the word. */
    static long futex(Task task, Args args) {
        int operation = args.integer(1);
        return switch (operation & FUTEX_COMMAND) {
            case FUTEX_WAIT, FUTEX_WAIT_BITSET -> wait(task, args, operation);
            case FUTEX_WAKE, FUTEX_WAKE_BITSET -> Kernel.call(SyscallName.FUTEX, args.pointer(0), operation, args.get(2), 0, 0, args.get(5));
            case FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP ->
                Kernel.call(SyscallName.FUTEX, args.pointer(0), operation, args.get(2), args.get(3), args.pointer(4), args.get(5));
            default -> {
                task.process().missing(SyscallName.FUTEX, "operation " + (operation & FUTEX_COMMAND));
                yield Errno.ENOSYS.result();
            }
        };
    }
}
