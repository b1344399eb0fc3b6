package patina.memory;

import static patina.host.HostMemory.*;

import java.nio.charset.StandardCharsets;
import patina.host.Errno;
import patina.host.FaultHandling;
import patina.host.Raw;
import patina.host.Syscall;

/**
 * The host's side of an address space: one reservation in which the real kernel maps the guest's pages. Between calls, what is not the guest's
 * is always reserved, so that nothing of the JVM's ever comes to lie among guest memory. Used by one thread at a time.
 *
 * <p>Guest code is data here: pages are never executable, and any access right includes reading, as x86 has it.
 */
final class HostPages {
    /** On both sides, for native accesses that run over the ends. */
    static final long GUARD = 4L << 30;
    private static final long[] SIZES = {AddressSpace.SIZE, 1L << 38, 1L << 36};
    private static final int PATH_MAX = 4096, STAT = 144, F_GETFL = 3, O_PATH = 0x200000;
    static final int MREMAP_MAYMOVE = 1, MREMAP_FIXED = 2, MREMAP_DONTUNMAP = 4;

    final long base, size;
    /** Whether the call that failed last has unmapped the pages it was to replace. */
    boolean lost;
    private final long scratch = Raw.allocate(STAT + PATH_MAX);

    /** As large as there is room for. */
    HostPages() { this(SIZES); }

    /** The largest of {@code sizes} that there is room for. */
    HostPages(long... sizes) {
        long r = Errno.ENOMEM.result(), n = 0;
        for (int i = 0; i < sizes.length && Errno.is(r); i++) {
            n = sizes[i];
            r = reserve(n + 2 * GUARD);
        }
        if (Errno.is(r)) throw new NoRoom("cannot reserve " + (n >>> 30) + " GiB of addresses for the guest (" + Errno.name(r) + "): is there a limit (ulimit -v)?");
        size = n;
        base = r + GUARD;
        FaultHandling.install();
        FaultHandling.guard(base - GUARD, base + size + GUARD);
    }

    /** Faults in these pages are looked up in this table; 0: no longer. */
    void pending(long table) { FaultHandling.pending(base - GUARD, table); }

    void close() {
        FaultHandling.unguard(base - GUARD);
        unmap(base - GUARD, size + 2 * GUARD);
        Raw.free(scratch);
    }

    /** 0 or -errno; on failure the pages are as before, or reserved. */
    long map(long guest, long length, int protection, int flags, int fd, long offset) {
        long r = Syscall.mmap(base + guest, length, host(protection), flags | FIXED, fd, offset);
        if (!Errno.is(r)) return 0;
        refill(guest, length, false);
        return r;
    }

    /** Whether the kernel lets this file be mapped as code, which here never is: 0 or -errno; EPERM from what is mounted noexec. */
    long mayExecute(int protection, int type, int fd, long offset) {
        long r = Syscall.mmap(0, AddressSpace.PAGE, protection & 7, type, fd, offset);
        if (Errno.is(r)) return r;
        unmap(r, AddressSpace.PAGE);
        return 0;
    }

    long protect(long guest, long length, int protection) { return Syscall.call(Syscall.MPROTECT, base + guest, length, host(protection)); }

    /** shmat(2) in place of what is there: 0 or -errno, as {@link #map}. */
    long attach(int segment, long guest, long length, int flags, int protection) {
        long r = Syscall.call(Syscall.SHMAT, segment, base + guest, flags | SHM_REMAP);
        if (!Errno.is(r)) return protect(guest, length, protection);        // it made code executable
        refill(guest, length, false);
        return r;
    }

    private static final int SHM_REMAP = 0x4000;

    /** The device of the kernel's own files, segments among them (mm/shmem.c, shm_mnt). */
    long internalDevice() {
        Raw.putLong(scratch, 0);
        int fd = (int) Syscall.call(Syscall.MEMFD_CREATE, scratch, 0);
        Mapping.FileId file = identify(fd);
        Syscall.call(Syscall.CLOSE, fd);
        return file == null ? 0 : file.device();
    }

    /** Takes pages away from the guest: 0 or -errno. */
    long release(long guest, long length) {
        long r = Syscall.mmap(base + guest, length, NONE, PRIVATE | ANONYMOUS | NORESERVE | FIXED, -1, 0);
        return Errno.is(r) ? r : 0;
    }

