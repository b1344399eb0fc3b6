package patina.guest;

/** How a kind of guest saves its state on the stack for a signal handler, and takes it back. Stack accesses may raise a guest fault. */
public interface SignalFrame {
    /** Pushes the frame and makes the state ready to run the handler. Nothing in the state has changed if a store faults. */
    void push(Cpu cpu, Delivery delivery);

    /** Undoes {@link #push} for rt_sigreturn: the registers come back from the frame that the stack pointer shows. */
    Restored restore(Cpu cpu);

    /**
     * @param stackTop where the frame goes, downwards; 0: below the present stack pointer
     * @param restorer sa_restorer, the code the handler returns to
     * @param siginfo  its {@value #SIGINFO_BYTES} bytes
     * @param mask     signal mask to have after the handler
     * @param stack    the alternate stack as sigaltstack(2) would tell it
     * @param cause    the exception behind it, or null
     */
    record Delivery(int signal, long handler, long restorer, byte[] siginfo, long mask, AlternateStack stack, long stackTop,
                    SyscallAbi.Cause cause) {}

    /** What a frame gave back apart from registers. */
    record Restored(long mask, AlternateStack stack) {}

    /** stack_t. */
    record AlternateStack(long base, int flags, long size) {
        /** SS_AUTODISARM: there is none while a handler runs. */
        public static final int ON = 1, DISABLED = 2, AUTODISARM = 1 << 31;
        public static final AlternateStack NONE = new AlternateStack(0, DISABLED, 0);

        /** SS_ONSTACK, SS_DISABLE or 0. */
        public int mode() { return flags & ~AUTODISARM; }

        public boolean holds(long stackPointer) { return flags != DISABLED && Long.compareUnsigned(stackPointer, base) > 0 && Long.compareUnsigned(stackPointer - base, size) <= 0; }
    }

    int SIGINFO_BYTES = 128;
}
