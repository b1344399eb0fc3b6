package patina.linux;

import java.nio.charset.StandardCharsets;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;

/** Who the process is, on what machine, and what it may do. */
final class Identity {
    private Identity() {}

    static final String THREAD = "the host thread's, which is the guest's";

    /** getpid(2). */
    static long getpid(Task task, Args args) { return task.process().pid(); }

    static long getppid(Task task, Args args) { return task.process().parent(); }

    /** The user's number. */
    static int user() { return (int) Kernel.call(SyscallName.GETUID); }

    static long gettid(Task task, Args args) { return task.tid(); }

    /** uname(2): six strings of 65 bytes, the fifth is the machine. */
    static long uname(Task task, Args args) {
        long at = args.out(0, 390);
        long result = Kernel.call(SyscallName.UNAME, at);
        byte[] machine = (task.process().abi().machine() + "\0").getBytes(StandardCharsets.ISO_8859_1);
        Raw.copy(machine, 0, at + 4 * 65, machine.length);
        return result;
    }

    /** personality(2): what is asked for is what there is. */
    static long personality(Task task, Args args) {
        int wanted = args.integer(0), addressNoRandomize = 0x40000;
        return wanted == -1 || (wanted & ~addressNoRandomize) == 0 ? 0 : Errno.EINVAL.result();
    }

    private static final int PR_SET_PDEATHSIG = 1, PR_GET_PDEATHSIG = 2, PR_GET_DUMPABLE = 3, PR_SET_DUMPABLE = 4, PR_GET_KEEPCAPS = 7, PR_SET_KEEPCAPS = 8,
            PR_SET_NAME = 15, PR_GET_NAME = 16, PR_GET_SECCOMP = 21, PR_CAPBSET_READ = 23, PR_GET_TSC = 25, PR_SET_TIMERSLACK = 29, PR_GET_TIMERSLACK = 30,
            PR_GET_SECUREBITS = 27, PR_SET_CHILD_SUBREAPER = 36, PR_GET_CHILD_SUBREAPER = 37, PR_SET_NO_NEW_PRIVS = 38, PR_GET_NO_NEW_PRIVS = 39, PR_CAP_AMBIENT = 47, PR_SET_VMA = 0x53564d41, NAME_BYTES = 16;

    /** The host thread's name is the guest's, so that /proc/self/comm can be read and written. */
    static long setName(Scratch scratch, String name) { return Kernel.call(SyscallName.PRCTL, PR_SET_NAME, scratch.string(name)); }

    static String name(Task task) {
        long at = task.scratch.take(NAME_BYTES);
        Kernel.call(SyscallName.PRCTL, PR_GET_NAME, at);
        int length = 0;
        while (length < NAME_BYTES && Raw.getByte(at + length) != 0) length++;
        return Scratch.read(at, length);
    }

    /** prctl(2). */
    static long prctl(Task task, Args args) {
        int operation = args.integer(0);
        return switch (operation) {
            case PR_SET_NAME -> setName(task.scratch, args.prefix(args.get(1), NAME_BYTES - 1));
            case PR_GET_NAME -> Kernel.call(SyscallName.PRCTL, operation, args.pointer(1));
            case PR_GET_TSC -> Kernel.call(SyscallName.PRCTL, operation, args.pointer(1));
            case PR_GET_PDEATHSIG -> give(args, task.process().relations.deathSignal);
            case PR_SET_PDEATHSIG -> deathSignal(task.process(), args.get(1));
            case PR_GET_CHILD_SUBREAPER -> give(args, task.process().relations.subreaper ? 1 : 0);
            case PR_SET_CHILD_SUBREAPER -> {
                task.process().relations.subreaper = args.get(1) != 0;
                yield 0;
            }
            case PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_KEEPCAPS, PR_GET_SECCOMP, PR_CAPBSET_READ, PR_SET_TIMERSLACK, PR_GET_TIMERSLACK,
                PR_GET_SECUREBITS, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_CAP_AMBIENT ->
                Kernel.call(SyscallName.PRCTL, operation, args.get(1), args.get(2), args.get(3), args.get(4), 0);
            case PR_SET_VMA -> Errno.EINVAL.result();           // as a kernel without CONFIG_ANON_VMA_NAME
            default -> {
                task.process().log.line("prctl " + operation + ": unknown, EINVAL");
                yield Errno.EINVAL.result();
            }
        };
    }

    private static long give(Args args, int value) {
        Raw.putInt(args.out(1, 4), value);
        return 0;
    }

    /** The first process's parent is the host's to watch. */
    private static long deathSignal(Process process, long signal) {
        if (Long.compareUnsigned(signal, 64) > 0) return Errno.EINVAL.result();
        if (process.relations.isFirst()) Kernel.call(SyscallName.PRCTL, PR_SET_PDEATHSIG, signal);
        process.relations.deathSignal = (int) signal;
        return 0;
    }

    static long archPrctl(Task task, Args args) {
        return task.process().abi().archPrctl(task.cpu(), args.get(0), args.get(1));
    }
}
