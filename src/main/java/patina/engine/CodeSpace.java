package patina.engine;

import java.util.ArrayList;
import java.util.List;
import patina.memory.AddressSpace;
import patina.memory.Mapping;

/** What the threads of one address space run from: its images with their native code. Tells each when code goes away. */
final class CodeSpace {
    private final Machine machine;
    final AddressSpace memory;
    final Images images;
    /** Guarded by itself, in which nothing of the address space's or the images' may be waited for: while it is held none of them ends. */
    private final List<GuestThread> threads = new ArrayList<>();
    private volatile Variant variant = Variant.FAST;

    /** Of a program that has just been loaded. */
    CodeSpace(Machine machine, AddressSpace memory) {
        this.machine = machine;
        this.memory = memory;
        images = machine.images(memory, this::forget);
        for (Mapping m : memory.mappings()) images.mapped(m);
        memory.addListener(images);
    }

    private CodeSpace(CodeSpace parent, AddressSpace memory) {
        machine = parent.machine;
        this.memory = memory;
        variant = parent.variant;
        images = parent.images.in(memory, this::forget);
        memory.addListener(images);
    }

    /** The same for a copy of the address space: what native code there is, is for it too. */
    CodeSpace fork(AddressSpace copy) { return new CodeSpace(this, copy); }

    /** What other threads have lifted too, once there are any; else null. */
    Lifted lifted() { return machine.lifted(); }

    /** What its threads have lifted so far is for others too. */
    void share(Lifted lifted) {
        synchronized (threads) { for (GuestThread t : threads) t.blocks.forEach(code -> lifted.add(memory, code)); }
    }

    Variant variant() { return variant; }

    /** It begins to run, by the calling thread. */
    void add(GuestThread thread) {
        synchronized (threads) {
            threads.add(thread);
            machine.enters(thread, variant);
        }
    }

    /** It runs no more. */
    void remove(GuestThread thread) {
        synchronized (threads) {
            threads.remove(thread);
            machine.leaves(thread, variant);
        }
    }

    boolean isEmpty() { synchronized (threads) { return threads.isEmpty(); } }

    /** On the thread that changes the mappings. */
    private void forget(long from, long to) {
        if (images.touches(from, to)) machine.flush();      // what ran there is known for the last time
        synchronized (threads) { for (GuestThread t : threads) t.forget(from, to); }
    }

    /** The guest handles faults from now on: only precise code, and a profile of what is wanted of that. */
    void becomePrecise() {
        synchronized (images) {
            if (variant == Variant.PRECISE) return;
            images.use(Variant.PRECISE, Variant.PRECISE.keys(machine.guest));
            synchronized (threads) {
                for (GuestThread t : threads) machine.leaves(t, Variant.FAST);
                variant = Variant.PRECISE;
                for (GuestThread t : threads) {
                    machine.enters(t, Variant.PRECISE);
                    t.look();
                }
            }
        }
    }
}
