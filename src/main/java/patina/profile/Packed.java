package patina.profile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import patina.interp.Reached;

/**
 * The records of one batch, packed: a tag byte, then LEB128 numbers. Addresses are written as signed differences to the address before,
 * so a batch in ascending order is small, but any order is right.
 */
final class Packed {
    /** Changes with any change of the records: a file of another format is not read. */
    static final long FORMAT = "1 block: pc count instructions reached; 2 target: site target-site count; 3 path: utf-8".hashCode();

    private static final int BLOCK = 1, TARGET = 2, PATH = 3;

    private byte[] bytes = new byte[4096];
    private int size;
    private long last;

    int size() { return size; }

    /** A copy with {@code before} free bytes in front. */
    byte[] toByteArray(int before) {
        byte[] result = new byte[before + size];
        System.arraycopy(bytes, 0, result, before, size);
        return result;
    }

    void clear() { size = 0; last = 0; }

    void block(long pc, long count, int instructions, int reached) {
        tag(BLOCK);
        signed(pc - last);
        last = pc;
        unsigned(count);
        unsigned(instructions);
        unsigned(reached);
    }

    void target(long site, long target, long count) {
        tag(TARGET);
        signed(site - last);
        last = site;
        signed(target - site);
        unsigned(count);
    }

    void path(String path) {
        byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
        tag(PATH);
        unsigned(utf8.length);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    private void tag(int tag) { reserve(40); bytes[size++] = (byte) tag; }

    private void reserve(int more) { if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, 2 * bytes.length + more); }

    private void signed(long v) { unsigned(v << 1 ^ v >> 63); }

    private void unsigned(long v) {
        for (; (v & ~0x7fL) != 0; v >>>= 7) bytes[size++] = (byte) (v | 0x80);
        bytes[size++] = (byte) v;
    }

    // ---- reading; what does not parse is an IllegalArgumentException or BufferUnderflowException

    static Profile read(ByteBuffer from) {
        Profile profile = new Profile();
        long last = 0;
        while (from.hasRemaining()) {
            switch (from.get()) {
                case BLOCK -> {
                    last += signed(from);
                    profile.addBlock(last, count(from), (int) count(from), (int) unsigned(from) & Reached.ALL);
                }
                case TARGET -> {
                    last += signed(from);
                    profile.addTarget(last, last + signed(from), count(from));
                }
                case PATH -> {
                    long length = unsigned(from);
                    if (length < 0 || length > from.remaining()) throw new IllegalArgumentException("a path of " + length + " bytes");
                    byte[] utf8 = new byte[(int) length];
                    from.get(utf8);
                    profile.addPath(new String(utf8, StandardCharsets.UTF_8));
                }
                default -> throw new IllegalArgumentException("unknown record");
            }
        }
        return profile;
    }

    private static long count(ByteBuffer from) {
        long v = unsigned(from);
        return v < 0 ? Long.MAX_VALUE : v;
    }

    private static long signed(ByteBuffer from) {
        long v = unsigned(from);
        return v >>> 1 ^ -(v & 1);
    }

    private static long unsigned(ByteBuffer from) {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = from.get();
            v |= (b & 0x7fL) << shift;
            if (b >= 0) return v;
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }
}
