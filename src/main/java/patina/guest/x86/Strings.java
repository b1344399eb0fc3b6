package patina.guest.x86;

import static patina.guest.x86.X86State.DF;
import static patina.guest.x86.X86State.RAX;
import static patina.guest.x86.X86State.RCX;
import static patina.guest.x86.X86State.RDI;
import static patina.guest.x86.X86State.RSI;

import patina.guest.x86.Insn.Repeat;
import patina.ir.Exit;
import patina.ir.Op;
import patina.ir.Value;

/**
 * String instructions. One with a repeat prefix starts a block that does one element and branches back to itself, so each iteration is
 * a restart point: a fault or a signal between two finds the registers as the manual promises (SDM vol. 2, REP).
 */
final class Strings {
    private Strings() {}

    /** Lifts the instruction at hand if it is of this family. */
    static boolean lift(Lift l) {
        boolean compares = switch (l.insn.mnemonic()) {
            case CMPSB, CMPSW, CMPSD_STRING, CMPSQ, SCASB, SCASW, SCASD, SCASQ -> true;
            default -> false;
        };
        switch (l.insn.mnemonic()) {
            case MOVSB, MOVSW, MOVSD_STRING, MOVSQ -> { begin(l, RSI, RDI); move(l); }
            case STOSB, STOSW, STOSD, STOSQ        -> { begin(l, RDI); store(l); }
            case LODSB, LODSW, LODSD, LODSQ        -> { begin(l); load(l); }
            case CMPSB, CMPSW, CMPSD_STRING, CMPSQ -> { begin(l); compare(l); }
            case SCASB, SCASW, SCASD, SCASQ        -> { begin(l); scan(l); }
            default -> { return false; }
        }
        if (l.insn.repeat() != Repeat.NONE && !compares) repeat(l);
        return true;
    }

    /**
     * A repeated instruction with a count of zero does nothing, but with 32-bit addresses Intel's processors clear the upper half of RCX
     * all the same, and MOVS and STOS those of their pointers.
     */
    private static void begin(Lift l, int... pointers) {
        if (l.insn.repeat() == Repeat.NONE) return;
        l.startsBlock = true;
        if (l.insn.addressBits() == 32) {
            l.setGpr(RCX, l.gpr(RCX, 32));
            for (int p : pointers) l.setGpr(p, l.gpr(p, 32));
        }
        l.ir.exitIf(l.ir.isZero(l.gpr(RCX, l.insn.addressBits())), l.insn.next());
    }

    /** Counts down; the end is reached at zero. */
    private static void repeat(Lift l) { l.exit = new Exit.Branch(countDown(l), l.insn.next(), l.insn.pc()); }

    /** The I1 that this was the last element that RCX allows. */
    private static Value countDown(Lift l) {
        Value count = l.ir.add(l.gpr(RCX, l.insn.addressBits()), -1);
        l.setGpr(RCX, count);
        return l.ir.isZero(count);
    }

    private static void move(Lift l) {
        l.write(0, l.read(1));
        advance(l, RSI, l.bits(0));
        advance(l, RDI, l.bits(0));
    }

    private static void store(Lift l) {
        l.write(0, l.read(1));
        advance(l, RDI, l.bits(0));
    }

    private static void load(Lift l) {
        l.setGpr(RAX, l.read(1));
        advance(l, RSI, l.bits(1));
    }

    private static void compare(Lift l) {
        Value a = l.read(0), b = l.read(1);
        advance(l, RSI, l.bits(0));
        advance(l, RDI, l.bits(0));
        compared(l, a, b);
    }

    private static void scan(Lift l) {
        Value a = l.read(0), b = l.read(1);
        advance(l, RDI, l.bits(0));
        compared(l, a, b);
    }

    /** A repetition ends where a comparison comes out wrong too. Only then it sets the flags: a fault at a later element finds those from before it all. */
    private static void compared(Lift l, Value a, Value b) {
        if (l.insn.repeat() != Repeat.NONE) {
            Value more = l.ir.not(countDown(l));
            l.ir.exitIf(l.ir.and(more, l.ir.compare(l.insn.repeat() == Repeat.REP ? Op.EQ : Op.NE, a, b)), l.insn.pc());
        }
        l.flags.subtraction(a, b, l.ir.sub(a, b));
    }

    /** Moves RSI or RDI (of the address size) by one element, down if DF is set. */
    private static void advance(Lift l, int register, int bits) {
        Value at = l.gpr(register, l.insn.addressBits());
        Value step = l.ir.select(l.ir.get(DF), l.ir.constant(-bits / 8, at.type), l.ir.constant(bits / 8, at.type));
        l.setGpr(register, l.ir.add(at, step));
    }
}
