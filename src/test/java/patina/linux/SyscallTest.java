package patina.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static patina.guest.SyscallName.*;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.memory.Mapping;

/** System calls by hand-set registers, against the real kernel. */
class SyscallTest {
    private static final long D = Guests.DATA, BAD = Guests.UNMAPPED;
    private static final long EFAULT = Errno.EFAULT.result(), EBADF = Errno.EBADF.result(), EINVAL = Errno.EINVAL.result();

    @TempDir Path folder;
    final Guests g = new Guests();

    @AfterEach void close() { g.close(); }

    @Test void everyRowHasTheNameOfASystemCall() {
        for (Syscall s : Syscall.values()) assertEquals(s.name(), SyscallName.valueOf(s.name()).name());
        assertEquals(Syscall.values().length, Syscall.rows().stream().filter(r -> java.util.Arrays.stream(Syscall.values()).anyMatch(s -> s.name().equalsIgnoreCase(r.name()))).count());
    }

    @Test void everyRowHasAName() {
        for (Syscall s : Syscall.values()) SyscallName.valueOf(s.name());
        assertTrue(Syscall.rows().size() >= Syscall.values().length);
        assertEquals(Errno.ENOSYS.result(), g.call(PTRACE));
        assertEquals(1, g.process.unsupported().get("ptrace"));
        assertEquals(Errno.ENOSYS.result(), g.call(BPF));
    }

    @Test void filesReadAndWritten() throws Exception {
        long path = g.string(0, folder.resolve("file").toString());
        long fd = g.call(OPEN, path, 0x42, 0600);
        assertTrue(fd >= 0);
        g.string(0x1000, "hello");
        assertEquals(5, g.call(WRITE, fd, D + 0x1000, 5));
        assertEquals("hello", Files.readString(folder.resolve("file")));
        assertEquals(3, g.call(PREAD64, fd, D + 0x2000, 3, 2));
        assertEquals("llo", g.string(D + 0x2000, 3));
        assertEquals(0, g.call(FSTAT, fd, D + 0x3000));
        assertEquals(5, g.memory.load(D + 0x3000 + 48, 8), "st_size");
        assertEquals(0x8000 | 0600, g.memory.load(D + 0x3000 + 24, 4), "st_mode");
        // a vector of two
        g.memory.store(D + 0x4000, 8, D + 0x1000); g.memory.store(D + 0x4008, 8, 2);
        g.memory.store(D + 0x4010, 8, D + 0x1003); g.memory.store(D + 0x4018, 8, 2);
        assertEquals(4, g.call(WRITEV, fd, D + 0x4000, 2));
        assertEquals("hellohelo", Files.readString(folder.resolve("file")));
        assertEquals(0, g.call(CLOSE, fd));
        assertEquals(EBADF, g.call(CLOSE, fd));
        assertEquals(0, g.call(UNLINK, path));
        assertFalse(Files.exists(folder.resolve("file")));
    }

    @Test void badPointers() {
        long zero = g.call(OPEN, g.string(0, "/dev/zero"), 0);
        assertEquals(EFAULT, g.call(READ, zero, BAD, 5));
        assertEquals(EFAULT, g.call(READ, zero, -1, 5));
        assertEquals(0, g.call(READ, zero, BAD, 0));
        assertEquals(Guests.DATA_BYTES - 16, g.call(READ, zero, D + 16, 0x100000), "what can be used");
        assertEquals(EFAULT, g.call(OPEN, BAD, 0));
        assertEquals(EFAULT, g.call(OPEN, 0, 0));
        assertEquals(EFAULT, g.call(STAT, D, BAD));
        assertEquals(EFAULT, g.call(CLOCK_GETTIME, 0, D + Guests.DATA_BYTES - 8));
        assertEquals(EFAULT, g.call(READV, zero, BAD, 1));
        g.call(CLOSE, zero);
    }

    @Test void longPaths() {
        for (int i = 0; i < 5000; i++) g.memory.store(D + i, 1, 'a');
        assertEquals(Errno.ENAMETOOLONG.result(), g.call(OPEN, D, 0));
        // a string that runs into unmapped memory
        g.memory.store(D + Guests.DATA_BYTES - 1, 1, 'a');
        assertEquals(EFAULT, g.call(OPEN, D + Guests.DATA_BYTES - 1, 0));
    }

