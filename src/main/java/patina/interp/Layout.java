package patina.interp;

import java.util.Arrays;
import patina.ir.Value;

/** A frame while it is laid out: the block's values, constants already in place, then what else steps want as arguments. */
final class Layout {
    private final int values;
    private long[] words;
    private int used;

    Layout(int values) {
        this.values = used = values;
        words = new long[values];
    }

    void constant(Value v) { words[v.frame] = v.imm; }

    /** Index of a word that holds {@code constant}. */
    int extra(long constant) {
        for (int i = values; i < used; i++) if (words[i] == constant) return i;
        if (used == words.length) words = Arrays.copyOf(words, used + 8);
        words[used] = constant;
        return used++;
    }

    long[] frame() { return words; }
}
