package patina.ir;

/** Why native code came back. The ordinal is what stands in the state's EXIT_REASON. */
public enum ExitReason {
    /** No native code for the guest pc in PC. */
    MISS,
    /** A system call; PC is the instruction after it. */
    SYSCALL,
    /** The instruction at PC is one for the interpreter. */
    INTERPRET,
    /** A {@link Trap} numbered EXIT_DETAIL at PC. */
    TRAP,
    /** A host signal in native code: FAULT_SIGNAL, FAULT_HOST_PC, EXIT_DETAIL = host address. */
    FAULT,
    /** POLL was set; execution goes on at PC. */
    POLL,
    /** The instruction at PC is the guest's helper EXIT_DETAIL's low half; its length is the high half. */
    HELPER
}
