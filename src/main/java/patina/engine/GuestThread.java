package patina.engine;

import java.util.HexFormat;
import patina.guest.Guest;
import patina.host.Native;
import patina.host.Raw;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Reached;
import patina.ir.Exit;
import patina.ir.ExitReason;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.linux.Log;
import patina.linux.Task;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.GuestFault;
import patina.memory.Mapping;

/**
 * One guest thread: native code where there is some, else the interpreter, block by block; what they come back for is carried out here.
 * Runs on the Java thread whose memory base (GS) is the guest's address space.
 */
final class GuestThread {
    private static final ExitReason[] REASONS = ExitReason.values();
    private static final Trap[] TRAPS = Trap.values();

    private static final int SIGBUS = 7, SIGFPE = 8, FPE_INTDIV = 1, FAULT_WRITE = 2;

    private final Guest guest;
    private final Task task;
    final CpuState cpu;
    final CodeSpace space;
    private final AddressSpace memory;
    final CodeTable blocks, singles;
    /** The guest pc that native code left for by a direct exit (see code.Thunk), or -1. */
    private long cameDirectly = -1;
    final Translations translations;
    /** Of the code that it runs. */
    private Variant variant;
    /** Another thread has taken code away. */
    private volatile boolean forgets;
    private final Totals totals;
    private final Thread host = Thread.currentThread();
    private final Log log;
    final Interpreter interpreter;
    /** Null: native code is believed. */
    private Verifier verifier;
    /** The next native code is, because it begins with a system call that was put off for the verifier's own poll. */
    private boolean believed;
    final Counters counters = new Counters();

