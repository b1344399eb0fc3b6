package patina.ir;

import java.util.Arrays;

/** A small set of state offsets, each with a value where it is used as a map: a block touches few, and looking through them beats hashing. */
public final class Offsets {
    private int[] offsets = new int[24];
    private Value[] values = new Value[24];
    private int size;

    /** False: it was there. */
    public boolean add(int offset) {
        if (find(offset) >= 0) return false;
        append(offset, null);
        return true;
    }

    /** Null where there is none. */
    Value get(int offset) {
        int i = find(offset);
        return i < 0 ? null : values[i];
    }

    void put(int offset, Value v) {
        int i = find(offset);
        if (i < 0) append(offset, v); else values[i] = v;
    }

    /** Removes those in [from, to). */
    public void remove(int from, int to) {
        for (int i = size - 1; i >= 0; i--) {
            if (offsets[i] < from || offsets[i] >= to) continue;
            size--;
            offsets[i] = offsets[size];
            values[i] = values[size];
        }
    }

    public void clear() { size = 0; }

    private int find(int offset) {
        for (int i = size - 1; i >= 0; i--) if (offsets[i] == offset) return i;
        return -1;
    }

    private void append(int offset, Value v) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        offsets[size] = offset;
        values[size++] = v;
    }
}
