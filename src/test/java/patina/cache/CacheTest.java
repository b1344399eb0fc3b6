package patina.cache;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.cache.Lookup.Reason;
import patina.code.Linker;
import patina.ir.ImageKey;
import patina.ir.ObjectCode;
import patina.ir.Slot;
import patina.ir.StateLayout;
import patina.ir.Type;

class CacheTest {
    static final ImageKey IMAGE = ImageKey.of("an image".getBytes());
    static final CacheKey KEY = new CacheKey(IMAGE, "toy", "toolchain", "options", "cpu", "layout");

    @TempDir Path directory;

    Store store() { return Store.writing(directory.resolve("cache")); }

    static byte[] image(CacheKey key) {
        var code = new ObjectCode(0x10, 1, new byte[] {(byte) 0xc3}, List.of(), List.of(new ObjectCode.Range(0x10, 1)));
        return Linker.link(List.of(code), (_, into) -> into.length, key.digest(), key.ingredients());
    }

    Lookup.Refused refused(Lookup lookup) { return assertInstanceOf(Lookup.Refused.class, lookup); }

    @Test void everyIngredientIsPartOfTheKey() {
        List<CacheKey> others = List.of(
                KEY.forImage(ImageKey.of("another".getBytes())),
                new CacheKey(IMAGE, "toy+sse", "toolchain", "options", "cpu", "layout"),
                new CacheKey(IMAGE, "toy", "toolchain2", "options", "cpu", "layout"),
                new CacheKey(IMAGE, "toy", "toolchain", "options2", "cpu", "layout"),
                new CacheKey(IMAGE, "toy", "toolchain", "options", "cpu2", "layout"),
                new CacheKey(IMAGE, "toy", "toolchain", "options", "cpu", "layout2"),
                new CacheKey(IMAGE, "toy", "toolchainoptions", "", "cpu", "layout"));
        List<String> keys = new ArrayList<>(List.of(KEY.hex()));
        for (CacheKey k : others) { assertFalse(keys.contains(k.hex()), k.toString()); keys.add(k.hex()); }
        assertEquals(others.size() - 1, KEY.ingredients().size(), "another ingredient needs another line here");
    }

    @Test void codeMadeUnderOtherConditionsIsRefusedForEachIngredient() throws IOException {
        Store store = store();
        store.write(KEY, image(KEY));
        assertInstanceOf(Lookup.Found.class, store.find(KEY));
        for (CacheKey other : List.of(new CacheKey(IMAGE, "toy2", "toolchain", "options", "cpu", "layout"),
                new CacheKey(IMAGE, "toy", "toolchain2", "options", "cpu", "layout"), new CacheKey(IMAGE, "toy", "toolchain", "options2", "cpu", "layout"),
                new CacheKey(IMAGE, "toy", "toolchain", "options", "cpu2", "layout"), new CacheKey(IMAGE, "toy", "toolchain", "options", "cpu", "layout2"))) {
            var r = refused(store.find(other));
            assertEquals(Reason.OTHER_TOOLCHAIN, r.reason());
            assertTrue(r.expected().endsWith("2"), r.message());
            Files.createDirectories(store.file(other).getParent());
            Files.copy(store.file(KEY), store.file(other)); // even under the right name
            r = refused(store.find(other));
            assertEquals(Reason.OTHER_TOOLCHAIN, r.reason());
            assertTrue(r.expected().endsWith("2"), r.message());
            Files.delete(store.file(other));
        }
        assertEquals(Reason.ABSENT, refused(store.find(KEY.forImage(ImageKey.of("another".getBytes())))).reason());
    }

    @Test void theStateLayoutsHashSeesEverySlot() {
        Slot a = new Slot("a", Type.I64, 256), b = new Slot("b", Type.I64, 264);
        String hash = CacheKey.layoutHash(new StateLayout(List.of(a, b)));
        assertNotEquals(hash, CacheKey.layoutHash(new StateLayout(List.of(a))));
        assertNotEquals(hash, CacheKey.layoutHash(new StateLayout(List.of(a, new Slot("b", Type.I32, 264)))));
        assertNotEquals(hash, CacheKey.layoutHash(new StateLayout(List.of(a, new Slot("b", Type.I64, 272)))));
    }

    @Test void theFingerprintSeesEveryClassThatMatters() throws IOException {
        Path llvm = Files.createDirectories(directory.resolve("patina/llvm/deep")), cli = Files.createDirectories(directory.resolve("patina/cli"));
        Files.writeString(llvm.resolve("A.class"), "one");
        String before = Fingerprint.compute(directory, "llvm 1");
        Files.writeString(cli.resolve("B.class"), "does not matter");
        assertEquals(before, Fingerprint.compute(directory, "llvm 1"));
        assertNotEquals(before, Fingerprint.compute(directory, "llvm 2"));
        Files.writeString(llvm.resolve("A.class"), "two");
        assertNotEquals(before, Fingerprint.compute(directory, "llvm 1"));
        assertTrue(Fingerprint.toolchain().matches("[0-9a-f]{64}"), "the build left it among our classes");
    }

