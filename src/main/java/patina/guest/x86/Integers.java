package patina.guest.x86;

import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.RAX;
import static patina.guest.x86.X86State.RBX;
import static patina.guest.x86.X86State.RDX;

import patina.ir.Op;
import patina.ir.Slot;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/** Integer arithmetic and data movement (SDM vol. 1, 5.1.1 to 5.1.6). Shifts, divisions, bit and stack instructions have files of their own. */
final class Integers {
    private Integers() {}

    /** Lifts the instruction at hand if it is of this family. */
    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case MOV                 -> move(l);
            case MOVNTI              -> l.write(0, l.read(1));
            case MOVZX               -> l.write(0, l.ir.zext(l.read(1), l.type(0)));
            case MOVSX, MOVSXD       -> l.write(0, l.ir.sext(l.read(1), l.type(0)));
            case MOVBE               -> l.write(0, l.ir.unary(Op.BSWAP, l.read(1)));
            case BSWAP               -> swapBytes(l);
            case LEA                 -> l.write(0, l.ir.trunc(l.offset((Operand.Memory) l.operand(1)), l.type(0)));
            case CMOVCC              -> l.write(0, l.ir.select(l.flags.condition(l.insn.condition()), l.read(1), l.read(0)));
            case SETCC               -> l.write(0, l.ir.zext(l.flags.condition(l.insn.condition()), Type.I8));
            case XLATB               -> translate(l);
            case CBW                 -> l.setGpr(RAX, l.ir.sext(l.gpr(RAX, 8), Type.I16));
            case CWDE                -> l.setGpr(RAX, l.ir.sext(l.gpr(RAX, 16), Type.I32));
            case CDQE                -> l.setGpr(RAX, l.ir.sext(l.gpr(RAX, 32), Type.I64));
            case CWD                 -> l.setGpr(RDX, l.ir.ashr(l.gpr(RAX, 16), 15));
            case CDQ                 -> l.setGpr(RDX, l.ir.ashr(l.gpr(RAX, 32), 31));
            case CQO                 -> l.setGpr(RDX, l.ir.ashr(l.gpr(RAX, 64), 63));
            case ADD                 -> add(l);
            case ADC                 -> addWithCarry(l);
            case SUB                 -> subtract(l);
            case SBB                 -> subtractWithBorrow(l);
            case CMP                 -> compare(l);
            case INC                 -> increment(l);
            case DEC                 -> decrement(l);
            case NEG                 -> negate(l);
            case NOT                 -> complement(l);
            case AND                 -> l.flags.logic(logic(l, Op.AND, Op.ATOMIC_AND));
            case OR                  -> l.flags.logic(logic(l, Op.OR, Op.ATOMIC_OR));
            case XOR                 -> l.flags.logic(logic(l, Op.XOR, Op.ATOMIC_XOR));
            case TEST                -> l.flags.logic(l.sameRegister() ? l.read(0) : l.ir.and(l.read(0), l.readAs(1, l.bits(0))));
            case MUL                 -> multiply(l, Op.UMULH);
            case IMUL                -> signedMultiply(l);
            case DIV                 -> Division.unsigned(l);
            case IDIV                -> Division.signed(l);
            case SHL, SHR, SAR       -> Shifts.shift(l);
            case ROL, ROR            -> Shifts.rotate(l);
            case RCL, RCR            -> Shifts.rotateThroughCarry(l);
            case SHLD, SHRD          -> Shifts.shiftDouble(l);
            case BSF                 -> Bits.scan(l, Op.CTZ);
            case BSR                 -> Bits.scan(l, Op.CLZ);
            case BT, BTS, BTR, BTC   -> Bits.test(l);
            case POPCNT              -> Bits.count(l);
            case CRC32               -> Bits.crc32(l);
            case XCHG                -> exchange(l);
            case XADD                -> exchangeAndAdd(l);
            case CMPXCHG             -> compareExchange(l);
            case CMPXCHG8B           -> compareExchange8(l);
            case CMPXCHG16B          -> compareExchange16(l);
            case PUSH                -> Stack.push(l);
            case POP                 -> Stack.pop(l);
            case PUSHF, PUSHFQ       -> l.push(l.ir.trunc(l.flags.word(), Type.integer(l.insn.operandBits())));
            case POPF, POPFQ         -> Stack.popFlags(l);
            case ENTER               -> Stack.enter(l);
            case LEAVE               -> Stack.leave(l);
            case LAHF                -> Stack.loadFlags(l);
            case SAHF                -> l.flags.setLowByte(l.ir.lshr(l.gpr(RAX, 64), 8));
            case CLC                 -> l.flags.setCarry(l.ir.i1(false));
            case STC                 -> l.flags.setCarry(l.ir.i1(true));
            case CMC                 -> l.flags.setCarry(l.ir.xor(l.flags.carry(), l.ir.i1(true)));
            case CLD                 -> l.ir.set(X86State.DF, l.ir.i1(false));
            case STD                 -> l.ir.set(X86State.DF, l.ir.i1(true));
            default                  -> { return false; }
        }
        return true;
    }

    /** MOV. Control and debug registers are the kernel's. */
    private static void move(Lift l) {
        for (int i = 0; i < 2; i++) {
            if (l.operand(i) instanceof Operand.Register r && (r.file() == Operand.File.CONTROL || r.file() == Operand.File.DEBUG)) {
                l.raise(Trap.GENERAL_PROTECTION);
                return;
            }
        }
        l.write(0, l.readAs(1, l.bits(0)));
    }

    private static void add(Lift l) {
        Value b = l.readAs(1, l.bits(0)), a, r;
        if (l.insn.lock()) r = l.ir.add(a = l.ir.atomic(Op.ATOMIC_ADD, l.address(0), b), b);
        else l.write(0, r = l.ir.add(a = l.read(0), b));
        l.flags.addition(a, b, r);
    }

    private static void addWithCarry(Lift l) {
        Value a = l.read(0), b = l.readAs(1, l.bits(0)), carry = l.ir.zext(l.flags.carry(), a.type);
        Value r = l.ir.add(l.ir.add(a, b), carry);
        replace(l, a, r);
        l.flags.additionWithCarry(a, b, carry, r);
    }

    private static void subtract(Lift l) {
        Value b = l.readAs(1, l.bits(0)), a, r;
        if (l.insn.lock()) r = l.ir.sub(a = l.ir.atomic(Op.ATOMIC_SUB, l.address(0), b), b);
        else {
            if (l.sameRegister()) a = b = l.ir.constant(0, b.type);
            else a = l.read(0);
            l.write(0, r = l.ir.sub(a, b));
        }
        l.flags.subtraction(a, b, r);
    }

    private static void subtractWithBorrow(Lift l) {
        Value a, b;
        if (l.sameRegister()) a = b = l.ir.constant(0, l.type(0));
        else { a = l.read(0); b = l.readAs(1, l.bits(0)); }
        Value borrow = l.ir.zext(l.flags.carry(), a.type), r = l.ir.sub(l.ir.sub(a, b), borrow);
        replace(l, a, r);
        l.flags.subtractionWithBorrow(a, b, borrow, r);
    }

    private static void compare(Lift l) {
        Value a = l.read(0), b = l.readAs(1, l.bits(0));
        l.flags.subtraction(a, b, l.ir.sub(a, b));
    }

    private static void increment(Lift l) {
        Value one = l.ir.constant(1, l.type(0)), a, r;
        if (l.insn.lock()) r = l.ir.add(a = l.ir.atomic(Op.ATOMIC_ADD, l.address(0), one), one);
        else l.write(0, r = l.ir.add(a = l.read(0), one));
        l.flags.increment(a, r);
    }

    private static void decrement(Lift l) {
        Value one = l.ir.constant(1, l.type(0)), a, r;
        if (l.insn.lock()) r = l.ir.sub(a = l.ir.atomic(Op.ATOMIC_SUB, l.address(0), one), one);
        else l.write(0, r = l.ir.sub(a = l.read(0), one));
        l.flags.decrement(a, r);
    }

    private static void negate(Lift l) {
        Value a = l.read(0), zero = l.ir.constant(0, a.type), r = l.ir.sub(zero, a);
        replace(l, a, r);
        l.flags.subtraction(zero, a, r);
    }

    /** NOT changes no flags. */
    private static void complement(Lift l) {
        if (l.insn.lock()) l.ir.atomic(Op.ATOMIC_XOR, l.address(0), l.ir.constant(-1, l.type(0)));
        else l.write(0, l.ir.not(l.read(0)));
    }

    private static Value logic(Lift l, Op op, Op atomic) {
        Value b = l.readAs(1, l.bits(0)), r;
        if (l.insn.lock()) return l.ir.binary(op, l.ir.atomic(atomic, l.address(0), b), b);
        if (l.sameRegister()) r = op == Op.XOR ? l.ir.constant(0, b.type) : b;
        else r = l.ir.binary(op, l.read(0), b);
        l.write(0, r);
        return r;
    }

    /** Writes what was computed from operand 0; locked, only where memory still holds {@code old}, else the instruction starts again. */
    private static void replace(Lift l, Value old, Value r) {
        if (!l.insn.lock()) { l.write(0, r); return; }
        Value held = l.ir.compareExchange(l.address(0), old, r);
        l.ir.exitIf(l.ir.compare(Op.NE, held, old), l.insn.pc());
    }

    private static void swapBytes(Lift l) {
        // of 16 bits the result is undefined; Intel's CPUs give 0
        l.write(0, l.bits(0) == 16 ? l.ir.constant(0, Type.I16) : l.ir.unary(Op.BSWAP, l.read(0)));
    }

    /** XLATB: AL = [RBX + AL]. */
    private static void translate(Lift l) {
        Operand.Memory table = (Operand.Memory) l.operand(0);
        Value entry = l.wrapped(l.ir.add(l.gpr(RBX, 64), l.ir.zext(l.gpr(RAX, 8), Type.I64)));
        l.setGpr(RAX, l.ir.load(l.linear(table, entry), Type.I8));
    }

    // ---- multiplication: CF and OF tell whether the upper half says more than the lower; the other flags are undefined: left alone

    /** MUL, and IMUL of one operand: double width. */
    private static void multiply(Lift l, Op high) {
        boolean signed = high == Op.SMULH;
        Value a = l.gpr(RAX, l.bits(0)), b = l.read(0), low, up;
        if (a.type.bits() == 64) {
            low = l.ir.binary(Op.MUL, a, b);
            up = l.ir.binary(high, a, b);
        } else {
            Value wideA = signed ? l.ir.sext(a, Type.I64) : l.ir.zext(a, Type.I64);
            Value wideB = signed ? l.ir.sext(b, Type.I64) : l.ir.zext(b, Type.I64);
            Value product = l.ir.binary(Op.MUL, wideA, wideB);
            low = l.ir.trunc(product, a.type);
            up = l.ir.trunc(l.ir.lshr(product, a.type.bits()), a.type);
        }
        setDouble(l, up, low);
        Value expected = signed ? l.ir.ashr(low, a.type.bits() - 1) : l.ir.constant(0, a.type);
        Value more = l.ir.compare(Op.NE, up, expected);
        l.flags.setCarry(more);
        l.flags.setOverflow(more);
    }

    /** RDX:RAX of the operand's width; of 8 bits AX. */
    static void setDouble(Lift l, Value high, Value low) {
        if (low.type.bits() == 8) {
            l.setGpr(RAX, l.ir.or(l.ir.shl(l.ir.zext(high, Type.I16), 8), l.ir.zext(low, Type.I16)));
        } else {
            l.setGpr(RAX, low);
            l.setGpr(RDX, high);
        }
    }

    private static void signedMultiply(Lift l) {
        int operands = l.insn.operands().size();
        if (operands == 1) { multiply(l, Op.SMULH); return; }
        Value a = l.read(operands - 2), b = l.readAs(operands - 1, l.bits(0));
        l.write(0, l.ir.binary(Op.MUL, a, b));
        Value overflow = l.ir.compare(Op.SMUL_OVERFLOW, a, b);
        l.flags.setCarry(overflow);
        l.flags.setOverflow(overflow);
    }

    // ---- exchanges

    /** XCHG: with memory always locked. */
    private static void exchange(Lift l) {
        int memory = l.isMemory(0) ? 0 : l.isMemory(1) ? 1 : -1;
        if (memory >= 0) {
            l.write(1 - memory, l.ir.atomic(Op.ATOMIC_XCHG, l.address(memory), l.read(1 - memory)));
        } else {
            Value a = l.read(0), b = l.read(1);
            l.write(0, b);
            l.write(1, a);
        }
    }

    private static void exchangeAndAdd(Lift l) {
        Value b = l.read(1), a, r;
        if (l.insn.lock()) {
            r = l.ir.add(a = l.ir.atomic(Op.ATOMIC_ADD, l.address(0), b), b);
            l.write(1, a);
        } else {
            r = l.ir.add(a = l.read(0), b);
            if (l.isMemory(0)) l.write(0, r);
            l.write(1, a);
            if (!l.isMemory(0)) l.write(0, r);
        }
        l.flags.addition(a, b, r);
    }

    /** CMPXCHG. The accumulator changes only where the comparison failed, a destination register only where it did not: all 64 bits of it. */
    private static void compareExchange(Lift l) {
        Value accumulator = l.gpr(RAX, l.bits(0)), desired = l.read(1), old;
        if (l.insn.lock()) old = l.ir.compareExchange(l.address(0), accumulator, desired);
        else old = l.read(0);
        Value equal = l.ir.compare(Op.EQ, accumulator, old);
        if (l.isMemory(0) && !l.insn.lock()) l.write(0, l.ir.select(equal, desired, old));
        Value before = l.gpr(RAX, 64);
        l.setGpr(RAX, old);
        l.ir.set(GPR[RAX], l.ir.select(equal, before, l.gpr(RAX, 64)));
        if (l.operand(0) instanceof Operand.Register r) {
            Slot slot = GPR[r.index()];
            before = l.ir.get(slot);
            l.write(0, desired);
            l.ir.set(slot, l.ir.select(equal, l.ir.get(slot), before));
        }
        l.flags.subtraction(accumulator, old, l.ir.sub(accumulator, old));
    }

    /** CMPXCHG8B: EDX:EAX against memory, ECX:EBX into it. Always atomic. Only ZF changes. */
    private static void compareExchange8(Lift l) {
        Value expected = pair(l, RDX, RAX), desired = pair(l, X86State.RCX, RBX);
        Value old = l.ir.compareExchange(l.address(0), expected, desired);
        Value equal = l.ir.compare(Op.EQ, old, expected);
        l.ir.set(GPR[RAX], l.ir.select(equal, l.gpr(RAX, 64), l.ir.and(old, 0xffffffffL)));
        l.ir.set(GPR[RDX], l.ir.select(equal, l.gpr(RDX, 64), l.ir.lshr(old, 32)));
        l.flags.setZero(equal);
    }

    private static Value pair(Lift l, int high, int low) {
        return l.ir.or(l.ir.shl(l.gpr(high, 64), 32), l.ir.and(l.gpr(low, 64), 0xffffffffL));
    }

    /** CMPXCHG16B: RDX:RAX against memory, RCX:RBX into it; a misaligned address is #GP. */
    private static void compareExchange16(Lift l) {
        Value address = l.address(0);
        l.ir.trapIf(l.ir.compare(Op.NE, l.ir.and(address, 15), l.ir.i64(0)), Trap.GENERAL_PROTECTION);
        Value old = l.ir.compareExchange(address, vector(l, RDX, RAX), vector(l, X86State.RCX, RBX));
        Value low = l.ir.extract(old, 0), high = l.ir.extract(old, 1);
        Value same = l.ir.or(l.ir.xor(low, l.gpr(RAX, 64)), l.ir.xor(high, l.gpr(RDX, 64)));
        l.setGpr(RAX, low);
        l.setGpr(RDX, high);
        l.flags.setZero(l.ir.isZero(same));
    }

    private static Value vector(Lift l, int high, int low) {
        Value v = l.ir.insert(l.ir.zero(X86State.XMM_TYPE), l.gpr(low, 64), 0);
        return l.ir.insert(v, l.gpr(high, 64), 1);
    }
}
