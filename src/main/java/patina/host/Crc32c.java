package patina.host;

/** CRC-32C (Castagnoli), as {@code java.util.zip.CRC32C}, whose tables cost a cold JVM milliseconds. Memory that cannot be read gives a wrong one. */
public final class Crc32c {
    private Crc32c() {}

    /** Of the bytes that follow those with the CRC {@code before}; 0 for none. */
    public static int of(int before, long address, long length) { return Native.crc32c(before, address, length); }

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
