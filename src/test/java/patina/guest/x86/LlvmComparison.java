package patina.guest.x86;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Compares the decoder with LLVM's disassembler, string by string, and remembers what no {@link LlvmDifference} explains. */
final class LlvmComparison implements AutoCloseable {
    private static final long PC = 0x401000;
    private static final int LONGEST = 15;
    private static final Set<String> HINTS = Set.of("xacquire", "xrelease");

    final Decoder.Mode mode;
    private final Decoder decoder;
    private final Reference llvm;
    private final Map<String, String> complaints = new LinkedHashMap<>();
    /** Takes what is explained. */
    private final BiConsumer<LlvmDifference, LlvmPair> take;
    long compared, instructions;

    LlvmComparison(Decoder.Mode mode, BiConsumer<LlvmDifference, LlvmPair> take) {
        this.take = take;
        this.mode = mode;
        decoder = new Decoder(mode);
        llvm = new Reference(mode);
    }

    /** Compares the string at {@code code[at]}: as it is with the same with its prefixes in order, and that with LLVM. */
    void compare(byte[] code, int at) {
        compared++;
        Prefixes p = Prefixes.of(mode, code, at);
        Decoded ours = decoder.decode(code, at, RandomCode.STRING, PC);
        if (ours instanceof Insn) instructions++;
        LlvmPair pair = pair(p, code, at, ours);
        if (pair.isLax()) complain("lax " + pair.ourName(), "ignores a mandatory prefix: " + pair);
        if (pair.same()) return;
        // LLVM makes the hints F2 and F3 instructions of their own, and does not believe 66 where there is one of them
        Prefixes once = p.withoutRepeat();
        if (p.repeat() != 0 && (p.size66() || HINTS.contains(pair.theirName())) && isAlike(pair.insn(), decoder.decode(once.ordered(code, at), 0, RandomCode.STRING, PC))) {
            pair = pair(once, code, at, ours);
            if (pair.same()) return;
        }
        LlvmDifference difference = LlvmDifference.of(pair);
        if (difference != null) take.accept(difference, pair);
        else complain(pair.ourName() + "/" + pair.theirName(), pair.toString());
    }

    private LlvmPair pair(Prefixes p, byte[] code, int at, Decoded ours) {
        byte[] ordered = p.ordered(code, at);
        Prefixes q = Prefixes.of(mode, ordered, 0);
        int shorter = p.count() - q.count();
        Decoded alike = decoder.decode(ordered, 0, RandomCode.STRING, PC + shorter);
        String wrong = disorder(p, ours, alike, shorter);
        if (wrong != null) complain("prefixes: " + wrong, mode + " " + HexFormat.of().formatHex(code, at, at + RandomCode.STRING) + " " + ours + " but " + alike);
        Insn insn = alike instanceof Insn i ? i : null;
        int length = llvm.decode(ordered, 0, PC);
        return new LlvmPair(mode, ordered, q, insn, length, length == 0 ? null : LlvmLine.of(llvm.text(), insn != null));
    }

    /** Whether an instruction without a prefix is what it is with it. */
    private static boolean isAlike(Insn with, Decoded without) {
        if (with == null || !(without instanceof Insn w)) return with == null && !(without instanceof Insn);
        boolean branch = !w.operands().isEmpty() && w.operands().getFirst() instanceof Operand.Target;
        return w.mnemonic() == with.mnemonic() && w.operandBits() == with.operandBits() && w.repeat() == with.repeat() && (branch || w.operands().equals(with.operands()));
    }

    private void complain(String subject, String complaint) { complaints.putIfAbsent(subject, complaint); }

    /** What the order of prefixes, one too many, or LOCK changes and should not, or null. */
    private static String disorder(Prefixes p, Decoded ours, Decoded alike, int shorter) {
        if (!(alike instanceof Insn insn)) return ours instanceof Insn ? "an instruction" : null;
        if (insn.length() + shorter > LONGEST) return ours instanceof Decoded.Invalid i && i.reason() == Decoded.Reason.TOO_LONG ? null : "too long";
        if (p.lock() && !mayLock(insn)) return ours instanceof Decoded.Invalid i && i.reason() == Decoded.Reason.LOCK ? null : "no LOCK";
        Insn expected = new Insn(insn.pc() - shorter, insn.length() + shorter, insn.mnemonic(), insn.condition(), insn.operandBits(), insn.addressBits(),
                p.lock(), insn.repeat(), insn.operands());
        return expected.equals(ours) ? null : "another instruction";
    }

    /** SDM vol. 2, LOCK. */
    private static boolean mayLock(Insn insn) {
        return insn.operands().size() > 0 && insn.operands().getFirst() instanceof Operand.Memory && switch (insn.mnemonic()) {
            case ADD, ADC, AND, BTC, BTR, BTS, CMPXCHG, CMPXCHG8B, CMPXCHG16B, DEC, INC, NEG, NOT, OR, SBB, SUB, XADD, XCHG, XOR -> true;
            default -> false;
        };
    }

    /** What is not explained, one string of each kind. */
    String complaints() { return String.join("\n", complaints.values()); }

    @Override public void close() { llvm.close(); }
}
