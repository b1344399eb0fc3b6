package patina.optimize;

import static org.junit.jupiter.api.Assertions.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import patina.interp.Reached;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.Region;
import patina.profile.Profile;

class RegionChooserTest {
    /** "0! 3 5": blocks seen at instructions 0, 3 and 5, 0 as an entry. */
    static Profile profile(String seen) {
        Profile p = new Profile();
        for (String s : seen.split(" "))
            p.addBlock(2L * Integer.parseInt(s.replace("!", "")), 10, 1, s.endsWith("!") ? Reached.CALL : Reached.JUMP);
        return p;
    }

    static SortedMap<Long, Block> blocks(String program, Profile p) {
        return Blocks.executed(ToyGuest.TOY, ToyGuest.at(0, ToyGuest.assemble(program)), p, new Blocks.Lifted());
    }

    /** "0[0 3] 5[5]": regions by the instruction they start at, with their blocks. */
    static String regions(String program, String seen, Long... known) {
        Profile p = profile(seen);
        return RegionChooser.choose(p, blocks(program, p), List.of(known)).stream().map(r -> r.entry() / 2
                + r.blocks().keySet().stream().map(pc -> "" + pc / 2).collect(Collectors.joining(" ", "[", "]"))).collect(Collectors.joining(" "));
    }

    @Test void aLoopIsOneRegion() { assertEquals("0[0 1 3]", regions("n; n; b -1; r", "0! 1 3")); }

    @Test void whatWasNotExecutedIsLeftOut() { assertEquals("0[0 1]", regions("n; n; b -1; r", "0! 1")); }

    @Test void aCallEndsARegionAndItsReturnPointIsAnEntry() { assertEquals("0[0] 1[1] 2[2]", regions("c 2; r; r", "0! 1 2")); }

    @Test void aSystemCallEndsARegion() { assertEquals("0[0] 2[2]", regions("n; s; r", "0! 2")); }

    @Test void whatTwoEntriesReachIsAnEntry() { assertEquals("0[0] 1[1] 3[3]", regions("j 3; n; n; r", "0! 1! 3")); }

    @Test void whatLiesBehindASharedBlockBelongsToIt() { assertEquals("0[0] 1[1] 3[3 4 5]", regions("j 3; n; n; b 2; r; r", "0! 1! 3 4 5")); }

    @Test void indirectTargetsAreEntries() { assertEquals("0[0] 1[1] 2[2]", regions("i; n; r", "0! 1! 2!")); }

    @Test void knownEntriesStay() { assertEquals("0[0] 1[1 3]", regions("n; n; b -1; r", "0! 1 3", 2L)); }

    @Test void theInterpretersCutDoesNotShow() {
        assertEquals("0[0 2]", regions("n; n; n; r", "0! 2"));
        assertEquals(2, blocks("n; n; n; r", profile("0! 2")).get(0L).instructions());
    }

    @Test void longStraightCodeGoesOn() {
        String program = "n;".repeat(Blocks.LIMIT + 3) + "r";
        assertEquals("0[0 " + Blocks.LIMIT + "]", regions(program, "0!"));
    }

    @Test void whatFollowsAHelperIsAnEntry() { assertEquals("0[0 1] 2[2]", regions("n; h; r", "0! 1 2")); }

    @Test void aLostEntryIsMadeUp() { assertEquals("0[0 1] 3[3]", regions("n; b -1; r; r", "0 1 3")); }

    @Test void capsHold() {
        StringBuilder program = new StringBuilder(), seen = new StringBuilder("0!");
        for (int i = 0; i < 300; i++) { program.append("b 1;"); seen.append(" ").append(i + 1); }
        Profile p = profile(seen.toString());
        List<Region> regions = RegionChooser.choose(p, blocks(program + "r", p), List.of());
        assertTrue(regions.size() >= 5);
        assertPartition(p, blocks(program + "r", p), regions);
    }

    @Test void everyExecutedBlockIsInExactlyOneRegionWithOneEntry() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int n = 5 + random.nextInt(120);
            List<String> program = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                int away = Math.max(-i, Math.min(n - 1 - i, random.nextInt(-40, 40)));
                String op = "nnnnbbbbbjjcris".substring(0, 15).charAt(random.nextInt(15)) + "";
                program.add(op + " " + away);
            }
            program.add("r");
            Profile p = new Profile();
            for (int i = 0; i <= n; i++)
                if (random.nextInt(3) == 0) p.addBlock(2L * i, random.nextInt(100), 1, random.nextInt(8) == 0 ? Reached.INDIRECT : Reached.JUMP);
            var blocks = blocks(String.join(";", program), p);
            List<Region> regions = RegionChooser.choose(p, blocks, List.of());
            assertPartition(p, blocks, regions);
            assertEquals(regions, RegionChooser.choose(p, blocks, List.of()));
        }
    }

    static void assertPartition(Profile profile, SortedMap<Long, Block> blocks, List<Region> regions) {
        Map<Long, Long> owner = new HashMap<>();
        for (Region r : regions) {
            assertEquals(r.entry(), r.blocks().firstEntry().getKey());
            assertTrue(r.blocks().size() <= RegionChooser.MAX_BLOCKS && r.instructions() <= RegionChooser.MAX_INSTRUCTIONS);
            for (long pc : r.blocks().keySet()) assertNull(owner.put(pc, r.entry()), "twice: " + pc);
        }
        assertEquals(blocks.keySet(), owner.keySet());
        blocks.forEach((pc, block) -> {
            List<Long> next = switch (block.exit()) {
                case Exit.Jump j -> List.of(j.target());
                case Exit.Branch b -> List.of(b.taken(), b.next());
                default -> List.of();
            };
            for (long to : next)
                if (owner.containsKey(to)) assertTrue(owner.get(to) == to || owner.get(to).equals(owner.get(pc)), pc + " enters the middle of a region at " + to);
            var seen = profile.blocks().get(pc);
            if (seen != null && (seen.reached() & Reached.ENTRY) != 0) assertEquals(pc, owner.get(pc));
        });
    }
}
