package patina.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import patina.guest.Guest;
import patina.host.Native;
import patina.host.Raw;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Plan;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.ExitReason;
import patina.ir.Op;
import patina.ir.Slot;
import patina.ir.StateLayout;
import patina.memory.CpuState;
import patina.memory.GuestFault;
import patina.memory.WriteLog;

/**
 * Holds native code against the interpreter while a program runs ({@code run --verify}). Native code is entered with a poll waiting, so that it
 * leaves at the next back edge or look-up; then the interpreter does as many instructions from the same state, and registers and memory must
 * be the same. What memory native code may write is found by interpreting ahead, with all writes logged and undone.
 *
 * <p>Not seen: a write of native code to where the interpreter writes nothing. Memory that another process writes may look like a difference.
 */
final class Verifier {
    /**
     * How far ahead: so many times backward or through an address, where native code mostly looks whether a poll waits, and twice as often
     * where that was not enough the last time; and at most so many instructions.
     */
    private static final int TURNS = 8, MOST_TURNS = 1 << 12, FURTHEST = 1 << 18;
    /** Instructions of the interpreter's that are shown where native code faulted and it does not. */
    private static final int SHOWN = 32;
    /** How far is looked for whether a flag that differs is read. */
    private static final int FLAG_STEPS = 256;

    private final Guest guest;
    private final CpuState cpu;
    private final CodeTable singles;
    private final Interpreter interpreter;
    private final WriteLog ahead, writes, step;
    private final byte[] start = new byte[StateLayout.SIZE], made = new byte[StateLayout.SIZE], truth = new byte[StateLayout.SIZE];
    /** For those entries that need more. */
    private final Map<Long, Integer> turns = new HashMap<>();
    private final List<Code> path = new ArrayList<>();
    private final Verified verified;

    Verifier(Guest guest, CpuState cpu, CodeTable singles, Interpreter interpreter, Verified verified) {
        this.verified = verified;
        this.guest = guest;
        this.cpu = cpu;
        this.singles = singles;
        this.interpreter = interpreter;
        ahead = new WriteLog(cpu.memory);
        writes = new WriteLog(cpu.memory);
        step = new WriteLog(cpu.memory);
    }

    /** Enters native code at {@code host}, as Native.enter; the state is then what the interpreter made of it too. */
    void enter(long host) throws GuestFault {
        long counted = interpreter.instructions();
        try {
            save(start);
            verify(host);
        } finally {
            cpu.memory.logWrites(null);
            interpreter.count((int) (counted - interpreter.instructions()));
        }
    }

    private void verify(long host) {
        long most = lookAhead();
        ahead.undo();
        restore(start);
        cpu.setLong(StateLayout.POLL, 1);
        cpu.setLong(StateLayout.EXIT_DETAIL, 0);
        Native.enter(cpu.address, host);
        save(made);
        compare(host, most);
    }

    /** Why looking ahead ended: at a fault; where native code has to leave; or it was enough. */
    private enum End { FAULT, EXIT, LIMIT }

    private End end;

    /** Interprets where native code may come. How many instructions; memory is changed, and logged. */
    private long lookAhead() {
        log(ahead);
        long begin = interpreter.instructions();
        end = End.LIMIT;
        try {
            int left = turns.getOrDefault(cpu.pc(), TURNS);
            for (int n = 0; left > 0 && n < FURTHEST && end == End.LIMIT; n++) {
                long from = cpu.pc();
                Exit exit = singles.find(from).block.exit();
                boolean before = exit instanceof Exit.Helper || exit instanceof Exit.Raise;
                if (before || exit instanceof Exit.Syscall) end = End.EXIT;
                if (before) break;
                advance();
                if (cpu.pc() <= from || exit instanceof Exit.JumpIndirect || exit instanceof Exit.CallIndirect) left--;
            }
        } catch (GuestFault fault) {
            end = End.FAULT;
        }
        return interpreter.instructions() - begin;
    }

