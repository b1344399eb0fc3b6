package patina.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import patina.code.CodeImage;
import patina.code.CorruptCodeImage;
import patina.ir.ImageKey;
import patina.profile.ProfileStore;
import patina.profile.TemporaryFile;

/**
 * The code images of a cache: {@code code/<image>/<key>.so}. Files are immutable: a new generation is a new file under the old name, and
 * whoever has mapped the old one keeps it. Writing that fails costs the translation, never the run.
 */
public final class Store {
    private static final String SUFFIX = ".so";

    private final CacheDirectory directory;
    private final Lookup.Refused unusable;
    private final boolean writes;
    /** The user whose files are trusted. */
    private final int user;

    private Store(CacheDirectory directory, Lookup.Refused unusable, boolean writes, int user) {
        this.directory = directory;
        this.unusable = unusable;
        this.writes = writes;
        this.user = user;
    }

    /** For reading only: makes nothing. A directory that must not be used gives a store that refuses everything. */
    public static Store reading(Path cache) { return of(new CacheDirectory(cache), false); }

    /** Makes the directory where it is missing; where that cannot be, the store refuses and {@link #problem} says why. */
    public static Store writing(Path cache) {
        CacheDirectory directory = new CacheDirectory(cache);
        try {
            directory.create();
            Store store = of(directory, true);
            if (store.unusable == null) directory.createFolders();
            return store;
        } catch (IOException e) {
            Store asItIs = of(directory, true);
            return asItIs.unusable == null || asItIs.unusable.reason() != Lookup.Reason.ABSENT ? asItIs
                    : new Store(directory, new Lookup.Refused(cache, Lookup.Reason.UNWRITABLE, CacheDirectory.reason(e), ""), true, asItIs.user);
        }
    }

    private static Store of(CacheDirectory directory, boolean writes) {
        try {
            int user = CacheDirectory.user();
            return new Store(directory, directory.check(user), writes, user);
        } catch (IOException e) {
            return new Store(directory, new Lookup.Refused(directory.path(), Lookup.Reason.UNREADABLE, "no /proc: " + e, ""), writes, -1);
        }
    }

    /** Why nothing in it may be used; null if it may. ABSENT is no problem to speak of. */
    public Lookup.Refused problem() { return unusable; }

    public CacheDirectory directory() { return directory; }

    public Path file(CacheKey key) { return file(key, key.digest()); }

    private Path file(CacheKey key, byte[] digest) { return directory.code().resolve(key.image().hex()).resolve(HexFormat.of().formatHex(digest) + SUFFIX); }

    /** The code image for exactly this key; the caller closes what is found. */
    public Lookup find(CacheKey key) {
        if (unusable != null) return unusable;
        byte[] digest = key.digest();
        Path file = file(key, digest);
        try {
            Lookup.Refused foreign = foreign(file);
            if (foreign != null) return foreign;
            CodeImage image = CodeImage.open(file);
            if (Arrays.equals(image.key(), digest)) return new Lookup.Found(image);
            SortedMap<String, String> meta = image.meta();
            image.close();
            return new Lookup.Refused(file, Lookup.Reason.OTHER_TOOLCHAIN, difference(meta, key.ingredients()),
                    difference(key.ingredients(), meta));
        } catch (CorruptCodeImage e) {
            return new Lookup.Refused(file, Lookup.Reason.CORRUPT, e.found, e.expected);
        } catch (NoSuchFileException e) {
            return absent(file, key);
        } catch (IOException e) {
            return new Lookup.Refused(file, Lookup.Reason.UNREADABLE, CacheDirectory.reason(e), "");
        }
    }

    /** Null if the file belongs to this user: what somebody else has made is not executed. */
    private Lookup.Refused foreign(Path file) throws IOException {
        int owner = (Integer) Files.getAttribute(file, "unix:uid");
        return owner == user ? null : new Lookup.Refused(file, Lookup.Reason.WRONG_OWNER, "user " + owner, "user " + user);
    }

