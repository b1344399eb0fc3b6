package patina.memory;

import static patina.host.Errno.*;

import java.util.ArrayList;
import java.util.List;
import patina.host.Errno;
import patina.host.HostMemory;
import patina.host.Raw;
import patina.host.Syscall;

/**
 * The system calls that change an address space, with Linux's checks in Linux's order (mm/mmap.c, mm/mprotect.c, mm/mremap.c, mm/madvise.c).
 * Each changes the host's pages first, then the table, then tells the listeners. Its lock is the address space's: one change at a time.
 */
final class MemoryCalls {
    private static final int SHARED = 1, PRIVATE = 2, SHARED_VALIDATE = 3, TYPE = 0xf, FIXED = 0x10, ANONYMOUS = 0x20, MAP_32BIT = 0x40,
            GROWSDOWN = 0x100, HUGETLB = 0x40000, FIXED_NOREPLACE = 0x100000;
    /** Flags that concern the place, or that the host could not honour inside the reservation. */
    private static final int OURS = FIXED | MAP_32BIT | GROWSDOWN | FIXED_NOREPLACE;
    /** vm.mmap_min_addr, below which only the privileged map, and only where they say so. */
    private static final long LOWEST = 0x10000;
    /** Where MAP_32BIT places (arch/x86/kernel/sys_x86_64.c). */
    private static final long LOW_BOTTOM = 0x4000_0000L, LOW_TOP = 0x8000_0000L;
    private static final long STACK_AREA = 1L << 30;
    private static final int PROT_SEM = 8, PROT_GROWSDOWN = 0x0100_0000, PROT_GROWSUP = 0x0200_0000;
    /** Bit n: advice n may go to the host. Not among them: poisoning, and guard pages, which the table would not know. */
    private static final long ADVICE = 0b11_1111_1111_1111_1111_0001_1111L;
    private static final int MADV_DONTNEED = 4, MADV_FREE = 8, MADV_REMOVE = 9, MADV_DONTFORK = 10, MADV_DOFORK = 11, MADV_WIPEONFORK = 18, MADV_KEEPONFORK = 19, MADV_POPULATE_WRITE = 23;
    private static final int MADV_POPULATE_READ = 22;

    private final AddressSpace space;
    private final HostPages pages;
    private final List<AddressSpace.Listener> listeners = new ArrayList<>();
    private long breakStart, breakEnd;
    /** What fork(2) is not to copy: MADV_DONTFORK, MADV_WIPEONFORK. Disjoint. */
    private List<Uncopied> uncopied = List.of();

    private record Uncopied(long start, long end, boolean wiped) {}

    MemoryCalls(AddressSpace space, HostPages pages) { this.space = space; this.pages = pages; }

    void addListener(AddressSpace.Listener listener) { listeners.add(listener); }

    long mmapTop() { return pages.size - STACK_AREA; }

    // ---- mmap, munmap

    long mmap(long address, long length, int protection, int flags, int fd, long offset, String label) {
        if (!isAligned(offset)) return EINVAL.result();
        boolean anonymous = (flags & ANONYMOUS) != 0;
        Mapping.FileId file = anonymous ? null : pages.identify(fd);
        if (!anonymous && file == null) return EBADF.result();
        if (!anonymous && (flags & HUGETLB) != 0) return EINVAL.result();
        if (length == 0) return EINVAL.result();
        long size = HostMemory.roundUp(length);
        if (size <= 0 || size > pages.size) return ENOMEM.result();
        long place = place(address, size, flags);
        if (Errno.is(place)) return place;
        int type = flags & TYPE;
        if (anonymous && type != SHARED && type != PRIVATE) return EINVAL.result();     // of files the host says so, in its order
        if ((flags & HUGETLB) != 0) return ENOMEM.result();

        long r = !anonymous && (protection & Protection.EXECUTE) != 0 ? pages.mayExecute(protection, flags & TYPE, fd, offset) : 0;
        if (r != 0) return r;
        if (!(anonymous ? space.drop(place, place + size) : space.bring(place, size))) return ENOMEM.result();
        r = pages.map(place, size, protection & 7, flags & ~OURS, anonymous ? -1 : fd, offset);
        if (r != 0) return failed(r, place, place + size);
        String name = label != null ? label : anonymous ? "" : file.path();
        enter(new Mapping(place, place + size, protection & 7, type != PRIVATE, file, anonymous ? 0 : offset, name));
        return place;
    }

    /** What was to be replaced may be gone all the same (mm/vma.c, __mmap_region). */
    private long failed(long error, long start, long end) {
        if (pages.lost) takeOut(start, end);
        return error;
    }