    private void compare(long host, long most) {
        long count = cpu.getLong(StateLayout.NATIVE_INSTRUCTIONS) - number(start, StateLayout.NATIVE_INSTRUCTIONS);
        boolean faulted = cpu.getLong(StateLayout.EXIT_REASON) == ExitReason.FAULT.ordinal();
        long entry = number(start, StateLayout.PC);
        if (faulted && end == End.LIMIT && turns.getOrDefault(entry, TURNS) < MOST_TURNS) {     // once more, looking further ahead
            turns.put(entry, MOST_TURNS);
            ahead.undo();
            restore(start);
            verify(host);
            return;
        }
        if (count > most && !faulted) {     // nothing is known of what it wrote
            verified.unverified++;
            turns.merge(entry, 2 * TURNS, (old, _) -> Math.min(2 * old, MOST_TURNS));
            return;
        }
        byte[] written = ahead.now();
        ahead.undo();
        restore(start);
        cpu.memory.logWrites(null);
        path.clear();
        if (faulted && end != End.FAULT) {
            for (long last = interpreter.instructions() + Math.min(most, SHOWN); interpreter.instructions() < last; advance()) path.add(singles.find(cpu.pc()));
            throw different(count, written, "native code faulted, the interpreter does not");
        }
        try {
            long last = interpreter.instructions() + count;
            while (interpreter.instructions() < last || faulted) {
                path.add(singles.find(cpu.pc()));
                advance();
            }
            while (cpu.pc() != number(made, StateLayout.PC) && leaves()) { }
        } catch (GuestFault fault) {
            if (!faulted) throw different(count, written, "the interpreter raises " + fault.getMessage() + " here, native code does not");
            verified.faults++;
            cpu.setLong(StateLayout.NATIVE_INSTRUCTIONS, number(made, StateLayout.NATIVE_INSTRUCTIONS));
            cpu.setLong(StateLayout.POLL, 1);       // one that came meanwhile was written over
            throw fault;
        }
        if (number(made, StateLayout.EXIT_REASON) == ExitReason.HELPER.ordinal()) prepareHelper();
        save(truth);
        if (cpu.pc() != number(made, StateLayout.PC)) throw different(count, written, "native code goes on elsewhere");
        Difference.Kind kind = kind(truth, made);
        if (kind == Difference.Kind.REGISTERS) throw different(count, written, "registers differ");
        if (!Arrays.equals(written, ahead.now())) throw different(count, written, "memory differs");
        if (kind == Difference.Kind.FLAGS && flagsMatter()) throw different(count, written, "flags differ, and are read later");
        for (int field : new int[] {StateLayout.EXIT_REASON, StateLayout.EXIT_DETAIL, StateLayout.SHADOW_TOP, StateLayout.NATIVE_INSTRUCTIONS})
            cpu.setLong(field, number(made, field));
        cpu.setLong(StateLayout.POLL, 1);
        verified.entries++;
        verified.instructions += count;
    }

    /** Does what the instruction at hand does before its helper runs: native code leaves then. */
    private void prepareHelper() {
        long pc = cpu.pc();
        Block b = guest.lift(cpu.memory, pc, 1);
        interpreter.execute(new Code(new Block(pc, b.length(), b.insns(), b.code(), new Exit.Jump(pc), b.frameSize()), null, new Plan(guest)));
    }

    /**
     * Native code need not write flags that nobody will read. Whether these matter: the program goes on for a while from both states, a step each
     * in turn, until they are the same, or differ in more than flags.
     */
    private boolean flagsMatter() {
        byte[] other = truth.clone();
        for (int flag : guest.flags()) System.arraycopy(made, flag, other, flag, size(flag));
        byte[] right = truth.clone();
        writes.clear();
        try {
            for (int n = 0; n < FLAG_STEPS; n++) {
                restore(right);
                log(step);
                Exit exit = advance();
                if (exit instanceof Exit.Helper || exit instanceof Exit.Syscall) return true;
                save(right);
                byte[] written = step.now();
                step.undo();
                restore(other);
                cpu.memory.logWrites(writes);
                advance();
                save(other);
                if (!Arrays.equals(written, step.now()) || number(right, StateLayout.PC) != number(other, StateLayout.PC)) return true;
                Difference.Kind kind = kind(right, other);
                if (kind != Difference.Kind.FLAGS) return kind != null;
            }
            return false;
        } catch (GuestFault fault) {
            return false;
        } finally {
            writes.undo();
            restore(truth);
        }
    }

    /** Does the instruction at hand if it has nothing to do, as a repeated one whose count is zero: that counts for none. */
    private boolean leaves() {
        save(truth);
        long counted = interpreter.instructions();
        Code code = singles.find(cpu.pc());
        if (code.block.code().stream().noneMatch(v -> v.op == Op.EXIT_IF)) return false;
        advance();
        if (interpreter.instructions() == counted) return path.add(code);
        restore(truth);     // it wrote what it would have written anyway: the difference is the program counter's
        return false;
    }

    private Exit advance() {
        Code code = singles.find(cpu.pc());
        cpu.setPc(interpreter.execute(code));
        return code.block.exit();
    }

    /** How two states differ; null: not at all. */
    private Difference.Kind kind(byte[] a, byte[] b) {
        Difference.Kind kind = null;
        for (Slot slot : guest.layout().slots()) {
            int from = slot.offset(), to = from + slot.type().bytes();
            if (Arrays.equals(a, from, to, b, from, to)) continue;
            if (!guest.flags().contains(from)) return Difference.Kind.REGISTERS;
            kind = Difference.Kind.FLAGS;
        }
        return kind;
    }

    private int size(int offset) { return guest.layout().slot(offset).type().bytes(); }

    private void log(WriteLog to) {
        to.clear();
        cpu.memory.logWrites(to);
    }

    private Difference different(long count, byte[] written, String what) {
        save(truth);
        return Difference.of(guest, cpu.memory, what, count, path, start, truth, made, ahead, written);
    }

    private void save(byte[] to) { Raw.copy(cpu.address, to, 0, to.length); }

    private void restore(byte[] from) { Raw.copy(from, 0, cpu.address, from.length); }

    private static long number(byte[] state, int offset) {
        long v = 0;
        for (int i = 7; i >= 0; i--) v = v << 8 | state[offset + i] & 0xff;
        return v;
    }
}
