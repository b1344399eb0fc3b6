package patina.llvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The relocatable x86-64 ELF object (System V ABI, AMD64 supplement, chapter 4) that LLVM makes: sections, symbols and relocations. */
final class ElfObject {
    static final String REGION_PREFIX = "r_", BIAS = "patina_bias";
    static final int PC32 = 2, PLT32 = 4;

    private static final int SHT_SYMTAB = 2, SHT_RELA = 4, SHF_WRITE = 1, SHF_ALLOC = 2, SHF_MERGE = 16;

    /** @param entrySize of constants in a mergeable section; @param align of the whole */
    record Section(String name, int type, long flags, int offset, int size, int link, int info, int align, int entrySize) {
        boolean isConstants() { return (flags & (SHF_ALLOC | SHF_WRITE)) == SHF_ALLOC && name.startsWith(".rodata"); }

        /** Constants of one size; else of any. */
        boolean isMergeable() { return (flags & SHF_MERGE) != 0 && entrySize > 0; }
    }

    /** @param section index, 0 where it is defined elsewhere */
    record Symbol(String name, int section, long value) {}

    /** @param offset in the section it applies to */
    record Relocation(int offset, int kind, Symbol symbol, int addend) {}

    private final ByteBuffer elf;
    final List<Section> sections = new ArrayList<>();
    private final Map<String, Integer> byName = new HashMap<>();
    private final List<Symbol> symbols = new ArrayList<>();

    ElfObject(byte[] object) {
        elf = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) elf.getLong(40), size = elf.getShort(58), count = elf.getShort(60) & 0xffff, names = elf.getShort(62) & 0xffff;
        if (count == 0) count = (int) elf.getLong(table + 32);                                   // more than 65279 sections
        int namesAt = (int) elf.getLong(table + (names == 0xffff ? elf.getInt(table + 40) : names) * size + 24);
        for (int i = 0; i < count; i++) {
            int h = table + i * size;
            sections.add(new Section(string(namesAt + elf.getInt(h)), elf.getInt(h + 4), elf.getLong(h + 8), (int) elf.getLong(h + 24),
                    (int) elf.getLong(h + 32), elf.getInt(h + 40), elf.getInt(h + 44), (int) elf.getLong(h + 48), (int) elf.getLong(h + 56)));
            byName.putIfAbsent(sections.get(i).name, i);
        }
        for (Section s : sections) if (s.type == SHT_SYMTAB) readSymbols(s);
    }

    private void readSymbols(Section table) {
        int strings = sections.get(table.link).offset;
        for (int at = table.offset; at < table.offset + table.size; at += 24) {
            symbols.add(new Symbol(string(strings + elf.getInt(at)), elf.getShort(at + 6) & 0xffff, elf.getLong(at + 8)));
        }
    }

    private String string(int at) {
        int end = at;
        while (elf.get(end) != 0) end++;
        return new String(elf.array(), at, end - at, StandardCharsets.US_ASCII);
    }

    /** The section that a region's function is put into. */
    static String section(long entry) { return ".text." + REGION_PREFIX + Long.toHexString(entry); }

    /** Index of the section of this name. */
    int index(String name) {
        Integer index = byName.get(name);
        if (index == null) throw new CompileException("no section " + name + " in the object file");
        return index;
    }

    byte[] bytes(Section s, int from, int length) {
        byte[] b = new byte[length];
        elf.get(s.offset + from, b);
        return b;
    }

    /** Relocations that apply to section {@code index}, in the file's order. */
    List<Relocation> relocations(int index) {
        List<Relocation> all = new ArrayList<>();
        for (Section s : sections) {
            if (s.type != SHT_RELA || s.info != index) continue;
            for (int at = s.offset; at < s.offset + s.size; at += 24) {
                long info = elf.getLong(at + 8);
                all.add(new Relocation((int) elf.getLong(at), (int) info, symbols.get((int) (info >>> 32)), (int) elf.getLong(at + 16)));
            }
        }
        return all;
    }
}
