package patina.guest.x86;

import static patina.guest.x86.X86State.X87;
import static patina.guest.x86.X86State.X87_CONTROL;
import static patina.guest.x86.X86State.X87_STATUS;
import static patina.guest.x86.X86State.X87_TAGS;
import static patina.guest.x86.X86State.X87_TOP;

import java.util.Arrays;
import patina.ir.Builder;
import patina.ir.Extended;
import patina.ir.FloatUnit;
import patina.ir.Op;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/**
 * The x87 register stack of the block being lifted (SDM vol. 1, 8.1.2). Remembers what each register holds and whether it is in use,
 * relative to TOP as it was when it began, so that a block reads and checks a register at most once.
 *
 * <p>Reading an empty register, or pushing onto one in use, gives the indefinite and sets IE and SF (SDM vol. 1, 8.5.1.1).
 *
 * <p>Invariant: what is remembered belongs to the TOP and tags last set here. Anyone else who writes those slots (MMX instructions,
 * FXRSTOR) is noticed at the next instruction, since the builder then knows another value.
 */
final class X87Stack {
    static final int INVALID = 1, STACK_FAULT = 0x40, C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000, PENDING = 0x80;

    private final Builder ir;
    /** It is known that all exceptions are masked, that none is pending. */
    private boolean masked, calm;
    private Value top, tags, base;
    /** TOP is (base + depth) & 7. */
    private int depth;
    /** Registers known to be in use, to be empty: bit (number - base) & 7, as the arrays. */
    private int full, empty;
    private final Value[] held = new Value[8], number = new Value[8];
    /** Status bits of the stack faults of the instruction at hand, or null: they are set after whatever may fault. */
    private Value faults;
    /** The I1 that none of the registers that the instruction at hand read was empty; null: that is known. */
    private Value present;

    X87Stack(Builder ir) { this.ir = ir; }

    /** Leaves the block where exceptions are not masked. Control and status words do not change within one, as far as this matters. */
    void checkMasked() {
        if (masked) return;
        masked = calm = true;
        Value masks = ir.and(ir.get(X87_CONTROL), FloatUnit.ALL);
        ir.trapIf(ir.compare(Op.NE, masks, ir.constant(FloatUnit.ALL, Type.I16)), Trap.FLOATING_POINT);
    }

    /** Leaves the block where one is pending, which takes one that is not masked. */
    void checkPending() {
        if (calm) return;
        calm = true;
        ir.trapIf(ir.not(ir.isZero(ir.and(ir.get(X87_STATUS), PENDING))), Trap.FLOATING_POINT);
    }

    /** At the begin of each x87 instruction. */
    void begin() {
        faults = present = null;
        Value t = ir.get(X87_TOP), g = ir.get(X87_TAGS);
        if (t == top && g == tags) return;
        top = base = t;
        tags = g;
        depth = full = empty = 0;
        Arrays.fill(held, null);
        Arrays.fill(number, null);
    }

    /** At its end. */
    void end() {
        if (faults != null) ir.set(X87_STATUS, ir.or(ir.and(ir.get(X87_STATUS), ~C1 & 0xffff), faults));
    }

    /** ST(i); the indefinite where it is empty. */
    Value read(int i) {
        int r = depth + i & 7;
        if (held[r] != null) {
            if ((full >> r & 1) == 0) note(isUsed(r));
            return held[r];
        }
        Value v = ir.getIndexed(X87, number(r), Type.F80);
        if ((full >> r & 1) == 0) {
            Value used = isUsed(r);
            v = ir.select(used, v, indefinite());
            fault(used, 0, INVALID | STACK_FAULT);
            note(used);
        }
        return held[r] = v;
    }

    private void note(Value used) { present = present == null ? used : ir.and(present, used); }

    /** The result of an instruction: the indefinite where a register that it read was empty, whatever else it read (SDM vol. 1, 8.5.1.1). */
    Value unlessEmpty(Value v) { return present == null ? v : ir.select(present, v, indefinite()); }

    /** ST(i) as it lies there, empty or not. */
    Value raw(int i) { return ir.getIndexed(X87, number(depth + i & 7), Type.F80); }

    /** The I1 that ST(i) is in use. */
    Value inUse(int i) { return (full >> (depth + i & 7) & 1) != 0 ? ir.i1(true) : isUsed(depth + i & 7); }

    /** Sets ST(i), which is then in use. */
    void write(int i, Value v) {
        int r = depth + i & 7;
        ir.setIndexed(X87, number(r), v);
        held[r] = v;
        if ((full >> r & 1) == 0) setTags(ir.or(tags, bit(r)));
        full |= 1 << r;
        empty &= ~(1 << r);
    }

    /** The I1 that something can be pushed, or null: that is known. */
    Value room() {
        int r = depth - 1 & 7;
        return (empty >> r & 1) != 0 ? null : ir.not((full >> r & 1) != 0 ? ir.i1(true) : isUsed(r));
    }

    void push(Value v) {
        int r = depth - 1 & 7;
        if ((empty >> r & 1) == 0) {
            Value used = (full >> r & 1) != 0 ? ir.i1(true) : isUsed(r);
            v = ir.select(used, indefinite(), v);
            fault(used, INVALID | STACK_FAULT | C1, 0);
        }
        move(-1);
        write(0, v);
    }

    /** ST(i) becomes ST(0), without any fault; nothing happens where that is empty. */
    void copyIfUsed(int i) {
        int r = depth + i & 7;
        Value used = inUse(0);
        ir.setIndexed(X87, number(r), ir.select(used, raw(0), raw(i)));
        setTags(ir.or(tags, ir.select(used, bit(r), ir.constant(0, Type.I8))));
        held[r] = null;
        empty &= ~(1 << r);
    }

    void pop() {
        free(0);
        move(1);
    }

    /** Marks ST(i) empty. */
    void free(int i) {
        int r = depth + i & 7;
        if ((empty >> r & 1) == 0) setTags(ir.and(tags, ir.not(bit(r))));
        full &= ~(1 << r);
        empty |= 1 << r;
        held[r] = null;
    }

    /** TOP + by. */
    void move(int by) {
        depth = depth + by & 7;
        ir.set(X87_TOP, top = number(depth));
    }

    Value indefinite() { return ir.f80(Extended.INDEFINITE, Extended.INDEFINITE_SE); }

    private void fault(Value used, int ifUsed, int ifEmpty) {
        Value bits = ir.select(used, ir.constant(ifUsed, Type.I16), ir.constant(ifEmpty, Type.I16));
        faults = faults == null ? bits : ir.or(faults, bits);
    }

    private void setTags(Value v) { ir.set(X87_TAGS, tags = v); }

    private Value number(int r) {
        if (number[r] == null) number[r] = r == 0 ? base : ir.and(ir.add(base, r), 7);
        return number[r];
    }

    private Value isUsed(int r) { return ir.trunc(ir.binary(Op.LSHR, tags, ir.trunc(number(r), Type.I8)), Type.I1); }

    private Value bit(int r) { return ir.binary(Op.SHL, ir.constant(1, Type.I8), ir.trunc(number(r), Type.I8)); }
}
