package patina.memory;

import java.util.Arrays;
import java.util.List;
import patina.guest.CodeSource;
import patina.host.Native;
import patina.host.Raw;
import patina.memory.GuestFault.Access;

/**
 * One guest process's memory: {@link #size} bytes of guest addresses from 0, reserved as one piece of host memory at {@link #base}.
 * Guest address g is host address base + g. The real kernel keeps the pages; the table of mappings here says what the guest may do, and is
 * consulted before any Java access, so that a wild guest pointer is a {@link GuestFault} and never harms the JVM.
 *
 * <p>Changes to mappings are made one at a time; readers may run at the same time and see either state. An access that loses a race with
 * another guest thread's munmap or with a file's truncation raises an InternalError a little later (HotSpot's unsafe access error).
 */
public final class AddressSpace implements CodeSource, AutoCloseable {
    /** Guest addresses are below this (512 GiB: of such the host has room for two hundred), if the host has room for them: see {@link #size}. */
    public static final long SIZE = 1L << 39;
    public static final int PAGE = 4096;
    static final int PAGE_SHIFT = 12;
    /** Bytes on both sides of a guest's memory that nobody may access. */
    public static final long GUARD = HostPages.GUARD;

    /** Told after each change, on the thread that made it, before another change is made. Must not wait for a thread that changes mappings. */
    public interface Listener {
        void mapped(Mapping mapping);
        /** Pages [start, end), some of them executable, were unmapped, replaced, or lost that permission. */
        void removed(long start, long end);
    }

    /** Recently used pages, so that most accesses need no look into the table: page number or -1, by the page number's low bits. */
    private static final int RECENT = 512;
    private final long[] readable = new long[RECENT], writable = new long[RECENT];
    /** Counts changes: whoever looked into a table that has changed since does not enter the page above. */
    private volatile int generation;
    private volatile MappingTable table = MappingTable.EMPTY;

    private final HostPages pages;
    private final long base;
    private WriteLog log;
    private final MemoryCalls calls;
    /** What fork(2) has not copied yet; null: all is there. {@link #retired} has a table that handlers may still be looking at. */
    private volatile PendingPages pending;
    private PendingPages retired;
    /** Processes that use it: more than one between vfork(2) and the child's exec. */
    private int users = 1;

    public AddressSpace() { this(new HostPages()); }

    private AddressSpace(HostPages pages) {
        this.pages = pages;
        base = pages.base;
        calls = new MemoryCalls(this, pages);
        Arrays.fill(readable, -1);
        Arrays.fill(writable, -1);
    }

    /**
     * What fork(2) gives the child: the same mappings with the same contents, shared ones shared. Without listeners.
     *
     * @throws NoRoom if the host has no room for another address space of this size, or no memory for the copy
     */
    public AddressSpace fork() {
        AddressSpace child = new AddressSpace(new HostPages(size()));
        boolean done = false;
        try {
            synchronized (calls) { calls.copyTo(child.calls); }
            done = true;
            return child;
        } finally {
            if (!done) child.close();
        }
    }

    /** Another process uses it too: it lasts until each has closed it. */
    public synchronized AddressSpace share() {
        users++;
        return this;
    }

    /** Gives all memory back, if nobody else uses it. No thread may use the address space any more. */
    @Override public void close() {
        synchronized (this) { if (--users > 0) return; }
        change(MappingTable.EMPTY);
        if (pending != null) pending.close();
        if (retired != null) retired.close();
        pages.close();
    }

    /** A part has not been copied yet. Before anybody uses this address space. */
    void begin(PendingPages pending) { this.pending = pending; }

    /**
     * What fork(2) has left to be copied of [address, address + length) is there now: false if it cannot be had. For what the real kernel accesses;
     * accesses of ours bring it by themselves. {@code address} may be any, and the end lie beyond the guest's memory.
     */
    public boolean bring(long address, long length) {
        PendingPages p = pending;
        if (p == null || address < 0 || address >= size() || length <= 0) return true;
        boolean there = p.bring(address, length > size() - address ? size() : address + length);
        if (p.isDone()) retire(p);
        return there;
    }

    /** As {@link #bring}, but the contents go away. */
    boolean drop(long start, long end) {
        PendingPages p = pending;
        if (p == null) return true;
        boolean there = p.drop(start, end);
        if (p.isDone()) retire(p);
        return there;
    }

    private synchronized void retire(PendingPages done) {
        if (pending != done) return;
        retired = done;
        pending = null;
        done.release();
    }

