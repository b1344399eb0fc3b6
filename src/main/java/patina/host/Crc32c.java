package patina.host;

/** CRC-32C (Castagnoli), as {@code java.util.zip.CRC32C}, whose tables cost a cold JVM milliseconds. Memory that cannot be read gives a wrong one. */
public final class Crc32c {
    private Crc32c() {}

    /** Of the bytes that follow those with the CRC {@code before}; 0 for none. */
    public static int of(int before, long address, long length) { return Native.crc32c(before, address, length); }

    /** A checksum of many bytes, three times as fast: the CRC of the CRCs of three thirds, and of what is left. */
    public static int ofThirds(long address, long length) {
        long third = length / 3 & -8, into = Raw.allocate(12);
        try {
            Native.crc32cThirds(address, third, into);
            return of(of(0, into, 12), address + 3 * third, length - 3 * third);
        } finally {
            Raw.free(into);
        }
    }

    public static int of(int before, byte[] bytes, int from, int length) {
        if (length == 0) return before;
        long copy = Raw.allocate(length);
        try {
            Raw.copy(bytes, from, copy, length);
            return of(before, copy, length);
        } finally {
            Raw.free(copy);
        }
    }
}
