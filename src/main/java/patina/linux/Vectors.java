package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Protection;

/** Scattered reads and writes: the guest's iovecs with host addresses. */
final class Vectors {
    private Vectors() {}

    static final int IOV_MAX = 1024, IOVEC = 16;

    /** readv(2) and relatives. */
    static long readv(Task t, Args a) { return transfer(t, a, SyscallName.READV); }
    static long writev(Task t, Args a) { return transfer(t, a, SyscallName.WRITEV); }
    static long preadv(Task t, Args a) { return transfer(t, a, SyscallName.PREADV); }
    static long pwritev(Task t, Args a) { return transfer(t, a, SyscallName.PWRITEV); }
    static long preadv2(Task t, Args a) { return transfer(t, a, SyscallName.PREADV2); }
    static long pwritev2(Task t, Args a) { return transfer(t, a, SyscallName.PWRITEV2); }
    static long vmsplice(Task t, Args a) { return transfer(t, a, SyscallName.VMSPLICE); }

    private static long transfer(Task task, Args args, SyscallName name) {
        int fd = args.fd(0);
        if (name != SyscallName.VMSPLICE && MemoryFile.is(task, fd)) return MemoryFile.vector(task, args, name);
        long refused = name == SyscallName.READV ? ControllingTerminal.mayUse(task, fd, Signal.SIGTTIN) : name == SyscallName.WRITEV ? ControllingTerminal.mayWrite(task, fd) : 0;
        if (refused != 0) return refused;
        long count = args.get(2);
        long vector = translate(task, args, args.get(1), count);
        long result = task.blocking(name, fd, vector, count, args.get(3), args.get(4), args.get(5));
        return result == Errno.EPIPE.result() ? task.brokenPipe() : result;
    }

    /** process_vm_readv(2) and process_vm_writev(2): the own process's memory is the guest's, another one's is as the host has it. */
    static long processVmReadv(Task t, Args a) { return across(t, a, SyscallName.PROCESS_VM_READV); }
    static long processVmWritev(Task t, Args a) { return across(t, a, SyscallName.PROCESS_VM_WRITEV); }

    private static long across(Task task, Args args, SyscallName name) {
        long own = translate(task, args, args.get(1), args.get(2));
        long other = args.integer(0) == task.process().pid() ? translate(task, args, args.get(3), args.get(4)) : args.pointer(3);
        return Kernel.call(name, task.process().stranger(args.integer(0)), own, args.get(2), other, args.get(4), args.get(5));
    }

    /** Host address of a copy of {@code count} iovecs; what is wrong with them the kernel says, in its order. */
    static long translate(Task task, Args args, long vector, long count) {
        if (count <= 0 || count > IOV_MAX) return args.forKernel(vector, 0);
        long from = task.process().memory().hostAddressNow(vector, count * IOVEC, Protection.READ), to = task.scratch.take(count * IOVEC);
        if (from == 0) return args.nowhere();
        for (long i = 0; i < count * IOVEC; i += IOVEC) {
            Raw.putLong(to + i, args.forKernel(Raw.getLong(from + i), Raw.getLong(from + i + 8)));
            Raw.putLong(to + i + 8, Raw.getLong(from + i + 8));
        }
        return to;
    }

    /** Bytes in the iovecs of the struct msghdr at {@code message}, both of which have just been read. */
    static long length(Task task, long message) {
        long vector = task.process().memory().load(message + 16, 8), count = task.process().memory().load(message + 24, 8), sum = 0;
        for (long i = 0; i < count; i++) sum += task.process().memory().load(vector + i * IOVEC + 8, 8);
        return sum;
    }
}