    /** mremap(2) onto pages elsewhere: 0 or -errno. The old pages are reserved again, unless {@code keep} (MREMAP_DONTUNMAP). */
    long move(long from, long oldLength, long to, long newLength, boolean keep) {
        int flags = MREMAP_MAYMOVE | MREMAP_FIXED | (keep ? MREMAP_DONTUNMAP : 0);
        long r = Syscall.call(Syscall.MREMAP, base + from, oldLength, newLength, flags, base + to);
        if (Errno.is(r)) { refill(to, newLength, false); return r; }
        if (!keep && oldLength != 0) refill(from, oldLength, true);
        return 0;
    }

    /** Whether this kernel's mremap(2) moves several areas at once (Linux 6.17): it is asked, with two of its own. */
    boolean movesSeveral() {
        long at = reserve(4L * AddressSpace.PAGE);
        if (Errno.is(at)) return false;
        Syscall.call(Syscall.MPROTECT, at, AddressSpace.PAGE, READ);
        long r = Syscall.call(Syscall.MREMAP, at, 2 * AddressSpace.PAGE, 2 * AddressSpace.PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at + 2 * AddressSpace.PAGE);
        unmap(at, 4L * AddressSpace.PAGE);
        return !Errno.is(r);
    }

    /** Private anonymous pages at {@code to}, writable, that begin with a copy of what is at {@code from}: 0 or -errno. */
    long copy(long from, long oldLength, long to, long newLength) {
        long r = protect(from, oldLength, Protection.READ);
        if (r == 0) r = map(to, newLength, Protection.WRITE, PRIVATE | ANONYMOUS, -1, 0);
        if (r == 0) Raw.copy(base + from, base + to, Math.min(oldLength, newLength));
        return r;
    }

    /** mremap(2) in place, to more: 0 or -errno. */
    long grow(long guest, long oldLength, long newLength) {
        unmap(base + guest + oldLength, newLength - oldLength);
        long r = Syscall.call(Syscall.MREMAP, base + guest, oldLength, newLength, 0, 0);
        if (!Errno.is(r)) return 0;
        refill(guest + oldLength, newLength - oldLength, true);
        return r;
    }

    long advise(long guest, long length, int advice) { return Syscall.call(Syscall.MADVISE, base + guest, length, advice); }

    /**
     * Reserves a hole again that the kernel has left, or may have left unless it is {@code certain}; pages that are still there stay. A hole
     * lasts for microseconds; should another thread of the JVM have got memory in it, going on would let the guest write there.
     */
    private void refill(long guest, long length, boolean certain) {
        long r = Syscall.mmap(base + guest, length, NONE, PRIVATE | ANONYMOUS | NORESERVE | FIXED_NOREPLACE, -1, 0);
        if (Errno.is(r) && (certain || r != Errno.EEXIST.result())) {
            throw new IllegalStateException("host kernel: reserving the guest's pages again failed with ".concat(Errno.name(r)));
        }
        lost = !Errno.is(r);
    }

    private static int host(int protection) {
        if ((protection & Protection.WRITE) != 0) return READ | WRITE;
        return protection != Protection.NONE ? READ : NONE;
    }

    /** What descriptor {@code fd} has open, or null: nothing, or a place only (O_PATH). */
    Mapping.FileId identify(int fd) {
        long status = Syscall.call(Syscall.FCNTL, fd, F_GETFL);
        if (Errno.is(status) || (status & O_PATH) != 0) return null;
        if (Errno.is(Syscall.call(Syscall.FSTAT, fd, scratch))) return null;
        byte[] link = "/proc/thread-self/fd/".concat(Integer.toString(fd)).concat("\0").getBytes(StandardCharsets.ISO_8859_1);
        long path = scratch + STAT;
        Raw.copy(link, 0, path, link.length);
        int length = (int) Syscall.call(Syscall.READLINK, path, path, PATH_MAX);
        byte[] bytes = new byte[Math.max(length, 0)];
        Raw.copy(path, bytes, 0, bytes.length);
        return new Mapping.FileId(Raw.getLong(scratch), Raw.getLong(scratch + 8), Raw.getLong(scratch + 48), nanoseconds(88), nanoseconds(104),
                new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** struct stat (x86-64): st_mtim is at 88, st_ctim at 104. */
    private long nanoseconds(int field) { return Raw.getLong(scratch + field) * 1_000_000_000L + Raw.getLong(scratch + field + 8); }
}
