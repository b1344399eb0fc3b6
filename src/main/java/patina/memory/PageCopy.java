package patina.memory;

import static patina.host.HostMemory.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import patina.host.Errno;
import patina.host.Raw;
import patina.host.Syscall;

/**
 * Copies mappings for fork(2). The kernel copies on write only between processes, and guest processes are one to it: so what a process has written is copied
 * at once, and only that. Which pages these are /proc/self/pagemap tells; unwritten pages of a file are mapped from the file again.
 */
final class PageCopy implements AutoCloseable {
    private static final int AT_FDCWD = -100, O_CLOEXEC = 0x80000, MREMAP_MAYMOVE = 1, MREMAP_FIXED = 2;
    /** Bits of a pagemap entry (Documentation/admin-guide/mm/pagemap.rst). */
    private static final long PRESENT = 1L << 63, SWAPPED = 1L << 62, OF_FILE = 1L << 61;
    /** ioctl(2) of pagemap, categories of pages that it tells, size of its argument and of what it tells, and how many of that fit in (include/uapi/linux/fs.h). */
    private static final long PAGEMAP_SCAN = 0xc0606610L, IS_PRESENT = 8, IS_SWAPPED = 16, SCAN = 96, REGION = 24, REGIONS = 2048;
    /** Pages whose entries are read at once. */
    private static final int WINDOW = 8192;

    /** Bytes: of written memory that is worth a snapshot, and of a mapping that is worth a look for that. */
    private static final long MUCH = 16L << 20, LARGE = 4L << 20;
    /** Bytes that are brought together, and pieces from which on there are more of them. */
    private static final long PIECE = 256L << 10, PIECES = 2048;

    private final HostPages from, to;
    private final long entries = Raw.allocate(8L * WINDOW);
    private final long pagemap, memory;
    /** The file last opened: programs and libraries are mapped in several pieces. */
    private Mapping.FileId file;
    private long fd = -1;
    /** What is not copied now: null for nothing. */
    private PendingPages pending;
    private List<Mapping> deferred = List.of();
    private final List<Piece> pieces = new ArrayList<>();
    /** The first of {@link #pieces} that belongs to no mapping yet. */
    private int next;

    /** Pages some of which have been written. */
    private record Piece(long start, long end) {}

    PageCopy(HostPages from, HostPages to) {
        this.from = from;
        this.to = to;
        pagemap = open("/proc/self/pagemap");
        memory = open("/proc/self/mem");
    }

    @Override public void close() {
        Syscall.call(Syscall.CLOSE, pagemap);
        Syscall.call(Syscall.CLOSE, memory);
        forgetFile();
        Raw.free(entries);
    }

    /**
     * Leaves what is much, anonymous memory of which {@link #MUCH} or more were written, to be brought when it is needed. Null if there is not so much, or
     * the host does not let us.
     */
    PendingPages defer(List<Mapping> mappings) {
        List<Mapping> large = new ArrayList<>();
        long length = 0;
        for (Mapping m : mappings) {
            if (m.shared() || m.file() != null || !m.writable() || m.length() < LARGE) continue;
            large.add(m);
            length += m.length();
        }
        if (length < MUCH) return null;
        long written = 0;
        for (Mapping m : large) written += findPieces(m);
        if (written < MUCH) return null;
        joinPieces();
        pending = PendingPages.of(from, to, pieces.size(), pieces.getFirst().start);
        if (pending != null) deferred = large;
        return pending;
    }

    /**
     * Adds the pieces of a mapping; the bytes of their pages that are to be copied. The kernel finds these, from Linux 6.7 on: to read all entries takes
     * half as long as the snapshot.
     */
    private long findPieces(Mapping m) {
        long found = 0, regions = entries + SCAN;
        for (long at = m.start(); at < m.end(); at = Raw.getLong(entries + 32) - from.base) {
            long[] fields = {SCAN, 0, from.base + at, from.base + m.end(), 0, regions, REGIONS, 0, 0, 0, IS_PRESENT | IS_SWAPPED, IS_PRESENT | IS_SWAPPED};
            Raw.copy(fields, entries, fields.length);
            long count = Syscall.call(Syscall.IOCTL, pagemap, PAGEMAP_SCAN, entries);
            if (Errno.is(count)) return found + findEntries(m, at);
            for (long i = 0; i < count; i++) found += written(m, Raw.getLong(regions + REGION * i) - from.base, Raw.getLong(regions + REGION * i + 8) - from.base);
        }
        return found;
    }

    private long findEntries(Mapping m, long start) {
        long found = 0;
        for (long at = start; at < m.end(); at += PAGE * WINDOW) {
            int pages = (int) Math.min(WINDOW, (m.end() - at) / PAGE);
            look(from.base + at, pages);
            for (int i = 0; i < pages; i++) if (isNeeded(i, false)) found += written(m, at + i * PAGE, at + (i + 1) * PAGE);
        }
        return found;
    }

    /** Adds the pieces that hold [start, end), above those added before. */
    private long written(Mapping m, long start, long end) {
        long at = Math.max(start & -PIECE, m.start());
        if (!pieces.isEmpty()) at = Math.max(at, pieces.getLast().end);
        for (long next; at < end; at = next) {
            next = Math.min((at & -PIECE) + PIECE, m.end());
            pieces.add(new Piece(at, next));
        }
        return end - start;
    }

