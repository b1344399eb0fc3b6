package patina.optimize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import patina.cache.CacheKey;
import patina.cache.Lookup;
import patina.cache.Store;
import patina.code.Linker;
import patina.guest.CodeSource;
import patina.image.Bytes;
import patina.image.ElfImage;
import patina.ir.ImageKey;
import patina.ir.ObjectCode;
import patina.ir.Region;
import patina.profile.Profile;

/**
 * The translations of one image that somebody works on, the optimizer or a run's compiler thread: the image's bytes, the codes that there
 * are by entry, and how more are planned, compiled and written. One caller at a time.
 */
public final class ImageWork {
    /** Regions per call of the compiler: it saves the set-up of a module each (measured: 0.47 to 0.33 ms per guest instruction). */
    static final int BATCH = 32;

    public final ImageKey image;
    /** Where the image's bytes were found. */
    public final String path;
    private final Optimizer.Target target;
    private final CodeSource bytes;
    private final CacheKey key;
    private final SortedMap<Long, ObjectCode> codes = new TreeMap<>();

    private final Blocks.Lifted lifted = new Blocks.Lifted();

    private ImageWork(ImageKey image, String path, CodeSource bytes, Optimizer.Target target) {
        this.image = image;
        this.path = path;
        this.bytes = bytes;
        this.target = target;
        key = target.key().forImage(image);
    }

    /** Null where nothing can be done for the image; {@code note} is told why. */
    public static ImageWork find(ImageKey image, Collection<String> paths, List<Optimizer.Target> targets, Consumer<String> note) {
        for (String path : paths) {
            byte[] content = content(image, path);
            if (content == null) continue;
            switch (ElfImage.parse(Bytes.of(content))) {
                case ElfImage.Bad bad -> note.accept(path + ": " + bad.reason());
                case ElfImage.Good(ElfImage elf) -> {
                    for (Optimizer.Target t : targets)
                        if (t.machine() == elf.machine()) return new ImageWork(image, path, elf.code(Bytes.of(content)), t);
                    note.accept(path + ": machine " + elf.machine() + " cannot be translated here");
                }
            }
            return null;
        }
        note.accept("image " + image.brief() + " is not to be found any more at " + String.join(", ", paths));
        return null;
    }

    /** The image's bytes if they are at {@code path}, where it was seen; else null. */
    private static byte[] content(ImageKey image, String path) {
        try {
            byte[] content = Files.readAllBytes(Path.of(path));
            return ImageKey.of(content).equals(image) ? content : null;
        } catch (IOException e) {
            return null; // gone or not ours to read: perhaps it is elsewhere; the caller says so if it is nowhere
        }
    }

    CacheKey key() { return key; }

    /** Takes over what the store has. Of two codes with one entry that of more instructions stays: it was made when more was known. */
    public void load(Store store, Consumer<String> note) {
        switch (store.find(key)) {
            case Lookup.Found(var old) -> {
                add(old.objectCodes());
                old.close();
            }
            case Lookup.Refused r -> { if (r.reason() != Lookup.Reason.ABSENT) note.accept(r.message()); }
        }
    }

    /** As {@link #load} for codes made elsewhere; returns whether anything is new. */
    boolean add(Collection<ObjectCode> more) {
        boolean changed = false;
        for (ObjectCode c : more) {
            ObjectCode known = codes.get(c.entry());
            if (known != null && known.instructions() >= c.instructions()) continue;
            codes.put(c.entry(), c);
            changed = true;
        }
        return changed;
    }

    /** What is to be done about some hot blocks, and what lies around them. */
    public Plan plan(Profile profile, Collection<Long> hot) {
        return plan(Neighbourhood.of(profile, hot, pc -> lifted.whole(target.guest(), bytes, pc)));
    }

    /** What is to be done for all that the profile knows. */
    Plan plan(Profile profile) { return Plan.of(profile, target.guest(), bytes, codes.values(), lifted); }

    public boolean has(long entry) { return codes.containsKey(entry); }

    /** A batch at once; where that fails, each region by itself, and those that fail alone are noted and left out. The new codes. */
    public List<ObjectCode> compile(List<Region> batch, Consumer<String> note) {
        List<ObjectCode> made = compiled(batch, note);
        made.forEach(c -> codes.put(c.entry(), c));
        return made;
    }

    private List<ObjectCode> compiled(List<Region> batch, Consumer<String> note) {
        try {
            return target.compiler().get().compile(batch);
        } catch (RuntimeException e) {
            List<ObjectCode> made = new ArrayList<>();
            if (batch.size() > 1) for (Region r : batch) made.addAll(compiled(List.of(r), note));
            else note.accept(path + ": no code for the region at 0x" + Long.toHexString(batch.getFirst().entry()) + ": " + e.getMessage());
            return made;
        }
    }

    /** A code image of these codes. */
    public byte[] link(Collection<ObjectCode> some) {
        TreeMap<String, String> meta = new TreeMap<>(key.ingredients());
        meta.put("note-name", Path.of(path).getFileName().toString());
        return Linker.link(some, bytes, key.digest(), meta);
    }

    /** Writes all codes as the image's new generation. Under the optimizer's lock. */
    void write(Store store) throws IOException { store.write(key, link(codes.values())); }

    /**
     * Adds codes that were made in a run to what the store has, so that nobody makes them again. Changes nothing here. Under the optimizer's
     * lock.
     */
    public void keep(Store store, Collection<ObjectCode> made) throws IOException {
        ImageWork onDisc = new ImageWork(image, path, bytes, target);
        onDisc.load(store, _ -> { });
        if (onDisc.add(made)) onDisc.write(store);
    }
}
