package patina.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the ELF64 shared object around the parts (System V gABI, chapters 4 and 5): headers in the first page, .text and .data on pages
 * of their own with address = file offset, the tables behind, symbols for the tools.
 */
final class ElfFile {
    static final int PAGE = 4096;
    private static final int HEADER = 64, PROGRAM_HEADER = 56, SECTION_HEADER = 64, SYMBOL = 24;
    private static final int PROGBITS = 1, SYMTAB = 2, STRTAB = 3;
    private static final int WRITE = 1, ALLOC = 2, EXECUTE = 4;

    /** A name for [address, address + size) of .text. */
    record Symbol(String name, long address, long size) {}

    private record Section(String name, int type, int flags, long offset, long size, int link, int info, int align, int row) {}

    private final List<Section> sections = new ArrayList<>();
    private final Map<Part, byte[]> parts;
    private ByteBuffer out;

    private ElfFile(Map<Part, byte[]> parts) { this.parts = parts; }

    /** The whole file; Patina's header is filled but for key and checksum. */
    static ByteBuffer write(Map<Part, byte[]> parts, List<Symbol> symbols, int machine) {
        return new ElfFile(parts).write(symbols, machine);
    }

    /** Where .data will lie, with so much text. */
    static int dataOffset(int textSize) { return align(PAGE + textSize, PAGE); }

    private ByteBuffer write(List<Symbol> symbols, int machine) {
        byte[] names = names(symbols), table = table(symbols);
        sections.add(new Section("", 0, 0, 0, 0, 0, 0, 0, 0));
        int at = PAGE;
        for (Part part : Part.ALL) {
            if (part == Part.DATA || part == Part.REGIONS) at = align(at, PAGE);
            at = align(at, 16);
            int flags = part == Part.TEXT ? ALLOC | EXECUTE : part == Part.DATA ? ALLOC | WRITE : 0;
            int size = parts.get(part).length;
            sections.add(new Section(part.section, PROGBITS, flags, at, size, 0, 0, 16, part.row > 1 && flags == 0 ? part.row : 0));
            at += size;
        }
        at = section(".symtab", SYMTAB, at, table.length, sections.size() + 1, 1, SYMBOL);
        at = section(".strtab", STRTAB, at, names.length, 0, 0, 0);
        byte[] sectionNames = sectionNames();
        at = section(".shstrtab", STRTAB, at, sectionNames.length, 0, 0, 0);
        at = align(at, 16);
        out = ByteBuffer.allocate(at + sections.size() * SECTION_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header(machine, at);
        for (Part part : Part.ALL) out.put((int) sections.get(1 + part.ordinal()).offset, parts.get(part));
        int tables = 1 + Part.ALL.length;
        out.put((int) sections.get(tables).offset, table).put((int) sections.get(tables + 1).offset, names)
                .put((int) sections.get(tables + 2).offset, sectionNames);
        sectionHeaders(at);
        patinaHeader();
        return out;
    }

    private int section(String name, int type, int at, int size, int link, int info, int row) {
        sections.add(new Section(name, type, 0, align(at, 16), size, link, info, 16, row));
        return align(at, 16) + size;
    }

    private void header(int machine, int sectionHeaders) {
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        out.putShort((short) 3).putShort((short) machine).putInt(1);
        out.putLong(0).putLong(HEADER).putLong(sectionHeaders).putInt(0);
        out.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 2);
        out.putShort((short) SECTION_HEADER).putShort((short) sections.size()).putShort((short) (sections.size() - 1));
        load(5, sections.get(1));
        load(6, sections.get(2));
    }

    private void load(int flags, Section s) {
        out.putInt(1).putInt(flags).putLong(s.offset).putLong(s.offset).putLong(s.offset).putLong(s.size).putLong(s.size).putLong(PAGE);
    }

    private void sectionHeaders(int at) {
        out.position(at);
        int name = 1;
        for (Section s : sections) {
            out.putInt(s.name.isEmpty() ? 0 : name).putInt(s.type).putLong(s.flags).putLong((s.flags & ALLOC) != 0 ? s.offset : 0);
            out.putLong(s.offset).putLong(s.size).putInt(s.link).putInt(s.info).putLong(s.align).putLong(s.row);
            if (!s.name.isEmpty()) name += s.name.length() + 1;
        }
    }

    private void patinaHeader() {
        out.putLong(Header.MAGIC, Header.MAGIC_VALUE).putLong(Header.FORMAT, Header.FORMAT_VALUE).putLong(Header.FILE_SIZE, out.capacity());
        for (Part part : Part.ALL) {
            Section s = sections.get(1 + part.ordinal());
            out.putLong(Header.offset(part), s.offset).putLong(Header.size(part), s.size);
        }
    }

    private byte[] sectionNames() {
        StringBuilder names = new StringBuilder("\0");
        for (Section s : sections) if (!s.name.isEmpty()) names.append(s.name).append('\0');
        return names.append(".shstrtab\0").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] names(List<Symbol> symbols) {
        StringBuilder names = new StringBuilder("\0");
        for (Symbol s : symbols) names.append(s.name).append('\0');
        return names.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] table(List<Symbol> symbols) {
        ByteBuffer table = ByteBuffer.allocate(SYMBOL * (symbols.size() + 1)).order(ByteOrder.LITTLE_ENDIAN).position(SYMBOL);
        int name = 1;
        for (Symbol s : symbols) {
            table.putInt(name).put((byte) (1 << 4 | 2)).put((byte) 0).putShort((short) 1).putLong(s.address).putLong(s.size); // GLOBAL FUNC in .text
            name += s.name.length() + 1;
        }
        return table.array();
    }

    static int align(int v, int to) { return v + to - 1 & -to; }
}
