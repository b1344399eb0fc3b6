package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;

/** How a process ends and waits. */
final class ProcessCalls {
    private ProcessCalls() {}

    static final String ONE = "one process with one thread";
    private static final int ROBUST_LIST_HEAD = 24, FUTEX_COMMAND = 0x7f;
    private static final int FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5, FUTEX_WAIT_BITSET = 9,
            FUTEX_WAKE_BITSET = 10;

    /** exit(2), exit_group(2): the last thread takes the process with it. */
    static long exit(Task task, Args args) {
        task.process().exit(args.integer(0));
        return Task.NO_RESULT;
    }

    static long setTidAddress(Task task, Args args) {
        task.clearChildTid = args.get(0);
        return task.tid();
    }

    /** rseq(2): every glibc asks, and goes without; nobody need be told. */
    static long rseq(Task task, Args args) { return Errno.ENOSYS.result(); }

    static long setRobustList(Task task, Args args) { return args.get(1) == ROBUST_LIST_HEAD ? 0 : Errno.EINVAL.result(); }

    /** wait4(2), waitid(2) of a process that can have no children. */
    static long noChildren(Task task, Args args) { return Errno.ECHILD.result(); }

    /** futex(2) on the host address of the word. */
    static long futex(Task task, Args args) {
        int operation = args.integer(1);
        return switch (operation & FUTEX_COMMAND) {
            case FUTEX_WAIT, FUTEX_WAIT_BITSET ->
                task.blocking(SyscallName.FUTEX, args.in(0, 4), operation, args.get(2), args.inOrNull(3, 16), 0, args.get(5));
            case FUTEX_WAKE, FUTEX_WAKE_BITSET -> Kernel.call(SyscallName.FUTEX, args.in(0, 4), operation, args.get(2), 0, 0, args.get(5));
            case FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP ->
                Kernel.call(SyscallName.FUTEX, args.in(0, 4), operation, args.get(2), args.get(3), args.inOut(4, 4), args.get(5));
            default -> {
                task.process().missing(SyscallName.FUTEX, "operation " + (operation & FUTEX_COMMAND));
                yield Errno.ENOSYS.result();
            }
        };
    }
}
