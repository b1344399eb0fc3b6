package patina.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestTest {
    @TempDir Path directory;

    @Test void isThePlatforms() throws Exception {
        assumeTrue(FileDigest.isFast(), "the processor has no SHA extensions");
        Random random = new Random(7);
        Path file = directory.resolve("file");
        for (int i = 0; i < 400; i++) {
            byte[] content = new byte[i < 260 ? i : i < 330 ? 65536 - 35 + i - 260 : random.nextInt(300_000)];
            random.nextBytes(content);
            Files.write(file, content);
            assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(content), FileDigest.sha256(file), content.length + " bytes");
        }
    }
}
