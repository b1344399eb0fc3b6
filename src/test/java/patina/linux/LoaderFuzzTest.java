package patina.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import patina.guest.x86.X86Guest;

/**
 * Programs with changed headers, or cut short: each is loaded or refused in one line, at once, and no exception is ours. Mutation N depends on N alone:
 * -Dpatina.elf.mutations=1000000 for how many, -Dpatina.elf.first=N for where to begin.
 */
class LoaderFuzzTest {
    private static final int HEADERS = 64 + 14 * 56;
    private static final long[] EDGES = {0, 1, -1, 2, 3, 0xfff, 0x1000, 0x1001, 56, 57, 64, 1L << 16, 1L << 31, 1L << 32, 1L << 40, 1L << 43, 1L << 44, 1L << 46, 1L << 47, 1L << 62,
        Long.MIN_VALUE, Long.MAX_VALUE, -4096, -4095, 0x6474e551L, 0x7fffffff, 0xffffffffL};
    /** A load that takes longer than this has done something unbounded. */
    private static final long MOST_SECONDS = 20;

    @Test void loadedOrRefused() throws Exception {
        long first = Long.getLong("patina.elf.first", 0), count = Long.getLong("patina.elf.mutations", 3000), loaded = 0, start = System.nanoTime();
        Path folder = Files.createTempDirectory(Files.isWritable(Path.of("/dev/shm")) ? Path.of("/dev/shm") : Path.of("/tmp"), "patina-elf");
        byte[][] originals = {Files.readAllBytes(Path.of("/bin/true")), Files.readAllBytes(Path.of("/lib64/ld-linux-x86-64.so.2"))};
        Path[] files = {folder.resolve("program"), folder.resolve("loader")};
        try {
            for (int i = 0; i < 2; i++) {
                Files.write(files[i], originals[i]);
                assertTrue(files[i].toFile().setExecutable(true));
            }
            for (long n = first; n < first + count; n++) if (survives(n, files[(int) n & 1], originals[(int) n & 1])) loaded++;
        } finally {
            for (Path file : files) Files.deleteIfExists(file);
            Files.delete(folder);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d ELF files, %d loaded, the others refused; %.0f a second%n", count, loaded, count / seconds);
        if (count >= 1000) assertTrue(loaded > count / 20 && loaded < count, "mutations are neither all harmless nor all fatal: " + loaded);
    }

    /** Whether it was loaded. */
    private static boolean survives(long n, Path file, byte[] original) throws Exception {
        byte[] headers = Arrays.copyOf(original, HEADERS);
        Random random = new Random(n * 0x9E3779B97F4A7C15L);
        int length = mutate(headers, original.length, random);
        try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
            if (length < original.length) f.setLength(length);
            f.write(headers, 0, Math.min(length, HEADERS));
        }
        long start = System.nanoTime();
        try {
            switch (Process.load(new X86Guest(), new LaunchSpec(file.toString(), java.util.List.of("x"), java.util.List.of(), null))) {
                case LoadError e -> {
                    assertTrue((e.status() == LoadError.NOT_EXECUTABLE || e.status() == LoadError.NOT_FOUND) && e.message().indexOf('\n') < 0, e.message());
                    return false;
                }
                case Process p -> {
                    p.release();
                    p.memory().close();
                    return true;
                }
            }
        } catch (Throwable e) {
            return fail("mutation " + n + " (-Dpatina.elf.first=" + n + "): " + HexFormat.of().formatHex(headers), e);
        } finally {
            assertTrue(System.nanoTime() - start < MOST_SECONDS * 1_000_000_000L, "mutation " + n + " took too long");
            if (length < original.length) Files.write(file, original);
        }
    }

    /** Changes headers; the length the file is to have. */
    private static int mutate(byte[] headers, int length, Random random) {
        ByteBuffer b = ByteBuffer.wrap(headers).order(ByteOrder.LITTLE_ENDIAN);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int header = 64 + 56 * random.nextInt(14), field = 8 * random.nextInt(7);
            switch (random.nextInt(8)) {
                case 0 -> headers[random.nextInt(64)] = (byte) random.nextInt(256);
                case 1 -> headers[random.nextInt(HEADERS)] ^= (byte) (1 << random.nextInt(8));
                case 2, 3 -> b.putLong(header + field, EDGES[random.nextInt(EDGES.length)]);
                case 4 -> b.putLong(header + field, b.getLong(header + field) + EDGES[random.nextInt(EDGES.length)]);
                case 5 -> b.putInt(header, random.nextInt(8));                                               // another type
                case 6 -> System.arraycopy(headers, 64 + 56 * random.nextInt(14), headers, header, 56);       // the same twice
                default -> { if (random.nextInt(8) == 0) length = random.nextInt(random.nextBoolean() ? length : 1200); }
            }
        }
        return length;
    }
}
