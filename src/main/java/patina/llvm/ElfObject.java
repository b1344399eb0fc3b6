package patina.llvm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import patina.ir.ObjectCode;

/**
 * The relocatable x86-64 ELF object (System V ABI, AMD64 supplement, 4) that LLVM makes of one region: puts .text and the read-only data
 * together, resolves what refers to them, and leaves references to other regions and the load bias as relocations.
 */
final class ElfObject {
    static final String REGION_PREFIX = "r_", BIAS = "patina_bias";

    private static final int SHT_PROGBITS = 1, SHT_SYMTAB = 2, SHT_RELA = 4, SHF_ALLOC = 2, SHF_EXECINSTR = 4, SHF_WRITE = 1;
    private static final int R_X86_64_PC32 = 2, R_X86_64_PLT32 = 4;

    private record Section(String name, int type, long flags, int offset, int size, int link, int info, int align) {
        boolean isKept() { return type == SHT_PROGBITS && (flags & SHF_ALLOC) != 0; }
    }

    private record Symbol(String name, int section, long value) {}

    private final ByteBuffer elf;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    /** Where each section went, or -1. */
    private int[] place;
    private byte[] bytes;
    private final List<ObjectCode.Relocation> relocations = new ArrayList<>();

    ElfObject(byte[] object) {
        elf = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        readSections();
        layOut();
        for (Section s : sections) if (s.type == SHT_RELA && place[s.info] >= 0) relocate(s);
        relocations.sort(Comparator.comparingInt(ObjectCode.Relocation::offset));
    }

    byte[] code() { return bytes; }

    List<ObjectCode.Relocation> relocations() { return relocations; }

    private void readSections() {
        int table = (int) elf.getLong(40), size = elf.getShort(58), count = elf.getShort(60), names = elf.getShort(62);
        int namesAt = (int) elf.getLong(table + names * size + 24);
        for (int i = 0; i < count; i++) {
            int h = table + i * size;
            sections.add(new Section(string(namesAt + elf.getInt(h)), elf.getInt(h + 4), elf.getLong(h + 8), (int) elf.getLong(h + 24),
                    (int) elf.getLong(h + 32), elf.getInt(h + 40), elf.getInt(h + 44), (int) elf.getLong(h + 48)));
        }
        for (Section s : sections) {
            if (s.type != SHT_SYMTAB) continue;
            int strings = sections.get(s.link).offset;
            for (int at = s.offset; at < s.offset + s.size; at += 24) {
                symbols.add(new Symbol(string(strings + elf.getInt(at)), elf.getShort(at + 6) & 0xffff, elf.getLong(at + 8)));
            }
        }
    }

    private String string(int at) {
        int end = at;
        while (elf.get(end) != 0) end++;
        return new String(elf.array(), at, end - at, StandardCharsets.US_ASCII);
    }

    private void layOut() {
        place = new int[sections.size()];
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < place.length; i++) {
                Section s = sections.get(i);
                boolean executable = (s.flags & SHF_EXECINSTR) != 0;
                if (pass == 0) place[i] = -1;
                if (!s.isKept() || executable != (pass == 0) || s.size == 0) continue;
                if ((s.flags & SHF_WRITE) != 0 || s.name.startsWith(".eh_frame")) throw new CompileException("section " + s.name + " in object code");
                while (code.size() % Math.max(1, s.align) != 0) code.write(0);
                place[i] = code.size();
                code.write(elf.array(), s.offset, s.size);
            }
        }
        bytes = code.toByteArray();
    }

    private void relocate(Section table) {
        for (int at = table.offset; at < table.offset + table.size; at += 24) {
            int field = place[table.info] + (int) elf.getLong(at);
            long info = elf.getLong(at + 8);
            int kind = (int) info, addend = (int) elf.getLong(at + 16);
            Symbol symbol = symbols.get((int) (info >>> 32));
            if (kind != R_X86_64_PC32 && kind != R_X86_64_PLT32) throw new CompileException("relocation type " + kind + " to '" + symbol.name + "'");
            if (symbol.section != 0) resolve(field, symbol, addend);
            else external(field, symbol.name, addend);
        }
    }

    private void resolve(int field, Symbol symbol, int addend) {
        if (symbol.section >= place.length || place[symbol.section] < 0) throw new CompileException("reference to '" + symbol.name + "' outside the code");
        putInt(field, place[symbol.section] + (int) symbol.value + addend - field);
    }

    private void external(int field, String name, int addend) {
        TailJump jump = TailJump.of(name);
        if (jump != null) tailJump(field, jump);
        else if (name.equals(BIAS)) relocations.add(new ObjectCode.Relocation(field, ObjectCode.Target.BIAS, 0, addend));
        else if (name.startsWith(REGION_PREFIX)) {
            long address = Long.parseUnsignedLong(name.substring(REGION_PREFIX.length()), 16);
            relocations.add(new ObjectCode.Relocation(field, ObjectCode.Target.REGION, address, addend));
        } else throw new CompileException("native code would call '" + name + "'");
    }

    /** {@code jmp rel32} becomes the indirect jump; a conditional jump goes to one that is appended. */
    private void tailJump(int field, TailJump jump) {
        byte[] indirect = jump.code();
        if ((bytes[field - 1] & 0xff) == 0xe9) {
            System.arraycopy(indirect, 0, bytes, field - 1, TailJump.LENGTH);
            return;
        }
        if ((bytes[field - 2] & 0xff) != 0x0f || (bytes[field - 1] & 0xf0) != 0x80) throw new CompileException("reference to '" + jump.symbol + "' that is no jump");
        int at = bytes.length;
        bytes = java.util.Arrays.copyOf(bytes, at + TailJump.LENGTH);
        System.arraycopy(indirect, 0, bytes, at, TailJump.LENGTH);
        putInt(field, at - (field + 4));
    }

    private void putInt(int at, int value) { ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value); }
}