    @Test void damageIsRefusedAndWritingAgainMendsIt() throws IOException {
        Store store = store();
        byte[] content = image(KEY);
        store.write(KEY, content);
        for (int i : new int[] {0, 0x200, 0x240, 0x1000, content.length - 1}) {
            byte[] damaged = content.clone();
            damaged[i] ^= 1;
            Files.write(store.file(KEY), damaged);
            assertEquals(Reason.CORRUPT, refused(store.find(KEY)).reason());
        }
        Files.write(store.file(KEY), new byte[0]);
        assertEquals(Reason.CORRUPT, refused(store.find(KEY)).reason());
        assertNotNull(store.list().getFirst().state());
        store.write(KEY, content);
        assertInstanceOf(Lookup.Found.class, store.find(KEY));
        assertEquals(1, store.list().getFirst().regions());
        assertEquals(content.length, store.clear(false));
        assertEquals(List.of(), store.list());
    }

    @Test void aDirectoryOpenToOthersIsRefused() throws IOException {
        Store store = store();
        store.write(KEY, image(KEY));
        Path cache = store.directory().path();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertEquals(Reason.WRONG_OWNER, refused(Store.reading(cache).find(KEY)).reason());
        assertEquals(Reason.WRONG_OWNER, new CacheDirectory(cache).check(0x7ffffff).reason());
        assertThrows(IOException.class, () -> Store.writing(cache).write(KEY, image(KEY)));
    }

    @Test void aCacheThatIsNotThereOrCannotBeMade() throws IOException {
        assertEquals(Reason.ABSENT, refused(Store.reading(directory.resolve("none")).find(KEY)).reason());
        Path file = Files.createFile(directory.resolve("file"));
        assertNotNull(Store.writing(file.resolve("cache")).problem());
        assertNotNull(Store.writing(file).problem());
    }

    @Test void oneOptimizerPerCache() throws IOException {
        Store store = store();
        try (var held = store.tryLock()) {
            assertNotNull(held);
            assertNull(store().tryLock());
        }
        try (var again = store.tryLock()) { assertNotNull(again); }
    }

    @Test void theStandardPlace() {
        assertEquals(Path.of("/c"), CacheDirectory.standard(Map.of("PATINA_CACHE", "/c", "XDG_CACHE_HOME", "/x", "HOME", "/h")));
        assertEquals(Path.of("/x/patina"), CacheDirectory.standard(Map.of("PATINA_CACHE", "", "XDG_CACHE_HOME", "/x", "HOME", "/h")));
        assertEquals(Path.of("/h/.cache/patina"), CacheDirectory.standard(Map.of("HOME", "/h")));
    }

    @Test void ourDigestIsSha256() {
        java.util.Random random = new java.util.Random(3);
        for (int length = 0; length < 200; length++) {
            byte[] b = new byte[length];
            random.nextBytes(b);
            assertArrayEquals(ImageKey.sha256().digest(b), patina.ir.Sha256.digest(b));
        }
    }

    @Test void contentIsHashedOnce() throws IOException {
        long now = 1_000_000_000_000L;
        int[] hashed = {0};
        ContentIndex.Hasher hasher = () -> { hashed[0]++; return IMAGE; };
        var old = new ContentIndex.FileState(1, 2, 3, now - 5_000_000_000L, now - 5_000_000_000L);
        var fresh = new ContentIndex.FileState(1, 9, 3, now - 5_000_000_000L, now - 1_000_000_000L);
        ContentIndex index = new ContentIndex(directory);
        for (int i = 0; i < 2; i++) { index.key(old, now, hasher); index.key(fresh, now, hasher); }
        assertEquals(3, hashed[0]);
        index.save();
        ContentIndex again = new ContentIndex(directory);
        assertEquals(IMAGE, again.key(old, now, hasher));
        assertEquals(3, hashed[0]);
        for (var changed : List.of(new ContentIndex.FileState(2, 2, 3, old.modified(), old.changed()), new ContentIndex.FileState(1, 3, 3, old.modified(), old.changed()),
                new ContentIndex.FileState(1, 2, 4, old.modified(), old.changed()), new ContentIndex.FileState(1, 2, 3, old.modified() + 1, old.changed()),
                new ContentIndex.FileState(1, 2, 3, old.modified(), old.changed() + 1))) {
            int before = hashed[0];
            new ContentIndex(directory).key(changed, now, hasher);
            assertEquals(before + 1, hashed[0], changed.toString());
        }
    }

    @Test void aDamagedIndexIsAnEmptyOne() throws IOException {
        long now = 1_000_000_000_000L;
        var state = new ContentIndex.FileState(1, 2, 3, 4, 5);
        ContentIndex index = new ContentIndex(directory);
        index.key(state, now, () -> IMAGE);
        index.save();
        Path file = directory.resolve("content-index");
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] b = whole.clone();
            b[i] ^= 4;
            Files.write(file, b);
            boolean[] asked = {false};
            new ContentIndex(directory).key(state, now, () -> { asked[0] = true; return IMAGE; });
            assertTrue(asked[0], "byte " + i);
        }
    }

    @Test void aRealFileIsNamedByItsContent() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "an image");
        assertEquals(IMAGE, new ContentIndex(directory).key(file));
    }
}