    /** Where to map: an address or -errno. */
    private long place(long address, long size, int flags) {
        MappingTable table = space.table();
        if ((flags & (FIXED | FIXED_NOREPLACE)) != 0) {
            if (Errno.is(address)) return address;      // so the kernel reads it (__get_unmapped_area, IS_ERR_VALUE)
            if (address < 0 || address > pages.size - size) return ENOMEM.result();
            if (!isAligned(address)) return EINVAL.result();
            if (address < LOWEST && !mayMapLow()) return EPERM.result();
            return (flags & FIXED_NOREPLACE) != 0 && !table.isFree(address, address + size) ? EEXIST.result() : address;
        }
        boolean low = (flags & MAP_32BIT) != 0;
        long hint = address & -HostMemory.PAGE;
        if (hint > 0) {     // those of the kernel's half are no hints
            hint = Math.max(hint, LOWEST);
            if (hint <= (low ? LOW_TOP : pages.size) - size && table.isFree(hint, hint + size)) return hint;
        }
        long gap = low ? table.gapBelow(LOW_TOP, LOW_BOTTOM, size) : table.gapBelow(mmapTop(), LOWEST, size);
        if (gap < 0 && !low) gap = table.gapBelow(pages.size, mmapTop(), size);
        return gap < 0 ? ENOMEM.result() : gap;
    }

    /** CAP_SYS_RAWIO among the effective capabilities (security/min_addr.c; capget(2), version 3). */
    private static boolean mayMapLow() {
        long at = Raw.allocate(32);
        Raw.putInt(at, 0x20080522);
        boolean may = Syscall.call(Syscall.CAPGET, at, at + 8) == 0 && (Raw.getInt(at + 8) & 1 << 17) != 0;
        Raw.free(at);
        return may;
    }

    /** Puts {@code m} into the table in place of what was there. */
    private void enter(Mapping m) {
        MappingTable table = space.table();
        boolean code = table.isExecutable(m.start(), m.end());
        space.change(table.without(m.start(), m.end()).with(m));
        copied(m.start(), m.end());
        if (code) tellRemoved(m.start(), m.end());
        tellMapped(m);
    }

    long munmap(long address, long length) {
        long size = HostMemory.roundUp(length);
        if (!isAligned(address) || size == 0 || isOutside(address, size)) return EINVAL.result();
        return space.table().isFree(address, address + size) ? 0 : remove(address, address + size);
    }

    private long remove(long start, long end) {
        if (!space.drop(start, end)) return ENOMEM.result();
        long r = pages.release(start, end - start);
        if (r != 0) return r;
        takeOut(start, end);
        return 0;
    }

    /** Takes [start, end) out of the table. */
    private void takeOut(long start, long end) {
        boolean code = space.table().isExecutable(start, end);
        space.change(space.table().without(start, end));
        copied(start, end);
        if (code) tellRemoved(start, end);
    }

    // ---- mprotect, madvise

    long mprotect(long address, long length, int protection) {
        int grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
        if (!isAligned(address) || grows == (PROT_GROWSDOWN | PROT_GROWSUP)) return EINVAL.result();
        if (length == 0) return 0;
        long size = HostMemory.roundUp(length);
        if (Long.compareUnsigned(address + size, address) <= 0) return ENOMEM.result();
        if ((protection & ~(7 | PROT_SEM | PROT_GROWSDOWN | PROT_GROWSUP)) != 0) return EINVAL.result();
        if (grows != 0) {
            Mapping m = address < 0 ? null : space.table().above(address);
            long reached = grows == PROT_GROWSUP ? address + 1 : address + size;
            if (m == null || Long.compareUnsigned(m.start(), reached) >= 0) return ENOMEM.result();
            if (grows == PROT_GROWSUP || !m.label().equals("[stack]")) return EINVAL.result();
            size += address - m.start();
            address = m.start();
        }
        if (address < 0 || address > pages.size) return ENOMEM.result();
        long end = space.table().mappedUpTo(address, size < 0 || size > pages.size - address ? pages.size : address + size);
        for (Mapping piece : space.table().within(address, end)) {
            long r = protect(piece, protection & 7);
            if (r != 0) return r;
        }
        return end == address + size ? 0 : ENOMEM.result();
    }

