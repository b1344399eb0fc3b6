package patina.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import patina.guest.x86.Decoder;
import patina.guest.x86.Insn;
import patina.guest.x86.Mnemonic;
import patina.guest.x86.Operand;
import patina.guest.x86.Operand.Memory;

/** Draws instructions: random bytes that the decoder takes, and, between them, what {@link Composed} puts together. */
final class Generator {
    private static final int LONGEST = 15, MOST_PREFIXES = 8;
    private final RandomGenerator random;
    private final Set<Family> families;
    private final Composed composed;
    private final Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
    private final byte[] bytes = new byte[LONGEST + 32];
    private int at, afterOpcode, displacementAt;
    private boolean f3;

    Generator(RandomGenerator random, Set<Family> families) {
        this.random = random;
        this.families = families;
        composed = new Composed(random, families);
    }

    private boolean chance(int percent) { return random.nextInt(100) < percent; }

    private void put(int b) { bytes[at++] = (byte) b; }

    List<Piece> pieces(int count) {
        List<Piece> pieces = new ArrayList<>();
        while (pieces.size() < count) {
            if (chance(12)) composed.add(pieces, this::piece);
            else pieces.add(piece());
            // all status flags defined again: cmp al, imm8
            if (pieces.size() < count && Undefined.mayLeave(pieces.getLast().insn())) pieces.add(Piece.of(0x3c, random.nextInt(256)));
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
        boolean mandatory = prefixes();
        int opcode = opcode(mandatory), first = opcode >> 8 == 0 ? opcode : 0x0f;
        afterOpcode = at;
        modrm();
        immediate();
        if (!(decoder.decode(bytes, 0, LONGEST, Layout.CODE) instanceof Insn insn)) return null;
        Family family = Family.of(insn, first);
        if (family == null || !families.contains(family) || !wanted(insn)) return null;
        byte[] code = Arrays.copyOf(bytes, insn.length());
        for (Operand o : insn.operands()) {
            if (!(o instanceof Memory m)) continue;
            if (m.base() == Memory.RIP) return Piece.relative(code, displacementAt, target(insn));
            if (m.base() == Memory.NONE && opcode >= 0xa0 && opcode <= 0xa3) absolute(code, insn, afterOpcode);
            else if (m.base() == Memory.NONE && m.index() == Memory.NONE) absolute(code, insn, displacementAt);
        }
        return Piece.of(code);
    }

    // ---- prefixes

    /** In the usual order mostly, REX last, or else anywhere, twice, and REX where it counts for nothing. Whether one may be a mandatory one. */
    private boolean prefixes() {
        boolean repeat = chance(25);
        if (chance(4)) put(0x67);
        if (chance(4)) put(0xf0);
        if (chance(4)) put(new int[] {0x2e, 0x3e, 0x26, 0x36, 0x65, 0x65}[random.nextInt(6)]);
        if (chance(25)) put(0x66);
        if (repeat) put(random.nextBoolean() ? 0xf2 : 0xf3);
        if (at > 0 && chance(4)) put(bytes[random.nextInt(at)]);
        if (at > 1 && chance(20)) exchange(random.nextInt(at), random.nextInt(at));
        if (at > 0 && chance(4)) put(0x40 | random.nextInt(16));
        if (at > 1 && chance(20)) exchange(random.nextInt(at), random.nextInt(at));
        f3 = false;
        for (int i = 0; i < at; i++) f3 |= bytes[i] == (byte) 0xf3;
        if (chance(45)) put(0x40 | random.nextInt(16));
        return repeat;
    }

    private void exchange(int i, int j) {
        byte b = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = b;
    }

    // ---- opcode and operands

    /** The opcode, with 0F, 0F 38, 0F 3A in the next byte: 0xFxx, 0x38xx, 0x3Axx. */
    private int opcode(boolean mandatory) {
        if (families.size() == 1 && families.contains(Family.X87)) { put(0xd8 + random.nextInt(8)); return bytes[at - 1] & 0xff; }
        boolean integer = families.contains(Family.INTEGER), vector = families.contains(Family.SSE) || families.contains(Family.MMX);
        int map = random.nextInt(10);
        if (integer && (map < 4 || !vector && map < 8)) { put(oneByte()); return bytes[at - 1] & 0xff; }
        put(0x0f);
        int number = random.nextInt(256);
        if (map < 8) {
            if (number == 0x38 || number == 0x3a) number++;
            put(number);
            return 0xf00 | number;
        }
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

    private static final int[] EDGES = {0, 1, 2, 0x7f, 0x80, 0xff, 8, 16, 31, 32, 33, 63, 64};

    private void immediate() {
        if (chance(30)) return;
        int edge = EDGES[random.nextInt(EDGES.length)];
        int fill = chance(50) ? edge : edge == 0x80 || chance(50) ? 0 : 0xff;
        boolean high = chance(50);
        for (int i = 0; i < 8 && at + i < bytes.length; i++) bytes[at + i] = (byte) (high ? i == 3 || i == 1 && chance(30) ? edge : fill : i == 0 ? edge : fill);
    }

    private long target(Insn insn) {
        int offset = random.nextInt(256) - 128;
        return Layout.DATA_MIDDLE + (locks(insn) ? offset & -16 : offset);
    }

    /** Linux slows down those who lock across cache lines: 10 ms each time. */
    static boolean locks(Insn insn) { return insn.lock() || insn.mnemonic() == Mnemonic.XCHG; }

    private void absolute(byte[] code, Insn insn, int from) {
        long target = target(insn);
        int size = from == displacementAt ? 4 : insn.addressBits() / 8;
        for (int i = 0; i < size; i++) code[from + i] = (byte) (target >>> 8 * i);
    }

    private boolean wanted(Insn insn) {
        if (locks(insn) && insn.operands().get(0) instanceof Memory m && (m.base() < 0 || m.base() == m.index()) && m.index() >= 0) return false;
        return switch (insn.mnemonic()) {
            // LZCNT and TZCNT on the host, not on the guest
            case BSF, BSR -> !f3;
            // each ends its case
            case CLI, STI, CLTS, HLT, IN, OUT, INSB, INSW, INSD, OUTSB, OUTSW, OUTSD, INVD, INVLPG, WBINVD, RDMSR, WRMSR, LGDT, LIDT, LLDT, LTR, LMSW, SWAPGS, SYSEXIT, SYSRET,
                    UD0, UD1, UD2 -> chance(10);
            default -> true;
        };
    }
}
