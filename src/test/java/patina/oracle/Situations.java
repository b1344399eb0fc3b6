package patina.oracle;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import patina.guest.x86.Insn;
import patina.guest.x86.Mnemonic;
import patina.guest.x86.Operand;
import patina.guest.x86.Operand.Memory;

/** States in which instructions' memory operands lie in the data area, as far as the instructions before leave the registers alone. */
final class Situations {
    private final RandomGenerator random;
    private final Values values;
    private final boolean x87;
    private State state;
    private final boolean[] fixed = new boolean[16];

    Situations(RandomGenerator random, boolean x87) {
        this.random = random;
        this.x87 = x87;
        values = new Values(random);
    }

    /** Null if it cannot be so, or atomic accesses are misaligned. */
    State state(List<Piece> pieces) {
        state = values.state(x87);
        Arrays.fill(fixed, false);
        pointer(State.RSP, 0, false);
        for (Piece p : pieces) for (Insn insn : p.insns()) address(insn);
        for (Piece p : pieces) if (Generator.locks(p.insn()) && !aligned(p.insn())) return null;
        return state;
    }

    private boolean aligned(Insn insn) {
        if (!(insn.operands().get(0) instanceof Memory m) || m.base() == Memory.RIP) return true;
        long a = m.displacement() + (m.base() >= 0 ? state.words[m.base()] : 0) + (m.index() >= 0 ? state.words[m.index()] * m.scale() : 0);
        return (a & 15) == 0;
    }

    private void address(Insn insn) {
        if (insn.repeat() != Insn.Repeat.NONE) set(State.RCX, random.nextInt(20));
        if (insn.mnemonic() == Mnemonic.LEAVE) pointer(State.RBP, 0, false);
        if (insn.mnemonic() == Mnemonic.LEA) return;
        for (Operand o : insn.operands()) {
            if (!(o instanceof Memory m)) continue;
            if (m.base() >= 0 && m.base() == m.index()) set(m.base(), (Layout.DATA_MIDDLE - m.displacement()) / (1 + m.scale()));
            else {
                if (m.base() >= 0) pointer(m.base(), m.displacement(), Generator.locks(insn));
                if (m.index() >= 0) set(m.index(), m.base() >= 0 ? 16 * random.nextInt(5) - 32 : (Layout.DATA_MIDDLE - m.displacement()) / m.scale());
            }
        }
        switch (insn.mnemonic()) {
            // they reach far away from a memory operand (SDM vol. 2, BT)
            case BT, BTS, BTR, BTC -> {
                if (insn.operands().get(0) instanceof Memory && insn.operands().get(1) instanceof Operand.Register r) set(r.index(), random.nextInt(4096) - 2048);
            }
            default -> { }
        }
    }

    private void pointer(int register, long displacement, boolean aligned) {
        long middle = Layout.DATA_MIDDLE + 16 * (random.nextInt(9) - 4);
        set(register, aligned || random.nextInt(4) != 0 ? middle - (displacement & 15) : middle + random.nextInt(16));
    }

    /** The first one to ask gets its way. */
    private void set(int register, long v) {
        if (fixed[register]) return;
        state.words[register] = v;
        fixed[register] = true;
    }
}
