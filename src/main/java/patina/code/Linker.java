package patina.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import patina.guest.CodeSource;
import patina.ir.ObjectCode;
import patina.ir.ObjectCode.Range;
import patina.ir.ObjectCode.Relocation;

/**
 * Makes a code image of object codes. The result depends on the set of object codes, the guest's bytes and the meta lines only, not on
 * any order. Object code is taken back out by {@link CodeImage#objectCode} and linked again with more beside it.
 */
public final class Linker {
    private static final int X86_64 = 62;
    /** Link slots behind the bias word: room for links to other images. */
    private static final int DATA_SIZE = 64;

    private final TreeMap<Long, ObjectCode> regions = new TreeMap<>();
    private final Map<Long, Integer> textOffset = new HashMap<>();
    private final SortedSet<Long> missing = new TreeSet<>();
    private int textSize;

    private Linker(Collection<ObjectCode> codes) {
        for (ObjectCode c : codes) if (regions.put(c.entry(), c) != null) throw new IllegalArgumentException("two regions at " + Long.toHexString(c.entry()));
    }

    /**
     * The code image as a file's bytes.
     *
     * @param codes at most one per entry
     * @param guest the guest image: reads every range that the object codes name
     * @param key   SHA-256 of what the code depends on, 32 bytes
     * @param meta  for people, and to say what differs between keys; no line breaks in it
     */
    public static byte[] link(Collection<ObjectCode> codes, CodeSource guest, byte[] key, SortedMap<String, String> meta) {
        return new Linker(codes).link(guest, key, meta);
    }

    private byte[] link(CodeSource guest, byte[] key, SortedMap<String, String> meta) {
        layOut();
        int bias = ElfFile.dataOffset(textSize);
        Map<Part, byte[]> parts = new EnumMap<>(Part.class);
        parts.put(Part.TEXT, text(bias - ElfFile.PAGE));
        parts.put(Part.DATA, new byte[DATA_SIZE]);
        tables(parts);
        GuestBytes.collect(regions.values(), guest, parts);
        StringBuilder lines = new StringBuilder();
        meta.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
        parts.put(Part.META, lines.toString().getBytes(StandardCharsets.UTF_8));
        ByteBuffer file = ElfFile.write(parts, symbols(), X86_64);
        file.put(Header.KEY, key, 0, 32);
        file.putInt(Header.CHECKSUM, Bytes.of(file.array()).checksum(Header.CHECKSUM));
        return file.array();
    }

    private void layOut() {
        for (ObjectCode c : regions.values()) {
            textOffset.put(c.entry(), textSize);
            textSize = ElfFile.align(textSize + c.code().length, 16);
            for (Relocation r : c.relocations())
                if (r.target() == ObjectCode.Target.REGION && !regions.containsKey(r.value())) missing.add(r.value());
        }
        for (long target : missing) {
            textOffset.put(target, textSize);
            textSize += Thunk.SIZE;
        }
    }

    /** {@code bias}: where the bias word is, from the start of the text. */
    private byte[] text(int bias) {
        ByteBuffer text = ByteBuffer.allocate(textSize).order(ByteOrder.LITTLE_ENDIAN);
        for (ObjectCode c : regions.values()) {
            int at = textOffset.get(c.entry());
            text.put(at, c.code());
            for (Relocation r : c.relocations()) {
                int target = switch (r.target()) { case REGION -> textOffset.get(r.value()); case BIAS -> bias; };
                text.putInt(at + r.offset(), target + r.addend() - (at + r.offset()));
            }
            for (int i = at + c.code().length; (i & 15) != 0; i++) text.put(i, (byte) 0xcc);
        }
        for (long target : missing) text.put(textOffset.get(target), Thunk.write(target, textOffset.get(target), bias));
        return text.array();
    }

    private void tables(Map<Part, byte[]> parts) {
        int ranges = 0, relocations = 0;
        for (ObjectCode c : regions.values()) { ranges += c.guest().size(); relocations += c.relocations().size(); }
        ByteBuffer regionTable = rows(Part.REGIONS, regions.size()), rangeTable = rows(Part.RANGES, ranges);
        ByteBuffer relocationTable = rows(Part.RELOCATIONS, relocations);
        for (ObjectCode c : regions.values()) {
            regionTable.putLong(c.entry()).putInt(textOffset.get(c.entry())).putInt(c.code().length).putInt(c.instructions());
            regionTable.putInt(rangeTable.position() / Part.RANGES.row).putInt(c.guest().size());
            regionTable.putInt(relocationTable.position() / Part.RELOCATIONS.row).putInt(c.relocations().size()).putInt(0);
            for (Range r : c.guest()) rangeTable.putLong(r.from()).putInt(r.length()).putInt(0);
            for (Relocation r : c.relocations())
                relocationTable.putLong(r.value()).putInt(r.offset()).putInt(r.addend()).putInt(r.target().ordinal()).putInt(0);
        }
        parts.put(Part.REGIONS, regionTable.array());
        parts.put(Part.RANGES, rangeTable.array());
        parts.put(Part.RELOCATIONS, relocationTable.array());
    }

    static ByteBuffer rows(Part part, int rows) { return ByteBuffer.allocate(part.row * rows).order(ByteOrder.LITTLE_ENDIAN); }

    private List<ElfFile.Symbol> symbols() {
        List<ElfFile.Symbol> symbols = new ArrayList<>();
        regions.values().forEach(c -> symbols.add(new ElfFile.Symbol(
                "r_" + Long.toHexString(c.entry()), ElfFile.PAGE + textOffset.get(c.entry()), c.code().length)));
        missing.forEach(m -> symbols.add(new ElfFile.Symbol("miss_" + Long.toHexString(m), ElfFile.PAGE + textOffset.get(m), Thunk.SIZE)));
        return symbols;
    }
}
