package patina.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.host.Errno;
import patina.host.Raw;
import patina.host.Syscall;
import patina.memory.GuestFault.Access;
import patina.memory.GuestFault.Kind;

class AddressSpaceTest {
    private static final int R = Protection.READ, W = Protection.WRITE, X = Protection.EXECUTE, RW = R | W;
    private static final int SHARED = 1, PRIVATE = 2, FIXED = 0x12, ANON = 0x22, ANON_FIXED = 0x32, MAP_32BIT = 0x40, NOREPLACE = 0x100000;
    private static final int OPEN = 2, CLOSE = 3, O_RDONLY = 0, O_RDWR = 2;
    private static final long A = 0x40_0000, P = AddressSpace.PAGE;

    private final AddressSpace space = new AddressSpace();
    @TempDir Path directory;

    @AfterEach void close() { space.close(); }

    private long anonymous(long address, long pages, int protection) { return space.mmap(address, pages * P, protection, ANON_FIXED, -1, 0); }

    private String map() {
        StringBuilder s = new StringBuilder();
        for (Mapping m : space.mappings()) s.append(String.format("%x+%d:%d ", m.start() - A >> 12, m.length() / P, m.protection()));
        return s.toString().trim();
    }

    private static void errno(Errno e, long result) { assertEquals(e.name(), Errno.name(result)); }

    private void fault(Kind kind, long address, Access access, Runnable r) {
        GuestFault f = assertThrows(GuestFault.class, r::run);
        assertEquals(kind + " " + access + " " + Long.toHexString(address), f.kind + " " + f.access + " " + Long.toHexString(f.address));
    }

    private long open(Path file, int flags) {
        byte[] name = (file + "\0").getBytes(StandardCharsets.UTF_8);
        long a = Raw.allocate(name.length);
        Raw.copy(name, 0, a, name.length);
        long fd = Syscall.call(OPEN, a, flags);
        assertTrue(fd >= 0, () -> Errno.name(fd));
        return fd;
    }

    @Test void neighboursJoinAndPartsSplit() {
        anonymous(A, 4, RW);
        anonymous(A + 4 * P, 4, RW);
        assertEquals("0+8:3", map());
        space.mprotect(A + 2 * P, 2 * P, R);
        assertEquals("0+2:3 2+2:1 4+4:3", map());
        space.munmap(A + 5 * P, P);
        assertEquals("0+2:3 2+2:1 4+1:3 6+2:3", map());
        anonymous(A + 5 * P, 1, RW);
        space.mprotect(A + 2 * P, 2 * P, RW);
        assertEquals("0+8:3", map());
        space.munmap(A - 100 * P, 1000 * P);
        assertEquals("", map());
    }

    @Test void placesLikeLinux() {
        long first = space.mmap(0, P, RW, ANON, -1, 0), second = space.mmap(0, 3 * P - 1, RW, ANON, -1, 0);
        assertEquals(space.mmapTop() - P, first);
        assertEquals(first - 3 * P, second, "downwards, whole pages");
        assertEquals(0x12345000L, space.mmap(0x12345000L, P, R, ANON, -1, 0), "free hint");
        assertEquals(0x12346000L, space.mmap(0x12346123L, P, R, ANON, -1, 0), "hint rounded down");
        assertEquals(second - P, space.mmap(0x12345000L, P, R, ANON, -1, 0), "taken hint");
        assertEquals(0x8000_0000L - P, space.mmap(0, P, R, ANON | MAP_32BIT, -1, 0));
        space.munmap(first - P, P);
        assertEquals(first - P, space.mmap(0, P, R, ANON, -1, 0), "highest gap");
    }

    /** The privileged map below vm.mmap_min_addr, others do not: as the host lets us. */
    @Test void lowPages() {
        long here = Syscall.mmap(0, P, R, ANON_FIXED, -1, 0);
        assertEquals(here, space.mmap(0, P, R, ANON_FIXED, -1, 0));
        if (here == 0) Syscall.call(Syscall.MUNMAP, 0, P);
    }

