package patina.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import patina.ir.ObjectCode;
import patina.ir.ObjectCode.Range;
import patina.ir.ObjectCode.Relocation;

/**
 * All translations of one guest image: a view of a code image file's bytes, in memory or mapped. Regions are numbered by ascending guest
 * address and looked up in the table where it lies; there is no object per region. Immutable, safe for all threads.
 */
public final class CodeImage {
    private final Bytes file;
    private final int regionsAt, regionCount;

    private CodeImage(Bytes file) {
        this.file = file;
        this.regionsAt = offset(Part.REGIONS);
        this.regionCount = size(Part.REGIONS) / Part.REGIONS.row;
    }

    /** Maps and checks a file: any flipped bit is noticed. To be given back by {@link #close}. */
    public static CodeImage open(Path path) throws IOException, CorruptCodeImage {
        Bytes file = Bytes.map(path);
        try {
            return checked(file);
        } catch (CorruptCodeImage e) {
            file.close();
            throw e;
        }
    }

    /** Reads and checks a file. */
    public static CodeImage read(Path path) throws IOException, CorruptCodeImage { return of(Files.readAllBytes(path)); }

    /** The linker's result. */
    public static CodeImage of(byte[] linked) throws CorruptCodeImage { return checked(Bytes.of(linked)); }

    private static CodeImage checked(Bytes file) throws CorruptCodeImage {
        int size = file.size;
        if (size < ElfFile.PAGE) throw new CorruptCodeImage(size + " bytes", "a page at least");
        if (file.getLong(Header.MAGIC) != Header.MAGIC_VALUE) throw new CorruptCodeImage("another magic", "a code image");
        expect("format", file.getLong(Header.FORMAT), Header.FORMAT_VALUE);
        expect("size", size, file.getLong(Header.FILE_SIZE));
        expect("checksum", file.checksum(Header.CHECKSUM), file.getInt(Header.CHECKSUM));
        for (Part part : Part.ALL) {
            long at = file.getLong(Header.offset(part)), length = file.getLong(Header.size(part));
            if (at < 0 || length < 0 || at > size || length > size - at || length % part.row != 0)
                throw new CorruptCodeImage(part + " at " + at + " of " + length, "inside " + size);
        }
        return new CodeImage(file);
    }

    private static void expect(String what, long found, long expected) throws CorruptCodeImage {
        if (found != expected) throw new CorruptCodeImage(what + " " + Long.toHexString(found), Long.toHexString(expected));
    }

    /** Unmaps the file. The image must not be used any more; code attached from it stays, its tables do not. */
    public void close() { file.close(); }

    int offset(Part part) { return (int) file.getLong(Header.offset(part)); }

    int size(Part part) { return (int) file.getLong(Header.size(part)); }

    int checksum() { return file.getInt(Header.CHECKSUM); }

    Bytes bytes() { return file; }

    /** Where it was mapped from; null if it is in memory only. */
    public Path path() { return file.path; }

    public int fileSize() { return file.size; }

    /** What the code depends on: {@code cache.CacheKey}'s 32 bytes. */
    public byte[] key() {
        return file.copy(Header.KEY, 32);
    }

    public SortedMap<String, String> meta() {
        byte[] lines = file.copy(offset(Part.META), size(Part.META));
        SortedMap<String, String> meta = new TreeMap<>();
        for (String line : new String(lines, StandardCharsets.UTF_8).split("\n"))
            if (line.indexOf('=') > 0) meta.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        return meta;
    }

    // ---- regions

    public int regions() { return regionCount; }

    /** Image-relative guest address of a region. */
    public long entry(int region) { return file.getLong(row(region)); }

    /** Where its code starts in the text. */
    public int textOffset(int region) { return file.getInt(row(region) + 8); }

    public int codeLength(int region) { return file.getInt(row(region) + 12); }

    public int instructions(int region) { return file.getInt(row(region) + 16); }

    private int row(int region) { return regionsAt + Part.REGIONS.row * region; }

    /** The region that starts at the image-relative guest address, or -1. */
    public int find(long entry) {
        int low = 0, high = regionCount - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long e = entry(middle);
            if (e == entry) return middle;
            if (e < entry) low = middle + 1; else high = middle - 1;
        }
        return -1;
    }

    /** The region whose code holds an offset in the text, or -1 (a thunk, padding). */
    public int regionAt(long textOffset) {
        int low = 0, high = regionCount - 1;
        while (low <= high) {
            int middle = low + high >>> 1, at = textOffset(middle);
            if (textOffset < at) high = middle - 1;
            else if (textOffset >= at + codeLength(middle)) low = middle + 1;
            else return middle;
        }
        return -1;
    }

    /** The guest bytes a region was made from. */
    public List<Range> guestRanges(int region) {
        int first = file.getInt(row(region) + 20), count = file.getInt(row(region) + 24);
        List<Range> ranges = new ArrayList<>(count);
        for (int i = first; i < first + count; i++) {
            int at = offset(Part.RANGES) + Part.RANGES.row * i;
            ranges.add(new Range(file.getLong(at), file.getInt(at + 8)));
        }
        return ranges;
    }

    /** A region as the compiler gave it, for linking again. */
    public ObjectCode objectCode(int region) {
        byte[] code = file.copy(offset(Part.TEXT) + textOffset(region), codeLength(region));
        int first = file.getInt(row(region) + 28), count = file.getInt(row(region) + 32);
        List<Relocation> relocations = new ArrayList<>(count);
        for (int i = first; i < first + count; i++) {
            int at = offset(Part.RELOCATIONS) + Part.RELOCATIONS.row * i, field = file.getInt(at + 8);
            var target = file.getInt(at + 16) == 0 ? ObjectCode.Target.REGION : ObjectCode.Target.BIAS;
            relocations.add(new Relocation(field, target, file.getLong(at), file.getInt(at + 12)));
            for (int b = 0; b < 4; b++) code[field + b] = 0;
        }
        return new ObjectCode(entry(region), instructions(region), code, relocations, guestRanges(region));
    }

    public List<ObjectCode> objectCodes() {
        List<ObjectCode> codes = new ArrayList<>(regionCount);
        for (int i = 0; i < regionCount; i++) codes.add(objectCode(i));
        return codes;
    }
}
