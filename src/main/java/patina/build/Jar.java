package patina.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * Makes patina.jar before the tests, which run bin/patina. The same classes give the same bytes, and a jar is replaced as a whole and only
 * by another one: a run at work keeps the one that it has opened, and what was derived from the jar stays good.
 */
public final class Jar {
    private Jar() {}

    /** Of every entry: only content counts. Zip knows no earlier one. */
    private static final FileTime EPOCH = FileTime.from(java.time.Instant.parse("1980-02-01T00:00:00Z"));

    /** Arguments: the directory of class files, the jar, the version, and the stamp that says how new a source the jar can hold. */
    public static void main(String... args) throws IOException {
        Path jar = Path.of(args[1]), stamp = Path.of(args[3]);
        byte[] content = pack(Path.of(args[0]), args[2]);
        if (!Files.exists(jar) || !Arrays.equals(Files.readAllBytes(jar), content)) {
            Path temporary = jar.resolveSibling(jar.getFileName() + ".new");
            Files.write(temporary, content);
            Files.deleteIfExists(jar.resolveSibling("patina.aot")); // the JVM up to 25.0.3 would run that one's classes (JDK-8377932)
            Files.move(temporary, jar, StandardCopyOption.ATOMIC_MOVE);
        }
        if (!Files.exists(stamp)) Files.createFile(stamp);
        // not now: a source that was changed while Maven compiled is newer than what Maven read
        Files.setLastModifiedTime(stamp, FileTime.fromMillis(ManagementFactory.getRuntimeMXBean().getStartTime()));
    }

    private static byte[] pack(Path classes, String version) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(out); Stream<Path> files = Files.walk(classes)) {
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            manifest.write(first);
            store(jar, "META-INF/MANIFEST.MF", first.toByteArray());
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) store(jar, classes.relativize(file).toString(), Files.readAllBytes(file));
        }
        return out.toByteArray();
    }

    /** As it is: the jar is read at every start. */
    private static void store(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setLastModifiedTime(EPOCH);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        jar.putNextEntry(entry);
        jar.write(content);
    }
}
