package patina.guest.x86;

import static patina.guest.x86.X86State.FS_BASE;
import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.GS_BASE;
import static patina.guest.x86.X86State.MMX;
import static patina.guest.x86.X86State.SELECTOR;
import static patina.guest.x86.X86State.X87_EXPONENT;
import static patina.guest.x86.X86State.XMM;
import static patina.guest.x86.X86State.XMM_TYPE;

import patina.ir.Builder;
import patina.ir.Exit;
import patina.ir.Lane;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/**
 * A block in the making: the instruction at hand, its operands as IR values, the flags, and how the block ends.
 *
 * <p>Every instruction is precise: whatever may fault (loads, stores, traps) comes before the first register or flag is set, so a fault
 * leaves the state as it was before the instruction.
 */
final class Lift {
    final Builder ir = new Builder();
    final Flags flags = new Flags(ir);
    final X87Stack x87 = new X87Stack(ir);
    Insn insn;
    /** Set by the instruction that ends the block. */
    Exit exit;
    /** Set by an instruction that must be the first of its block because it branches back to itself. */
    boolean startsBlock;
    /** Addresses of the instruction's memory operands, so that reading and writing one computes it once. */
    private Operand.Memory known;
    private Value knownAddress;

    void begin(Insn next) {
        insn = next;
        known = null;
        flags.always();
    }

    /** This instruction is the helper {@code number}, which does all of it. */
    void helper(int number) { exit = new Exit.Helper(number, insn.next()); }

    /** Ends the block by raising {@code trap} at this instruction. */
    void raise(Trap trap) { exit = new Exit.Raise(trap, insn.pc()); }

    Operand operand(int i) { return insn.operands().get(i); }

    int bits(int i) { return operand(i).bits(); }

    Type type(int i) { return Type.integer(bits(i)); }

    boolean isMemory(int i) { return operand(i) instanceof Operand.Memory; }

    // ---- operands as integers

    /** Operand i as an integer of its own width (GPR, immediate, memory, target; MMX as I64). */
    Value read(int i) {
        Operand o = operand(i);
        if (o instanceof Operand.Register r) return register(r);
        if (o instanceof Operand.Immediate n) return ir.constant(n.value(), Type.integer(n.bits()));
        if (o instanceof Operand.Memory m) return ir.load(address(m), Type.integer(m.bits()));
        if (o instanceof Operand.Target t) return ir.address(t.pc());
        throw new UnsupportedInstruction("far pointer");
    }

    /** Operand i at {@code bits}: immediates are sign-extended, selectors zero-extended, registers cut to it. */
    Value readAs(int i, int bits) {
        Type type = Type.integer(bits);
        if (operand(i) instanceof Operand.Immediate n) return ir.constant(n.value(), type);
        Value v = read(i);
        return v.type.bits() < bits ? ir.zext(v, type) : ir.trunc(v, type);
    }

    /** Both operands are the same register: XOR and SUB are then zero, AND and OR a copy. */
    boolean sameRegister() { return operand(0) instanceof Operand.Register && operand(0).equals(operand(1)); }

    /** Writes an integer of operand i's width. */
    void write(int i, Value v) {
        Operand o = operand(i);
        if (o instanceof Operand.Register r) setRegister(r, v);
        else if (o instanceof Operand.Memory m) ir.store(address(m), v);
        else throw new IllegalStateException("write to " + o);
    }

    private Value register(Operand.Register r) {
        return switch (r.file()) {
            case GPR -> gpr(r.index(), r.bits());
            case GPR8_HIGH -> ir.trunc(ir.lshr(ir.get(GPR[r.index()]), 8), Type.I8);
            case SEGMENT -> ir.zext(ir.get(SELECTOR[r.index()]), Type.integer(r.bits()));
            case MMX -> ir.get(MMX[r.index()]);
            default -> throw new UnsupportedInstruction("register file " + r.file());
        };
    }

    private void setRegister(Operand.Register r, Value v) {
        switch (r.file()) {
            case GPR -> setGpr(r.index(), v);
            case GPR8_HIGH -> {
                Value high = ir.shl(ir.zext(v, Type.I64), 8);
                ir.set(GPR[r.index()], ir.or(ir.and(ir.get(GPR[r.index()]), ~0xff00L), high));
            }
            case MMX -> setMmx(r.index(), v);
            case SEGMENT -> Segments.load(this, r.index(), v);
            default -> throw new UnsupportedInstruction("write to register file " + r.file());
        }
    }

    /** The low {@code bits} of general register n. */
    Value gpr(int n, int bits) { return ir.trunc(ir.get(GPR[n]), Type.integer(bits)); }

    /** Writes v's width: 32 bits clear the upper half, 8 and 16 leave the rest (Intel SDM vol. 1, 3.4.1.1). */
    void setGpr(int n, Value v) {
        int bits = v.type.bits();
        Value wide = ir.zext(v, Type.I64);
        ir.set(GPR[n], bits >= 32 ? wide : ir.or(ir.and(ir.get(GPR[n]), -1L << bits), wide));
    }