    /** To be run by the calling thread. */
    GuestThread(Guest guest, Task task, CodeSpace space, Log log, Totals totals) {
        this.log = log;
        this.space = space;
        this.totals = totals;
        this.variant = space.variant();
        this.guest = guest;
        this.task = task;
        this.cpu = task.cpu();
        this.memory = cpu.memory;
        this.translations = new Translations(space.images, cpu);
        this.blocks = new CodeTable(guest, memory, CodeTable.LIMIT, translations::find, space::lifted);
        this.singles = new CodeTable(guest, memory, 1, pc -> 0);
        cpu.setLong(StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
        cpu.setLong(StateLayout.EXIT, Native.Stub.EXIT.address());
        this.interpreter = new Interpreter(guest, cpu, Interpreter.HOT);
    }

    /** From here on all native code is held against the interpreter; what that was is counted. */
    void verify(Verified verified) { verifier = new Verifier(guest, cpu, singles, interpreter, verified); }

    /** Code in [from, to) must not be used any more. From any thread. */
    void forget(long from, long to) {
        blocks.invalidate(from, to);
        singles.invalidate(from, to);
        if (Thread.currentThread() == host) {
            translations.forgetAll();
            return;
        }
        forgets = true;
        task.look();
    }

    /** Something is to be looked at soon. From any thread. */
    void look() { task.look(); }

    /** It runs no more. */
    void close() {
        interpreter.close();
        translations.free();
    }

    /** Runs until the guest thread has ended, or has another program. */
    void run() {
        while (!task.isOver()) {
            try {
                if (cpu.getLong(StateLayout.POLL) != 0) poll();
                else step();
            } catch (GuestFault fault) {
                raise(fault);
            } catch (InternalError e) {
                // HotSpot's word for a page that went away under a checked access: a mapped file that was truncated
                raise(new GuestFault(GuestFault.Kind.BUS, 0, GuestFault.Access.READ));
            }
        }
    }

    private void poll() {
        counters.poll++;
        cpu.setLong(StateLayout.POLL, 0);
        Raw.fence();        // a handler on another thread either sees this, and sets it again, or its signal is seen below
        if (forgets) {
            forgets = false;
            translations.forgetAll();
        }
        followVariant();
        task.deliverSignals();
        if (task.isOver() || !guest.traces(cpu)) return;
        trace();
        if (guest.traces(cpu)) cpu.setLong(StateLayout.POLL, 1);
    }

    /** The instruction before this one was not followed by its trap: this one is, whatever it is. */
    private boolean delayed;

    /** One instruction, and its trap; a system call is followed by none. */
    private void trace() {
        try {
            boolean delays = delayed = !delayed && guest.delaysTrace(cpu);
            Code code = singles.find(cpu.pc());
            cpu.setPc(interpreter.execute(code));
            if (code.block.exit() instanceof Exit.Syscall) syscall(true);
            if (delays || code.block.exit() instanceof Exit.Syscall) return;
        } catch (GuestFault fault) {
            GuestFault left = left(fault);
            if (left != null) {
                delayed = false;
                deliver(left);
                return;
            }
        }
        deliver(new GuestFault(Trap.TRACE));
    }

    private void step() {
        long pc = cpu.pc(), host = translations.find(pc);
        if (host != 0) { runNative(host); return; }
        counters.interpretedEntries++;
        Code code = blocks.find(pc);
        code.arrivals++;
        code.reached |= cameDirectly == pc ? Reached.JUMP : Reached.DISPATCH;
        cameDirectly = -1;
        if (interpreter.run(code, blocks) == Interpreter.Stop.SYSCALL) syscall(true);
    }

    private void runNative(long host) {
        cpu.setLong(StateLayout.EXIT_DETAIL, 0);
        if (verifier == null || believed) Native.enter(cpu.address, host);
        else verifier.enter(host);
        believed = false;
        switch (REASONS[(int) cpu.getLong(StateLayout.EXIT_REASON)]) {
            case MISS -> {
                counters.miss++;
                if (cpu.getLong(StateLayout.EXIT_DETAIL) == cpu.pc()) cameDirectly = cpu.pc();
            }
            case SYSCALL -> syscall(false);
            case INTERPRET -> interpretOne();
            case HELPER -> help();
            case TRAP -> raise(new GuestFault(TRAPS[(int) cpu.getLong(StateLayout.EXIT_DETAIL)]));
            case FAULT -> fault();
            case POLL -> { }
        }
    }

    private void raise(GuestFault fault) {
        GuestFault left = left(fault);
        if (left != null) deliver(left);
    }

    /** What there is to deliver of a fault; null: the instruction could be carried to its end. */
    private GuestFault left(GuestFault fault) {
        try {
            return fault.trap != null && guest.completes(fault.trap, cpu, this::interpretOne) ? null : fault;
        } catch (GuestFault another) {
            return another;
        }
    }

    private void deliver(GuestFault fault) {
        if (fault.trap == null) counters.fault++; else counters.trap++;
        if (fault.trap == Trap.UNSUPPORTED) unsupported(cpu.pc());
        task.fault(fault);
    }

    /** Said aloud, once an instruction: the guest gets SIGILL. */
    private void unsupported(long pc) {
        byte[] bytes = new byte[CodeTable.LONGEST_INSN];
        int length = memory.fetch(pc, bytes);
        Report.Unsupported what = new Report.Unsupported(pc, HexFormat.of().formatHex(bytes, 0, length), guest.disassemble(memory, pc));
        if (totals.isNew(what)) log.line("unsupported instruction at 0x" + Long.toHexString(pc) + ": " + what.text() + " (" + what.bytes() + ")");
    }

    /** A signal that came before the call is delivered before it: no call ends with EINTR that had not begun to wait. */
    private void syscall(boolean interpreted) {
        if (cpu.getLong(StateLayout.POLL) != 0) {
            if (interpreted) interpreter.count(-1);     // it will be counted again
            else cpu.setLong(StateLayout.NATIVE_INSTRUCTIONS, cpu.getLong(StateLayout.NATIVE_INSTRUCTIONS) - 1);
            cpu.setPc(cpu.pc() - guest.syscalls().instructionLength());
            believed = true;
            return;
        }
        counters.syscall++;
        task.syscall();
        followVariant();
    }

    /** The guest handles faults from now on: only precise code. */
    private void followVariant() {
        if (variant == Variant.PRECISE || space.variant() == Variant.FAST && !task.process().handlesFaults()) return;
        variant = Variant.PRECISE;
        space.becomePrecise();
        translations.forgetAll();
        blocks.forEach(code -> code.setHostEntry(translations.find(code.block.pc())));
    }

    /** A fault leaves the pc at the instruction. */
    private void help() {
        counters.helper++;
        long detail = cpu.getLong(StateLayout.EXIT_DETAIL);
        guest.help((int) detail, cpu);
        cpu.setPc(cpu.pc() + (detail >>> 32));
        interpreter.count(1);
    }

    /** Only the instruction that native code could not do. */
    private void interpretOne() {
        counters.interpret++;
        Code code = singles.find(cpu.pc());
        cpu.setPc(interpreter.execute(code));
    }

    /** In precise code the interpreter can say exactly what is wrong where the host does not know: the state is that before the instruction. */
    private void fault() {
        GuestFault fault = nativeFault();
        if (fault.kind == GuestFault.Kind.GENERAL && variant == Variant.PRECISE) interpretOne();
        else raise(fault);
    }

    /** A host fault in native code as the guest fault that it stands for. */
    private GuestFault nativeFault() {
        long address = cpu.getLong(StateLayout.EXIT_DETAIL) - memory.base();
        long signal = cpu.getLong(StateLayout.FAULT_SIGNAL);
        if (signal == SIGFPE) return new GuestFault(cpu.getLong(StateLayout.FAULT_CODE) == FPE_INTDIV ? Trap.DIVIDE : Trap.VECTOR_FLOATING_POINT);
        if (address < 0 || address >= memory.size()) return new GuestFault(GuestFault.Kind.GENERAL, 0, GuestFault.Access.READ);
        Mapping mapping = memory.mapping(address);
        GuestFault.Kind kind = signal == SIGBUS ? GuestFault.Kind.BUS : mapping == null ? GuestFault.Kind.MAPERR : GuestFault.Kind.ACCERR;
        boolean write = (cpu.getLong(StateLayout.FAULT_ERROR) & FAULT_WRITE) != 0;
        return new GuestFault(kind, address, write ? GuestFault.Access.WRITE : GuestFault.Access.READ);
    }
}
