package patina.guest.x86;

import static patina.guest.x86.X86State.GPR;
import static patina.guest.x86.X86State.RAX;
import static patina.guest.x86.X86State.RBP;
import static patina.guest.x86.X86State.RSP;

import patina.ir.Op;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/** Stack instructions of 64-bit mode (SDM vol. 2): operands of 64 or, with a prefix, 16 bits. */
final class Stack {
    private Stack() {}

    static void push(Lift l) { l.push(l.readAs(0, l.insn.operandBits())); }

    /** POP. A memory destination based on RSP is addressed, and RSP as a destination written, after RSP has moved. */
    static void pop(Lift l) {
        int bytes = l.insn.operandBits() / 8;
        Value v = l.top(8 * bytes);
        if (l.operand(0) instanceof Operand.Memory m) {
            l.ir.store(m.base() == RSP ? l.linear(m, l.wrapped(l.ir.add(l.offset(m), bytes))) : l.address(m), v);
            l.release(bytes);
        } else if (l.operand(0) instanceof Operand.Register r && r.file() == Operand.File.GPR) {
            l.release(bytes);
            l.setGpr(r.index(), v);
        } else {
            Segments.load(l, l.registerIndex(0), v);
            l.release(bytes);
        }
    }

    static void popFlags(Lift l) {
        int bits = l.insn.operandBits();
        Value v = l.ir.zext(l.top(bits), Type.I64);
        l.ir.trapIf(l.ir.trunc(l.ir.lshr(v, Integer.numberOfTrailingZeros(Flags.TRACE)), Type.I1), Trap.TRACE);      // FlagsWord.pop
        l.release(bits / 8);
        l.flags.setWord(v, bits);
    }

    /** LAHF: AH = SF:ZF:0:AF:0:PF:1:CF. */
    static void loadFlags(Lift l) {
        Value high = l.ir.shl(l.flags.lowByte(), 8);
        l.ir.set(GPR[RAX], l.ir.or(l.ir.and(l.gpr(RAX, 64), ~0xff00L), high));
    }

    /**
     * ENTER: pushes RBP, then the frame pointers of the enclosing levels, then the new one, and makes sure that the new top of the stack can be written (SDM vol. 2, ENTER).
     * All stores come before the registers.
     */
    static void enter(Lift l) {
        Type type = Type.integer(l.insn.operandBits());
        int bytes = type.bytes();
        long size = ((Operand.Immediate) l.operand(0)).value();
        long level = ((Operand.Immediate) l.operand(1)).value() & 31;
        Value rsp = l.gpr(RSP, 64), rbp = l.gpr(RBP, 64), frame = l.ir.add(rsp, -bytes);
        l.ir.store(frame, l.gpr(RBP, type.bits()));
        for (int i = 1; i < level; i++) {
            l.ir.store(l.ir.add(frame, (long) -bytes * i), l.ir.load(l.ir.add(rbp, (long) -bytes * i), type));
        }
        if (level > 0) l.ir.store(l.ir.add(frame, -bytes * level), l.ir.trunc(frame, type));
        Value top = l.ir.add(frame, -bytes * level - size);
        if (size > 0) l.ir.atomic(Op.ATOMIC_OR, top, l.ir.zero(Type.I8));
        l.ir.set(GPR[RSP], top);
        l.setGpr(RBP, l.ir.trunc(frame, type));
    }

    static void leave(Lift l) {
        Value frame = l.gpr(RBP, 64), v = l.ir.load(frame, Type.integer(l.insn.operandBits()));
        l.ir.set(GPR[RSP], l.ir.add(frame, v.type.bytes()));
        l.setGpr(RBP, v);
    }
}