    private long protect(Mapping piece, int protection) {
        if (piece.protection() == protection) return 0;
        if (!space.bring(piece.start(), piece.length())) return ENOMEM.result();
        long r = pages.protect(piece.start(), piece.length(), protection);
        if (r != 0) return r;
        Mapping changed = piece.withProtection(protection);
        space.change(space.table().without(piece.start(), piece.end()).with(changed));
        // whether code can be written decides how its changes are found: it is looked at anew then too
        boolean same = piece.executable() == changed.executable() && piece.writable() == changed.writable();
        if (piece.executable() && !same) tellRemoved(piece.start(), piece.end());
        if (changed.executable() && !same) tellMapped(changed);
        return 0;
    }

    long madvise(long address, long length, int advice) {
        long size = HostMemory.roundUp(length);
        if (!isAligned(address) || advice < 0 || advice > 63 || (ADVICE >>> advice & 1) == 0 || Long.compareUnsigned(address + size, address) < 0) return EINVAL.result();
        if (size == 0) return length == 0 ? 0 : EINVAL.result();
        if (address < 0 || address > pages.size) return ENOMEM.result();
        long covered = 0;
        boolean populates = advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE;
        for (Mapping piece : space.table().within(address, size < 0 || size > pages.size - address ? pages.size : address + size)) {
            if (populates && piece.start() != address + covered) break;     // others go on behind a hole
            if (advice == MADV_POPULATE_READ && !piece.readable()) return EINVAL.result();      // the host's pages all are
            long r = advise(piece, advice);
            boolean changes = advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE;
            if (changes) written(piece.start(), piece.length());        // an error may come after a part has changed
            if (r < 0) return r;
            if (advice == MADV_DONTFORK || advice == MADV_WIPEONFORK) leaveOut(piece, advice == MADV_WIPEONFORK);
            if (advice == MADV_DOFORK || advice == MADV_KEEPONFORK) copied(piece.start(), piece.end());
            covered += piece.length();
        }
        return covered == size ? 0 : ENOMEM.result();
    }

    /** What goes away is not brought for that; but a thread may just be bringing it, so once more when that is out of the question. */
    private long advise(Mapping piece, int advice) {
        boolean goes = advice == MADV_DONTNEED && piece.file() == null && !piece.shared();
        if (!goes && !space.bring(piece.start(), piece.length())) return ENOMEM.result();
        long r = pages.advise(piece.start(), piece.length(), advice);
        if (!goes || r != 0 || !space.isPending()) return r;
        if (!space.drop(piece.start(), piece.end())) return ENOMEM.result();
        r = pages.protect(piece.start(), piece.length(), piece.protection());
        return r != 0 ? r : pages.advise(piece.start(), piece.length(), advice);
    }

    /** Contents have changed without a change of mappings. */
    void written(long address, long length) {
        for (Mapping piece : space.table().within(address & -HostMemory.PAGE, HostMemory.roundUp(address + length)))
            if (piece.executable()) { tellRemoved(piece.start(), piece.end()); tellMapped(piece); }
    }

    // ---- mremap

    long mremap(long from, long oldLength, long newLength, int flags, long to) {
        boolean mayMove = (flags & HostPages.MREMAP_MAYMOVE) != 0, fixed = (flags & HostPages.MREMAP_FIXED) != 0,
                keep = (flags & HostPages.MREMAP_DONTUNMAP) != 0;
        long oldSize = HostMemory.roundUp(oldLength), newSize = HostMemory.roundUp(newLength);
        if ((flags & ~7) != 0 || !isAligned(from) || newSize == 0 || oldSize < 0 || (fixed || keep) && !mayMove || keep && oldSize != newSize) return EINVAL.result();
        if ((fixed || keep) && (!isAligned(to) || isOutside(to, newSize) || overlap(from, oldSize, to, newSize))) return EINVAL.result();
        if (fixed && to < LOWEST && !mayMapLow()) return EPERM.result();
        if (newSize < 0 || newSize > pages.size) return ENOMEM.result();
        Mapping m = space.table().at(from);
        if (m == null || isOutside(from, oldSize)) return EFAULT.result();
        if (oldSize == 0 && !m.shared()) return EINVAL.result();
        if (!space.bring(from, Math.max(oldSize, newSize)) || fixed && !space.bring(to, newSize)) return ENOMEM.result();
        if (!fixed && !keep && oldSize != 0 && newSize <= oldSize) {
            long r = newSize == oldSize ? 0 : munmap(from + newSize, oldSize - newSize);
            return r == 0 ? from : r;
        }
        boolean sameSize = oldSize == newSize;
        if (fixed && newSize < oldSize && newSize > m.end() - from && pages.movesSeveral()) return EFAULT.result();
        if (fixed && newSize < oldSize) {       // what is too much goes first, whatever is there
            long r = munmap(from + newSize, oldSize - newSize);
            if (r != 0) return r;
            oldSize = newSize;
        }
        if (oldSize > m.end() - from) return fixed && sameSize && pages.movesSeveral() ? moveAll(from, oldSize, to, keep) : EFAULT.result();
        if (!fixed && !keep && oldSize != 0 && grow(m, from, oldSize, newSize)) return from;
        if (!mayMove) return ENOMEM.result();
        long place = fixed ? to : place(keep ? to : 0, newSize, 0);
        return Errno.is(place) ? place : move(m.part(from, Math.max(from + oldSize, from)), from, Math.min(oldSize, newSize), place, newSize, keep);
    }

