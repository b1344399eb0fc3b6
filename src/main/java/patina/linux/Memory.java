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

    static long mprotect(Task task, Args args) { return task.process().memory().mprotect(args.get(0), args.get(1), args.integer(2) | (args.get(2) >>> 32 == 0 ? 0 : BAD_PROTECTION)); }

    private static final int BAD_PROTECTION = 0x40;

    static long mremap(Task task, Args args) {
        return task.process().memory().mremap(args.get(0), args.get(1), args.get(2), args.integer(3), args.get(4));
    }

    static long brk(Task task, Args args) { return task.process().memory().brk(args.get(0)); }

    /** shmat(2). */
    static long shmat(Task task, Args args) { return task.process().memory().shmat(args.integer(0), args.get(1), args.integer(2)); }

    static long shmdt(Task task, Args args) { return task.process().memory().shmdt(args.get(0)); }

    static long madvise(Task task, Args args) { return task.process().memory().madvise(args.get(0), args.get(1), args.integer(2)); }

    /** msync(2): anything mapped will do, whatever its protection; what is behind a hole is written all the same, but by MS_ASYNC. */
    static long msync(Task task, Args args) {
        long address = args.get(0), length = args.get(1) + AddressSpace.PAGE - 1 & -AddressSpace.PAGE, flags = args.get(2), covered = 0;
        if ((address & AddressSpace.PAGE - 1) != 0) return Errno.EINVAL.result();
        AddressSpace memory = task.process().memory();
        long refused = Kernel.call(SyscallName.MSYNC, memory.base(), 0, flags);
        if (refused != 0 || length == 0) return refused;
        if (Long.compareUnsigned(address + length, address) < 0) return Errno.ENOMEM.result();
        for (Mapping m : memory.mappings(address, address + length)) {
            if (flags == MS_ASYNC && m.start() != address + covered) break;
            long result = task.blocking(SyscallName.MSYNC, memory.base() + m.start(), m.length(), flags, 0, 0, 0);
            if (result != 0) return result;
            covered += m.length();
        }
        return covered == length ? 0 : Errno.ENOMEM.result();
    }

    private static final int MS_ASYNC = 1;

    static long mlock(Task task, Args args) { return lock(task, args, SyscallName.MLOCK, 0); }

    static long munlock(Task task, Args args) { return lock(task, args, SyscallName.MUNLOCK, 0); }

    static long mlock2(Task task, Args args) { return lock(task, args, SyscallName.MLOCK2, args.get(2)); }

    /** mlock(2): whole pages, as the kernel rounds them, up to a hole; of none, what it says of the flags. */
    private static long lock(Task task, Args args, SyscallName name, long flags) {
        long inPage = args.get(0) & AddressSpace.PAGE - 1, start = args.get(0) - inPage, length = args.get(1) + inPage + AddressSpace.PAGE - 1 & -AddressSpace.PAGE;
        long refused = Kernel.call(name, task.process().memory().base(), 0, flags);
        if (refused != 0 || length == 0) return refused;
        if (Long.compareUnsigned(start + length, start) < 0) return Errno.EINVAL.result();
        AddressSpace memory = task.process().memory();
        long covered = 0;
        for (Mapping m : memory.mappings(start, start + length)) {
            if (m.start() != start + covered) break;
            covered += m.length();
        }
        if (!memory.bring(start, covered)) return Errno.ENOMEM.result();
        long result = covered == 0 ? 0 : Kernel.call(name, memory.base() + start, covered, flags);
        return result != 0 || covered == length ? result : Errno.ENOMEM.result();
    }

    /** mbind(2): all of it mapped, or for MPOL_DEFAULT some; else EFAULT, after what the kernel says of the other arguments. */
    static long mbind(Task task, Args args) {
        long address = args.get(0), length = args.get(1) + AddressSpace.PAGE - 1 & -AddressSpace.PAGE, end = address + length;
        if ((address & AddressSpace.PAGE - 1) != 0 || Long.compareUnsigned(end, address) <= 0) return mbind(args, address, args.get(1));     // of no pages
        AddressSpace memory = task.process().memory();
        Mapping[] pieces = memory.mappings(address, end);
        long host = mapped(task, address, length);
        if (host != 0 || args.integer(2) != MPOL_DEFAULT || pieces.length == 0) {
            long result = host != 0 ? mbind(args, host, length) : mbind(args, args.nowhere(), AddressSpace.PAGE);
            return result != 0 || host != 0 ? result : Errno.EFAULT.result();
        }
        for (Mapping m : pieces) {
            long result = mbind(args, memory.base() + m.start(), m.length());
            if (result != 0) return result;
        }
        return 0;
    }

    private static long mbind(Args args, long host, long length) {
        return Kernel.call(SyscallName.MBIND, host, length, args.get(2), args.pointer(3), args.get(4), args.get(5));
    }

    private static final int MPOL_DEFAULT = 0;

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
        if (args.get(2) < 0 || args.get(2) > USER_END - (length + AddressSpace.PAGE - 1) / AddressSpace.PAGE) return Errno.EFAULT.result();
        AddressSpace memory = task.process().memory();
        if (length == 0) return Kernel.call(SyscallName.MINCORE, memory.base(), 0, args.pointer(2));
        long end = address + length;
        for (long at = address, next; at < end; at = next) {
            Mapping m = memory.mapping(at);
            if (m == null) return Errno.ENOMEM.result();
            next = Math.min(end, m.end());
            if (!memory.bring(at, next - at)) return Errno.ENOMEM.result();
            long result = Kernel.call(SyscallName.MINCORE, memory.base() + at, next - at, args.forKernel(args.get(2) + (at - address) / AddressSpace.PAGE, (next - at + AddressSpace.PAGE - 1) / AddressSpace.PAGE));
            if (result != 0) return result;
        }
        return 0;
    }
}
