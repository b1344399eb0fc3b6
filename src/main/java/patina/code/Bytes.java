package patina.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import patina.host.Crc32c;
import patina.host.Errno;
import patina.host.FaultHandling;
import patina.host.HostMemory;
import patina.host.Raw;
import patina.host.Syscall;

/**
 * A code image's bytes: an array, or a file mapped read-only. By system calls of our own: the first mapping by way of java.nio costs
 * 60 ms of class loading. Numbers are little-endian, offsets are checked.
 */
final class Bytes {
    private static final int AT_FDCWD = -100, O_CLOEXEC = 0x80000, SEEK_END = 2;

    /** Null for an array. */
    final Path path;
    final int size;
    private final byte[] array;
    private long address;

    private Bytes(Path path, byte[] array, long address, int size) {
        this.path = path;
        this.array = array;
        this.address = address;
        this.size = size;
    }

    static Bytes of(byte[] array) { return new Bytes(null, array, 0, array.length); }

    static Bytes map(Path path) throws IOException {
        FaultHandling.install();    // a page that cannot be read gives a wrong checksum, not the JVM's end
        int fd = open(path);
        try {
            long size = must("measure", path, Syscall.call(Syscall.LSEEK, fd, 0, SEEK_END));
            if (size > Integer.MAX_VALUE) throw new IOException(path + " is larger than 2 GiB");
            if (size == 0) return new Bytes(path, new byte[0], 0, 0);
            long address = must("map", path, Syscall.mmap(0, size, HostMemory.READ, HostMemory.PRIVATE | HostMemory.POPULATE, fd, 0));
            return new Bytes(path, null, address, (int) size);
        } finally {
            Syscall.call(Syscall.CLOSE, fd);
        }
    }

    /** open(2) for reading; the descriptor is the caller's to close. */
    static int open(Path path) throws IOException {
        byte[] name = (path.toString() + '\0').getBytes(StandardCharsets.UTF_8);
        long a = Raw.allocate(name.length);
        try {
            Raw.copy(name, 0, a, name.length);
            long fd = Syscall.call(Syscall.OPENAT, AT_FDCWD, a, O_CLOEXEC);
            if (fd == Errno.ENOENT.result() || fd == Errno.ENOTDIR.result()) throw new NoSuchFileException(path.toString());
            return (int) must("open", path, fd);
        } finally {
            Raw.free(a);
        }
    }

    static long must(String what, Path path, long result) throws IOException {
        if (Errno.is(result)) throw new IOException("cannot " + what + " " + path + ": " + Errno.name(result));
        return result;
    }

    /** Of a mapped file. */
    void close() {
        if (address != 0) HostMemory.unmap(address, HostMemory.roundUp(size));
        address = 0;
    }

    byte[] array() { return array; }

    int getInt(int at) {
        Objects.checkFromIndexSize(at, 4, size);
        return array != null ? Raw.getInt(array, at) : Raw.getInt(mapped() + at);
    }

    long getLong(int at) {
        Objects.checkFromIndexSize(at, 8, size);
        return array != null ? Raw.getLong(array, at) : Raw.getLong(mapped() + at);
    }

    byte[] copy(int at, int length) {
        byte[] copy = new byte[length];
        copy(at, copy, length);
        return copy;
    }

    private void copy(int at, byte[] to, int length) {
        Objects.checkFromIndexSize(at, length, size);
        if (array != null) System.arraycopy(array, at, to, 0, length);
        else Raw.copy(mapped() + at, to, 0, length);
    }

    private long mapped() {
        if (address == 0) throw new IllegalStateException(path + " was closed");
        return address;
    }

    /** Of everything but the 4 bytes at {@code hole}. */
    int checksum(int hole) {
        if (array == null) return checksum(mapped(), hole);
        long copy = Raw.allocate(size);
        try {
            Raw.copy(array, 0, copy, size);
            return checksum(copy, hole);
        } finally {
            Raw.free(copy);
        }
    }

    private int checksum(long from, int hole) {
        int behind = Crc32c.ofThirds(from + hole + 4, size - hole - 4);
        return Crc32c.of(behind, from, hole);
    }
}
