package patina.guest.x86;

import patina.ir.Op;
import patina.ir.Value;

/** Integer arithmetic and data movement. */
final class Integers {
    private Integers() {}

    /** Lifts the instruction at hand if it is of this family. */
    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case MOV -> l.write(0, l.read(1));
            case ADD -> add(l);
            case SUB -> sub(l);
            case CMP -> compare(l);
            default -> { return false; }
        }
        return true;
    }

    /** ADD (SDM vol. 2). */
    private static void add(Lift l) {
        Value a = l.read(0), b = l.read(1), r;
        if (l.insn.lock()) r = l.ir.add(a = l.ir.atomic(Op.ATOMIC_ADD, l.address(0), b), b);
        else l.write(0, r = l.ir.add(a, b));
        l.flags.addition(a, b, r);
    }

    private static void sub(Lift l) {
        Value a = l.read(0), b = l.read(1), r;
        if (l.insn.lock()) r = l.ir.sub(a = l.ir.atomic(Op.ATOMIC_SUB, l.address(0), b), b);
        else l.write(0, r = l.ir.sub(a, b));
        l.flags.subtraction(a, b, r);
    }

    private static void compare(Lift l) {
        Value a = l.read(0), b = l.read(1);
        l.flags.subtraction(a, b, l.ir.sub(a, b));
    }
}
