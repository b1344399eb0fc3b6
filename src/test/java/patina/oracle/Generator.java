package patina.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import patina.guest.x86.Decoder;
import patina.guest.x86.Insn;
import patina.guest.x86.Mnemonic;
import patina.guest.x86.Operand;
import patina.guest.x86.Operand.Memory;

/** Draws instructions as random bytes that the decoder takes, and states in which their operands lie in the data area. */
final class Generator {
    private static final int LONGEST = 15;
    private final java.util.Random random;
    private final Set<Family> families;
    private final Values values;
    private final Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
    private final byte[] bytes = new byte[LONGEST + 16];
    private int at, modrmAt, displacementAt;

    Generator(java.util.Random random, Set<Family> families) {
        this.random = random;
        this.families = families;
        values = new Values(random);
    }

    private boolean chance(int percent) { return random.nextInt(100) < percent; }

    private void put(int b) { bytes[at++] = (byte) b; }

    List<Piece> pieces(int count) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (chance(10)) pieces.add(Piece.skip(random.nextInt(16)));
            Piece p = piece();
            pieces.add(p);
            // all status flags defined again: cmp al, imm8
            if (i + 1 < count && Undefined.mayLeave(p.insn())) pieces.add(Piece.of(new byte[] {0x3c, (byte) random.nextInt()}));
        }
        return pieces;
    }

    Piece piece() {
        while (true) {
            Piece p = attempt();
            if (p != null) return p;
        }
    }

    private Piece attempt() {
        random.nextBytes(bytes);
        at = 0;
        boolean mandatory = false;
        if (chance(3)) put(0x67);
        if (chance(3)) put(0xf0);
        if (chance(3)) put(random.nextBoolean() ? 0x2e : 0x3e);
        if (chance(25)) put(0x66);
        if (chance(25)) { put(random.nextBoolean() ? 0xf2 : 0xf3); mandatory = true; }
        if (chance(45)) put(0x40 | random.nextInt(16));
        int opcode = opcode(mandatory), first = opcode >> 8 == 0 ? opcode : 0x0f;
        modrmAt = at;
        modrm();
        immediate();
        if (!(decoder.decode(bytes, 0, LONGEST, Layout.CODE) instanceof Insn insn)) return null;
        Family family = Family.of(insn, first);
        if (family == null || !families.contains(family) || !wanted(insn, opcode)) return null;
        byte[] code = java.util.Arrays.copyOf(bytes, insn.length());
        for (Operand o : insn.operands()) {
            if (!(o instanceof Memory m)) continue;
            if (m.base() == Memory.RIP) return Piece.relative(code, displacementAt, target(insn));
            if (m.base() == Memory.NONE && opcode >= 0xa0 && opcode <= 0xa3) absolute(code, insn, modrmAt);
            else if (m.base() == Memory.NONE && m.index() == Memory.NONE) absolute(code, insn, displacementAt);
        }
        return Piece.of(code);
    }

    /** The opcode, with 0F, 0F 38, 0F 3A in the next byte: 0xFxx, 0x38xx, 0x3Axx. */
    private int opcode(boolean mandatory) {
        if (families.size() == 1 && families.contains(Family.X87)) { put(0xd8 + random.nextInt(8)); return bytes[at - 1] & 0xff; }
        boolean integer = families.contains(Family.INTEGER), vector = families.contains(Family.SSE) || families.contains(Family.MMX);
        int map = random.nextInt(10);
        if (integer && (map < 4 || !vector && map < 8)) { put(oneByte()); return bytes[at - 1] & 0xff; }
        put(0x0f);
        int number = random.nextInt(256);
        if (number == 0x38 || number == 0x3a) number++;
        if (map < 8) { put(number); return 0xf00 | number; }
        put(map == 8 ? 0x38 : 0x3a);
        put(number);
        return (map == 8 ? 0x3800 : 0x3a00) | number;
    }

    private int oneByte() {
        while (true) {
            int opcode = random.nextInt(256);
            boolean prefix = (opcode & 0xf0) == 0x40 || (opcode & 0xe7) == 0x26 || opcode >= 0x64 && opcode <= 0x67 || opcode == 0x0f || (opcode & 0xfc) == 0xf0;
            if (!prefix) return opcode;
        }
    }

    /** Makes what follows the opcode a likely ModRM with a displacement that stays near. */
    private void modrm() {
        int modrm = random.nextInt(256);
        if (chance(30)) modrm |= 0xc0;
        put(modrm);
        int mod = modrm >> 6, rm = modrm & 7;
        boolean none = false;
        if (mod != 3 && rm == 4) none = mod == 0 && (bytes[at++] & 7) == 5;
        displacementAt = at;
        if (mod == 1) at++;
        if (mod == 2 || none || mod == 0 && rm == 5) {
            int near = random.nextInt(512) - 256;
            for (int i = 0; i < 4; i++) put(near >> 8 * i);
        }
    }

    private void immediate() {
        if (chance(30)) return;
        int edge = new int[] {0, 1, 2, 0x7f, 0x80, 0xff, 8, 16, 31, 32, 33, 63, 64}[random.nextInt(13)];
        int fill = chance(50) ? edge : edge == 0x80 || chance(50) ? 0 : 0xff;
        boolean high = chance(50);
        for (int i = 0; i < 8 && at + i < bytes.length; i++) bytes[at + i] = (byte) (high ? i == 3 || i == 1 && chance(30) ? edge : fill : i == 0 ? edge : fill);
    }

    private long target(Insn insn) {
        int offset = random.nextInt(256) - 128;
        return Layout.DATA_MIDDLE + (locks(insn) ? offset & -16 : offset);
    }

    /** Linux slows down those who lock across cache lines: 10 ms each time. */
    private static boolean locks(Insn insn) { return insn.lock() || insn.mnemonic() == Mnemonic.XCHG; }

    private void absolute(byte[] code, Insn insn, int from) {
        long target = target(insn);
        int bytes = from == displacementAt ? 4 : insn.addressBits() / 8;
        for (int i = 0; i < bytes; i++) code[from + i] = (byte) (target >>> 8 * i);
    }

    private boolean wanted(Insn insn, int opcode) {
        boolean f3 = false;
        if (locks(insn) && insn.operands().get(0) instanceof Memory m && (m.base() < 0 || m.base() == m.index()) && m.index() >= 0) return false;
        for (int i = 0; i < modrmAt - 2; i++) f3 |= bytes[i] == (byte) 0xf3;
        return switch (insn.mnemonic()) {
            // LZCNT and TZCNT on the host, not on the guest
            case BSF, BSR -> !f3;
            // FSTP by other opcodes does not look whether the register is empty
            case FSTP -> opcode == 0xdd || opcode == 0xd9 && insn.operands().get(0) instanceof Memory || opcode == 0xdb;
            // the processor looks whether it could write at the new top of the stack
            case ENTER -> ((Operand.Immediate) insn.operands().get(0)).value() < 256;
            default -> true;
        };
    }

    // ---- states

    /**
     * A state in which the instructions' memory operands lie in the data area, as far as the instructions before leave the registers alone;
     * null if it cannot be so, or atomic accesses are misaligned.
     */
    State state(List<Piece> pieces) {
        State s = values.state(families.contains(Family.X87));
        boolean[] fixed = new boolean[16];
        pointer(s, State.RSP, 0, false, fixed);
        for (Piece p : pieces) address(p.insn(), s, fixed);
        for (Piece p : pieces) if (locks(p.insn()) && !aligned(p.insn(), s)) return null;
        return s;
    }

    private static boolean aligned(Insn insn, State s) {
        if (!(insn.operands().get(0) instanceof Memory m) || m.base() == Memory.RIP) return true;
        long a = m.displacement() + (m.base() >= 0 ? s.words[m.base()] : 0) + (m.index() >= 0 ? s.words[m.index()] * m.scale() : 0);
        return (a & 15) == 0;
    }

    private void address(Insn insn, State s, boolean[] fixed) {
        if (insn.repeat() != Insn.Repeat.NONE) small(s, 1, random.nextInt(20), fixed);
        if (insn.mnemonic() == Mnemonic.LEAVE) pointer(s, State.RBP, 0, false, fixed);
        if (insn.mnemonic() == Mnemonic.LEA) return;
        for (Operand o : insn.operands()) {
            if (!(o instanceof Memory m)) continue;
            if (m.base() >= 0 && m.base() == m.index()) {
                if (!fixed[m.base()]) small(s, m.base(), (Layout.DATA_MIDDLE - m.displacement()) / (1 + m.scale()), fixed);
                continue;
            }
            if (m.base() >= 0) pointer(s, m.base(), m.displacement(), locks(insn), fixed);
            if (m.index() >= 0) small(s, m.index(), m.base() >= 0 ? 16 * random.nextInt(5) - 32 : (Layout.DATA_MIDDLE - m.displacement()) / m.scale(), fixed);
        }
        bitOffset(insn, s, fixed);
    }

    /** BT and its kin reach far away from a memory operand (SDM vol. 2, BT). */
    private void bitOffset(Insn insn, State s, boolean[] fixed) {
        switch (insn.mnemonic()) {
            case BT, BTS, BTR, BTC -> {
                if (insn.operands().get(0) instanceof Memory && insn.operands().get(1) instanceof Operand.Register r) small(s, r.index(), random.nextInt(4096) - 2048, fixed);
            }
            default -> { }
        }
    }

    private void pointer(State s, int register, long displacement, boolean aligned, boolean[] fixed) {
        if (fixed[register]) return;
        long middle = Layout.DATA_MIDDLE + 16 * (random.nextInt(9) - 4);
        small(s, register, aligned || chance(75) ? middle - (displacement & 15) : middle + random.nextInt(16), fixed);
    }

    private static void small(State s, int register, long v, boolean[] fixed) {
        if (fixed[register]) return;
        s.words[register] = v;
        fixed[register] = true;
    }
}
