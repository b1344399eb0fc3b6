package patina.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import patina.cache.Fingerprint;

/** Leaves the toolchain's fingerprint among the classes that it was computed from. */
public final class ToolchainFingerprint {
    private ToolchainFingerprint() {}

    /** Arguments: the directory of our class files, then the versions of libraries that decide what code comes out. */
    public static void main(String... args) throws IOException {
        Path classes = Path.of(args[0]);
        Files.writeString(classes.resolve(Fingerprint.RESOURCE), Fingerprint.compute(classes, Arrays.copyOfRange(args, 1, args.length)) + "\n");
    }
}