    /** Where there are many, neighbours become one: each piece can split a mapping of the host's. */
    private void joinPieces() {
        long longest = PIECE * (1 + pieces.size() / PIECES);
        List<Piece> joined = new ArrayList<>();
        for (Piece p : pieces) {
            Piece last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.end == p.start && p.end - last.start <= longest) joined.set(joined.size() - 1, new Piece(last.start, p.end));
            else joined.add(p);
        }
        pieces.clear();
        pieces.addAll(joined);
    }

    /** The mapping, its pieces out of reach. */
    private void later(Mapping m) {
        must(to.map(m.start(), m.length(), m.protection(), PRIVATE | ANONYMOUS | NORESERVE, -1, 0));
        int first = next;
        while (next < pieces.size() && pieces.get(next).start < m.end()) next++;
        if (first == next) return;
        long start = pieces.get(first).start, scratch = pending.scratch(start, pieces.get(next - 1).end);
        for (int i = first; i < next; i++) pending.add(pieces.get(i).start, pieces.get(i).end, scratch + pieces.get(i).start - start);
        for (int i = first, end; i < next; i = end) {
            for (end = i + 1; end < next && pieces.get(end).start == pieces.get(end - 1).end; ) end++;
            must(to.protect(pieces.get(i).start, pieces.get(end - 1).end - pieces.get(i).start, Protection.NONE));
        }
    }

    /** The mapping with its contents. */
    void mapping(Mapping m) {
        for (Mapping d : deferred) {
            if (d != m) continue;
            later(m);
            return;
        }
        if (m.shared()) {
            // of a shared mapping an old size of 0 asks for a second one: mremap(2)
            must(Syscall.call(Syscall.MREMAP, from.base + m.start(), 0, m.length(), MREMAP_MAYMOVE | MREMAP_FIXED, to.base + m.start()));
            return;
        }
        boolean again = m.file() != null && mapAgain(m);
        if (!again) must(to.map(m.start(), m.length(), Protection.WRITE, PRIVATE | ANONYMOUS | NORESERVE, -1, 0));
        boolean writable = !again || m.writable();
        for (long at = m.start(); at < m.end(); at += PAGE * WINDOW) {
            int pages = (int) Math.min(WINDOW, (m.end() - at) / PAGE);
            look(from.base + at, pages);
            for (int i = 0; i < pages; i++) {
                if (!isNeeded(i, again)) continue;
                int first = i;
                while (i < pages && isNeeded(i, again)) i++;
                if (!writable) must(to.protect(m.start(), m.length(), Protection.WRITE));
                writable = true;
                copy(m, at + first * PAGE, (i - first) * PAGE);
            }
        }
        if (!m.writable() && writable) must(to.protect(m.start(), m.length(), m.protection()));
    }

    /** Reads the pages' entries; where the host shows none, what is in memory is taken for written. */
    private void look(long host, int pages) {
        if (Syscall.call(Syscall.PREAD64, pagemap, entries, 8L * pages, host / PAGE * 8) == 8L * pages) return;
        must(Syscall.call(Syscall.MINCORE, host, pages * PAGE, entries));
        for (int i = pages; i-- > 0; ) Raw.putLong(entries + 8L * i, (Raw.getByte(entries + i) & 1) != 0 ? PRESENT : 0);
    }

    /** The mapping, all zero: MADV_WIPEONFORK, which is for anonymous memory only. */
    void nothing(Mapping m) { must(to.map(m.start(), m.length(), m.protection(), PRIVATE | ANONYMOUS | NORESERVE, -1, 0)); }

    private boolean isNeeded(int page, boolean unlessOfFile) {
        long entry = Raw.getLong(entries + 8L * page);
        return (entry & (PRESENT | SWAPPED)) != 0 && !(unlessOfFile && (entry & (PRESENT | OF_FILE)) == (PRESENT | OF_FILE));
    }

    /** What the guest may not read Java may not either, but a file of the kernel's reads it. */
    private void copy(Mapping m, long at, long length) {
        if (m.protection() != Protection.NONE) Raw.copy(from.base + at, to.base + at, length);
        else must(Syscall.call(Syscall.PREAD64, memory, to.base + at, length, from.base + at));
    }

    /** Maps the file again, if it is still where it was and what it was. */
    private boolean mapAgain(Mapping m) {
        if (file == null || !file.same(m.file())) openFile(m.file());
        return fd >= 0 && to.map(m.start(), m.length(), m.protection(), PRIVATE, (int) fd, m.offset()) == 0;
    }

    private void openFile(Mapping.FileId wanted) {
        forgetFile();
        file = wanted;
        if (!wanted.path().startsWith("/")) return;
        fd = open(wanted.path());
        Mapping.FileId found = fd < 0 ? null : to.identify((int) fd);
        if (found == null || !found.same(wanted)) forgetFd();
    }

    private void forgetFile() {
        file = null;
        forgetFd();
    }

    private void forgetFd() {
        if (fd >= 0) Syscall.call(Syscall.CLOSE, fd);
        fd = -1;
    }

    private static long open(String path) {
        byte[] name = path.concat("\0").getBytes(StandardCharsets.ISO_8859_1);
        long at = Raw.allocate(name.length);
        Raw.copy(name, 0, at, name.length);
        long fd = Syscall.call(Syscall.OPENAT, AT_FDCWD, at, O_CLOEXEC);
        Raw.free(at);
        return fd;
    }

    private static void must(long result) { if (Errno.is(result)) throw new NoRoom("a process cannot be copied: ".concat(Errno.name(result))); }
}
