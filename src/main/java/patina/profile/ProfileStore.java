package patina.profile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import patina.ir.ImageKey;

/**
 * The profiles of a cache: {@code profiles/<image>/profile}, and beside it the fragments that runs have left. Merging is for one process
 * at a time (the optimizer's lock); reading and appending are for any number.
 */
public final class ProfileStore {
    static final String FRAGMENT = ".fragment";
    /** A fragment that a merge has taken; one that a killed merge left is taken by the next. */
    private static final String TAKEN = ".taken";
    private static final String PROFILE = "profile";

    /** A profile, how many fragments went into it just now, and what had to be left out. */
    public record Merged(Profile profile, int fragments, List<String> skipped) {}

    private final Path root;

    public ProfileStore(Path root) { this.root = root; }

    public Path root() { return root; }

    /** Images that have a profile or fragments, in order of their keys. */
    public List<ImageKey> images() throws IOException {
        List<ImageKey> images = new ArrayList<>();
        for (Path p : list(root)) {
            String name = p.getFileName().toString();
            if (ImageKey.isKey(name)) images.add(new ImageKey(name));
        }
        return images;
    }

    /** What is known now, fragments included; changes nothing. */
    public Merged read(ImageKey image) throws IOException {
        for (;;) {
            Merged now = readOnce(image);
            if (now != null) return now;
        }
    }

    /** null: a merge was at work meanwhile. */
    private Merged readOnce(ImageKey image) throws IOException {
        Profile profile = new Profile();
        List<String> skipped = new ArrayList<>();
        int fragments = 0;
        for (Path file : list(root.resolve(image.hex()))) {
            if (!holdsCounts(file)) continue;
            ProfileFile.read(file, image, profile).forEach(s -> skipped.add(s.toString()));
            if (Files.notExists(file)) return null;
            if (!isProfile(file)) fragments++;
        }
        return new Merged(profile, fragments, skipped);
    }

    /** SHA-256 of the merged profile's file; "" where there is none. */
    public String digest(ImageKey image) throws IOException {
        Path file = root.resolve(image.hex()).resolve(PROFILE);
        return Files.exists(file) ? ImageKey.of(file).hex() : "";
    }

    /** Whether fragments wait; those of another version's format wait for that version. */
    public boolean hasFragments(ImageKey image) throws IOException {
        try {
            for (Path file : list(root.resolve(image.hex()))) if (holdsCounts(file) && !isProfile(file) && !ProfileFile.isOtherFormat(file)) return true;
            return false;
        } catch (NoSuchFileException merged) {
            return hasFragments(image);
        }
    }

    /** Merges the fragments into the profile and deletes them. Killed at any point it loses nothing; counts of that merge may double. */
    public Merged merge(ImageKey image) throws IOException {
        Path directory = root.resolve(image.hex());
        Path file = directory.resolve(PROFILE);
        Profile profile = new Profile();
        List<String> skipped = new ArrayList<>();
        if (Files.exists(file)) {
            if (ProfileFile.isOtherFormat(file)) Files.move(file, directory.resolve(PROFILE + ".other"), StandardCopyOption.REPLACE_EXISTING);
            else ProfileFile.read(file, image, profile).forEach(s -> skipped.add(s.toString()));
        }
        List<Path> taken = take(directory);
        for (Path fragment : taken) ProfileFile.read(fragment, image, profile).forEach(s -> skipped.add(s.toString()));
        if (!taken.isEmpty() || !skipped.isEmpty()) {
            TemporaryFile.replace(file, ProfileFile.write(image, profile), true);
            for (Path fragment : taken) Files.deleteIfExists(fragment);
        }
        return new Merged(profile, taken.size(), skipped);
    }

    private static List<Path> take(Path directory) throws IOException {
        List<Path> taken = new ArrayList<>();
        for (Path p : list(directory)) {
            String name = p.getFileName().toString();
            if (name.endsWith(TAKEN)) taken.add(p);
            if (!name.endsWith(FRAGMENT) || ProfileFile.isOtherFormat(p)) continue;
            // the same run may go on and make a fragment of the same name again: a name of its own for each taking
            taken.add(Files.move(p, p.resolveSibling(name + "." + Long.toHexString(System.nanoTime()) + TAKEN), StandardCopyOption.ATOMIC_MOVE));
        }
        return taken;
    }

    private static boolean isProfile(Path file) { return file.getFileName().toString().equals(PROFILE); }

    private static boolean holdsCounts(Path file) {
        String name = file.getFileName().toString();
        return name.equals(PROFILE) || name.endsWith(FRAGMENT) || name.endsWith(TAKEN);
    }

    /** What is in a directory, in order; nothing where there is no such directory. */
    public static List<Path> list(Path directory) throws IOException {
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
