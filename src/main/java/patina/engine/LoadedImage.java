package patina.engine;

import java.util.ArrayList;
import java.util.List;
import patina.code.AttachedCode;
import patina.ir.ImageKey;

/**
 * A guest image as it lies in the address space: one executable file mapping, or what is left of it.
 *
 * @param start executable guest addresses [start, end)
 * @param bias  guest address minus image-relative address
 * @param code  its native code, the newest first: what was made in the run, then what is from the cache
 */
record LoadedImage(ImageKey key, String path, long start, long end, long bias, List<AttachedCode> code) {
    boolean contains(long pc) { return pc >= start && pc < end; }

    /** Host address of the newest native code for {@code pc}, or 0. */
    long hostEntry(long pc) {
        for (int i = 0; i < code.size(); i++) {
            long host = code.get(i).hostEntry(pc);
            if (host != 0) return host;
        }
        return 0;
    }

    /** With newer code, which holds all that the {@code replaced} newest have: a thread may still be in those, but they are entered no more. */
    LoadedImage with(AttachedCode newest, int replaced) {
        List<AttachedCode> all = new ArrayList<>(code.subList(Math.min(replaced, code.size()), code.size()));
        all.addFirst(newest);
        return new LoadedImage(key, path, start, end, bias, List.copyOf(all));
    }

    /** What is left where [from, to) is not the image's any more: up to two stretches, with {@code kept} of its code. */
    List<LoadedImage> without(long from, long to, List<AttachedCode> kept) {
        List<LoadedImage> rest = new ArrayList<>();
        if (start < from) rest.add(new LoadedImage(key, path, start, from, bias, kept));
        if (to < end) rest.add(new LoadedImage(key, path, to, end, bias, kept));
        return rest;
    }
}
