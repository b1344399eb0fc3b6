package patina.engine;

import patina.host.JumpCache;
import patina.host.Raw;
import patina.ir.StateLayout;
import patina.memory.CpuState;

/** Native code by guest address for one guest thread: what it finds it leaves in the jump cache, where native code looks by itself. */
final class Translations {
    private final Images images;
    private final JumpCache cache;
    private final CpuState cpu;

    Translations(Images images, CpuState cpu) {
        this.images = images;
        this.cpu = cpu;
        cache = new JumpCache(cpu.address);
        long shadow = Raw.allocate(16L * StateLayout.SHADOW_ENTRIES);
        cpu.setLong(StateLayout.SHADOW_STACK, shadow);
        forgetReturns();
    }

    /** Host address of the native code for {@code pc}, or 0. By the guest's own thread, after every system call: first where native code looks. */
    long find(long pc) {
        long known = cache.find(pc);
        if (known != 0) return known;
        LoadedImage image = images.at(pc);
        if (image == null) return 0;
        long host = image.hostEntry(pc);
        if (host != 0) cache.put(pc, host);
        return host;
    }

    /** When the thread is gone. */
    void free() {
        cache.free();
        Raw.free(cpu.getLong(StateLayout.SHADOW_STACK));
    }

    /** From any thread: what native code looks up from here on is the newest. What it remembers otherwise stays right. */
    void forgetOlder() { cache.removeAll(); }

    /** Nothing that native code remembers leads anywhere any more: for when code goes away. On the guest's own thread. */
    void forgetAll() {
        cache.clear();
        forgetReturns();
    }

    private void forgetReturns() {
        Raw.fill(cpu.getLong(StateLayout.SHADOW_STACK), 16L * StateLayout.SHADOW_ENTRIES, (byte) 0xff);
    }
}
