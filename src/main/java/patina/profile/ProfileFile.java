package patina.profile;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import patina.host.Crc32c;
import patina.ir.ImageKey;

/**
 * The file format of fragments and of merged profiles: a header (magic, format, image key, checksum), then batches (length, checksum,
 * {@link Packed} records). A damaged batch is left out and said; what follows it is still read.
 */
final class ProfileFile {
    private ProfileFile() {}

    /** What was left out of a file, and why. */
    record Skipped(Path file, long offset, String reason) {
        @Override public String toString() { return file + " at byte " + offset + ": " + reason; }
    }

    static final int HEADER = 8 + 8 + ImageKey.BYTES + 4, BATCH_HEADER = 8;
    private static final long MAGIC = ByteBuffer.wrap("patprof\n".getBytes(StandardCharsets.US_ASCII)).getLong();

    static byte[] header(ImageKey image) {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.putLong(MAGIC).putLong(Packed.FORMAT).put(image.digest());
        return header.putInt(checksum(header.array(), 0, HEADER - 4)).array();
    }

    /** One batch, ready to be appended. */
    static byte[] batch(Packed records) {
        byte[] batch = records.toByteArray(BATCH_HEADER);
        ByteBuffer.wrap(batch).putInt(records.size()).putInt(batchChecksum(batch, 0, records.size()));
        return batch;
    }

    /** Whether the file is of this kind but of another version's format: to be left to that version. */
    static boolean isOtherFormat(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(16);
            if (start.length < 16) return false;
            ByteBuffer b = ByteBuffer.wrap(start);
            return b.getLong() == MAGIC && b.getLong() != Packed.FORMAT;
        }
    }

    /** Adds what the file holds about {@code image} to {@code into}; the result is what had to be left out. */
    static List<Skipped> read(Path file, ImageKey image, Profile into) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            return List.of(new Skipped(file, 0, "unreadable: " + e));
        }
        String refusal = headerRefusal(bytes, image);
        if (refusal != null) return List.of(new Skipped(file, 0, refusal));
        List<Skipped> skipped = new ArrayList<>();
        for (int at = HEADER; at < bytes.length; ) {
            int left = bytes.length - at - BATCH_HEADER;
            int length = left < 0 ? -1 : ByteBuffer.wrap(bytes).getInt(at);
            if (length < 0 || length > left) {
                skipped.add(new Skipped(file, at, "the last batch is incomplete"));
                break;
            }
            String problem = readBatch(bytes, at, length, into);
            if (problem != null) skipped.add(new Skipped(file, at, problem));
            at += BATCH_HEADER + length;
        }
        return skipped;
    }

    private static String headerRefusal(byte[] bytes, ImageKey image) {
        if (bytes.length < HEADER) return "shorter than a header";
        ByteBuffer header = ByteBuffer.wrap(bytes, 0, HEADER);
        if (header.getLong() != MAGIC) return "not a profile";
        long format = header.getLong();
        if (format != Packed.FORMAT) return "format " + Long.toHexString(format) + ", expected " + Long.toHexString(Packed.FORMAT);
        byte[] digest = new byte[ImageKey.BYTES];
        header.get(digest);
        if (header.getInt() != checksum(bytes, 0, HEADER - 4)) return "the header's checksum is wrong";
        ImageKey found = ImageKey.ofDigest(digest);
        return found.equals(image) ? null : "of image " + found.brief() + ", expected " + image.brief();
    }

    private static String readBatch(byte[] bytes, int at, int length, Profile into) {
        if (ByteBuffer.wrap(bytes).getInt(at + 4) != batchChecksum(bytes, at, length)) return "the batch's checksum is wrong";
        try {
            into.addAll(Packed.read(ByteBuffer.wrap(bytes, at + BATCH_HEADER, length)));
            return null;
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return "the batch is malformed: " + e;
        }
    }

    private static int batchChecksum(byte[] bytes, int at, int length) {
        return Crc32c.of(Crc32c.of(0, bytes, at, 4), bytes, at + BATCH_HEADER, length);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        return Crc32c.of(0, bytes, from, length);
    }

    /** The whole profile as a file, in batches small enough that damage stays local. The same profile gives the same bytes. */
    static byte[] write(ImageKey image, Profile profile) {
        var out = new java.io.ByteArrayOutputStream();
        out.writeBytes(header(image));
        Packed records = new Packed();
        profile.paths().forEach(records::path);
        profile.blocks().values().forEach(b -> {
            records.block(b.pc(), b.count(), b.instructions(), b.reached());
            flush(records, out, 1 << 15);
        });
        profile.targets().forEach((site, to) -> to.forEach((target, count) -> {
            records.target(site, target, count);
            flush(records, out, 1 << 15);
        }));
        flush(records, out, 1);
        return out.toByteArray();
    }

    private static void flush(Packed records, java.io.ByteArrayOutputStream out, int atLeast) {
        if (records.size() < atLeast) return;
        out.writeBytes(batch(records));
        records.clear();
    }
}
