package patina.interp;

import patina.host.Raw;

/**
 * Where one indirect jump or call went, and how often. Only the guest's own thread counts; the profile, on another, reads what is there.
 * The first {@link #MOST} targets are told apart: a site with more is a jump table that no prediction helps.
 */
public final class Targets {
    static final int MOST = 64;

    /** A place, and how much of its count the profile has taken. */
    public static final class Target {
        public final long pc;
        public long flushed;
        private long count;
        /** Host address of what machine code counts besides, or 0. */
        private volatile long counter;
        final Target next;

        Target(long pc, Target next) { this.pc = pc; this.next = next; }

        /** From any thread. */
        public long count() {
            long at = counter;
            return at == 0 ? count : count + Raw.getLong(at);
        }
    }

    /** One that is read by another thread while this one adds: complete before it can be found. */
    private volatile Target first;
    private Target latest;
    private int size;

    void count(long pc) {
        Target t = latest;
        if (t == null || t.pc != pc) {
            t = find(pc);
            if (t == null) return;
            latest = t;
        }
        t.count++;
    }

    /** Address of the count that machine code keeps of its ways to {@code pc}. */
    long counter(long pc, Templates home) {
        Target t = find(pc);
        if (t == null) return home.nobody();
        if (t.counter == 0) t.counter = home.data(8);
        return t.counter != 0 ? t.counter : home.nobody();
    }

    private Target find(long pc) {
        for (Target t = first; t != null; t = t.next) if (t.pc == pc) return t;
        if (size == MOST) return null;
        size++;
        return first = new Target(pc, first);
    }

    public interface Consumer { void accept(Target target); }

    public void forEach(Consumer consumer) { for (Target t = first; t != null; t = t.next) consumer.accept(t); }
}