    @Test void mmapErrors() throws IOException {
        errno(Errno.EINVAL, space.mmap(0, 0, R, ANON, -1, 0));
        errno(Errno.EINVAL, space.mmap(A + 1, P, R, ANON_FIXED, -1, 0));
        errno(Errno.EINVAL, space.mmap(0, P, R, ANON, -1, 1));
        errno(Errno.EINVAL, space.mmap(0, P, R, 0x20, -1, 0));
        errno(Errno.EBADF, space.mmap(0, P, R, PRIVATE, -1, 0));
        errno(Errno.ENOMEM, space.mmap(0, -1, R, ANON, -1, 0));
        errno(Errno.ENOMEM, space.mmap(space.size() - P, 2 * P, R, ANON_FIXED, -1, 0));
        Path file = Files.write(directory.resolve("f"), new byte[100]);
        long fd = open(file, O_RDONLY);
        errno(Errno.EOVERFLOW, space.mmap(0, P, R, PRIVATE, (int) fd, Long.MAX_VALUE & -P));
        errno(Errno.EACCES, space.mmap(0, P, RW, SHARED, (int) fd, 0));
        anonymous(A, 2, RW);
        space.store(A, 8, 42);
        errno(Errno.EEXIST, space.mmap(A + P, P, R, ANON | NOREPLACE, -1, 0));
        errno(Errno.EACCES, space.mmap(A, P, RW, SHARED | 0x10, (int) fd, 0));
        assertEquals(42, space.load(A, 8), "a failed MAP_FIXED leaves what was there");
        long directoryFd = open(directory, O_RDONLY);
        errno(Errno.ENODEV, space.mmap(A, P, R, FIXED, (int) directoryFd, 0));
        assertEquals(42, space.load(A, 8));
        Syscall.call(CLOSE, fd);
        Syscall.call(CLOSE, directoryFd);
    }

    @Test void otherErrors() {
        anonymous(A, 2, RW);
        errno(Errno.EINVAL, space.munmap(A + 1, P));
        errno(Errno.EINVAL, space.munmap(A, 0));
        errno(Errno.EINVAL, space.munmap(space.size(), P));
        assertEquals(0, space.munmap(A + 0x100000, P), "nothing there is fine");
        errno(Errno.EINVAL, space.mprotect(A + 1, P, R));
        errno(Errno.EINVAL, space.mprotect(A, P, 64));
        errno(Errno.ENOMEM, space.mprotect(A, 3 * P, R));
        assertEquals("0+2:1", map(), "up to the hole");
        errno(Errno.EINVAL, space.madvise(A, P, 100));
        errno(Errno.EINVAL, space.madvise(A, P, 5));
        errno(Errno.ENOMEM, space.madvise(A, 3 * P, 4));
    }

    @Test void faults() {
        anonymous(A, 1, RW);
        anonymous(A + P, 1, R);
        anonymous(A + 2 * P, 1, X);
        anonymous(A + 3 * P, 1, Protection.NONE);
        anonymous(A + 4 * P, 1, W);
        space.store(A + P - 8, 8, -1);
        assertEquals(0xffffffffL, space.load(A + P - 4, 8), "across a page");
        assertEquals(0, space.load(A + 2 * P, 4), "executable pages can be read");
        assertEquals(0, space.load(A + 4 * P, 4), "writable pages can be read");
        fault(Kind.ACCERR, A + P, Access.WRITE, () -> space.store(A + P, 1, 0));
        fault(Kind.ACCERR, A + P, Access.WRITE, () -> space.store(A + P - 4, 8, 0));
        assertEquals(0xffffffffL, space.load(A + P - 4, 4), "nothing of it is stored");
        fault(Kind.ACCERR, A + 3 * P, Access.READ, () -> space.load(A + 3 * P - 1, 2));
        fault(Kind.MAPERR, A + 5 * P, Access.READ, () -> space.load(A + 5 * P - 7, 8));
        fault(Kind.MAPERR, 8, Access.WRITE, () -> space.store(8, 4, 0));
        fault(Kind.MAPERR, -1, Access.READ, () -> space.load(-1, 8));
        fault(Kind.MAPERR, space.size() - 1, Access.READ, () -> space.load(space.size() - 1, 8));
        fault(Kind.MAPERR, space.size(), Access.READ, () -> space.load(space.size(), 8));
        fault(Kind.GENERAL, 1L << 47, Access.READ, () -> space.load(1L << 47, 8));
        fault(Kind.GENERAL, Long.MIN_VALUE, Access.WRITE, () -> space.store(Long.MIN_VALUE, 8, 0));
        space.mprotect(A, P, R);
        fault(Kind.ACCERR, A, Access.WRITE, () -> space.store(A, 1, 0));
        space.munmap(A, P);
        fault(Kind.MAPERR, A, Access.READ, () -> space.load(A, 1));
    }

