package patina.host;

/** The kernel's struct sigaction (handler, flags, restorer, mask: 8 bytes each), with our own restorer. Handlers are machine code. */
record SignalAction(long handler, long flags, long mask) {
    static final long SIGINFO = 4, ONSTACK = 0x0800_0000, RESTART = 0x1000_0000, RESTORER = 0x0400_0000;
    static final long DEFAULT = 0, IGNORE = 1;
    private static final int SIZE = 32, MASK_SIZE = 8;

    static SignalAction get(int signal) {
        long a = Raw.allocate(SIZE);
        try {
            Syscall.must("rt_sigaction", Syscall.call(Syscall.RT_SIGACTION, signal, 0, a, MASK_SIZE));
            return new SignalAction(Raw.getLong(a), Raw.getLong(a + 8), Raw.getLong(a + 24));
        } finally { Raw.free(a); }
    }

    /** 0 or -errno. */
    long set(int signal) {
        long a = Raw.allocate(SIZE);
        try {
            Raw.putLong(a, handler);
            Raw.putLong(a + 8, flags | RESTORER);
            Raw.putLong(a + 16, Native.Stub.SIGNAL_RETURN.address());
            Raw.putLong(a + 24, mask);
            return Syscall.call(Syscall.RT_SIGACTION, signal, a, 0, MASK_SIZE);
        } finally { Raw.free(a); }
    }
}
