package patina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import patina.cache.CacheDirectory;
import patina.cache.Lookup;
import patina.cache.Store;
import patina.ir.ImageKey;
import patina.profile.ProfileStore;
import picocli.CommandLine.Option;

/** The option --cache, and what it leads to. */
final class CacheOption {
    @Option(names = "--cache", paramLabel = "DIR",
            description = "The directory of profiles and native code (default: $$PATINA_CACHE, $$XDG_CACHE_HOME/patina, ~/.cache/patina).")
    private Path directory;

    Path path() {
        if (directory != null && directory.toString().isEmpty()) throw new Failure(Failure.WRONG_USAGE, "option --cache needs a value");
        return directory != null ? directory.toAbsolutePath() : CacheDirectory.standard(System.getenv()).toAbsolutePath();
    }

    /** To look at: nothing is made. A cache that is not there is an empty one. */
    Store reading() {
        Store store = Store.reading(path());
        if (store.problem() != null && store.problem().reason() != Lookup.Reason.ABSENT) throw new Failure(Failure.FAILED, store.problem().message());
        return store;
    }

    Store writing() {
        Store store = Store.writing(path());
        if (store.problem() != null) throw new Failure(Failure.FAILED, store.problem().message());
        return store;
    }

    ProfileStore profiles() { return new ProfileStore(reading().directory().profiles()); }

    /** Which image the user means by a key, the beginning of one, a file, or the name of a file that runs have used. */
    ImageKey image(String text) throws IOException {
        if (ImageKey.isKey(text)) return new ImageKey(text);
        ProfileStore profiles = profiles();
        TreeSet<ImageKey> known = new TreeSet<>(profiles.images());
        reading().list().forEach(e -> known.add(e.image()));
        List<ImageKey> meant = new ArrayList<>();
        if (text.length() >= 4) for (ImageKey key : known) if (key.hex().startsWith(text)) meant.add(key);
        if (meant.isEmpty() && Files.isRegularFile(Path.of(text))) return ImageKey.of(Path.of(text));
        if (meant.isEmpty() && text.indexOf('/') < 0)
            for (ImageKey key : known) if (profiles.read(key).profile().paths().stream().anyMatch(p -> p.endsWith("/" + text))) meant.add(key);
        if (meant.size() == 1) return meant.getFirst();
        throw new Failure(Failure.FAILED, text + (meant.isEmpty() ? " is neither a file nor an image in " + path()
                : " may be any of " + String.join(", ", meant.stream().map(ImageKey::brief).toList())));
    }

    static final String IMAGE = "A file, its name, or (the beginning of) its key.";
}
