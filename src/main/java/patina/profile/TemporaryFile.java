package patina.profile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are replaced as a whole: temporary file, fsync, rename. The temporary file's name says who makes it, so that what the dead have left goes. */
public final class TemporaryFile {
    private TemporaryFile() {}

    private static final String PREFIX = "new-", SUFFIX = ".tmp";

    /** Makes {@code content} the file's content; on failure it is as before. {@code durable}: it survives a power failure. */
    public static void replace(Path file, byte[] content, boolean durable) throws IOException {
        removeLeftovers(file.getParent());
        Path temporary = file.resolveSibling(PREFIX + ProcessHandle.current().pid() + "-" + System.nanoTime() + SUFFIX);
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (ByteBuffer b = ByteBuffer.wrap(content); b.hasRemaining(); ) out.write(b);
                if (durable) out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            if (durable) force(file.getParent());
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A renamed file is there after a power failure only once its directory is on disc. */
    private static void force(Path directory) throws IOException {
        try (FileChannel d = FileChannel.open(directory, StandardOpenOption.READ)) { d.force(true); }
    }

    /** Of processes that were killed while they wrote. */
    private static void removeLeftovers(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path p : files) {
                String name = p.getFileName().toString();
                if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) continue;
                int end = name.indexOf('-', PREFIX.length());
                if (end < 0 || !isAlive(name.substring(PREFIX.length(), end))) Files.deleteIfExists(p);
            }
        }
    }

    private static boolean isAlive(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid)).isPresent();
        } catch (NumberFormatException e) {
            return false; // not a name that we give
        }
    }
}
