package patina.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import patina.code.CodeImage;
import patina.code.CorruptCodeImage;
import patina.ir.ImageKey;

/**
 * The code images of a cache: {@code code/<image>/<key>.so}. Files are immutable: a new generation is a new file under the old name, and
 * whoever has mapped the old one keeps it. Writing that fails costs the translation, never the run.
 */
public final class Store {
    private static final String SUFFIX = ".so";

    private final CacheDirectory directory;
    private final Lookup.Refused unusable;

    private Store(CacheDirectory directory, Lookup.Refused unusable) {
        this.directory = directory;
        this.unusable = unusable;
    }

    /** For reading only: makes nothing. A directory that must not be used gives a store that refuses everything. */
    public static Store reading(Path cache) { return of(new CacheDirectory(cache)); }

    /** Makes the directory where it is missing; where that cannot be, the store refuses and {@link #problem} says why. */
    public static Store writing(Path cache) {
        CacheDirectory directory = new CacheDirectory(cache);
        try {
            directory.create();
        } catch (IOException e) {
            Store asItIs = of(directory);
            return asItIs.unusable == null ? asItIs
                    : new Store(directory, new Lookup.Refused(cache, Lookup.Reason.UNREADABLE, "cannot be made: " + e, ""));
        }
        return of(directory);
    }

    private static Store of(CacheDirectory directory) {
        try {
            return new Store(directory, directory.check(CacheDirectory.user()));
        } catch (IOException e) {
            return new Store(directory, new Lookup.Refused(directory.path(), Lookup.Reason.UNREADABLE, "no /proc: " + e, ""));
        }
    }

    /** Why nothing in it may be used; null if it may. ABSENT is no problem to speak of. */
    public Lookup.Refused problem() { return unusable; }

    public CacheDirectory directory() { return directory; }

    public Path file(CacheKey key) { return directory.code().resolve(key.image().hex()).resolve(key.hex() + SUFFIX); }

    /** The code image for exactly this key; the caller closes what is found. */
    public Lookup find(CacheKey key) {
        if (unusable != null) return unusable;
        Path file = file(key);
        try {
            CodeImage image = CodeImage.open(file);
            if (Arrays.equals(image.key(), key.digest())) return new Lookup.Found(image);
            SortedMap<String, String> meta = image.meta();
            image.close();
            return new Lookup.Refused(file, Lookup.Reason.OTHER_TOOLCHAIN, difference(meta, key.ingredients()),
                    difference(key.ingredients(), meta));
        } catch (CorruptCodeImage e) {
            return new Lookup.Refused(file, Lookup.Reason.CORRUPT, e.found, e.expected);
        } catch (NoSuchFileException e) {
            return absent(file, key);
        } catch (IOException e) {
            return new Lookup.Refused(file, Lookup.Reason.UNREADABLE, e.toString(), "");
        }
    }

    /** Nothing under this key: is there code of the image under another? */
    private static Lookup absent(Path file, CacheKey key) {
        try {
            for (Path other : list(file.getParent())) {
                if (!other.toString().endsWith(SUFFIX)) continue;
                SortedMap<String, String> meta = CodeImage.read(other).meta();
                return new Lookup.Refused(file, Lookup.Reason.OTHER_TOOLCHAIN, difference(meta, key.ingredients()), difference(key.ingredients(), meta));
            }
        } catch (IOException | CorruptCodeImage e) {
            return new Lookup.Refused(file, Lookup.Reason.ABSENT, "", ""); // what else lies there does not matter if it cannot be read
        }
        return new Lookup.Refused(file, Lookup.Reason.ABSENT, "", "");
    }

    /** Those of {@code of}'s ingredients that {@code other} has differently: "toolchain 12ab34…". */
    private static String difference(Map<String, String> of, Map<String, String> other) {
        StringBuilder s = new StringBuilder();
        other.keySet().forEach(name -> {
            String value = of.get(name);
            if (value != null && of.containsKey(name) && !value.equals(other.get(name)) && !name.startsWith("note-"))
                s.append(s.isEmpty() ? "" : ", ").append(name).append(' ').append(value.length() > 24 ? value.substring(0, 24) + "…" : value);
        });
        return s.toString();
    }