    @Test void reservedDescriptorsLookClosed() {
        long fd = g.call(OPEN, g.string(0, "/dev/null"), 0);
        g.process.reserveDescriptors((int) fd, (int) fd + 1);
        assertEquals(EBADF, g.call(READ, fd, D, 1));
        assertEquals(EBADF, g.call(CLOSE, fd));
        assertEquals(EBADF, g.call(DUP2, 1, fd));
        assertEquals(EBADF, g.call(FCNTL, fd, 1));
        assertEquals(0, g.call(CLOSE_RANGE, fd, fd));
        assertEquals(0, Kernel.call(SyscallName.FCNTL, fd, 1));
        Kernel.call(SyscallName.CLOSE, fd);
    }

    @Test void selfIsTheGuest() {
        long n = g.call(READLINK, g.string(0, "/proc/self/exe"), D + 0x1000, 100);
        assertTrue(g.string(D + 0x1000, (int) n).endsWith("/bin/true"));
        long fd = g.call(OPENAT, -100, g.string(0, "/proc/self/maps"), 0);
        n = g.call(READ, fd, D + 0x1000, 8000);
        assertTrue(g.string(D + 0x1000, (int) n).contains("/bin/true"));
        g.call(CLOSE, fd);
        fd = g.call(OPEN, g.string(0, "/proc/" + g.process.pid() + "/cmdline"), 0);
        assertEquals(5, g.call(READ, fd, D + 0x1000, 100));
        assertEquals("true", g.string(D + 0x1000));
        g.call(CLOSE, fd);
    }

    @Test void memory() {
        long at = g.call(MMAP, 0, 8192, 3, 0x22, -1, 0);
        g.memory.store(at + 4096, 8, 7);
        assertEquals(0, g.call(MPROTECT, at, 4096, 0));
        assertEquals(0, g.call(MINCORE, at, 8192, D));
        assertEquals(1, g.memory.load(D + 1, 1));
        assertEquals(0, g.call(MUNMAP, at, 8192));
        assertEquals(Errno.ENOMEM.result(), g.call(MINCORE, at, 8192, D));
        Mapping none = g.memory.mapping(at);
        assertEquals(null, none);
        assertEquals(EINVAL, g.call(MMAP, 0, 0, 3, 0x22, -1, 0));
    }

    @Test void timeAndLimits() {
        assertEquals(0, g.call(CLOCK_GETTIME, 1, D));
        g.memory.store(D, 8, 0); g.memory.store(D + 8, 8, 30_000_000);
        long before = System.nanoTime();
        assertEquals(0, g.call(NANOSLEEP, D, 0));
        assertTrue(System.nanoTime() - before >= 30_000_000);
        g.memory.store(D + 8, 8, 2_000_000_000L);
        assertEquals(EINVAL, g.call(NANOSLEEP, D, 0));
        assertEquals(0, g.call(POLL, 0, 0, 10));
        assertEquals(0, g.call(PRLIMIT64, 0, 3, 0, D));
        assertEquals(8 << 20, g.memory.load(D, 8), "stack");
        assertEquals(0, g.call(UNAME, D));
        assertEquals("x86_64", g.string(D + 4 * 65));
        assertEquals(g.process.pid(), g.call(GETTID));
        assertEquals(0, g.call(ARCH_PRCTL, 0x1002, 0x1234));
        assertEquals(0, g.call(ARCH_PRCTL, 0x1003, D));
        assertEquals(0x1234, g.memory.load(D, 8));
        assertEquals(EINVAL, g.call(ARCH_PRCTL, 0x3001, 0));
    }

    @Test void brokenPipeIsASignal() {
        assertEquals(0, g.call(PIPE2, D, 0));
        long read = g.memory.load(D, 4), write = g.memory.load(D + 4, 4);
        assertEquals(0, g.call(CLOSE, read));
        assertEquals(Errno.EPIPE.result(), g.call(WRITE, write, D, 1));
        g.task.deliverSignals();
        assertTrue(g.process.exited());
        assertEquals(128 + 13, g.process.exitStatus());
        Kernel.call(SyscallName.CLOSE, write);
    }

    @Test void exitStatus() {
        g.call(EXIT_GROUP, 0x1ff);
        assertTrue(g.process.exited());
        assertEquals(0xff, g.process.exitStatus());
    }
}