    private static boolean overlap(long from, long oldSize, long to, long newSize) {
        return Long.compareUnsigned(from + oldSize, to) > 0 && Long.compareUnsigned(to + newSize, from) > 0;
    }

    /** Several mappings with the holes between them, since Linux 6.17 (mm/mremap.c, remap_move). */
    private long moveAll(long from, long size, long to, boolean keep) {
        for (Mapping piece : space.table().within(from, from + size)) {
            long r = move(piece, piece.start(), piece.length(), to + piece.start() - from, piece.length(), keep);
            if (Errno.is(r)) return r;
        }
        return to;
    }

    /** In place, where the pages behind are free. */
    private boolean grow(Mapping m, long from, long oldSize, long newSize) {
        long end = from + oldSize, newEnd = from + newSize;
        if (end != m.end() || newEnd > pages.size || !space.table().isFree(end, newEnd)) return false;
        boolean plain = m.file() == null && !m.shared();
        long r = plain ? pages.map(end, newEnd - end, m.protection(), PRIVATE | ANONYMOUS, -1, 0) : pages.grow(from, oldSize, newSize);
        if (r != 0) return false;
        Mapping grown = new Mapping(m.start(), newEnd, m.protection(), m.shared(), m.file(), m.offset(), m.label());
        space.change(space.table().without(m.start(), m.end()).with(grown));
        tellMapped(grown.part(end, newEnd));
        return true;
    }

    /** {@code part}: the pages that move, {@code oldSize} of them after a cut to the new size; none of them: another view of shared pages. */
    private long move(Mapping part, long from, long oldSize, long to, long newSize, boolean keep) {
        if (oldSize < part.length()) {
            long r = remove(from + oldSize, part.end());
            if (r != 0) return r;
        }
        long r = pages.move(from, oldSize, to, newSize, keep);
        if (r == EFAULT.result() && part.file() == null && !part.shared()) r = copy(part, from, oldSize, to, newSize, keep);
        if (r != 0) return failed(r, to, to + newSize);
        if (oldSize != 0 && !keep) {
            takeOut(from, from + oldSize);
        }
        enter(new Mapping(to, to + newSize, part.protection(), part.shared(), part.file(), part.offset(), part.label()));
        return to;
    }

    /** The kernel moves one of its own areas only; what is one mapping here can be several of those. */
    private long copy(Mapping part, long from, long oldSize, long to, long newSize, boolean keep) {
        long r = pages.copy(from, oldSize, to, newSize);
        if (r != 0) { pages.protect(from, oldSize, part.protection()); return r; }
        r = pages.protect(to, newSize, part.protection());
        if (r != 0) return r;
        return keep ? pages.map(from, oldSize, part.protection(), PRIVATE | ANONYMOUS, -1, 0) : pages.release(from, oldSize);
    }

    // ---- System V shared memory (ipc/shm.c, do_shmat, ksys_shmdt)

    long shmat(int id, long address, int flags) {
        boolean fixed = address != 0, replaces = (flags & SHM_REMAP) != 0;
        if (!isAligned(address) && (flags & SHM_RND) == 0) return EINVAL.result();
        long wanted = address & -HostMemory.PAGE;
        if (wanted == 0 && replaces) return EINVAL.result();
        long status = Raw.allocate(SHMID_DS);
        try {
            long r = Syscall.call(Syscall.SHMCTL, id, IPC_STAT, status);
            if (r != 0) return r;
            long bytes = Raw.getLong(status + 48), size = HostMemory.roundUp(bytes);
            if (wanted != 0 && !replaces && (Long.compareUnsigned(wanted + size, wanted) < 0 || !space.table().isFree(wanted, wanted + size))) return EINVAL.result();
            long place = place(wanted, size, fixed ? FIXED : 0);
            if (Errno.is(place)) return place;
            int protection = Protection.READ | ((flags & SHM_RDONLY) == 0 ? Protection.WRITE : 0) | ((flags & SHM_EXEC) != 0 ? Protection.EXECUTE : 0);
            if (!space.bring(place, size)) return ENOMEM.result();
            r = pages.attach(id, place, size, flags & ~SHM_RND, protection);
            if (r != 0) return failed(r, place, place + size);
            Mapping.FileId segment = Mapping.FileId.segment(pages.internalDevice(), id, bytes, Raw.getInt(status));
            enter(new Mapping(place, place + size, protection, true, segment, 0, segment.path()));
            return place;
        } finally {
            Raw.free(status);
        }
    }

