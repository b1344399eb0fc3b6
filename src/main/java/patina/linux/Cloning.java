package patina.linux;

import patina.guest.SyscallAbi;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.ir.StateLayout;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.GuestFault;
import patina.memory.NoRoom;

/** New processes and threads: fork(2), vfork(2), clone(2), clone3(2). Each is a host thread of its own. */
final class Cloning {
    private Cloning() {}

    private static final long CLONE_VM = 0x100, CLONE_FS = 0x200, CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800, CLONE_PIDFD = 0x1000, CLONE_PTRACE = 0x2000,
            CLONE_VFORK = 0x4000, CLONE_PARENT = 0x8000, CLONE_THREAD = 0x10000, CLONE_SYSVSEM = 0x40000, CLONE_SETTLS = 0x80000, CLONE_PARENT_SETTID = 0x100000,
            CLONE_CHILD_CLEARTID = 0x200000, CLONE_DETACHED = 0x400000, CLONE_UNTRACED = 0x800000, CLONE_CHILD_SETTID = 0x1000000, CLONE_IO = 0x80000000L,
            CLONE_CLEAR_SIGHAND = 0x100000000L;
    private static final long KNOWN = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_PTRACE | CLONE_VFORK | CLONE_PARENT | CLONE_THREAD | CLONE_SYSVSEM
            | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED | CLONE_UNTRACED | CLONE_CHILD_SETTID | CLONE_IO | CLONE_CLEAR_SIGHAND;
    /** CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: the translator's threads are in the host's. */
    private static final long NAMESPACES = 0x80 | 0x20000 | 0x7e000000L;
    private static final int CLONE_ARGS_VER0 = 64;

    /** What is asked for. {@code stack}: 0, the parent's. */
    private record Wish(long flags, int exitSignal, long stack, long parentTid, long childTid, long tls) {}

    static long fork(Task task, Args args) { return make(task, new Wish(0, Signal.SIGCHLD.number, 0, 0, 0, 0)); }

    static long vfork(Task task, Args args) { return make(task, new Wish(CLONE_VM | CLONE_VFORK, Signal.SIGCHLD.number, 0, 0, 0, 0)); }

    static long clone(Task task, Args args) {
        int tls = task.process().abi().cloneTls(), child = 7 - tls;
        long flags = args.get(0) & 0xffffffffL;
        return make(task, new Wish(flags & ~0xff, signal((int) flags & 0xff), args.get(1), args.get(2), args.get(child), args.get(tls)));
    }

    /** One that there is not is not sent. */
    private static int signal(int number) { return number <= Signal.COUNT ? number : 0; }

    /** clone3(2): struct clone_args has 64 bytes and more, which are to be zero. */
    static long clone3(Task task, Args args) {
        long size = args.get(1);
        if (size > AddressSpace.PAGE) return Errno.E2BIG.result();
        if (size < CLONE_ARGS_VER0) return Errno.EINVAL.result();
        long at = args.in(0, size), stack = Raw.getLong(at + 40), length = Raw.getLong(at + 48);
        for (int i = CLONE_ARGS_VER0; i + 8 <= size; i += 8) if (Raw.getLong(at + i) != 0) return i < 88 ? Errno.EPERM.result() : Errno.E2BIG.result();
        if (Long.compareUnsigned(Raw.getLong(at + 32), Signal.COUNT) > 0 || (stack == 0) != (length == 0) || (Raw.getLong(at) & 0xff & ~0x80) != 0) return Errno.EINVAL.result();
        return make(task, new Wish(Raw.getLong(at), (int) Raw.getLong(at + 32), stack + length, Raw.getLong(at + 24), Raw.getLong(at + 16), Raw.getLong(at + 56)));
    }

    /** The kernel's checks in its order (kernel/fork.c, copy_process). */
    private static long refused(Task task, long flags) {
        if ((flags & CLONE_THREAD) != 0 && (flags & CLONE_SIGHAND) == 0 || (flags & CLONE_SIGHAND) != 0 && (flags & CLONE_VM) == 0) return Errno.EINVAL.result();
        if ((flags & CLONE_SIGHAND) != 0 && (flags & CLONE_CLEAR_SIGHAND) != 0) return Errno.EINVAL.result();
        if ((flags & NAMESPACES) != 0) return Errno.EPERM.result();
        if ((flags & CLONE_PIDFD) != 0 || (flags & ~KNOWN) != 0) {
            task.process().log.line("clone flags 0x" + Long.toHexString(flags) + ": EINVAL");
            return Errno.EINVAL.result();
        }
        return task.process().tree.threads() >= task.process().limits.processes() ? Errno.EAGAIN.result() : 0;
    }

