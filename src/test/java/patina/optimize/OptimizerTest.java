package patina.optimize;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.cache.CacheKey;
import patina.cache.Lookup;
import patina.cache.Store;
import patina.code.CodeImage;
import patina.interp.Reached;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.ImageKey;
import patina.ir.ObjectCode;
import patina.ir.ObjectCode.Relocation;
import patina.ir.Region;
import patina.optimize.Optimizer.Budget;
import patina.optimize.Optimizer.Progress;
import patina.optimize.Optimizer.Result;
import patina.optimize.Optimizer.Target;
import patina.profile.FragmentWriter;

class OptimizerTest {
    static final int MACHINE = 0x70;
    /** 0: branch over a rare path (2, 3) to 4; 4: call 7, return point 5: jump back; 7: return. Regions 0 (with 4), 5 and 7. */
    static final String PROGRAM = "n; b 3; n; n; c 3; j -5; n; r";

    @TempDir Path directory;
    Store store;
    Path file;
    ImageKey image;
    CacheKey key;
    final List<Long> compiled = new ArrayList<>();

    @BeforeEach void setUp() throws IOException {
        store = Store.writing(directory.resolve("cache"));
        file = Files.write(directory.resolve("program"), ToyGuest.elf(MACHINE, 0x1000, ToyGuest.assemble(PROGRAM)));
        image = ImageKey.of(file);
        key = new CacheKey(image, "toy", "toolchain", "options", "cpu", "layout");
    }

    /** Not code, but its shape: one field for each direct way out. */
    static ObjectCode compile(Region region) {
        TreeSet<Long> out = new TreeSet<>();
        for (Block b : region.blocks().values()) {
            switch (b.exit()) {
                case Exit.Jump j -> out.add(j.target());
                case Exit.Branch e -> { out.add(e.taken()); out.add(e.next()); }
                case Exit.Call c -> { out.add(c.target()); out.add(c.returnTo()); }
                default -> { }
            }
        }
        out.removeAll(region.blocks().keySet());
        List<Relocation> fields = new ArrayList<>();
        for (long to : out) fields.add(new Relocation(4 * fields.size(), ObjectCode.Target.REGION, to, -4));
        var ranges = region.blocks().values().stream().map(b -> new ObjectCode.Range(b.pc(), b.length())).sorted(java.util.Comparator.comparing(ObjectCode.Range::from)).toList();
        return new ObjectCode(region.entry(), region.instructions(), new byte[4 * fields.size() + 1], fields, ranges);
    }

    Optimizer optimizer() {
        RegionCompiler compiler = regions -> regions.stream().map(r -> { compiled.add((r.entry() - 0x1000) / 2); return compile(r); }).toList();
        return new Optimizer(store, store.directory().profiles(), List.of(new Target(MACHINE, ToyGuest.TOY, () -> compiler, key)));
    }

    /** "0! 4": as if a run had seen these. */
    void run(String name, String seen) {
        FragmentWriter w = new FragmentWriter(store.directory().profiles(), image, name, file.toString());
        for (String s : seen.split(" ")) w.block(0x1000 + 2L * Integer.parseInt(s.replace("!", "")), 10, 1, s.endsWith("!") ? Reached.CALL : Reached.JUMP);
        assertTrue(w.commit());
    }

    Result work() throws IOException { return optimizer().doWork(Budget.UNLIMITED, new Progress() {}); }

    CodeImage code() { return assertInstanceOf(Lookup.Found.class, store.find(key)).image(); }

