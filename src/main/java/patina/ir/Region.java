package patina.ir;

import java.util.SequencedMap;

/**
 * The unit of translation: a single-entry piece of a guest routine. Blocks by their address, the entry first; a control transfer to
 * an address that is not in the map leaves the region. Addresses are image-relative.
 */
public record Region(long entry, SequencedMap<Long, Block> blocks) {
    public int instructions() { return blocks.values().stream().mapToInt(Block::instructions).sum(); }
}
