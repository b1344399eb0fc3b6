package patina.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import patina.guest.CodeSource;
import patina.guest.x86.X86Guest;
import patina.guest.x86.X86State;
import patina.ir.Block;
import patina.ir.ObjectCode;
import patina.ir.Region;

/** Flags that nobody reads where a region leaves, in real code. */
final class LookAheadTest {
    private final X86Guest guest = new X86Guest();
    private final Set<Integer> all = new TreeSet<>(guest.flags());

    /** A region of one instruction, the first of {@code hex}: what it may leave out, by target. */
    private Region ahead(String hex) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        CodeSource code = (pc, into) -> {
            if (pc < 0 || pc >= bytes.length) return 0;
            int n = Math.min(into.length, bytes.length - (int) pc);
            System.arraycopy(bytes, (int) pc, into, 0, n);
            return n;
        };
        var blocks = new LinkedHashMap<Long, Block>();
        blocks.put(0L, guest.lift(code, 0, 1));
        return new LookAhead(guest, code).extend(new Region(0, blocks));
    }

    private Set<Integer> allBut(int... alive) {
        Set<Integer> set = new TreeSet<>(all);
        for (int a : alive) set.remove(a);
        return set;
    }

    @Test void writtenBeforeRead() {
        Region r = ahead("90 48 39 d8 c3");                                   // nop; cmp rax, rbx; ret
        assertEquals(all, r.dead().get(1L));
        assertEquals(List.of(new ObjectCode.Range(1, 4)), r.lookedAt().stream().filter(x -> x.from() == 1).toList());
    }

    @Test void aReturnReadsAll() { assertEquals(null, ahead("90 c3").dead().get(1L)); }

    @Test void incrementLeavesTheCarry() {                                    // nop; inc eax; ret
        assertEquals(allBut(X86State.CF.offset()), ahead("90 ff c0 c3").dead().get(1L));
    }

    @Test void bothWaysOfABranch() {
        // nop; je +3; xor eax, eax; ret; xor eax, eax; ret
        assertEquals(allBut(X86State.ZERO.offset()), ahead("90 74 03 31 c0 c3 31 c0 c3").dead().get(1L));
        // nop; je +3; xor eax, eax; ret; inc eax; ret
        assertEquals(allBut(X86State.ZERO.offset(), X86State.CF.offset()), ahead("90 74 03 31 c0 c3 ff c0 c3").dead().get(1L));
    }

    @Test void aLoopEnds() { assertEquals(all, ahead("90 eb fe").dead().get(1L)); }

    @Test void codeThatIsNotThereReadsAll() { assertEquals(null, ahead("90 eb 10").dead().get(1L)); }
}