    String entries() {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < code().regions(); i++) s.append(i == 0 ? "" : " ").append((code().entry(i) - 0x1000) / 2);
        return s.toString();
    }

    @Test void whatRanIsTranslatedOnce() throws IOException {
        run("a", "0! 4 5 7");
        assertTrue(optimizer().hasWork());
        assertEquals(new Result(1, 1, 3, 0, 0), work());
        assertEquals("0 5 7", entries());
        assertFalse(optimizer().hasWork());
        assertEquals(new Result(0, 0, 0, 0, 0), work());
        run("b", "0! 4 5 7");
        assertEquals(new Result(1, 1, 0, 0, 0), work());
    }

    @Test void aRegionGrowsWhenARarePathRan() throws IOException {
        run("a", "0! 4 5 7");
        work();
        compiled.clear();
        run("b", "2 4");
        work();
        assertEquals(List.of(0L), compiled);
        CodeImage image = code();
        assertEquals(3, image.guestRanges(image.find(0x1000)).size());
    }

    @Test void afterTheNextOptimisationNothingIsMissing() throws IOException {
        run("a", "0! 4 5 7");
        work();
        run("b", "2! 3 4");
        work();
        CodeImage image = code();
        TreeSet<Long> executed = new TreeSet<>(List.of(0x1000L, 0x1004L, 0x1006L, 0x1008L, 0x100aL, 0x100eL));
        for (ObjectCode c : image.objectCodes())
            for (Relocation r : c.relocations())
                assertTrue(!executed.contains(r.value()) || image.find(r.value()) >= 0, Long.toHexString(c.entry()) + " leaves to " + Long.toHexString(r.value()));
        assertEquals(0, work().compiled());
    }

    @Test void aBudgetLeavesTheRestForLaterAndTheResultIsTheSame() throws IOException {
        run("a", "0! 4 5 7");
        for (int i = 0; i < 3; i++) assertEquals(1, optimizer().doWork(new Budget(1, Long.MAX_VALUE), new Progress() {}).compiled());
        byte[] bySteps = Files.readAllBytes(store.file(key));
        store.clear(false);
        assertEquals(3, work().compiled());
        assertArrayEquals(bySteps, Files.readAllBytes(store.file(key)));
    }

    @Test void damagedCodeIsMadeAgain() throws IOException {
        run("a", "0! 4 5 7");
        work();
        byte[] whole = Files.readAllBytes(store.file(key)), damaged = whole.clone();
        damaged[0x1003] ^= 1;
        Files.write(store.file(key), damaged);
        List<String> notes = new ArrayList<>();
        optimizer().doWork(Budget.UNLIMITED, new Progress() {
            @Override public void note(String line) { notes.add(line); }
        });
        assertArrayEquals(whole, Files.readAllBytes(store.file(key)));
        assertTrue(notes.toString().contains("damaged"), notes.toString());
    }

    @Test void anImageThatIsGoneOrChangedIsSaidAndLeft() throws IOException {
        run("a", "0!");
        Files.write(file, new byte[] {1});
        List<String> notes = new ArrayList<>();
        Progress progress = new Progress() {
            @Override public void note(String line) { notes.add(line); }
        };
        assertEquals(0, optimizer().doWork(Budget.UNLIMITED, progress).compiled());
        assertEquals(1, notes.size());
        assertFalse(optimizer().hasWork());
    }

    @Test void nothingMoreIsMadeForACacheThatHasBeenDeleted() throws IOException {
        Path second = Files.write(directory.resolve("second"), ToyGuest.elf(MACHINE, 0x1000, ToyGuest.assemble("n; " + PROGRAM)));
        run("a", "0! 4 5 7");
        FragmentWriter w = new FragmentWriter(store.directory().profiles(), ImageKey.of(second), "b", second.toString());
        w.block(0x1000, 5, 1, Reached.CALL);
        assertTrue(w.commit());
        RegionCompiler deleting = regions -> regions.stream().map(r -> { delete(store.directory().path().toFile()); compiled.add(r.entry()); return compile(r); }).toList();
        try (Store.OptimizerLock lock = store.tryLock()) {
            assertFalse(lock.isGone());
            new Optimizer(store, store.directory().profiles(), List.of(new Target(MACHINE, ToyGuest.TOY, () -> deleting, key))).doWork(Budget.UNLIMITED, new Progress() {
                @Override public boolean stop() { return lock.isGone(); }
            });
            assertTrue(lock.isGone());
        }
        assertEquals(3, compiled.size(), "the batch that was at work, and not the other image's");
        assertFalse(Files.exists(store.directory().path()));
        Store.writing(store.directory().path());
    }

    private static void delete(java.io.File tree) {
        java.io.File[] below = tree.listFiles();
        if (below != null) for (java.io.File f : below) delete(f);
        tree.delete();
    }

    @Test void aCompilerThatGivesUpOnOneRegionDoesNotStopTheRest() throws IOException {
        run("a", "0! 4 5 7");
        RegionCompiler picky = regions -> regions.stream().map(r -> { if (r.entry() == 0x1000) throw new IllegalStateException("too hard"); return compile(r); }).toList();
        assertEquals(new Result(1, 1, 2, 1, 0), new Optimizer(store, store.directory().profiles(), List.of(new Target(MACHINE, ToyGuest.TOY, () -> picky, key)))
                .doWork(Budget.UNLIMITED, new Progress() {}));
    }
}
