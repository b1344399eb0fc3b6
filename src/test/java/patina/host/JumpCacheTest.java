package patina.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import patina.ir.StateLayout;

class JumpCacheTest {
    @Test void javaFindsWhatNativeCodeWould() {
        long state = Raw.allocate(StateLayout.SIZE);
        JumpCache cache = new JumpCache(state);
        for (long pc : new long[] {0, 1, 0x40_1000}) assertEquals(0, cache.find(pc));
        cache.put(0x40_1000, 7);
        assertEquals(7, cache.find(0x40_1000));
        assertEquals(0, cache.find(0x40_1001));
        cache.remove(0x40_1000);
        assertEquals(0, cache.find(0x40_1000));
        cache.put(0, 8);
        assertEquals(8, cache.find(0));
        cache.removeAll();
        assertEquals(0, cache.find(0));
        cache.free();
        Raw.free(state);
    }

    /**
     * The stub compares the guest pc, then jumps to the host pc: another thread that removes it in between must leave the host pc. When it did not,
     * a guest jumped to address 0 now and then, just after code had been compiled in the run.
     */
    @Test void removingFromAnotherThreadNeverTakesAHostPcFromUnderALookUp() {
        long state = Raw.allocate(StateLayout.SIZE);
        JumpCache cache = new JumpCache(state);
        long entries = Raw.getLong(state + StateLayout.JUMP_CACHE), last = entries + 16 * (StateLayout.JUMP_CACHE_ENTRIES - 1);
        cache.put(StateLayout.JUMP_CACHE_ENTRIES - 1, 0x1234);
        assertEquals(StateLayout.JUMP_CACHE_ENTRIES - 1, Raw.getLong(last));
        cache.removeAll();
        assertEquals(0, Raw.getLong(last));
        assertEquals(0x1234, Raw.getLong(last + 8));
        assertEquals(1, Raw.getLong(entries), "a guest pc of 0 is found nowhere");
        cache.free();
        Raw.free(state);
    }
}
