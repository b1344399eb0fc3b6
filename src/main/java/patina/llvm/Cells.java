package patina.llvm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import patina.ir.Block;
import patina.ir.Builder;
import patina.ir.StateLayout;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Where a region keeps each register. A slot with one type that nothing else reaches is a cell: a local variable that LLVM turns into
 * host registers. What GETX and SETX reach, and slots that overlap others, stay in the state's memory. A pinned register that stays
 * there is stored at the region's entry and loaded again at its exits.
 */
final class Cells {
    /** @param index bit in the data flow; @param pinned number among the arguments, or -1; written: anywhere in the region */
    record Cell(int index, int offset, Type type, int pinned, boolean written) {}

    static final int PINNED = StateLayout.PINNED_INTEGERS + StateLayout.PINNED_VECTORS;

    final List<Cell> cells = new ArrayList<>();
    /** Pinned registers that live in the state's memory inside this region. */
    final BitSet pinnedInMemory = new BitSet();
    private final Map<Integer, Cell> byOffset = new HashMap<>();

    private record Access(int offset, Type type) {}

    Cells(Iterable<Block> blocks, boolean precise) {
        TreeMap<Integer, Access> slots = new TreeMap<>();
        BitSet written = new BitSet(StateLayout.SIZE), shared = new BitSet(StateLayout.SIZE);
        if (precise) shared.set(0, StateLayout.SIZE);
        for (Block block : blocks) for (Value v : block.code()) {
            int offset = (int) v.imm;
            switch (v.op) {
                case GET -> access(slots, shared, offset, v.type);
                case SET -> { access(slots, shared, offset, v.a.type); written.set(offset); }
                case GETX, SETX -> shared.set(offset, offset + 16 * Builder.INDEXED);
                default -> { }
            }
        }
        Access before = null;
        for (Access slot : slots.values()) {
            if (before != null && before.offset + before.type.bytes() > slot.offset) {
                share(shared, before);
                share(shared, slot);
            }
            if (pinned(slot.offset) < 0 && coversPinned(slot)) share(shared, slot);
            if (before == null || before.offset + before.type.bytes() < slot.offset + slot.type.bytes()) before = slot;
        }
        for (Access slot : slots.values()) {
            if (!intersects(shared, slot.offset, slot.type.bytes())) add(slot, written.get(slot.offset));
        }
        for (int i = 0; i < PINNED; i++) if (intersects(shared, pinnedOffset(i), pinnedBytes(i))) pinnedInMemory.set(i);
    }

    private static void access(TreeMap<Integer, Access> slots, BitSet shared, int offset, Type type) {
        Access slot = new Access(offset, type), other = slots.putIfAbsent(offset, slot);
        int pinned = pinned(offset);
        if (other != null && !other.type.equals(type) || pinned >= 0 && type.bytes() != pinnedBytes(pinned)) {
            share(shared, slot);
            if (other != null) share(shared, other);
        }
    }

    private static void share(BitSet shared, Access slot) { shared.set(slot.offset, slot.offset + slot.type.bytes()); }

    private static boolean intersects(BitSet set, int from, int length) {
        int at = set.nextSetBit(from);
        return at >= 0 && at < from + length;
    }

    private static boolean coversPinned(Access slot) {
        for (int i = 0; i < PINNED; i++) {
            if (slot.offset < pinnedOffset(i) + pinnedBytes(i) && pinnedOffset(i) < slot.offset + slot.type.bytes()) return true;
        }
        return false;
    }

    private void add(Access slot, boolean written) {
        Cell cell = new Cell(cells.size(), slot.offset, slot.type, pinned(slot.offset), written);
        cells.add(cell);
        byOffset.put(slot.offset, cell);
    }

    /** The cell of the slot at this offset, or null where it stays in memory. */
    Cell at(long offset) { return byOffset.get((int) offset); }

    /** The cell of pinned register i, or null where it has none: it is in memory, or nobody touches it. */
    Cell pinnedCell(int i) { return byOffset.get(pinnedOffset(i)); }

    static int pinnedOffset(int i) {
        return i < StateLayout.PINNED_INTEGERS ? StateLayout.REGISTERS + 8 * i : StateLayout.VECTORS + 16 * (i - StateLayout.PINNED_INTEGERS);
    }

    private static int pinnedBytes(int i) { return i < StateLayout.PINNED_INTEGERS ? 8 : 16; }

    private static int pinned(int offset) {
        for (int i = 0; i < PINNED; i++) if (pinnedOffset(i) == offset) return i;
        return -1;
    }
}
