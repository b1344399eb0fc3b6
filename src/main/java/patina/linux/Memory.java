package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.memory.AddressSpace;
import patina.memory.Protection;

/** The guest's address space as its system calls change it. */
final class Memory {
    private Memory() {}

    private static final int MAP_ANONYMOUS = 0x20;

    /** mmap(2). */
    static long mmap(Task task, Args args) {
        int flags = args.integer(3);
        int fd = (flags & MAP_ANONYMOUS) != 0 ? -1 : args.fd(4);
        return task.process().memory().mmap(args.get(0), args.get(1), args.integer(2), flags, fd, args.get(5));
    }

    static long munmap(Task task, Args args) { return task.process().memory().munmap(args.get(0), args.get(1)); }

    static long mprotect(Task task, Args args) { return task.process().memory().mprotect(args.get(0), args.get(1), args.integer(2)); }

    static long mremap(Task task, Args args) {
        return task.process().memory().mremap(args.get(0), args.get(1), args.get(2), args.integer(3), args.get(4));
    }

    static long brk(Task task, Args args) { return task.process().memory().brk(args.get(0)); }

    static long madvise(Task task, Args args) { return task.process().memory().madvise(args.get(0), args.get(1), args.integer(2)); }

    /** mincore(2): a byte for each page. */
    static long mincore(Task task, Args args) {
        long address = args.get(0), length = args.get(1);
        if ((address & AddressSpace.PAGE - 1) != 0) return Errno.EINVAL.result();
        if (length < 0 || length > AddressSpace.SIZE) return Errno.ENOMEM.result();
        long host = length == 0 || address < 0 ? 0 : task.process().memory().hostAddress(address, length, Protection.NONE);
        if (host == 0 && length != 0) return Errno.ENOMEM.result();
        return Kernel.call(SyscallName.MINCORE, host, length, args.out(2, (length + AddressSpace.PAGE - 1) / AddressSpace.PAGE));
    }
}
