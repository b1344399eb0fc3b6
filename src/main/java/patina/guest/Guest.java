package patina.guest;

import java.util.List;
import patina.ir.Block;
import patina.ir.StateLayout;
import patina.ir.Trap;

/** A kind of guest machine. Stateless; one instance serves all processes. */
public interface Guest {
    /** As in the cache's keys: "x86-64". */
    String name();

    StateLayout layout();

    /** State offsets of the condition flags: most instructions write them, few read them, so code may drop what nobody will read. */
    List<Integer> flags();

    /** A new thread's state before its registers are set: control words, selectors. */
    void initialize(Cpu cpu);

    /**
     * The block at {@code pc}: at least one instruction, at most {@code limit}. Bytes that cannot be fetched or decoded end the block
     * before them; at its very start they give a block that raises the fault (fetch: null is returned).
     */
    Block lift(CodeSource code, long pc, int limit);

    /** Runs helper {@code number} of a helper exit. */
    void help(int number, Cpu cpu);

    /**
     * A trap at the pc that may only mean that code could go no further, such as where floating-point exceptions are not masked. Carries the
     * instruction to its end, perhaps by {@code execute}, which interprets it; false: there is a trap to be delivered.
     */
    boolean completes(Trap trap, Cpu cpu, Runnable execute);

    /** After each instruction there is a {@link Trap#TRACE}. Whoever sets that state sets POLL. */
    boolean traces(Cpu cpu);

    /** The instruction at the pc puts its {@link Trap#TRACE} off until the next one's. */
    boolean delaysTrace(Cpu cpu);

    /** Its side of Linux: system calls, traps, signal frames. */
    SyscallAbi syscalls();

    SignalFrame signalFrame();

    /** Text of the instruction at {@code pc}, for messages. */
    String disassemble(CodeSource code, long pc);
}
