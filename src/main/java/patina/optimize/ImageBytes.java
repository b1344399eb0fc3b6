package patina.optimize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import patina.guest.CodeSource;

/**
 * The executable segments of a guest image file at their own virtual addresses: what the lifter reads between runs. ELF, 64 and 32 bits,
 * little-endian (System V gABI, chapter 5).
 */
final class ImageBytes implements CodeSource {
    /** The image is no such file; the message says what it is. */
    static final class Unusable extends Exception {
        Unusable(String message) { super(message, null, false, false); }
    }

    private record Segment(long start, long length, int offset) {}

    private static final int LOAD = 1, EXECUTE = 1;

    /** ELF's e_machine: 62 is x86-64, 3 is i386. */
    final int machine;
    private final byte[] file;
    private final List<Segment> segments = new ArrayList<>();

    ImageBytes(byte[] file) throws Unusable {
        this.file = file;
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < 64 || in.getInt(0) != 0x464c457f) throw new Unusable("not an ELF file");
        boolean wide = file[4] == 2;
        if (file[5] != 1) throw new Unusable("a big-endian ELF file");
        machine = in.getShort(18) & 0xffff;
        long table = wide ? in.getLong(32) : in.getInt(28) & 0xffff_ffffL;
        int row = in.getShort(wide ? 54 : 42) & 0xffff, rows = in.getShort(wide ? 56 : 44) & 0xffff;
        if (row < (wide ? 56 : 32) || table < 0 || table + (long) row * rows > file.length) throw new Unusable("a damaged ELF file");
        for (int i = 0; i < rows; i++) segment(in, (int) table + i * row, wide);
        if (segments.isEmpty()) throw new Unusable("an ELF file without code");
    }

    private void segment(ByteBuffer in, int at, boolean wide) {
        int flags = in.getInt(at + (wide ? 4 : 24));
        if (in.getInt(at) != LOAD || (flags & EXECUTE) == 0) return;
        long offset = wide ? in.getLong(at + 8) : in.getInt(at + 4) & 0xffff_ffffL;
        long start = wide ? in.getLong(at + 16) : in.getInt(at + 8) & 0xffff_ffffL;
        long length = wide ? in.getLong(at + 32) : in.getInt(at + 16) & 0xffff_ffffL;
        if (offset < 0 || offset >= file.length || length <= 0) return;
        segments.add(new Segment(start, Math.min(length, file.length - offset), (int) offset));
    }

    @Override public int fetch(long pc, byte[] into) {
        for (Segment s : segments) {
            if (pc < s.start || pc - s.start >= s.length) continue;
            int n = (int) Math.min(into.length, s.length - (pc - s.start));
            System.arraycopy(file, (int) (s.offset + (pc - s.start)), into, 0, n);
            return n;
        }
        return 0;
    }
}
