package patina.ir;

import java.util.List;

/**
 * The CPU state of one guest thread: {@value #SIZE} bytes of native memory that interpreter, native code and system calls share.
 * It begins with a header that every guest has, then come the slots that the guest declares.
 *
 * <p>Invariant: the first {@value #PINNED_INTEGERS} integer registers lie at {@link #REGISTERS} + 8 * i and the first
 * {@value #PINNED_VECTORS} vector registers at {@link #VECTORS} + 16 * i: native code keeps these in host registers between regions,
 * and the entry and exit stubs load and store them by that rule without knowing the guest.
 *
 * @param slots every register, by offset
 */
public record StateLayout(List<Slot> slots) {
    public static final int SIZE = 4096;

    // header, offsets in bytes, all 64-bit words
    /** Host stack pointer to return to. */
    public static final int HOST_SP = 0;
    /** Ordinal of an {@link ExitReason}, as native code left. */
    public static final int EXIT_REASON = 8;
    /** Guest pc: where execution goes on; on TRAP and FAULT the instruction's own (when known). */
    public static final int PC = 16;
    /** Extra word of the exit: trap number, or the host address that faulted. */
    public static final int EXIT_DETAIL = 24;
    /** Host pc of a fault in native code. */
    public static final int FAULT_HOST_PC = 32;
    /** Host signal number of a fault in native code. */
    public static final int FAULT_SIGNAL = 40;
    /** Entry of the stub that continues at the guest pc in PC: jump cache, else exit MISS. */
    public static final int DISPATCH = 48;
    /** Entry of the stub that stores the pinned registers and returns to Java; EXIT_REASON and PC are set before. */
    public static final int EXIT = 56;
    /** Address of the jump cache: {@value #JUMP_CACHE_ENTRIES} pairs (guest pc, host pc), index (pc ^ pc >>> 15) & mask. */
    public static final int JUMP_CACHE = 64;
    public static final int JUMP_CACHE_ENTRIES = 1 << 15;
    /** Address of the shadow stack: a ring of {@value #SHADOW_ENTRIES} pairs (guest return pc, host continuation). */
    public static final int SHADOW_STACK = 72;
    public static final int SHADOW_ENTRIES = 1024;
    /** Byte offset of the ring's top, already masked to the ring. */
    public static final int SHADOW_TOP = 80;
    /** Non-zero: something waits (a signal, a stop); native code leaves at its next poll with POLL. */
    public static final int POLL = 88;
    /** Guest instructions executed in native code. */
    public static final int NATIVE_INSTRUCTIONS = 96;
    /** Host's floating-point control while Java runs, and the guest's while native code runs: MXCSR in the low 32 bits on x86-64. */
    public static final int HOST_FP_CONTROL = 104, GUEST_FP_CONTROL = 112;
    /** Host address of guest address 0. */
    public static final int MEMORY_BASE = 120;
    /** Of a fault in native code: the signal's si_code, and the processor's page fault error code (bit 1: a write). */
    public static final int FAULT_CODE = 128, FAULT_ERROR = 136;
    /** The same for F80: on x86-64 the x87's control word, which native code loads and leaves, and its status word, to which it adds exception flags. */
    public static final int GUEST_X87_CONTROL = 144, GUEST_X87_STATUS = 152;

    public static final int REGISTERS = 256, PINNED_INTEGERS = 11;
    public static final int VECTORS = 1024, PINNED_VECTORS = 8;

    public Slot slot(int offset) {
        for (Slot s : slots) if (s.offset() == offset) return s;
        throw new IllegalArgumentException("no register at state offset " + offset);
    }
}
