package patina.host;

import static patina.host.Syscall.call;
import static patina.host.Syscall.must;

/**
 * Faults in native code come back to Java as exit FAULT; all others go on to the handlers that HotSpot had installed, which serve its null
 * checks and safepoints. The handler itself is machine code (src/main/asm): no Java runs in a signal handler.
 */
public final class FaultHandling {
    private FaultHandling() {}

    /** The signals that faulting instructions raise: SIGILL, SIGBUS, SIGFPE, SIGSEGV. */
    static final int[] SIGNALS = {4, 7, 8, 11};

    private static boolean installed;

    /** Puts our handler in front of HotSpot's. Once per JVM, before any native code; later calls do nothing. */
    public static synchronized void install() {
        if (installed) return;
        Raw.putLong(StubData.address(StubData.PROCESS), call(Syscall.GETPID));
        for (int signal : SIGNALS) {
            SignalAction old = SignalAction.get(signal);
            Raw.putLong(StubData.address(StubData.OLD_HANDLERS + 8 * signal), old.handler());
            long flags = old.flags() | SignalAction.SIGINFO | SignalAction.ONSTACK;
            must("rt_sigaction", new SignalAction(Native.Stub.FAULT_HANDLER.address(), flags, old.mask()).set(signal));
        }
        must("rt_sigaction", new SignalAction(Native.Stub.SIGNAL_HANDLER.address(), SignalAction.SIGINFO | SignalAction.ONSTACK, -1L)
                .set(HostThread.WAKE_SIGNAL));
        installed = true;
    }

    /** Whether the processor raises the signal: SIGSEGV, SIGBUS, SIGFPE, SIGILL. */
    public static boolean isFault(int signal) {
        for (int s : SIGNALS) if (s == signal) return true;
        return false;
    }

    /** Native code is in host addresses [start, end), and nothing else is. */
    static void codeRange(long start, long end) {
        Raw.putLong(StubData.address(StubData.CODE_END), end);
        Raw.putLong(StubData.address(StubData.CODE_START), start);
    }

    /** A segmentation fault of Java code in [start, end) becomes an InternalError instead of the JVM's end. */
    public static synchronized void guard(long start, long end) {
        int count = (int) Raw.getLong(StubData.address(StubData.GUARDED_COUNT));
        int i = 0;
        while (i < count && Raw.getLong(row(i)) != 0) i++;
        if (i == StubData.GUARDED_LIMIT) throw new IllegalStateException("more than " + i + " guest address spaces");
        Raw.putLongVolatile(row(i) + 16, 0);
        Raw.putLongVolatile(row(i) + 8, end);
        Raw.putLongVolatile(row(i), start);
        if (i == count) Raw.putLongVolatile(StubData.address(StubData.GUARDED_COUNT), count + 1);
    }

    public static synchronized void unguard(long start) {
        int count = (int) Raw.getLong(StubData.address(StubData.GUARDED_COUNT));
        for (int i = 0; i < count; i++) {
            if (Raw.getLong(row(i)) != start) continue;
            Raw.putLongVolatile(row(i) + 8, 0);
            Raw.putLongVolatile(row(i), 0);
        }
    }

    /** From now on faults in the range that begins at {@code start} are looked up in this table of pages that are elsewhere; 0: no longer. */
    public static synchronized void pending(long start, long table) {
        int count = (int) Raw.getLong(StubData.address(StubData.GUARDED_COUNT));
        for (int i = 0; i < count; i++) if (Raw.getLong(row(i)) == start) Raw.putLongVolatile(row(i) + 16, table);
    }

    private static long row(int i) { return StubData.address(StubData.GUARDED + StubData.GUARDED_ROW * i); }
}
