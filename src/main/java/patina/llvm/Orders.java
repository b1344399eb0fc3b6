package patina.llvm;

import java.util.IdentityHashMap;
import java.util.Map;
import patina.ir.Op;
import patina.ir.Value;

/**
 * FCOMPARE of F32 and F64. COMISD as inline assembly raises the flags; the result comes from LLVM's own comparisons, which become one more
 * UCOMISD and fuse with the branch behind it: LLVM 20 gets more than one flag of an assembly instruction wrong, and LAHF costs more. They compare
 * what has come through the assembly, so that LLVM never knows the operands. Who asks for one or two bits of the value gets the comparison that says so.
 */
final class Orders {
    private static final int CARRY = 1, PARITY = 4, ZERO = 0x40;

    private final Text text;
    /** Of each comparison in the block at hand the i1s of CF or ZF, CF, ZF, PF. */
    private final Map<Value, String[]> flags = new IdentityHashMap<>();

    Orders(Text text) { this.text = text; }

    void startBlock() { flags.clear(); }

    /** The I8. */
    String of(Value v, String insn, String type, String a, String b) {
        String pair = "{" + type + ", " + type + "}", arguments = type + " " + a + ", " + type + " " + b;
        String both = text.let("call " + pair + " asm sideeffect \"" + insn + " $1, $0\", \"=x,=x,0,1,~{flags}\"(" + arguments + ") #0");
        String x = text.let("extractvalue " + pair + " " + both + ", 0"), y = text.let("extractvalue " + pair + " " + both + ", 1");
        String[] bits = new String[4], predicates = {"ule", "ult", "ueq", "uno"};
        for (int i = 0; i < 4; i++) bits[i] = text.let("fcmp " + predicates[i] + " " + type + " " + x + ", " + y);
        flags.put(v, bits);
        String[] set = {select(bits[1], CARRY), select(bits[2], ZERO), select(bits[3], PARITY)};
        return text.let("or i8 " + text.let("or i8 " + set[0] + ", " + set[1]) + ", " + set[2]);
    }

    private String select(String bit, int value) { return text.let("select i1 " + bit + ", i8 " + value + ", i8 0"); }

    /** The i1 that {@code v} is, if it asks for bits of a comparison; else null. */
    String bit(Value v) {
        if (v.op == Op.TRUNC && flags.containsKey(v.a)) return flags.get(v.a)[1];
        if (v.op != Op.NE || v.a.op != Op.AND || !v.b.isConst(0) || !v.a.b.isConst() || !flags.containsKey(v.a.a)) return null;
        String[] bits = flags.get(v.a.a);
        return switch ((int) v.a.b.imm) { case CARRY | ZERO -> bits[0]; case CARRY -> bits[1]; case ZERO -> bits[2]; case PARITY -> bits[3]; default -> null; };
    }
}