    @Test void loadsAndStoresOfAllSizes() {
        anonymous(A, 1, RW);
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
            space.store(A + 3, 8, 0);
            space.store(A + 3, bytes, 0xf1f2f3f4f5f6f7f8L);
            assertEquals(0xf1f2f3f4f5f6f7f8L & (bytes == 8 ? -1 : (1L << 8 * bytes) - 1), space.load(A + 3, 8));
            assertEquals(space.load(A + 3, 8), space.load(A + 3, bytes));
        }
    }

    @Test void files() throws IOException {
        byte[] content = new byte[(int) (2 * P + 100)];
        Arrays.fill(content, (byte) 7);
        Path file = Files.write(directory.resolve("file"), content);
        long fd = open(file, O_RDWR);
        assertEquals(A, space.mmap(A, 4 * P, R | X, FIXED, (int) fd, P));
        Syscall.call(CLOSE, fd);
        Mapping m = space.mapping(A + P);
        assertEquals(file.toString(), m.label());
        assertEquals(content.length, m.file().size());
        assertEquals(Files.getLastModifiedTime(file).to(java.util.concurrent.TimeUnit.NANOSECONDS), m.file().modified());
        assertEquals(7, space.load(A + P + 99, 1));
        assertEquals(0, space.load(A + P + 100, 1));
        fault(Kind.BUS, A + 2 * P + 1, Access.READ, () -> space.load(A + 2 * P + 1, 1));
        byte[] code = new byte[(int) P + 50];
        assertEquals(P + 50, space.fetch(A, code));
        assertEquals(10, space.fetch(A + 2 * P - 10, code));
        assertEquals(0, space.fetch(A + 2 * P, code), "beyond the file");
        assertEquals(0, space.fetch(A - 1, code));
        space.mprotect(A + P, 3 * P, R);
        assertEquals(P, space.fetch(A, code), "only what may be executed");
        assertEquals(P + P, space.mapping(A + P).offset());
        space.mprotect(A + P, 3 * P, R | X);
        assertEquals("0+4:5", map());
    }

    @Test void sharedFileIsWritten() throws IOException {
        Path file = Files.write(directory.resolve("shared"), new byte[(int) P]);
        long fd = open(file, O_RDWR);
        long a = space.mmap(0, P, RW, SHARED, (int) fd, 0);
        Syscall.call(CLOSE, fd);
        space.store(a + 5, 1, 9);
        assertEquals(9, Files.readAllBytes(file)[5]);
        long b = space.mremap(a, 0, P, 1, 0);
        assertEquals(9, space.load(b + 5, 1), "old size 0: another view");
        assertEquals(a - P, b);
        errno(Errno.ENOMEM, space.mremap(b, P, 2 * P, 0, 0));
        Files.write(file, content(3));
        assertEquals(a, space.mremap(a, P, 3 * P, 0, 0), "the file's next pages, without its descriptor");
        assertEquals(3, space.load(a + 2 * P, 1));
    }

    private static byte[] content(int pages) {
        byte[] c = new byte[(int) (pages * P)];
        for (int i = 0; i < c.length; i++) c[i] = (byte) (1 + i / P);
        return c;
    }

    @Test void mremap() {
        anonymous(A, 4, RW);
        for (int i = 0; i < 4; i++) space.store(A + i * P, 8, 100 + i);
        assertEquals(A, space.mremap(A, 4 * P, 2 * P, 0, 0));
        assertEquals("0+2:3", map());
        assertEquals(A, space.mremap(A, 2 * P, 8 * P, 0, 0), "grows in place");
        assertEquals(0, space.load(A + 3 * P, 8));
        anonymous(A + 8 * P, 1, R);
        errno(Errno.ENOMEM, space.mremap(A, 8 * P, 9 * P, 0, 0));
        long moved = space.mremap(A, 8 * P, 16 * P, 1, 0);
        assertEquals(space.mmapTop() - 16 * P, moved);
        assertEquals(101, space.load(moved + P, 8));
        assertEquals(0, space.load(moved + 15 * P, 8));
        fault(Kind.MAPERR, A, Access.READ, () -> space.load(A, 8));
        assertEquals(A, space.mremap(moved, 16 * P, 4 * P, 3, A), "fixed");
        assertEquals("0+4:3 8+1:1", map());
        assertEquals(101, space.load(A + P, 8));
        long kept = space.mremap(A, 4 * P, 4 * P, 5, 0);
        assertEquals(101, space.load(kept + P, 8));
        assertEquals(0, space.load(A + P, 8), "kept, but emptied");
        errno(Errno.EINVAL, space.mremap(A + 1, P, P, 0, 0));
        errno(Errno.EINVAL, space.mremap(A, P, 0, 0, 0));
        errno(Errno.EINVAL, space.mremap(A, 2 * P, P, 3, A + P));
        errno(Errno.EINVAL, space.mremap(A, P, P, 2, A));
        errno(Errno.EFAULT, space.mremap(A + 0x100000, P, 2 * P, 1, 0));
        errno(Errno.EFAULT, space.mremap(A, 9 * P, 10 * P, 1, 0));
    }

    /** As realloc does it, over and over: moved areas that then grow in place are several areas of the kernel's. */
    @Test void mremapAgainAndAgain() {
        long a = space.mmap(0, P, RW, ANON, -1, 0), size = P;
        for (int i = 0; i < 60; i++) {
            space.store(a + size - 8, 8, size);
            if (i % 3 == 0) space.munmap(a + size, 2 * P);
            long grown = space.mremap(a, size, size + P, 1, 0);
            assertFalse(Errno.is(grown), () -> Errno.name(grown));
            a = grown;
            size += P;
            for (long at = P; at < size; at += P) assertEquals(at, space.load(a + at - 8, 8));
            if (i % 4 == 1) space.mmap(a + size, P, R, ANON, -1, 0);
        }
    }

    @Test void brk() {
        space.setBreak(A + 100);
        assertEquals(A + 100, space.brk(0));
        assertEquals(A + 5000, space.brk(A + 5000));
        assertEquals("1+1:3", map());
        space.store(A + 4999, 1, 1);
        assertEquals(A + 9000, space.brk(A + 9000));
        assertEquals("[heap]", space.mapping(A + P).label());
        assertEquals("1+2:3", map());
        assertEquals(A + 4200, space.brk(A + 4200));
        assertEquals("1+1:3", map());
        anonymous(A + 4 * P, 1, R);
        assertEquals(A + 4200, space.brk(A + 5 * P), "in the way");
        assertEquals(A + 4200, space.brk(A));
    }

    @Test void hostAddresses() {
        anonymous(A, 2, RW);
        anonymous(A + 2 * P, 1, R);
        assertEquals(space.base() + A + 5, space.hostAddress(A + 5, 3 * P - 5, R));
        assertEquals(0, space.hostAddress(A + 5, 3 * P - 5, RW));
        assertEquals(space.base() + A, space.hostAddress(A, 2 * P, RW));
        assertEquals(0, space.hostAddress(A, 4 * P, R));
        assertEquals(0, space.hostAddress(-1, 1, R));
        assertEquals(0, space.hostAddress(A, -1, R));
        assertEquals(0, space.hostAddress(A, Long.MAX_VALUE, R));
    }

    @Test void listeners() {
        List<String> told = new ArrayList<>();
        space.addListener(new AddressSpace.Listener() {
            @Override public void mapped(Mapping m) { told.add("+" + (m.start() - A) / P + "," + (m.end() - A) / P + ":" + m.protection()); }
            @Override public void removed(long start, long end) { told.add("-" + (start - A) / P + "," + (end - A) / P); }
        });
        anonymous(A, 4, R | X);
        space.mprotect(A + P, P, RW);
        space.mprotect(A + P, P, R);
        space.mprotect(A + P, P, R | X);
        anonymous(A + 3 * P, 3, R);
        space.munmap(A, 2 * P);
        space.munmap(A, 2 * P);
        space.munmap(A + 3 * P, P);
        anonymous(A + 4 * P, 1, RW);
        assertEquals(List.of("+0,4:5", "-1,2", "+1,2:5", "-3,6", "+3,6:1", "-0,2", "+4,5:3"), told);
    }

    @Test void anotherThreadSeesChanges() throws InterruptedException {
        anonymous(A, 1, RW);
        boolean[] stop = {false};
        long[] faults = {0}, loads = {0};
        Thread reader = new Thread(() -> {
            while (!stop[0]) {
                for (int i = 0; i < 100; i++) try { space.load(A + 2 * P, 8); loads[0]++; } catch (GuestFault | InternalError e) { faults[0]++; }
                Raw.fence();
            }
        });
        reader.start();
        for (int i = 0; i < 3000; i++) {
            anonymous(A + 2 * P, 1, RW);
            space.store(A + 2 * P, 8, i);
            assertEquals(i, space.load(A + 2 * P, 8));
            space.munmap(A + 2 * P, P);
        }
        stop[0] = true;
        Raw.fence();
        reader.join();
        assertTrue(faults[0] > 0);
        assertNull(space.mapping(A + 2 * P));
        assertNotNull(space.mapping(A));
    }
}
