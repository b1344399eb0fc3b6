package patina.engine;

import patina.code.AttachedCode;
import patina.ir.ImageKey;

/**
 * A guest image as it lies in the address space: one executable file mapping.
 *
 * @param start executable guest addresses [start, end)
 * @param bias  guest address minus image-relative address
 * @param code  its native code, null where there is none
 */
record LoadedImage(ImageKey key, String path, long start, long end, long bias, AttachedCode code) {
    boolean contains(long pc) { return pc >= start && pc < end; }

    LoadedImage with(AttachedCode other) { return new LoadedImage(key, path, start, end, bias, other); }
}
