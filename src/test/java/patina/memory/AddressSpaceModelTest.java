package patina.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import patina.host.Errno;

/** Random calls on a few pages, held against the plainest model: an array with each page's protection and content. */
class AddressSpaceModelTest {
    private static final long A = 0x1000_0000, P = AddressSpace.PAGE;
    private static final int PAGES = 48, UNMAPPED = -1, ANON_FIXED = 0x32;
    private static final int[] PROTECTIONS = {0, 1, 3, 5, 7};

    private final int[] protection = new int[PAGES];
    private final long[] content = new long[PAGES];
    private final Random random = new Random(1);
    private final AddressSpace space = new AddressSpace();
    private final boolean several = movesSeveral();

    /** Whether the kernel moves several mappings at once, and looks at them before it cuts. */
    private static boolean movesSeveral() {
        HostPages pages = new HostPages();
        try { return pages.movesSeveral(); } finally { pages.close(); }
    }

    @Test void randomCalls() {
        Arrays.fill(protection, UNMAPPED);
        for (int i = 0; i < 20_000; i++) {
            int from = random.nextInt(PAGES), n = 1 + random.nextInt(Math.min(8, PAGES - from));
            switch (random.nextInt(6)) {
                case 0 -> map(from, n, PROTECTIONS[random.nextInt(PROTECTIONS.length)]);
                case 1 -> unmap(from, n);
                case 2 -> protect(from, n, PROTECTIONS[random.nextInt(PROTECTIONS.length)]);
                case 3 -> move(from, n, random.nextInt(PAGES), 1 + random.nextInt(8));
                default -> store(from, random.nextLong());
            }
            if (i % 50 == 0) checkAll(i);
        }
        space.close();
    }

    private void map(int from, int n, int p) {
        assertEquals(A + from * P, space.mmap(A + from * P, n * P, p, ANON_FIXED, -1, 0));
        Arrays.fill(protection, from, from + n, p);
        Arrays.fill(content, from, from + n, 0);
    }

    private void unmap(int from, int n) {
        assertEquals(0, space.munmap(A + from * P, n * P));
        Arrays.fill(protection, from, from + n, UNMAPPED);
    }

    private void protect(int from, int n, int p) {
        int i = from;
        while (i < from + n && protection[i] != UNMAPPED) protection[i++] = p;
        assertEquals(i == from + n ? 0 : Errno.ENOMEM.result(), space.mprotect(A + from * P, n * P, p));
    }

    private void move(int from, int n, int to, int m) {
        if (to + m > PAGES || to < from + n && from < to + m) return;
        boolean one = true;
        boolean mapped = protection[from] != UNMAPPED;
        for (int i = from; i < from + Math.min(n, m); i++) one &= protection[i] == protection[from];
        long r = space.mremap(A + from * P, n * P, m * P, 3, A + to * P);
        if (mapped && m < n && (one || !several)) Arrays.fill(protection, from + m, from + n, UNMAPPED);      // first, and even if the rest fails
        if (!one && mapped && m == n && several) { assertEquals(A + to * P, r); moveAll(from, n, to); return; }
        if (!one || !mapped) { assertEquals(Errno.EFAULT.result(), r); return; }
        assertEquals(A + to * P, r);
        for (int i = 0; i < m; i++) {
            protection[to + i] = protection[from];
            content[to + i] = i < n ? content[from + i] : 0;
        }
        Arrays.fill(protection, from, from + n, UNMAPPED);
    }

    /** What is between the mappings stays as it was there. */
    private void moveAll(int from, int n, int to) {
        for (int i = 0; i < n; i++) {
            if (protection[from + i] == UNMAPPED) continue;
            protection[to + i] = protection[from + i];
            content[to + i] = content[from + i];
            protection[from + i] = UNMAPPED;
        }
    }

    private void store(int page, long value) {
        try {
            space.store(A + page * P + 16, 8, value);
            content[page] = value;
            assertEquals(3, protection[page] & 3);
        } catch (GuestFault f) { assertEquals(expected(page, 2), f.kind); }
    }

    private GuestFault.Kind expected(int page, int access) {
        if (protection[page] == UNMAPPED) return GuestFault.Kind.MAPERR;
        return access == 2 && (protection[page] & 2) == 0 || protection[page] == 0 ? GuestFault.Kind.ACCERR : null;
    }

    private void checkAll(int round) {
        Mapping last = null;
        for (int i = 0; i < PAGES; i++) {
            Mapping m = space.mapping(A + i * P);
            assertEquals(protection[i], m == null ? UNMAPPED : m.protection(), "page " + i + " in round " + round);
            try { assertEquals(content[i], space.load(A + i * P + 16, 8), "page " + i + " in round " + round); }
            catch (GuestFault f) { assertEquals(expected(i, 1), f.kind); }
            byte[] code = new byte[1];
            assertEquals(protection[i] > 0 && (protection[i] & 4) != 0 ? 1 : 0, space.fetch(A + i * P, code));
        }
        for (Mapping m : space.mappings()) {
            if (last != null) assertEquals(false, last.end() > m.start() || last.joins(m), "disjoint and joined");
            last = m;
        }
    }
}
