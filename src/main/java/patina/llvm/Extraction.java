package patina.llvm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import patina.ir.ObjectCode;

/**
 * Takes one region's code out of an object file: its section, the constants it refers to in the order it does, appended conditional jumps'
 * targets, and relocations for what other regions and the linker provide. What else is in the file does not show in the result.
 */
final class Extraction {
    private final ElfObject elf;
    private final int section;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final List<ObjectCode.Relocation> relocations = new ArrayList<>();
    /** Where constants went, by section and offset. */
    private final Map<Long, Integer> constants = new HashMap<>();
    private final Map<TailJump, Integer> jumps = new HashMap<>();
    private byte[] bytes;
    private final boolean alone;
    private boolean entangled;

    /** @param alone the region is the only one in the file */
    Extraction(ElfObject elf, long entry, boolean alone) {
        this.elf = elf;
        this.alone = alone;
        section = elf.index(ElfObject.section(entry));
        ElfObject.Section text = elf.sections.get(section);
        List<ElfObject.Relocation> all = new ArrayList<>(elf.relocations(section));
        all.sort(Comparator.comparingInt(ElfObject.Relocation::offset));
        bytes = elf.bytes(text, 0, text.size());
        code.writeBytes(bytes);
        for (ElfObject.Relocation r : all) place(r);
        if (entangled) return;
        bytes = code.toByteArray();
        for (ElfObject.Relocation r : all) relocate(r);
    }

    byte[] code() { return bytes; }

    List<ObjectCode.Relocation> relocations() { return relocations; }

    /** Appends what the relocation refers to, if it is not there yet. */
    private void place(ElfObject.Relocation r) {
        if (r.kind() != ElfObject.PC32 && r.kind() != ElfObject.PLT32) throw new CompileException("relocation type " + r.kind() + " to '" + r.symbol().name() + "'");
        TailJump jump = TailJump.of(r.symbol().name());
        if (jump != null && !isPlainJump(r.offset()) && !jumps.containsKey(jump)) {
            jumps.put(jump, code.size());
            code.writeBytes(jump.code());
        }
        int from = r.symbol().section();
        if (from == 0 || from == section || r.symbol().name().startsWith(ElfObject.REGION_PREFIX)) return;
        ElfObject.Section s = from < elf.sections.size() ? elf.sections.get(from) : null;
        if (s == null || !s.isConstants()) throw new CompileException("reference to " + (s == null ? r.symbol().name() : s.name()));
        int at = constantOffset(r, s);
        if (constants.containsKey(key(from, at))) return;
        boolean one = s.isMergeable();
        if (!one && !alone) { entangled = true; return; }
        while (code.size() % (one ? s.entrySize() : s.align()) != 0) code.write(0xcc);
        constants.put(key(from, at), code.size());
        code.writeBytes(elf.bytes(s, at, one ? s.entrySize() : s.size()));
    }

    /** True: refers to constants that cannot be told from the neighbours'; has to be compiled alone. Then there is no code here. */
    boolean isEntangled() { return entangled; }

    /**
     * Where the constant begins; 0 in sections of odd constants (2 bytes for PMOVZX), which are taken whole. LLVM names the others each
     * (".LCPI0_0"); from the addend it could not be told, because immediates count in it.
     */
    private static int constantOffset(ElfObject.Relocation r, ElfObject.Section s) {
        if (!s.isMergeable()) return 0;
        if (r.symbol().name().isEmpty()) throw new CompileException("constant without a symbol in " + s.name());
        return (int) r.symbol().value() / s.entrySize() * s.entrySize();
    }

    private static long key(int section, int offset) { return (long) section << 32 | offset; }

    private void relocate(ElfObject.Relocation r) {
        String name = r.symbol().name();
        TailJump jump = TailJump.of(name);
        if (jump != null) tailJump(r, jump);
        else if (name.equals(ElfObject.BIAS)) relocations.add(new ObjectCode.Relocation(r.offset(), ObjectCode.Target.BIAS, 0, r.addend()));
        else if (r.symbol().section() == section) putInt(r.offset(), (int) r.symbol().value() + r.addend() - r.offset());
        else if (name.startsWith(ElfObject.REGION_PREFIX)) {
            long address = Long.parseUnsignedLong(name.substring(ElfObject.REGION_PREFIX.length()), 16);
            relocations.add(new ObjectCode.Relocation(r.offset(), ObjectCode.Target.REGION, address, r.addend()));
        } else if (r.symbol().section() != 0) {
            ElfObject.Section s = elf.sections.get(r.symbol().section());
            int at = constantOffset(r, s);
            putInt(r.offset(), constants.get(key(r.symbol().section(), at)) + (int) r.symbol().value() + r.addend() - at - r.offset());
        } else throw new CompileException("native code would call '" + name + "'");
    }

    /** {@code jmp rel32} becomes the indirect jump; a conditional jump goes to one that was appended. */
    private void tailJump(ElfObject.Relocation r, TailJump jump) {
        int field = r.offset();
        if (isPlainJump(field)) System.arraycopy(jump.code(), 0, bytes, field - 1, TailJump.LENGTH);
        else if ((bytes[field - 2] & 0xff) == 0x0f && (bytes[field - 1] & 0xf0) == 0x80) putInt(field, jumps.get(jump) - (field + 4));
        else throw new CompileException("reference to '" + jump.symbol + "' that is no jump");
    }

    private boolean isPlainJump(int field) { return (bytes[field - 1] & 0xff) == 0xe9; }

    private void putInt(int at, int value) { ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value); }
}
