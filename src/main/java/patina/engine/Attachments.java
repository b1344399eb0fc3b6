package patina.engine;

import java.util.HashMap;
import java.util.Map;
import patina.code.AttachedCode;
import patina.ir.ImageKey;
import patina.memory.Mapping;

/** Native code from the cache that is attached, for whichever process has the same image at the same place. */
final class Attachments {
    private record Place(ImageKey image, long bias, Variant variant) {
        @Override public boolean equals(Object o) { return o instanceof Place p && bias == p.bias && variant == p.variant && image.equals(p.image); }
        @Override public int hashCode() { return Long.hashCode(bias) ^ image.hashCode(); }
    }

    /** A file's pages at a place, as Images was told of them. */
    private record Pages(Mapping.FileId file, long start, long end, long offset, Variant variant) {
        @Override public boolean equals(Object o) {
            return o instanceof Pages p && start == p.start && end == p.end && offset == p.offset && variant == p.variant && file.same(p.file);
        }

        @Override public int hashCode() { return Long.hashCode(file.inode() * 31 + start); }

        static Pages of(Mapping m, Variant variant) { return new Pages(m.file(), m.start(), m.end(), m.offset(), variant); }
    }

    private final Map<Place, AttachedCode> all = new HashMap<>();
    private final Map<Pages, LoadedImage> seen = new HashMap<>();

    /** What the same pages of a file in the same state were found to be, with its code, whose guest bytes are still to be compared; or null. */
    synchronized LoadedImage seen(Mapping m, Variant variant) { return seen.get(Pages.of(m, variant)); }

    synchronized void saw(Mapping m, Variant variant, LoadedImage image) { if (!image.code().isEmpty()) seen.put(Pages.of(m, variant), image); }

    /** What is there, or null. Its guest bytes are still to be compared. */
    synchronized AttachedCode find(ImageKey image, long bias, Variant variant) { return all.get(new Place(image, bias, variant)); }

    synchronized void add(ImageKey image, Variant variant, AttachedCode code) { all.put(new Place(image, code.bias, variant), code); }
}
