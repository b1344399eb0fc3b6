package patina.cache;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import patina.host.Crc32c;
import patina.ir.ImageKey;
import patina.profile.TemporaryFile;

/**
 * Remembers what content a file had, by what the kernel says of it (device, inode, size, times): a warm start hashes nothing. As git's
 * index does, it does not believe in a file that was changed less than {@value #SETTLED_NANOS} ns before it was hashed: a later change
 * could leave the same times. A damaged index is an empty one, and is written anew. Thread-safe.
 */
public final class ContentIndex {
    /** What identifies a state of a file: fstat(2)'s st_dev, st_ino, st_size, st_mtim and st_ctim, the latter in nanoseconds. */
    public record FileState(long device, long inode, long size, long modified, long changed) {
        boolean is(FileState s) {
            return device == s.device && inode == s.inode && size == s.size && modified == s.modified && changed == s.changed;
        }
    }

    /** Compared by hand, as file states are: the JVM's own comparison of records costs 10 ms at its first use. */
    private record Inode(long device, long inode) {
        @Override public boolean equals(Object o) { return o instanceof Inode i && device == i.device && inode == i.inode; }
        @Override public int hashCode() { return Long.hashCode(31 * device + inode); }
    }

    /** Of most rows nobody asks for the key: only its digest is kept. */
    private record Row(FileState state, byte[] digest) {
        Inode inode() { return new Inode(state.device, state.inode); }
    }

    /** Computes the content's key when it is not remembered. */
    @FunctionalInterface public interface Hasher { ImageKey hash() throws IOException; }

    public static final String NAME = "content-index";
    static final long SETTLED_NANOS = 2_000_000_000L;
    private static final long MAGIC = 0x70617469_6e613031L;
    private static final int ROW = 5 * 8 + ImageKey.BYTES;

    private final Path file;
    /** By inode: of a file's states only the last one is kept. */
    private Map<Inode, Row> known;
    private boolean changed;
    private String problem;

    public ContentIndex(Path cache) { this.file = cache.resolve(NAME); }

    /** The content's key: remembered, or hashed and remembered if the file has settled by {@code nowNanos} (of the epoch). */
    public synchronized ImageKey key(FileState state, long nowNanos, Hasher hasher) throws IOException {
        if (known == null) known = load();
        Row row = known.get(new Inode(state.device, state.inode));
        if (row != null && row.state.is(state)) return ImageKey.ofDigest(row.digest);
        ImageKey key = hasher.hash();
        if (nowNanos - Math.max(state.modified, state.changed) > SETTLED_NANOS) {
            known.put(new Inode(state.device, state.inode), new Row(state, key.digest()));
            changed = true;
        }
        return key;
    }

    /** The key of a file by its path, by what stat(2) says now. */
    public ImageKey key(Path of) throws IOException { return key(stateOf(of), System.currentTimeMillis() * 1_000_000, () -> ImageKey.of(of)); }

    public static FileState stateOf(Path of) throws IOException {
        var a = Files.readAttributes(of, "unix:dev,ino,size,lastModifiedTime,ctime");
        return new FileState((Long) a.get("dev"), (Long) a.get("ino"), (Long) a.get("size"), nanos(a.get("lastModifiedTime")), nanos(a.get("ctime")));
    }

    private static long nanos(Object fileTime) { return ((FileTime) fileTime).to(TimeUnit.NANOSECONDS); }

    /** Writes what was learned, if anything. Two processes at once: the last one wins, the other's files are hashed once more. */
    public synchronized void save() throws IOException {
        if (!changed) return;
        Map<Inode, Row> sorted = new TreeMap<>(Comparator.comparingLong(Inode::device).thenComparingLong(Inode::inode));
        sorted.putAll(load());
        sorted.putAll(known);
        ByteBuffer out = ByteBuffer.allocate(16 + ROW * sorted.size());
        out.putLong(MAGIC).putInt(sorted.size()).putInt(0);
        for (Row row : sorted.values()) {
            FileState s = row.state;
            out.putLong(s.device).putLong(s.inode).putLong(s.size).putLong(s.modified).putLong(s.changed).put(row.digest);
        }
        out.putInt(12, checksum(out.array()));
        TemporaryFile.replace(file, out.array(), false);
        changed = false;
    }

    /** Why the file was not believed; null while it was, or there was none. */
    public synchronized String problem() { return problem; }

    private Map<Inode, Row> load() {
        Map<Inode, Row> rows = new HashMap<>();
        byte[] bytes;
        try (FileInputStream in = new FileInputStream(file.toFile())) { // lighter on a cold start than java.nio.file
            bytes = in.readAllBytes();
        } catch (FileNotFoundException e) {
            if (file.toFile().exists()) problem = Lookup.Reason.UNREADABLE.text;
            return rows; // else no index yet: files are hashed
        } catch (IOException e) {
            problem = Lookup.Reason.UNREADABLE.text + ": " + e.getMessage();
            return rows;
        }
        String damage = damage(bytes);
        if (damage != null) {
            problem = damage;
            return rows;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(16);
        while (in.hasRemaining()) {
            FileState state = new FileState(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
            byte[] digest = new byte[ImageKey.BYTES];
            in.get(digest);
            Row row = new Row(state, digest);
            rows.put(row.inode(), row);
        }
        return rows;
    }

    private static String damage(byte[] bytes) {
        if (bytes.length < 16) return "damaged: " + bytes.length + " bytes";
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong() != MAGIC) return "damaged: another magic";
        if (16 + (long) ROW * in.getInt() != bytes.length) return "damaged: " + bytes.length + " bytes are not its rows";
        return in.getInt() == checksum(bytes) ? null : "damaged: the checksum is wrong";
    }

    private static int checksum(byte[] bytes) {
        return Crc32c.of(Crc32c.of(0, bytes, 0, 12), bytes, 16, bytes.length - 16);
    }
}
