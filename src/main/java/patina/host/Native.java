package patina.host;

/**
 * The native methods, made from src/main/asm at build time and loaded as a shared object of a few KiB. A host is one assembly file.
 * All addresses are host addresses.
 */
public final class Native {
    private Native() {}

    /** A raw system call of the host kernel; the result as the kernel gives it (-errno on failure). */
    public static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    /**
     * As {@link #syscall}, for calls that may block, on behalf of the guest thread with this state: if the state's POLL is set, or a signal
     * handler sets it before the kernel is entered, the result is -EINTR and no call was made.
     */
    public static native long interruptibleSyscall(long state, long number, long a, long b, long c, long d, long e, long f);

    /** Loads the pinned registers from the state, runs native code from {@code code} on, and returns when it exits (the state says why). */
    public static native void enter(long state, long code);

    /** Address of a stub, by its number in {@link Stub}. */
    public static native long stub(int number);

    /** Index of the first differing byte of [a, a + length) and [b, b + length), or -1. */
    public static native long mismatch(long a, long b, long length);

    public enum Stub { DISPATCH, EXIT, FAULT_HANDLER, SIGNAL_HANDLER, SIGNAL_RETURN }
}
