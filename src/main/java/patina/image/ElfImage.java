package patina.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import patina.guest.CodeSource;

/**
 * What an ELF64 little-endian executable or shared object (ELF specification, version 1.2; binfmt_elf.c) says about its memory. Every field has
 * been checked: no later arithmetic on it can overflow, segments are in order, and their file parts lie within the file.
 *
 * @param dynamic         ET_DYN: may be loaded at any page
 * @param entry           virtual address
 * @param headers         virtual address of the program headers as mapped, 0 if they are not in a segment
 * @param interpreter     PT_INTERP, or null
 * @param executableStack PT_GNU_STACK has PF_X (or is missing: then the stack is not executable on x86-64 since Linux 5.8)
 * @param segments        the PT_LOAD entries, by address
 */
public record ElfImage(boolean dynamic, int machine, long entry, long headers, int headerCount, String interpreter, boolean executableStack,
                       List<Segment> segments) {
    /** A program header's size, e_phentsize. */
    public static final int HEADER_BYTES = 56;
    private static final int PAGE = 4096, PATH_MAX = 4096, MAX_HEADERS = 65536 / HEADER_BYTES;
    private static final int PT_LOAD = 1, PT_INTERP = 3, PT_GNU_STACK = 0x6474e551;
    private static final int ET_EXEC = 2, ET_DYN = 3;
    private static final long MAX_ADDRESS = 1L << 47;

    /** A PT_LOAD segment; {@code address} ≡ {@code offset} modulo the page size. */
    public record Segment(int flags, long offset, long address, long fileSize, long memorySize, long alignment) {
        public static final int EXECUTE = 1, WRITE = 2, READ = 4;

        public boolean executable() { return (flags & EXECUTE) != 0; }
        public boolean writable() { return (flags & WRITE) != 0; }
        public long end() { return address + memorySize; }
    }

    /** An image, or why the file is none. */
    public sealed interface Parsed {}

    public record Good(ElfImage image) implements Parsed {}

    /** @param foreign a good ELF file, but not 64-bit little-endian */
    public record Bad(String reason, boolean foreign) implements Parsed {}

    /** Stops parsing; never leaves {@link #parse}. */
    private static final class Malformed extends Exception {
        final boolean foreign;
        Malformed(String reason, boolean foreign) { super(reason, null, false, false); this.foreign = foreign; }
    }

    public static boolean isElf(byte[] start) {
        return start.length >= 4 && start[0] == 0x7f && start[1] == 'E' && start[2] == 'L' && start[3] == 'F';
    }

    public static Parsed parse(Bytes file) {
        try {
            return new Good(read(file));
        } catch (Malformed e) {
            return new Bad(e.getMessage(), e.foreign);
        }
    }

    private static ElfImage read(Bytes file) throws Malformed {
        byte[] head = file.exactly(0, 64);
        check(head != null && isElf(head), "not an ELF file");
        if (head[4] != 2 || head[5] != 1) throw new Malformed("not a 64-bit little-endian ELF file", true);
        ByteBuffer h = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int type = h.getShort(16), machine = h.getShort(18) & 0xffff;
        long entry = h.getLong(24), phoff = h.getLong(32);
        int phentsize = h.getShort(54) & 0xffff, phnum = h.getShort(56) & 0xffff;
        check(type == ET_EXEC || type == ET_DYN, "ELF type " + type + " is neither executable nor shared object");
        check(phentsize == HEADER_BYTES, "program header size " + phentsize);
        check(phnum >= 1 && phnum <= MAX_HEADERS, phnum + " program headers");
        check(phoff >= 0 && phoff < Long.MAX_VALUE - 65536, "program headers beyond the end of the file");
        byte[] table = file.exactly(phoff, phnum * HEADER_BYTES);
        check(table != null, "program headers beyond the end of the file");
        return readHeaders(file, type == ET_DYN, machine, entry, phoff, ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN), phnum);
    }

    private static ElfImage readHeaders(Bytes file, boolean dynamic, int machine, long entry, long phoff, ByteBuffer t, int count)
            throws Malformed {
        List<Segment> segments = new ArrayList<>();
        String interpreter = null;
        boolean executableStack = false;
        long headers = 0;
        for (int i = 0; i < count; i++) {
            int p = i * HEADER_BYTES;
            switch (t.getInt(p)) {
                case PT_LOAD -> {
                    Segment s = new Segment(t.getInt(p + 4), t.getLong(p + 8), t.getLong(p + 16), t.getLong(p + 32), t.getLong(p + 40),
                        t.getLong(p + 48));
                    if (s.memorySize == 0) continue;
                    checkSegment(file, s, segments.isEmpty() ? null : segments.getLast());
                    segments.add(s);
                    if (phoff >= s.offset && phoff + (long) count * HEADER_BYTES <= s.offset + s.fileSize) headers = phoff - s.offset + s.address;
                }
                case PT_INTERP -> {
                    check(interpreter == null, "two PT_INTERP headers");
                    interpreter = interpreter(file, t.getLong(p + 8), t.getLong(p + 32));
                }
                case PT_GNU_STACK -> executableStack = (t.getInt(p + 4) & Segment.EXECUTE) != 0;
                default -> { }      // notes, TLS, dynamic section: the guest's own business
            }
        }
        check(!segments.isEmpty(), "no loadable segment");
        if (entry < 0 || entry >= MAX_ADDRESS) throw new Malformed("entry point 0x" + Long.toHexString(entry), false);
        return new ElfImage(dynamic, machine, entry, headers, count, interpreter, executableStack, List.copyOf(segments));
    }

    private static void checkSegment(Bytes file, Segment s, Segment before) throws Malformed {
        String wrong = null;    // put together only where it is needed: every run comes here
        if (s.fileSize < 0 || s.fileSize > s.memorySize) wrong = "larger in the file than in memory";
        else if (s.address < 0 || s.address >= MAX_ADDRESS || s.memorySize >= MAX_ADDRESS || s.end() > MAX_ADDRESS) wrong = "not a user address";
        else if (s.offset < 0 || s.offset >= MAX_ADDRESS || s.fileSize >= MAX_ADDRESS) wrong = "file offset";
        else if ((s.address - s.offset & PAGE - 1) != 0) wrong = "address and file offset differ within the page";
        else if (before != null && s.address < before.end()) wrong = "overlaps the one before it or is out of order";
        else if (s.fileSize != 0 && file.read(s.offset + s.fileSize - 1, new byte[1], 0, 1) != 1) wrong = "ends beyond the end of the file";
        if (wrong != null) throw new Malformed("segment at 0x" + Long.toHexString(s.address) + ": " + wrong, false);
    }

    private static String interpreter(Bytes file, long offset, long size) throws Malformed {
        check(size >= 2 && size <= PATH_MAX && offset >= 0 && offset < MAX_ADDRESS, "PT_INTERP: size or offset");
        byte[] name = file.exactly(offset, (int) size);
        check(name != null && name[(int) size - 1] == 0, "PT_INTERP: not a string in the file");
        int end = 0;
        while (name[end] != 0) end++;
        return new String(name, 0, end, StandardCharsets.ISO_8859_1);
    }

    private static void check(boolean good, String otherwise) throws Malformed {
        if (!good) throw new Malformed(otherwise, false);
    }

    /** First address used, page-aligned. */
    public long start() { return segments.getFirst().address & -PAGE; }

    /** First page-aligned address after the last segment. */
    public long end() { return segments.getLast().end() + PAGE - 1 & -PAGE; }

    /** The executable segments' file contents at their virtual addresses. */
    public CodeSource code(Bytes file) {
        return (pc, into) -> {
            int done = 0;
            for (Segment s : segments) {
                long at = pc + done - s.address;
                if (!s.executable() || at < 0 || at >= s.fileSize) continue;
                int wanted = (int) Math.min(into.length - done, s.fileSize - at);
                for (int n; wanted > 0 && (n = file.read(s.offset + at, into, done, wanted)) > 0; at += n, done += n) wanted -= n;
            }
            return done;
        };
    }
}
