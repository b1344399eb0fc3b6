package patina.engine;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import patina.interp.Code;
import patina.memory.AddressSpace;

/**
 * Blocks that were lifted, for whichever thread or process comes to the same bytes at the same address: half of what short processes would spend their time on.
 * From the first thread or process on that is made; thread-safe.
 */
final class Lifted {
    private record Entry(Code code, byte[] bytes, Entry next) {}

    /** More are not kept: some 2 KiB each. */
    private static final int MOST = 200_000;

    private final ConcurrentHashMap<Long, Entry> all = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** The block at {@code pc}, for the thread that asks; null if nobody has lifted it. */
    Code find(AddressSpace memory, long pc) {
        for (Entry e = all.get(pc); e != null; e = e.next)
            if (isThere(memory, e)) return e.code.copy();
        return null;
    }

    private static boolean isThere(AddressSpace memory, Entry e) {
        byte[] now = new byte[e.bytes.length];
        return memory.fetch(e.code.block.pc(), now) == now.length && Arrays.equals(now, e.bytes);
    }

    /** A block whose bytes nobody can write. */
    void add(AddressSpace memory, Code code) {
        if (code.source != null || count.get() >= MOST) return;
        byte[] bytes = new byte[code.block.length()];
        if (memory.fetch(code.block.pc(), bytes) != bytes.length) return;
        count.incrementAndGet();
        all.compute(code.block.pc(), (_, old) -> new Entry(code.copy(), bytes, old));
    }
}
