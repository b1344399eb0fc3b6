package patina.code;

import java.nio.charset.StandardCharsets;

/** Patina's own header: in the first page of the file, behind the ELF and program headers. Offsets are from the start of the file. */
final class Header {
    private Header() {}

    static final int AT = 0x200;
    static final int MAGIC = AT, FORMAT = AT + 8, KEY = AT + 16, FILE_SIZE = AT + 48, PARTS = AT + 56;
    static final int CHECKSUM = PARTS + 16 * Part.ALL.length, END = CHECKSUM + 8;

    static final long MAGIC_VALUE = magic();
    /** Of this layout; changes with it. */
    static final long FORMAT_VALUE = formatHash();

    static int offset(Part part) { return PARTS + 16 * part.ordinal(); }

    static int size(Part part) { return offset(part) + 8; }

    private static long magic() {
        long magic = 0;
        byte[] text = "PATINA\n\0".getBytes(StandardCharsets.US_ASCII);
        for (int i = 7; i >= 0; i--) magic = magic << 8 | text[i];
        return magic;
    }

    private static long formatHash() {
        int hash = 1;
        for (Part p : Part.ALL) hash = 31 * hash + p.section.hashCode() + p.row;
        return hash & 0xffff_ffffL;
    }
}
