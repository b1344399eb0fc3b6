package patina.code;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import patina.guest.CodeSource;
import patina.ir.ObjectCode;
import patina.ir.ObjectCode.Range;

/** Collects the guest bytes that a code image was made from: the union of its regions' ranges, each byte once. */
final class GuestBytes {
    private GuestBytes() {}

    static void collect(Collection<ObjectCode> regions, CodeSource guest, Map<Part, byte[]> parts) {
        List<Range> spans = union(regions);
        ByteBuffer bytes = ByteBuffer.allocate(spans.stream().mapToInt(Range::length).sum());
        ByteBuffer table = Linker.rows(Part.SPANS, spans.size());
        for (Range s : spans) {
            table.putLong(s.from()).putInt(s.length()).putInt(bytes.position());
            byte[] piece = new byte[s.length()];
            if (guest.fetch(s.from(), piece) != piece.length)
                throw new IllegalArgumentException("the guest image has no " + s.length() + " bytes of code at " + Long.toHexString(s.from()));
            bytes.put(piece);
        }
        parts.put(Part.SPANS, table.array());
        parts.put(Part.GUEST, bytes.array());
    }

    /** Sorted; what overlaps or touches becomes one. */
    private static List<Range> union(Collection<ObjectCode> regions) {
        List<Range> all = new ArrayList<>();
        regions.forEach(c -> all.addAll(c.guest()));
        all.sort(Comparator.comparingLong(Range::from).thenComparingInt(Range::length));
        List<Range> spans = new ArrayList<>();
        for (Range r : all) {
            Range last = spans.isEmpty() ? null : spans.getLast();
            if (last == null || r.from() > last.from() + last.length()) { spans.add(r); continue; }
            long end = Math.max(last.from() + last.length(), r.from() + r.length());
            spans.set(spans.size() - 1, new Range(last.from(), Math.toIntExact(end - last.from())));
        }
        return spans;
    }
}