    // ---- operands as vectors

    /** XMM register n under the given 128-bit type. */
    Value xmm(int n, Type type) { return ir.bitcast(ir.get(XMM[n]), type); }

    /** Any 128-bit value becomes XMM register n. */
    void setXmm(int n, Value v) { ir.set(XMM[n], ir.bitcast(v, XMM_TYPE)); }

    /** MMX register n; sign and exponent of the x87 register below it become ones (SDM vol. 1, 9.5.1). */
    private void setMmx(int n, Value v) {
        ir.set(MMX[n], v);
        ir.set(X87_EXPONENT[n], ir.constant(0xffff, Type.I16));
    }

    int registerIndex(int i) { return ((Operand.Register) operand(i)).index(); }

    /** Operand i as a vector type of its full width: XMM (128), MMX (64), or memory; aligned memory where the manual demands it. */
    Value readVector(int i, Type type, int alignment) {
        if (operand(i) instanceof Operand.Memory m) return ir.load(address(m), type, alignment);
        Operand.Register r = vectorRegister(i);
        return r.file() == Operand.File.XMM ? xmm(r.index(), type) : ir.bitcast(ir.get(MMX[r.index()]), type);
    }

    void writeVector(int i, Value v, int alignment) {
        if (operand(i) instanceof Operand.Memory m) { ir.store(address(m), v, alignment); return; }
        Operand.Register r = vectorRegister(i);
        if (r.file() == Operand.File.XMM) setXmm(r.index(), v);
        else setMmx(r.index(), ir.bitcast(v, Type.I64));
    }

    private Operand.Register vectorRegister(int i) {
        if (operand(i) instanceof Operand.Register r && (r.file() == Operand.File.XMM || r.file() == Operand.File.MMX)) return r;
        throw new IllegalStateException("vector operand " + operand(i));
    }

    /** Operand i as one lane: the low lane of an XMM register, or a memory operand of that size. */
    Value readScalar(int i, Lane lane) {
        if (operand(i) instanceof Operand.Memory m) return ir.load(address(m), new Type(lane, 1));
        return ir.extract(xmm(registerIndex(i), Type.vector(lane, 128)), 0);
    }

    /** The low lane of XMM operand i; the rest of the register stays. */
    void writeScalar(int i, Value v) {
        int n = registerIndex(i);
        setXmm(n, ir.insert(xmm(n, Type.vector(v.type.lane(), 128)), v, 0));
    }

    // ---- addresses and the stack

    Value address(int i) { return address((Operand.Memory) operand(i)); }

    /** The linear address of a memory operand (Intel SDM vol. 1, 3.7.5), segment base included. */
    Value address(Operand.Memory m) {
        if (m == known) return knownAddress;
        Value a = linear(m, offset(m));
        known = m;
        return knownAddress = a;
    }

    /** The linear address of an effective address in m's segment. */
    Value linear(Operand.Memory m, Value offset) {
        return switch (m.segment()) {
            case 4 -> ir.add(ir.get(FS_BASE), offset);
            case 5 -> ir.add(ir.get(GS_BASE), offset);
            default -> offset;
        };
    }

    /** The effective address without the segment base, as I64 (LEA). */
    Value offset(Operand.Memory m) {
        Value sum;
        if (m.base() == Operand.Memory.RIP) sum = ir.address(insn.next() + m.displacement());
        else if (m.base() == Operand.Memory.NONE && m.index() == Operand.Memory.NONE) sum = ir.i64(m.displacement());
        else {
            sum = m.base() == Operand.Memory.NONE ? null : ir.get(GPR[m.base()]);
            if (m.index() != Operand.Memory.NONE) {
                Value scaled = ir.shl(ir.get(GPR[m.index()]), Integer.numberOfTrailingZeros(m.scale()));
                sum = sum == null ? scaled : ir.add(sum, scaled);
            }
            sum = ir.add(sum, m.displacement());
        }
        return wrapped(sum);
    }

    /** An effective address cut to the address size. */
    Value wrapped(Value sum) {
        return insn.addressBits() == 64 ? sum : ir.zext(ir.trunc(sum, Type.integer(insn.addressBits())), Type.I64);
    }

    /** Pushes v (16 or 64 bits). The store comes before RSP changes. */
    void push(Value v) {
        Value top = ir.add(ir.get(GPR[X86State.RSP]), -v.type.bytes());
        ir.store(top, v);
        ir.set(GPR[X86State.RSP], top);
    }

    /** Loads what POP would give, without moving RSP. */
    Value top(int bits) { return ir.load(ir.get(GPR[X86State.RSP]), Type.integer(bits)); }

    /** Releases bytes from the stack. */
    void release(long bytes) { ir.set(GPR[X86State.RSP], ir.add(ir.get(GPR[X86State.RSP]), bytes)); }
}