    /** Nothing under this key: is there code of the image under another? */
    private static Lookup absent(Path file, CacheKey key) {
        try {
            for (Path other : ProfileStore.list(file.getParent())) {
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
        makeFolder(file.getParent());
        TemporaryFile.replace(file, content, true);
    }

    /** Of an image. A cache that has been deleted is not made again. */
    private static void makeFolder(Path folder) throws IOException {
        try {
            if (!Files.isDirectory(folder)) Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) throw e;    // else another thread has just made it
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
        makeFolder(complete(key).getParent());
        Files.writeString(complete(key), Files.exists(file(key)) ? profileDigest : profileDigest + NO_CODE);
    }

    /** What is there cannot be used: the optimizer is to make it again. Nothing is done in a store that only reads. */
    public void reopen(CacheKey key) {
        try {
            if (writes) Files.deleteIfExists(complete(key));
        } catch (IOException e) {
            return; // a cache that cannot be written is not mended; the run says so when it writes its profile
        }
    }

    private static final String NO_CODE = " no code";

    private Path complete(CacheKey key) { return file(key).resolveSibling(key.hex() + ".complete"); }

    // ---- one optimizer per cache

    /** Lock files held by this process: POSIX locks do not hold between its own threads, and closing any descriptor drops them. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Held by the one optimizer of a cache; the kernel lets go of it when the process dies, however it dies. */
    public record OptimizerLock(Path file, FileChannel channel, Object identity) implements AutoCloseable {
        /** The file is another or none: the cache has been deleted, and it may be that another optimizer works in one of the same name. */
        public boolean isGone() {
            try {
                return !identity(file).equals(identity);
            } catch (IOException e) {
                return true;
            }
        }

        private static Object identity(Path file) throws IOException { return Files.readAttributes(file, BasicFileAttributes.class).fileKey(); }

        @Override public void close() throws IOException {
            try {
                channel.close();
            } finally {
                HELD.remove(file);      // last: whoever finds it gone must not meet this lock
            }
        }
    }

    /** Null: another optimizer, in this or another process, is at work. */
    public OptimizerLock tryLock() throws IOException {
        if (unusable != null) throw new IOException(unusable.message());
        Path file = directory.path().toRealPath().resolve("optimizer.lock");
        if (!HELD.add(file)) return null;
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) return null;
            OptimizerLock lock = new OptimizerLock(file, channel, OptimizerLock.identity(file));
            locked = true;
            return lock;
        } finally {
            if (!locked) {
                if (channel != null) channel.close();
                HELD.remove(file);
            }
        }
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
        for (Path image : ProfileStore.list(directory.code()))
            for (Path file : ProfileStore.list(image))
                if (file.toString().endsWith(SUFFIX)) entries.add(entry(file));
        return entries;
    }

    private Entry entry(Path file) throws IOException {
        ImageKey key = new ImageKey(file.getParent().getFileName().toString());
        long size = Files.size(file);
        Lookup.Refused foreign = foreign(file);
        if (foreign != null) return new Entry(file, key, size, 0, 0, new java.util.TreeMap<>(), foreign.reason().text + ": " + foreign.found());
        try {
            CodeImage image = CodeImage.read(file);
            long instructions = 0;
            for (int i = 0; i < image.regions(); i++) instructions += image.instructions(i);
            return new Entry(file, key, size, image.regions(), instructions, image.meta(), null);
        } catch (CorruptCodeImage e) {
            return new Entry(file, key, size, 0, 0, new java.util.TreeMap<>(), Lookup.Reason.CORRUPT.text + ": " + e.getMessage());
        }
    }

    /** Removes all code, and the profiles if asked; returns how many bytes. */
    public long clear(boolean profilesToo) throws IOException {
        long bytes = remove(directory.code());
        return profilesToo ? bytes + remove(directory.profiles()) : bytes;
    }

    private static long remove(Path below) throws IOException {
        long bytes = 0;
        for (Path p : ProfileStore.list(below)) {
            boolean directory = Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS);
            bytes += directory ? remove(p) : Files.size(p);
            try {
                Files.deleteIfExists(p);
            } catch (DirectoryNotEmptyException e) {
                continue; // a run has put something there meanwhile
            }
        }
        return bytes;
    }
}
