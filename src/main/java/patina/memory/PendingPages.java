package patina.memory;

import static patina.host.HostMemory.*;

import java.util.ArrayList;
import java.util.List;
import patina.host.Errno;
import patina.host.HostMemory;
import patina.host.Native;
import patina.host.Raw;
import patina.host.Snapshot;
import patina.host.StubData;
import patina.host.Syscall;

/**
 * The pages of a forked address space that have not been copied yet. A snapshot process keeps what they held at fork(2), copied on write by the kernel. Here
 * nobody may access them, whatever the table of mappings says, and the fault handler fetches the piece in which it finds an access: native code and Java
 * never see that it was not there. What is handed to the kernel, which would see a bad address, is brought before.
 *
 * <p>Rows never become pending again. Whoever changes mappings brings or drops what is pending there first, so that the handler never puts a
 * page where something else has come. Without its snapshot (somebody has killed it) a page is a bus error, as one that cannot be read from swap.
 */
final class PendingPages implements AutoCloseable {
    /** Rows of all address spaces: each may split a mapping of the JVM's, which has 65,530 (vm.max_map_count). */
    private static final int LIMIT = 12_000;
    private static int rowsOfAll;

    private final HostPages pages;
    private final int count;
    private final long table;
    private int rows;
    /** Start and length of each. */
    private final List<Long> scratch = new ArrayList<>();
    private Snapshot snapshot;

    private PendingPages(HostPages from, HostPages pages, Snapshot snapshot, int count) {
        this.pages = pages;
        this.snapshot = snapshot;
        this.count = count;
        table = Raw.allocate(StubData.PENDING_ROWS + (long) StubData.PENDING_ROW * count);
        Raw.putLong(table + StubData.PENDING_SNAPSHOT, snapshot.process);
        Raw.putLong(table + StubData.PENDING_THERE, from.base - pages.base);
    }

    /** For {@code count} rows of pages of {@code from}, to be added to {@code to}; null if the host will not have it: then all is to be copied. */
    static PendingPages of(HostPages from, HostPages to, int count, long anyPage) {
        if (!admit(count)) return null;
        Snapshot snapshot = Snapshot.of(from.base, from.base + from.size, from.base + anyPage);
        if (snapshot != null) return new PendingPages(from, to, snapshot, count);
        admit(-count);
        return null;
    }

    private static synchronized boolean admit(int count) {
        if (rowsOfAll + count > LIMIT) return false;
        rowsOfAll += count;
        return true;
    }

    /** The pages between rows of one mapping, of private memory that may be written, where the rows are put together: host address of guest address {@code start}. */
    long scratch(long start, long end) {
        long at = Syscall.mmap(0, end - start, READ | WRITE, PRIVATE | ANONYMOUS | NORESERVE, -1, 0);
        if (Errno.is(at)) throw new NoRoom("a process cannot be copied: ".concat(Errno.name(at)));
        scratch.add(at);
        scratch.add(end - start);
        return at;
    }

    /** Guest pages [start, end), above those added before. */
    void add(long start, long end, long scratch) {
        long row = table + StubData.PENDING_ROWS + (long) StubData.PENDING_ROW * rows++;
        Raw.putLong(row + StubData.ROW_START, pages.base + start);
        Raw.putLong(row + StubData.ROW_END, pages.base + end);
        Raw.putLong(row + StubData.ROW_SCRATCH, scratch);
        Raw.putLong(row + StubData.ROW_PENDING, 1);
    }

    /** All are there: from now on faults are looked up here. */
    void begin() {
        Raw.putLong(table + StubData.PENDING_LEFT, rows);
        Raw.putLongVolatile(table + StubData.PENDING_COUNT, rows);
        pages.pending(table);
    }

    /** Brings what is pending of [start, end): false if it cannot be had. */
    boolean bring(long start, long end) { return Native.bring(table, pages.base + start, pages.base + end) >= 0; }

    /** The contents of [start, end) go away: nothing there is pending any more. False if what shares a piece with it cannot be had. */
    boolean drop(long start, long end) {
        boolean whole = bring(start, start + 1) & bring(end - 1, end);
        Native.drop(table, pages.base + start, pages.base + end);
        return whole;
    }

    /** Whether all have been brought or dropped: it can be closed then while the address space is in use. */
    boolean isDone() { return Raw.getLongVolatile(table + StubData.PENDING_LEFT) == 0; }

    /** Gives back what only bringing needs. The table stays: a handler may be looking at it. */
    void release() {
        if (snapshot == null) return;
        snapshot.close();
        snapshot = null;
        admit(-count);
        for (int i = 0; i < scratch.size(); i += 2) HostMemory.unmap(scratch.get(i), scratch.get(i + 1));
    }

    /** Nobody uses the address space any more. */
    @Override public void close() {
        pages.pending(0);
        release();
        Raw.free(table);
    }
}