    private static final int SHM_RDONLY = 0x1000, SHM_RND = 0x2000, SHM_REMAP = 0x4000, SHM_EXEC = 0x8000, IPC_STAT = 2, SHMID_DS = 112;

    /** What is left of the segment that was attached at {@code address}, in however many pieces. */
    long shmdt(long address) {
        if (!isAligned(address) || isOutside(address, 0)) return EINVAL.result();
        Mapping.FileId segment = null;
        for (Mapping m : space.table().within(address, pages.size)) {
            if (m.file() == null || !m.file().isSegment() || m.start() - address != m.offset() || segment != null && !segment.same(m.file())) continue;
            segment = m.file();
            long r = remove(m.start(), m.end());
            if (r != 0) return r;
        }
        return segment == null ? EINVAL.result() : 0;
    }

    // ---- fork

    /** Makes {@code child}, which is empty, a copy of this. What is pending here is brought first: a snapshot serves one address space. */
    void copyTo(MemoryCalls child) {
        child.breakStart = breakStart;
        child.breakEnd = breakEnd;
        if (!space.bring(0, pages.size)) throw new NoRoom("a process cannot be copied: the snapshot of its own fork is gone");
        MappingTable table = space.table();
        for (Uncopied u : uncopied) if (!u.wiped) table = table.without(u.start, u.end);
        try (PageCopy copy = new PageCopy(pages, child.pages)) {
            PendingPages pending = uncopied.isEmpty() ? copy.defer(table.list()) : null;
            if (pending != null) child.space.begin(pending);
            for (Mapping m : table.list()) copy.mapping(m);
            for (Uncopied u : uncopied) {
                if (!u.wiped) continue;
                child.leaveOut(u.start, u.end, true);
                for (Mapping m : table.within(u.start, u.end)) copy.nothing(m);
            }
            if (pending != null) pending.begin();
        }
        child.space.change(table);
    }

    private void leaveOut(Mapping m, boolean wiped) { leaveOut(m.start(), m.end(), wiped); }

    private void leaveOut(long start, long end, boolean wiped) {
        copied(start, end);
        List<Uncopied> more = new ArrayList<>(uncopied);
        more.add(new Uncopied(start, end, wiped));
        uncopied = more;
    }

    /** Nothing in [start, end) is left out from now on. */
    private void copied(long start, long end) {
        if (uncopied.isEmpty()) return;
        List<Uncopied> left = new ArrayList<>();
        for (Uncopied u : uncopied) {
            if (u.start < Math.min(u.end, start)) left.add(new Uncopied(u.start, Math.min(u.end, start), u.wiped));
            if (Math.max(u.start, end) < u.end) left.add(new Uncopied(Math.max(u.start, end), u.end, u.wiped));
        }
        uncopied = left;
    }

    // ---- brk

    void setBreak(long address) { breakStart = breakEnd = address; }

    long brk(long address) {
        if (address < breakStart || address > pages.size) return breakEnd;
        long oldEnd = HostMemory.roundUp(breakEnd), newEnd = HostMemory.roundUp(address);
        if (newEnd > oldEnd) {
            if (!space.table().isFree(oldEnd, newEnd)) return breakEnd;
            long r = mmap(oldEnd, newEnd - oldEnd, Protection.READ | Protection.WRITE, PRIVATE | ANONYMOUS | FIXED, -1, 0, "[heap]");
            if (Errno.is(r)) return breakEnd;
        } else if (newEnd < oldEnd && remove(newEnd, oldEnd) != 0) return breakEnd;
        return breakEnd = address;
    }

    // ----

    private void tellMapped(Mapping m) { for (int i = 0; i < listeners.size(); i++) listeners.get(i).mapped(m); }

    private void tellRemoved(long start, long end) { for (int i = 0; i < listeners.size(); i++) listeners.get(i).removed(start, end); }

    private static boolean isAligned(long a) { return (a & HostMemory.PAGE - 1) == 0; }

    private boolean isOutside(long address, long size) { return address < 0 || size < 0 || address > pages.size - size; }
}
