package patina.ir;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A block for people to read: an operation a line, values numbered in order; constants stand where they are used. */
public final class Text {
    private final StateLayout layout;
    private final Map<Value, Integer> numbers = new IdentityHashMap<>();

    private Text(StateLayout layout) { this.layout = layout; }

    /** The operations and the exit; state offsets by their names in {@code layout}. */
    public static List<String> lines(Block block, StateLayout layout) {
        Text text = new Text(layout);
        List<String> lines = new ArrayList<>();
        for (Value v : block.code()) if (v.op.shape != Op.Shape.CONSTANT) lines.add(text.line(v));
        lines.add(text.exit(block.exit()));
        return lines;
    }

    private String line(Value v) {
        StringBuilder s = new StringBuilder();
        if (!v.type.equals(Type.VOID)) {
            numbers.put(v, numbers.size());
            s.append(name(v)).append(" = ");
        }
        s.append(v.op).append(' ').append(v.type.equals(Type.VOID) ? "" : v.type + " ");
        switch (v.op.shape) {
            case STATE -> s.append(slot((int) v.imm)).append(' ');
            case MEMORY -> { if (v.imm > 1) s.append("aligned ").append(v.imm).append(' '); }
            case CONTROL -> s.append(v.op == Op.TRAP_IF ? Trap.values()[(int) v.imm] : hex(v.imm)).append(' ');
            default -> { if (v.imm != 0) s.append('#').append(v.imm).append(' '); }
        }
        for (Value argument : new Value[] {v.a, v.b, v.c}) if (argument != null) s.append(name(argument)).append(' ');
        if (v.mask != null) for (int lane : v.mask) s.append(lane).append(' ');
        return s.toString().strip();
    }

    private String name(Value v) {
        return switch (v.op) {
            case CONST, ADDRESS -> hex(v.imm);
            case ZERO -> "0";
            default -> "%" + numbers.get(v);
        };
    }

    private String slot(int offset) {
        for (Slot slot : layout.slots()) if (slot.offset() == offset) return slot.name();
        return "[" + offset + "]";
    }

    private String exit(Exit exit) {
        return switch (exit) {
            case Exit.Jump(long target) -> "jump " + hex(target);
            case Exit.Branch(Value condition, long taken, long next) -> "branch " + name(condition) + " " + hex(taken) + " else " + hex(next);
            case Exit.JumpIndirect(Value target) -> "jump " + name(target);
            case Exit.Call(long target, long returnTo) -> "call " + hex(target) + " returning to " + hex(returnTo);
            case Exit.CallIndirect(Value target, long returnTo) -> "call " + name(target) + " returning to " + hex(returnTo);
            case Exit.Return(Value target) -> "return " + name(target);
            case Exit.Syscall(long next) -> "syscall, then " + hex(next);
            case Exit.Helper(int number, long next) -> "helper " + number + ", then " + hex(next);
            case Exit.Raise(Trap trap, long pc) -> "raise " + trap + " at " + hex(pc);
        };
    }

    private static String hex(long v) { return v >= 0 && v < 10 ? Long.toString(v) : "0x" + Long.toHexString(v); }
}
