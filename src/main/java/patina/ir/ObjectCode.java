package patina.ir;

import java.util.List;

/**
 * The native code of one region, position-independent, with what a linker has to fill in. Deterministic: the same region and the same
 * options give the same bytes.
 *
 * @param entry        image-relative guest address
 * @param instructions guest instructions it was made from
 * @param code         machine code followed by its read-only data; execution starts at byte 0
 * @param relocations  32-bit pc-relative fields to fill, by offset
 * @param guest        image-relative guest byte ranges that it depends on, sorted, disjoint
 */
public record ObjectCode(long entry, int instructions, byte[] code, List<Relocation> relocations, List<Range> guest) {

    /** What a field refers to: another region's entry (image-relative guest address in {@code value}), or the image's load bias word. */
    public enum Target { REGION, BIAS }

    /** At {@code offset} in the code: 32 bits, set to target + addend - (address of the field). */
    public record Relocation(int offset, Target target, long value, int addend) {}

    /** Guest bytes [from, from + length). */
    public record Range(long from, int length) {}
}
