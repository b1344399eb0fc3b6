package patina.cache;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import patina.ir.ImageKey;

/**
 * The toolchain's fingerprint: SHA-256 over our own class files that decide what code comes out, and the compiler library's version. The
 * build computes it (patina.build.ToolchainFingerprint) and leaves it as the resource {@code patina/fingerprint}: a warm run reads 64 bytes. Nobody bumps a
 * version: whatever changes a class changes the fingerprint.
 */
public final class Fingerprint {
    private Fingerprint() {}

    /** Packages whose classes decide what code comes out; with what is below them. */
    static final List<String> PACKAGES = List.of("ir", "guest", "llvm", "code", "optimize");
    public static final String RESOURCE = "patina/fingerprint";

    /** Of the running program; read on first use. */
    public static String toolchain() { return Current.VALUE; }

    private static final class Current {
        static final String VALUE = read();
    }

    /** Held, or the collector would close it. */
    private static ZipFile ours;

    private static String read() {
        String jar = System.getProperty("java.class.path");
        int end = jar.indexOf(File.pathSeparatorChar);
        if (end > 0) jar = jar.substring(0, end);
        try {
            if (!jar.endsWith(".jar")) return text(Fingerprint.class.getClassLoader().getResourceAsStream(RESOURCE));
            // By the class loader it is several milliseconds: that looks into all modules first. The jar stays open, and open it is the class loader's
            // too: java.util.zip has a file open once.
            ours = new ZipFile(jar);
            ZipEntry entry = ours.getEntry(RESOURCE);
            return text(entry == null ? null : ours.getInputStream(entry));
        } catch (IOException e) {
            throw new IllegalStateException("the program's own file " + RESOURCE + " cannot be read: build again", e);
        }
    }

    private static String text(InputStream in) throws IOException {
        if (in == null) throw new IllegalStateException("the program was built without " + RESOURCE + ": build with mvn package");
        try (in) { return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip(); }
    }

    /** Over the class files under {@code classes}, by name, and {@code versions} of libraries. */
    public static String compute(Path classes, String... versions) throws IOException {
        MessageDigest sha256 = ImageKey.sha256();
        for (String p : PACKAGES) {
            Path directory = classes.resolve("patina").resolve(p);
            if (!Files.isDirectory(directory)) continue;
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
                    byte[] content = Files.readAllBytes(file);
                    sha256.update((classes.relativize(file) + " " + content.length + "\n").getBytes(StandardCharsets.UTF_8));
                    sha256.update(content);
                }
            }
        }
        for (String version : versions) sha256.update(("version " + version + "\n").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sha256.digest());
    }
}
