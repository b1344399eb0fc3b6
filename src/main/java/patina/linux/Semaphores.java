package patina.linux;

import patina.guest.SyscallName;

/** System V semaphores (sysvipc(7)), which are the host's. */
final class Semaphores {
    private Semaphores() {}

    private static final int IPC_SET = 1, IPC_STAT = 2, IPC_INFO = 3, GETALL = 13, SETALL = 17, SEM_STAT = 18, SEM_INFO = 19, SEM_STAT_ANY = 20;

    /**
     * The calling thread, and who it starts, has its own adjustments from here on (SEM_UNDO); if it was the last to have the old ones they are made, as at
     * its end (unshare(2)): the host's thread may outlive the guest's, and the translator's threads have a guest's if they were started by it.
     */
    static void forget() { Kernel.call(SyscallName.UNSHARE, CLONE_SYSVSEM); }

    private static final long CLONE_SYSVSEM = 0x40000;

    /** semctl(2): its fourth argument is a pointer for some commands. */
    static long semctl(Task task, Args args) {
        long argument = switch (args.integer(2)) {
            case IPC_SET, IPC_STAT, IPC_INFO, GETALL, SETALL, SEM_STAT, SEM_INFO, SEM_STAT_ANY -> args.pointer(3);
            default -> args.get(3);
        };
        return Kernel.call(SyscallName.SEMCTL, args.get(0), args.get(1), args.get(2), argument);
    }
}
