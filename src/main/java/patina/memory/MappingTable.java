package patina.memory;

import java.util.Arrays;
import java.util.List;

/**
 * Mappings by address: disjoint, page-aligned, alike neighbours joined. Immutable, so that readers need no lock: a change makes a new table.
 */
final class MappingTable {
    static final MappingTable EMPTY = new MappingTable(new Mapping[0]);

    private final Mapping[] all;

    private MappingTable(Mapping[] all) { this.all = all; }

    List<Mapping> list() { return List.of(all); }

    /** Index of the first mapping that ends above {@code address}. */
    private int from(long address) {
        int low = 0, high = all.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (all[middle].end() > address) high = middle; else low = middle + 1;
        }
        return low;
    }

    /** The mapping that holds {@code address}, or null. */
    Mapping at(long address) {
        int i = from(address);
        return i < all.length && all[i].start() <= address ? all[i] : null;
    }

    /** The first mapping that ends above {@code address}, or null. */
    Mapping above(long address) {
        int i = from(address);
        return i < all.length ? all[i] : null;
    }

    boolean isFree(long start, long end) {
        int i = from(start);
        return i == all.length || all[i].start() >= end;
    }

    /** Whether code may lie in [start, end). */
    boolean isExecutable(long start, long end) {
        for (int i = from(start); i < all.length && all[i].start() < end; i++) if (all[i].executable()) return true;
        return false;
    }

    /** First address from {@code start} on that is not mapped, at most {@code end}. */
    long mappedUpTo(long start, long end) {
        long a = start;
        for (int i = from(start); i < all.length && all[i].start() <= a && a < end; i++) a = all[i].end();
        return Math.min(a, end);
    }

    /** What is mapped in [start, end), cut to it. */
    Mapping[] within(long start, long end) {
        int i = from(start), j = firstAtOrAbove(end, i);
        Mapping[] pieces = new Mapping[j - i];
        for (int k = i; k < j; k++) pieces[k - i] = all[k].part(Math.max(start, all[k].start()), Math.min(end, all[k].end()));
        return pieces;
    }

    private int firstAtOrAbove(long end, int i) {
        while (i < all.length && all[i].start() < end) i++;
        return i;
    }

    /** Without the pages [start, end). */
    MappingTable without(long start, long end) {
        int i = from(start), j = firstAtOrAbove(end, i);
        if (i == j) return this;
        Mapping left = all[i].start() < start ? all[i].part(all[i].start(), start) : null;
        Mapping right = all[j - 1].end() > end ? all[j - 1].part(end, all[j - 1].end()) : null;
        return replace(i, j, left, right);
    }

    /** With {@code m}, whose pages are free. */
    MappingTable with(Mapping m) {
        int i = from(m.start()), j = i;
        if (i > 0 && all[i - 1].joins(m)) m = all[--i].join(m);
        if (j < all.length && m.joins(all[j])) m = m.join(all[j++]);
        return replace(i, j, m, null);
    }

    private MappingTable replace(int from, int to, Mapping a, Mapping b) {
        int extra = (a == null ? 0 : 1) + (b == null ? 0 : 1), k = from;
        Mapping[] next = Arrays.copyOf(all, all.length - (to - from) + extra);
        if (a != null) next[k++] = a;
        if (b != null) next[k++] = b;
        System.arraycopy(all, to, next, k, all.length - to);
        return new MappingTable(next);
    }

    /** The highest start of {@code length} free bytes in [bottom, top), or -1. */
    long gapBelow(long top, long bottom, long length) {
        long high = top;
        for (int i = firstAtOrAbove(top, from(bottom)) - 1; i >= 0; i--) {
            if (high - bottom < length) return -1;
            if (high - Math.max(all[i].end(), bottom) >= length) return high - length;
            high = Math.min(high, all[i].start());
        }
        return high - bottom >= length ? high - length : -1;
    }
}
