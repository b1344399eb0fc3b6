package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.memory.AddressSpace;
import patina.memory.Mapping;
import patina.memory.Protection;

/** The guest's address space as its system calls change it. */
final class Memory {
    private Memory() {}

    private static final int MAP_ANONYMOUS = 0x20;
    private static final long USER_END = (1L << 47) - AddressSpace.PAGE;

    /** mmap(2). */
    static long mmap(Task task, Args args) {
        int flags = args.integer(3);
        int fd = (flags & MAP_ANONYMOUS) != 0 ? -1 : args.fd(4);
        return task.process().memory().mmap(args.get(0), args.get(1), args.integer(2), flags, fd, args.get(5));
    }

    static long munmap(Task task, Args args) { return task.process().memory().munmap(args.get(0), args.get(1)); }

    static long mprotect(Task task, Args args) { return task.process().memory().mprotect(args.get(0), args.get(1), args.get(2) >>> 32 == 0 ? args.integer(2) : BAD_PROTECTION); }

    private static final int BAD_PROTECTION = 0x40;

    static long mremap(Task task, Args args) {
        return task.process().memory().mremap(args.get(0), args.get(1), args.get(2), args.integer(3), args.get(4));
    }

    static long brk(Task task, Args args) { return task.process().memory().brk(args.get(0)); }

    static long madvise(Task task, Args args) { return task.process().memory().madvise(args.get(0), args.get(1), args.integer(2)); }

    /** msync(2): anything mapped will do, whatever its protection. */
    static long msync(Task task, Args args) {
        long address = args.get(0), length = args.get(1) + AddressSpace.PAGE - 1 & -AddressSpace.PAGE, flags = args.get(2);
        if ((address & AddressSpace.PAGE - 1) != 0) return Errno.EINVAL.result();
        long host = mapped(task, address, length);
        if (host != 0) return task.blocking(SyscallName.MSYNC, host, length, flags, 0, 0, 0);
        long refused = Kernel.call(SyscallName.MSYNC, task.process().memory().base(), 0, flags);
        return refused != 0 ? refused : Errno.ENOMEM.result();
    }

    static long mlock(Task task, Args args) { return lock(task, args, SyscallName.MLOCK, 0); }

    static long munlock(Task task, Args args) { return lock(task, args, SyscallName.MUNLOCK, 0); }

    static long mlock2(Task task, Args args) { return lock(task, args, SyscallName.MLOCK2, args.get(2)); }

    /** mlock(2): whole pages, as the kernel rounds them; of none, what it says of the flags. */
    private static long lock(Task task, Args args, SyscallName name, long flags) {
        long inPage = args.get(0) & AddressSpace.PAGE - 1, start = args.get(0) - inPage, length = args.get(1) + inPage + AddressSpace.PAGE - 1 & -AddressSpace.PAGE;
        long refused = Kernel.call(name, task.process().memory().base(), 0, flags);
        if (refused != 0 || length == 0) return refused;
        if (Long.compareUnsigned(start + length, start) < 0) return Errno.EINVAL.result();
        long host = mapped(task, start, length);
        return host == 0 ? Errno.ENOMEM.result() : Kernel.call(name, host, length, flags);
    }

    /** mbind(2): all of it mapped; else EFAULT, after what the kernel says of the other arguments. */
    static long mbind(Task task, Args args) {
        long inPage = args.get(0) & AddressSpace.PAGE - 1, length = args.get(1) + AddressSpace.PAGE - 1 & -AddressSpace.PAGE;
        long host = inPage != 0 || length == 0 ? 0 : mapped(task, args.get(0), length);
        long there = host == 0 ? args.nowhere() + inPage : host;
        long result = Kernel.call(SyscallName.MBIND, there, host == 0 ? Math.min(length, AddressSpace.PAGE) : length, args.get(2), args.pointer(3), args.get(4), args.get(5));
        return result != 0 || length == 0 || host != 0 ? result : Errno.EFAULT.result();
    }

    /** pkey_mprotect(2) on a CPU without protection keys (pkeys(7)). */
    static long pkeyMprotect(Task task, Args args) {
        boolean nothing = (args.get(0) & AddressSpace.PAGE - 1) == 0 && args.get(1) == 0;
        return args.integer(3) == -1 || nothing ? mprotect(task, args) : Errno.EINVAL.result();
    }

    /** get_mempolicy(2): of an address (MPOL_F_ADDR), one that the guest has mapped. */
    static long getMempolicy(Task task, Args args) {
        boolean unmapped = (args.get(4) & 2) != 0 && mapped(task, args.get(3), 1) == 0;
        long result = Kernel.call(SyscallName.GET_MEMPOLICY, args.pointer(0), args.pointer(1), args.get(2), args.pointer(3), args.get(4), 0);
        return unmapped && result == 0 ? Errno.EFAULT.result() : result;
    }

    static long pkeyAlloc(Task task, Args args) { return args.get(0) != 0 || (args.get(1) & ~3) != 0 ? Errno.EINVAL.result() : Errno.ENOSPC.result(); }

    static long pkeyFree(Task task, Args args) { return Errno.EINVAL.result(); }

    /** Host address of pages that are all mapped, else 0; of no bytes, any address. */
    private static long mapped(Task task, long address, long length) {
        AddressSpace memory = task.process().memory();
        return length == 0 ? memory.base() : memory.hostAddress(address, length, Protection.NONE);
    }

    /** mincore(2): a byte for each page. */
    static long mincore(Task task, Args args) {
        long address = args.get(0), length = args.get(1);
        if ((address & AddressSpace.PAGE - 1) != 0) return Errno.EINVAL.result();
        if (length < 0 || address < 0 || address > USER_END - length) return Errno.ENOMEM.result();
        if (args.get(2) < 0) return Errno.EFAULT.result();
        AddressSpace memory = task.process().memory();
        if (length == 0) return Kernel.call(SyscallName.MINCORE, memory.base(), 0, args.pointer(2));
        long end = address + length;
        for (long at = address, next; at < end; at = next) {
            Mapping m = memory.mapping(at);
            if (m == null) return Errno.ENOMEM.result();
            next = Math.min(end, m.end());
            long result = Kernel.call(SyscallName.MINCORE, memory.base() + at, next - at, args.forKernel(args.get(2) + (at - address) / AddressSpace.PAGE));
            if (result != 0) return result;
        }
        return 0;
    }
}
