package patina.host;

import static patina.host.Syscall.call;
import static patina.host.Syscall.must;

/** What a Java platform thread needs to run native code of a guest. All methods but {@link #wake} concern the calling thread. */
public final class HostThread implements AutoCloseable {
    /** Reserved for interrupting a guest thread's system call: SIGSTKFLT, which no kernel sends. A real-time signal would be refused where too many are queued. */
    public static final int WAKE_SIGNAL = 16;

    private static final int ARCH_SET_GS = 0x1001;
    private static final int SS_DISABLE = 2;
    private final long stack;

    private HostThread(long stack) { this.stack = stack; }

    /**
     * Prepares the calling thread for native code with this state: fault handlers, an alternate signal stack that knows the state, and guest
     * memory at {@code base}. Closed by the same thread when it runs no more guest code.
     */
    public static HostThread attach(long state, long base) {
        FaultHandling.install();
        long size = StubData.ALTERNATE_STACK;
        long a = must("mmap", Syscall.mmap(0, 2 * size, HostMemory.READ | HostMemory.WRITE, HostMemory.PRIVATE | HostMemory.ANONYMOUS, -1, 0));
        long stack = a + size - 1 & -size;
        HostMemory.unmap(a, stack - a);
        HostMemory.unmap(stack + size, a + size - stack);
        Raw.putLong(stack, state);
        alternateStack(stack, 0);
        Signals.unblock(1L << WAKE_SIGNAL - 1);
        setMemoryBase(base);
        return new HostThread(stack);
    }

    /** Another state on the same thread. */
    public void setState(long state) { Raw.putLong(stack, state); }

    @Override public void close() {
        alternateStack(0, SS_DISABLE);
        HostMemory.unmap(stack, StubData.ALTERNATE_STACK);
    }

    private static void alternateStack(long stack, int flags) {
        long a = Raw.allocate(24);
        Raw.putLong(a, stack);
        Raw.putInt(a + 8, flags);
        Raw.putLong(a + 16, StubData.ALTERNATE_STACK);
        must("sigaltstack", call(Syscall.SIGALTSTACK, a, 0));
        Raw.free(a);
    }

    /** Guest address 0 is host address {@code base} for native code on this thread. */
    public static void setMemoryBase(long base) { must("arch_prctl", call(Syscall.ARCH_PRCTL, ARCH_SET_GS, base)); }

    /** The kernel's number of this thread. */
    public static long id() { return call(Syscall.GETTID); }

    /** Ends a blocking system call of {@code thread} with -EINTR; its state's POLL has been set before. */
    public static void wake(long thread) { call(Syscall.TGKILL, Raw.getLong(StubData.address(StubData.PROCESS)), thread, WAKE_SIGNAL); }
}
