package patina.llvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import patina.host.CodeArena;
import patina.host.HostMemory;
import patina.host.HostThread;
import patina.host.Native;
import patina.host.Raw;
import patina.host.Syscall;
import patina.ir.ExitReason;
import patina.ir.ObjectCode;
import patina.ir.StateLayout;

/** A CPU state, some guest memory at guest address 0, and native code linked with a load bias: enough to run regions on the calling thread. */
final class Machine implements AutoCloseable {
    static final int MEMORY = 1 << 16;
    static final long BIAS = 0x5555_0000_0000L;
    private static final int THUNK = 32;

    final long state = Raw.allocate(StateLayout.SIZE), ring = Raw.allocate(16 * StateLayout.SHADOW_ENTRIES);
    final long jumpCache = Raw.allocate(16L * StateLayout.JUMP_CACHE_ENTRIES);
    final long memory;
    private final HostThread thread;

    Machine() {
        Raw.fill(state, StateLayout.SIZE, (byte) 0);
        Raw.fill(ring, 16 * StateLayout.SHADOW_ENTRIES, (byte) 0);
        Raw.fill(jumpCache, 16L * StateLayout.JUMP_CACHE_ENTRIES, (byte) -1);
        memory = Syscall.mmap(0, MEMORY, HostMemory.READ | HostMemory.WRITE, HostMemory.PRIVATE | HostMemory.ANONYMOUS, -1, 0);
        Raw.putInt(state + StateLayout.GUEST_FP_CONTROL, 0x1f80);
        Raw.putShort(state + StateLayout.GUEST_X87_CONTROL, (short) 0x37f);
        put(StateLayout.EXIT, Native.Stub.EXIT.address());
        put(StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
        put(StateLayout.JUMP_CACHE, jumpCache);
        put(StateLayout.SHADOW_STACK, ring);
        put(StateLayout.MEMORY_BASE, memory);
        thread = HostThread.attach(state, memory);
    }

    long get(int offset) { return Raw.getLong(state + offset); }

    void put(int offset, long value) { Raw.putLong(state + offset, value); }

    ExitReason reason() { return ExitReason.values()[(int) get(StateLayout.EXIT_REASON)]; }

    long pc() { return get(StateLayout.PC); }

    /** Links the regions with each other, and what is missing to thunks that dispatch; returns the regions' host addresses. */
    static Map<Long, Long> link(ObjectCode... codes) {
        TreeSet<Long> missing = new TreeSet<>();
        Map<Long, Long> places = new HashMap<>();
        int size = 16;
        for (ObjectCode c : codes) {
            places.put(c.entry(), (long) size);
            size += c.code().length + 15 & -16;
            for (ObjectCode.Relocation r : c.relocations()) if (r.target() == ObjectCode.Target.REGION) missing.add(r.value());
        }
        missing.removeAll(places.keySet());
        for (long pc : missing) { places.put(pc, (long) size); size += THUNK; }
        ByteBuffer image = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        image.putLong(0, BIAS);
        for (ObjectCode c : codes) {
            int at = places.get(c.entry()).intValue();
            image.put(at, c.code());
            for (ObjectCode.Relocation r : c.relocations()) {
                int target = r.target() == ObjectCode.Target.BIAS ? 0 : places.get(r.value()).intValue();
                image.putInt(at + r.offset(), target + r.addend() - (at + r.offset()));
            }
        }
        for (long pc : missing) {   // mov $pc, %rbx; mov %rbx, PC(%r12); jmp *DISPATCH(%r12)
            image.position(places.get(pc).intValue());
            image.put((byte) 0x48).put((byte) 0xbb).putLong(BIAS + pc).put(new byte[] {0x49, (byte) 0x89, 0x5c, 0x24, StateLayout.PC}).put(TailJump.DISPATCH.code());
        }
        long base = CodeArena.get().allocate(size);
        Raw.copy(image.array(), 0, base, size);
        CodeArena.get().seal(base, size);
        places.replaceAll((_, at) -> base + at);
        return places;
    }

    void enter(long hostPc) {
        put(StateLayout.EXIT_REASON, -1);
        Native.enter(state, hostPc);
    }

    @Override public void close() {
        thread.close();
        HostMemory.unmap(memory, MEMORY);
        Raw.free(state);
        Raw.free(ring);
        Raw.free(jumpCache);
    }
}