    private static long make(Task task, Wish wish) {
        long refused = refused(task, wish.flags);
        if (refused != 0) return refused;
        AddressSpace memory = task.cpu().memory;
        Process process = task.process();
        boolean thread = (wish.flags & CLONE_THREAD) != 0;
        if (!thread) {
            try {
                memory = (wish.flags & CLONE_VM) != 0 ? memory.share() : copy(process, task);
            } catch (NoRoom e) {
                process.log.line(e.getMessage());
                return Errno.ENOMEM.result();
            }
            Process father = (wish.flags & CLONE_PARENT) != 0 ? process.relations.parent() : process;
            process = new Process(process, father, memory, (wish.flags & CLONE_SIGHAND) != 0, wish.exitSignal);
            process.sharesFiles = (wish.flags & CLONE_FILES) != 0;
            if ((wish.flags & CLONE_CLEAR_SIGHAND) != 0) process.signals.forgetHandlers();
        }
        Task child = new Task(process, registers(task, memory, wish), 0, task.mask());
        if ((wish.flags & CLONE_VM) == 0 || (wish.flags & CLONE_VFORK) != 0) child.inheritStack(task);
        task.process().relations.first().signals.noteAll();
        Birth birth = new Birth(wish, thread, task.cpu());
        child.bornBy(birth);
        try {
            process.runner().start(child);
        } catch (OutOfMemoryError noThread) {
            child.release();
            if (!thread) {
                process.release();
                memory.close();
            }
            return Errno.EAGAIN.result();
        }
        birth.await();
        if ((wish.flags & CLONE_VFORK) != 0) birth.awaitLeft();
        return child.tid();
    }

    private static AddressSpace copy(Process process, Task task) {
        process.standStill(task);
        try {
            return task.cpu().memory.fork();
        } finally {
            process.goOn();
        }
    }

    /** The parent's, but for the result, and what was asked for. */
    private static CpuState registers(Task task, AddressSpace memory, Wish wish) {
        long state = Kernel.allocate(StateLayout.SIZE);
        Raw.copy(task.cpu().address, state, StateLayout.SIZE);
        CpuState cpu = new CpuState(state, memory);
        SyscallAbi abi = task.process().abi();
        cpu.setLong(StateLayout.POLL, 0);
        cpu.setLong(StateLayout.NATIVE_INSTRUCTIONS, 0);
        cpu.setLong(abi.result(), 0);
        if (wish.stack != 0) cpu.setLong(abi.stackPointer(), wish.stack);
        if ((wish.flags & CLONE_SETTLS) != 0) abi.setThreadPointer(cpu, wish.tls);
        return cpu;
    }

    private static void store(CpuState cpu, long address, int value) {
        try {
            cpu.store(address, 4, value);
        } catch (GuestFault ignored) {
            // as the kernel does
        }
    }

    /** What a new thread does first, and what its parent waits for. */
    static final class Birth {
        private static final long UNSHARE_FILES = 0x400, UNSHARE_FS = 0x200;

        private final Wish wish;
        private final boolean thread;
        private final CpuState parent;
        private boolean begun, left;

        Birth(Wish wish, boolean thread, CpuState parent) {
            this.wish = wish;
            this.parent = parent;
            this.thread = thread;
        }

        /** The host thread has its parent's descriptors and directory: what is to be a copy becomes one now. */
        void begin(Task task) {
            try {
                join(task);
            } finally {
                synchronized (this) {
                    begun = true;
                    notifyAll();
                }
            }
        }

        private void join(Task task) {
            Process process = task.process();
            long own = ((wish.flags & CLONE_FILES) == 0 ? UNSHARE_FILES : 0) | ((wish.flags & CLONE_FS) == 0 ? UNSHARE_FS : 0);
            if (own != 0) Kernel.call(SyscallName.UNSHARE, own);
            if ((wish.flags & CLONE_SYSVSEM) == 0) Semaphores.forget();
            process.add(task);
            if (!thread) process.began(task.tid());
            if (!thread) process.relations.began();
            // before it runs: glibc has it cleared at the end in the same word
            if ((wish.flags & CLONE_PARENT_SETTID) != 0) store(parent, wish.parentTid, task.tid());
            if ((wish.flags & CLONE_CHILD_SETTID) != 0) store(task.cpu(), wish.childTid, task.tid());
            if ((wish.flags & CLONE_CHILD_CLEARTID) != 0) task.clearedAtEnd = wish.childTid;
        }

        synchronized void leftMemory() {
            left = true;
            notifyAll();
        }

        private synchronized void await() { while (!begun) pause(); }

        /** vfork(2): until the child has another program or has ended. */
        private synchronized void awaitLeft() { while (!left) pause(); }

        private void pause() {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a guest thread was interrupted", e);
            }
        }
    }
}
