package patina.ir;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The unit of translation: a single-entry piece of a guest routine. Blocks by their address, the entry first; a control transfer to
 * an address that is not in the map leaves the region. Addresses are image-relative.
 *
 * @param dead     by the address where control goes on: state offsets of slots that are written there before anything reads them, so that
 *                 they need not be left behind; faults aside
 * @param lookedAt guest bytes beyond the blocks' own that {@code dead} depends on
 */
public record Region(long entry, SequencedMap<Long, Block> blocks, Map<Long, Set<Integer>> dead, List<ObjectCode.Range> lookedAt) {
    public Region(long entry, SequencedMap<Long, Block> blocks) { this(entry, blocks, Map.of(), List.of()); }

    public int instructions() { return blocks.values().stream().mapToInt(Block::instructions).sum(); }
}
