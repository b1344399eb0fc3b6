package patina.engine;

import java.util.HashMap;
import java.util.Map;
import patina.code.AttachedCode;
import patina.ir.ImageKey;

/** Native code from the cache that is attached, for whichever process has the same image at the same place. */
final class Attachments {
    private record Place(ImageKey image, long bias, Variant variant) {
        @Override public boolean equals(Object o) { return o instanceof Place p && bias == p.bias && variant == p.variant && image.equals(p.image); }
        @Override public int hashCode() { return Long.hashCode(bias) ^ image.hashCode(); }
    }

    private final Map<Place, AttachedCode> all = new HashMap<>();

    /** What is there, or null. Its guest bytes are still to be compared. */
    synchronized AttachedCode find(ImageKey image, long bias, Variant variant) { return all.get(new Place(image, bias, variant)); }

    synchronized void add(ImageKey image, Variant variant, AttachedCode code) { all.put(new Place(image, code.bias, variant), code); }
}