    /** Makes {@code content} the current code image for the key: temporary file, fsync, rename. */
    public void write(CacheKey key, byte[] content) throws IOException {
        if (unusable != null) throw new IOException(unusable.message());
        Path file = file(key);
        Files.createDirectories(file.getParent());
        Path temporary = file.getParent().resolve("new-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp");
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (ByteBuffer b = ByteBuffer.wrap(content); b.hasRemaining(); ) out.write(b);
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Whether all that the profile with this digest asks for has been done for this key; a note beside the code image says so. */
    public boolean isComplete(CacheKey key, String profileDigest) {
        try {
            String note = Files.readString(complete(key));
            return note.equals(profileDigest + NO_CODE) || note.equals(profileDigest) && Files.exists(file(key));
        } catch (IOException e) {
            return false; // no such note: the optimizer will look
        }
    }

    /** Leaves that note; where there is no code image, because nothing can be made, it says that too. */
    public void setComplete(CacheKey key, String profileDigest) throws IOException {
        Files.createDirectories(complete(key).getParent());
        Files.writeString(complete(key), Files.exists(file(key)) ? profileDigest : profileDigest + NO_CODE);
    }

    private static final String NO_CODE = " no code";

    private Path complete(CacheKey key) { return file(key).resolveSibling(key.hex() + ".complete"); }

    // ---- one optimizer per cache

    /** Lock files held by this process: POSIX locks do not hold between its own threads, and closing any descriptor drops them. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Held by the one optimizer of a cache; the kernel lets go of it when the process dies, however it dies. */
    public record OptimizerLock(Path file, FileChannel channel) implements AutoCloseable {
        @Override public void close() throws IOException {
            try (channel) { HELD.remove(file); }
        }
    }

    /** Null: another optimizer, in this or another process, is at work. */
    public OptimizerLock tryLock() throws IOException {
        if (unusable != null) throw new IOException(unusable.message());
        Path file = directory.path().toRealPath().resolve("optimizer.lock");
        if (!HELD.add(file)) return null;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) return new OptimizerLock(file, channel);
        } catch (IOException e) {
            HELD.remove(file);
            throw e;
        }
        HELD.remove(file);
        channel.close();
        return null;
    }

    // ---- for people

    /**
     * One code image as a table shows it.
     *
     * @param state null if whole, else why it cannot be used
     */
    public record Entry(Path file, ImageKey image, long bytes, int regions, long instructions, SortedMap<String, String> meta, String state) {}

    /** Every code image, by file name. */
    public List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path image : list(directory.code()))
            for (Path file : list(image))
                if (file.toString().endsWith(SUFFIX)) entries.add(entry(file));
        return entries;
    }

    private static Entry entry(Path file) throws IOException {
        ImageKey key = new ImageKey(file.getParent().getFileName().toString());
        long size = Files.size(file);
        try {
            CodeImage image = CodeImage.read(file);
            long instructions = 0;
            for (int i = 0; i < image.regions(); i++) instructions += image.instructions(i);
            return new Entry(file, key, size, image.regions(), instructions, image.meta(), null);
        } catch (CorruptCodeImage e) {
            return new Entry(file, key, size, 0, 0, new java.util.TreeMap<>(), e.getMessage());
        }
    }

    /** Removes all code, and the profiles if asked; returns how many bytes. */
    public long clear(boolean profilesToo) throws IOException {
        long bytes = remove(directory.code());
        return profilesToo ? bytes + remove(directory.profiles()) : bytes;
    }

    private static long remove(Path below) throws IOException {
        long bytes = 0;
        for (Path p : list(below)) {
            if (Files.isDirectory(p, java.nio.file.LinkOption.NOFOLLOW_LINKS)) bytes += remove(p);
            else bytes += Files.size(p);
            Files.delete(p);
        }
        return bytes;
    }

    static List<Path> list(Path directory) throws IOException {
        List<Path> result = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(result::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        result.sort(null);
        return result;
    }
}