    /** Whether a part may not have been copied yet. */
    boolean isPending() { return pending != null; }

    /** From here on writes of Java's ({@link #forWrite}) are noted in {@code log}, or, null, no longer. By the only thread that writes. */
    public void logWrites(WriteLog log) {
        this.log = log;
        Arrays.fill(writable, -1);
    }

    /** Host address of guest address 0. */
    public long base() { return base; }

    /** First address that is not the guest's. */
    public long size() { return pages.size; }

    /** Mappings without a place of their own are put below this; above it is room for the stack. */
    public long mmapTop() { return calls.mmapTop(); }

    public void addListener(Listener listener) { synchronized (calls) { calls.addListener(listener); } }

    /** mmap(2) as the guest's kernel does it. Returns the guest address or -errno. {@code address} is a hint unless MAP_FIXED is in {@code flags}. */
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return mmap(address, length, protection, flags, fd, offset, null);
    }

    /** As {@link #mmap} with a label for /proc/self/maps; null: the file's path, or none. */
    public long mmap(long address, long length, int protection, int flags, int fd, long offset, String label) {
        synchronized (calls) { return calls.mmap(address, length, protection, flags, fd, offset, label); }
    }

    public long munmap(long address, long length) { synchronized (calls) { return calls.munmap(address, length); } }

    public long mprotect(long address, long length, int protection) {
        synchronized (calls) { return calls.mprotect(address, length, protection); }
    }

    public long mremap(long oldAddress, long oldLength, long newLength, int flags, long newAddress) {
        synchronized (calls) { return calls.mremap(oldAddress, oldLength, newLength, flags, newAddress); }
    }

    /** shmat(2): attaches the host's segment {@code id}. */
    public long shmat(int id, long address, int flags) { synchronized (calls) { return calls.shmat(id, address, flags); } }

    public long shmdt(long address) { synchronized (calls) { return calls.shmdt(address); } }

    public long madvise(long address, long length, int advice) { synchronized (calls) { return calls.madvise(address, length, advice); } }

    /** The host's kernel has written {@code length} bytes at {@code address}, whatever their protection: code among them is looked at anew. */
    public void written(long address, long length) { synchronized (calls) { calls.written(address, length); } }

    /** brk(2): 0 asks. {@link #setBreak} says where it starts. */
    public long brk(long address) { synchronized (calls) { return calls.brk(address); } }

    public void setBreak(long address) { synchronized (calls) { calls.setBreak(address); } }

    /** The mapping that holds {@code address}, or null. */
    public Mapping mapping(long address) { return table.at(address); }

    /** All mappings by address. */
    public List<Mapping> mappings() { return table.list(); }

    /** What is mapped in [start, end), cut to it; {@code end} may lie beyond the guest's memory. */
    public Mapping[] mappings(long start, long end) {
        return start < 0 || start >= size() ? new Mapping[0] : table.within(start, end < 0 || end > size() ? size() : end);
    }

    MappingTable table() { return table; }

    /** Makes {@code next} the table. By the one thread that changes mappings. */
    void change(MappingTable next) {
        table = next;
        generation++;
        Arrays.fill(readable, -1);
        Arrays.fill(writable, -1);
        Raw.fence();
    }

    /** Host address of [address, address + length) if every page allows {@code protection}, else 0. For system call arguments. */
    public long hostAddress(long address, long length, int protection) {
        if (address < 0 || length < 0 || address > size() - length) return 0;
        MappingTable t = table;
        for (long a = address; a < address + length; ) {
            Mapping m = t.at(a);
            if (m == null || !allows(m, protection)) return 0;
            a = m.end();
        }
        return pending == null || bring(address, length) ? base + address : 0;
    }

    /** As {@link #hostAddress}, and the pages are there to be read now: not beyond the end of a mapped file. For what Java itself accesses. */
    public long hostAddressNow(long address, long length, int protection) {
        long host = hostAddress(address, length, protection);
        if (host == 0) return 0;
        MappingTable t = table;
        Mapping m = null;
        for (long a = address; a < address + length; a = (a & -PAGE) + PAGE) {
            if (m == null || a >= m.end()) m = t.at(a);
            if (m == null || isBeyondFile(m, a)) return 0;
        }
        return host;
    }

    /** Host address of what native code may be made from: all of [address, address + length) may be executed and not written; else 0. */
    public long codeAddress(long address, long length) {
        long host = hostAddress(address, length, Protection.EXECUTE);
        MappingTable t = table;
        for (long a = address; host != 0 && a < address + length; ) {
            Mapping m = t.at(a);
            if (m == null || m.writable()) return 0;
            a = m.end();
        }
        return host;
    }

    /** Any right includes reading, as on x86. */
    private static boolean allows(Mapping m, int protection) {
        int has = m.protection() != Protection.NONE ? m.protection() | Protection.READ : Protection.NONE;
        return (protection & ~has) == 0;
    }

    // ---- accesses by the interpreter and by helpers: checked, throw GuestFault

    public long load(long address, int bytes) {
        long host = forRead(address, bytes);
        return switch (bytes) {
            case 1 -> Raw.getByte(host) & 0xffL;
            case 2 -> Raw.getShort(host) & 0xffffL;
            case 4 -> Raw.getInt(host) & 0xffff_ffffL;
            case 8 -> Raw.getLong(host);
            default -> throw new IllegalArgumentException("load of so many bytes");
        };
    }

    public void store(long address, int bytes, long value) {
        long host = forWrite(address, bytes);
        switch (bytes) {
            case 1 -> Raw.putByte(host, (byte) value);
            case 2 -> Raw.putShort(host, (short) value);
            case 4 -> Raw.putInt(host, (int) value);
            case 8 -> Raw.putLong(host, value);
            default -> throw new IllegalArgumentException("store of so many bytes");
        }
    }

    /** Checks [address, address + bytes) and gives its host address; 1 <= bytes <= 4096. */
    public long forRead(long address, int bytes) {
        long page = address >>> PAGE_SHIFT;
        if (readable[(int) page & RECENT - 1] != page || (address & PAGE - 1) > PAGE - bytes) admit(address, bytes, Access.READ);
        return base + address;
    }

    public long forWrite(long address, int bytes) {
        long page = address >>> PAGE_SHIFT;
        if (writable[(int) page & RECENT - 1] != page || (address & PAGE - 1) > PAGE - bytes) admit(address, bytes, Access.WRITE);
        return base + address;
    }

    private void admit(long address, int bytes, Access access) {
        if (address >= 0 && address < USER_HALF && address + bytes > USER_HALF) throw new GuestFault(GuestFault.Kind.GENERAL, address, access);
        admit(address, access);
        long last = address + bytes - 1;
        if (last >>> PAGE_SHIFT != address >>> PAGE_SHIFT) admit(last & -PAGE, access);
        if (log == null || access != Access.WRITE) return;
        writable[(int) (address >>> PAGE_SHIFT) & RECENT - 1] = writable[(int) (last >>> PAGE_SHIFT) & RECENT - 1] = -1;   // the next write comes here too
        log.note(address, bytes);
    }

    /** The page of {@code address} allows {@code access}, and is noted as recently used. */
    private void admit(long address, Access access) {
        long page = address >>> PAGE_SHIFT;
        long[] recent = access == Access.WRITE ? writable : readable;
        int slot = (int) page & RECENT - 1;
        if (recent[slot] == page) return;
        int before = generation;
        Mapping m = table.at(address);
        if (m == null) throw new GuestFault(isCanonical(address) ? GuestFault.Kind.MAPERR : GuestFault.Kind.GENERAL, address, access);
        if (!allows(m, access == Access.WRITE ? Protection.WRITE : Protection.READ)) throw new GuestFault(GuestFault.Kind.ACCERR, address, access);
        if (isBeyondFile(m, address)) throw new GuestFault(GuestFault.Kind.BUS, address, access);
        recent[slot] = page;
        Raw.fence();
        if (generation != before) recent[slot] = -1;
    }

    private static final long USER_HALF = 1L << 47;

    /** 48 bits, sign-extended. Addresses above the user's half fault as unmapped ones do, others as general protection. */
    public static boolean isCanonical(long address) { return address << 16 >> 16 == address; }

    /** The file may have changed since it was mapped: only the kernel knows where it ends. */
    private boolean isBeyondFile(Mapping m, long address) { return m.file() != null && Native.probe(base + address) != 0; }

    @Override public int fetch(long pc, byte[] into) {
        MappingTable t = table;
        int n = 0;
        while (n < into.length) {
            long a = pc + n;
            Mapping m = t.at(a);
            if (m == null || !m.executable() || isBeyondFile(m, a)) break;
            int length = (int) Math.min(into.length - n, PAGE - (a & PAGE - 1));
            Raw.copy(base + a, into, n, length);
            n += length;
        }
        return n;
    }
}
