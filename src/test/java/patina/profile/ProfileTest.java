package patina.profile;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.interp.Reached;
import patina.ir.ImageKey;

class ProfileTest {
    static final ImageKey IMAGE = ImageKey.of("an image".getBytes()), OTHER = ImageKey.of("another".getBytes());

    @TempDir Path directory;

    FragmentWriter writer(String run) { return new FragmentWriter(directory, IMAGE, run, "/bin/image"); }

    Path fragment(String run) { return directory.resolve(IMAGE.hex()).resolve(run + ".fragment"); }

    void run(String run, long count) {
        FragmentWriter w = writer(run);
        w.block(0x2000, count, 3, Reached.CALL);
        w.block(0x1000, 1, 2, Reached.JUMP);
        assertTrue(w.commit());
        w.block(0x2000, 1, 3, Reached.RETURN);
        w.target(0x2008, 0xffff_ffff_ffff_0000L, 7);
        assertTrue(w.commit());
        assertNull(w.problem());
    }

    @Test void fragmentsOfManyRunsBecomeOneProfile() throws IOException {
        run("a", 5);
        run("b", 10);
        ProfileStore store = new ProfileStore(directory);
        assertTrue(store.hasFragments(IMAGE));
        var merged = store.merge(IMAGE);
        assertEquals(List.of(), merged.skipped());
        assertEquals(2, merged.fragments());
        Profile p = merged.profile();
        assertEquals(new Profile.BlockCount(0x2000, 17, 3, Reached.CALL | Reached.RETURN), p.blocks().get(0x2000L));
        assertEquals(2, p.blocks().get(0x1000L).count());
        assertEquals(14, p.targets().get(0x2008L).get(0xffff_ffff_ffff_0000L));
        assertEquals("[/bin/image]", p.paths().toString());
        assertFalse(store.hasFragments(IMAGE));
        assertEquals(p, store.read(IMAGE).profile());
        assertEquals(List.of(IMAGE), store.images());
        assertEquals(17 * 3 + 2 * 2, p.instructionsExecuted());
    }

    @Test void whileAnotherMerges() throws Exception {
        ProfileStore store = new ProfileStore(directory);
        run("a", 1);
        store.merge(IMAGE);
        boolean[] done = {false};
        Thread merging = new Thread(() -> {
            try {
                for (int i = 0; !done[0]; i++) {
                    run("b" + i % 7, 1);
                    store.merge(IMAGE);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        merging.start();
        try {
            for (int i = 0; i < 3000; i++) {
                store.hasFragments(IMAGE);
                var now = store.read(IMAGE);      // a fragment that is just being begun is left out, and said
                assertTrue(now.profile().blocks().get(0x1000L).count() > 0);
            }
        } finally {
            done[0] = true;
            merging.join();
        }
    }

    @Test void theOrderOfMergingDoesNotShow() throws IOException {
        run("a", 5);
        run("b", 10);
        byte[] together = bytesAfterMerge();
        Files.delete(directory.resolve(IMAGE.hex()).resolve("profile"));
        run("z", 10);
        bytesAfterMerge();
        run("y", 5);
        assertArrayEquals(together, bytesAfterMerge());
    }

    byte[] bytesAfterMerge() throws IOException {
        new ProfileStore(directory).merge(IMAGE);
        return Files.readAllBytes(directory.resolve(IMAGE.hex()).resolve("profile"));
    }

    @Test void aRunGoesOnAfterItsFragmentWasMerged() throws IOException {
        FragmentWriter w = writer("a");
        w.block(1, 1, 1, 0);
        w.commit();
        new ProfileStore(directory).merge(IMAGE);
        w.block(1, 1, 1, 0);
        w.commit();
        assertEquals(2, new ProfileStore(directory).merge(IMAGE).profile().blocks().get(1L).count());
    }

    @Test void countsSaturate() throws IOException {
        for (String run : List.of("a", "b")) {
            FragmentWriter w = writer(run);
            w.block(1, Long.MAX_VALUE - 1, 100, 0);
            w.commit();
        }
        Profile p = new ProfileStore(directory).merge(IMAGE).profile();
        assertEquals(Long.MAX_VALUE, p.blocks().get(1L).count());
        assertEquals(Long.MAX_VALUE, p.instructionsExecuted());
    }

    @Test void everyTruncationAndEveryFlippedByteIsNoticed() throws IOException {
        run("a", 5);
        byte[] whole = Files.readAllBytes(fragment("a"));
        Path damaged = directory.resolve("damaged");
        Profile full = new Profile();
        assertEquals(List.of(), ProfileFile.read(fragment("a"), IMAGE, full));
        int firstBatchEnd = ProfileFile.HEADER + 8 + java.nio.ByteBuffer.wrap(whole).getInt(ProfileFile.HEADER);
        for (int length = 0; length < whole.length; length++) {
            if (length == firstBatchEnd || length == ProfileFile.HEADER) continue; // whole, only shorter
            Files.write(damaged, java.util.Arrays.copyOf(whole, length));
            Profile p = new Profile();
            assertFalse(ProfileFile.read(damaged, IMAGE, p).isEmpty(), "truncated at " + length);
            assertEquals(length > firstBatchEnd ? 2 : 0, p.blocks().size(), "truncated at " + length);
        }
        for (int i = 0; i < whole.length; i++) {
            for (int flip : new int[] {1, 0x80, 0xff}) {
                byte[] b = whole.clone();
                b[i] ^= (byte) flip;
                Files.write(damaged, b);
                assertFalse(ProfileFile.read(damaged, IMAGE, new Profile()).isEmpty(), "flipped " + i);
            }
        }
    }

    @Test void whatFollowsADamagedBatchIsStillRead() throws IOException {
        run("a", 5);
        byte[] whole = Files.readAllBytes(fragment("a"));
        whole[ProfileFile.HEADER + 12] ^= 1;
        Files.write(fragment("a"), whole);
        var merged = new ProfileStore(directory).merge(IMAGE);
        assertEquals(1, merged.skipped().size());
        assertEquals(1, merged.profile().blocks().get(0x2000L).count());
        assertEquals(List.of(), new ProfileStore(directory).read(IMAGE).skipped());
    }

    @Test void aProfileOfAnotherImageIsRefused() throws IOException {
        run("a", 5);
        assertTrue(ProfileFile.read(fragment("a"), OTHER, new Profile()).getFirst().reason().contains("of image"));
    }

    @Test void aFullOrReadOnlyDirectoryIsAProblemSaidOnce() throws IOException {
        Path notADirectory = Files.createFile(directory.resolve("file"));
        FragmentWriter w = new FragmentWriter(notADirectory, IMAGE, "a", null);
        w.block(1, 1, 1, 0);
        assertFalse(w.commit());
        assertNotNull(w.problem());
    }

    @Test void fragmentsOfAnotherVersionAreLeftAlone() throws IOException {
        run("a", 5);
        byte[] b = Files.readAllBytes(fragment("a"));
        b[15] ^= 1;
        Files.write(fragment("a"), b);
        assertEquals(0, new ProfileStore(directory).merge(IMAGE).fragments());
        try (Stream<Path> files = Files.list(directory.resolve(IMAGE.hex()))) {
            assertEquals(List.of(fragment("a")), files.toList());
        }
    }
}
