package patina.guest.x86;

import static patina.ir.Lane.I16;
import static patina.ir.Lane.I32;
import static patina.ir.Lane.I64;
import static patina.ir.Lane.I8;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** Lanes changing places: packing, unpacking, shuffles, blends, single lanes in and out. */
final class SseShuffles {
    private SseShuffles() {}

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case PACKSSWB -> pack(l, Op.TRUNC_SSAT, I16, I8);
            case PACKSSDW -> pack(l, Op.TRUNC_SSAT, I32, I16);
            case PACKUSWB -> pack(l, Op.TRUNC_USAT, I16, I8);
            case PACKUSDW -> pack(l, Op.TRUNC_USAT, I32, I16);
            case PUNPCKLBW -> interleave(l, I8, false);
            case PUNPCKLWD -> interleave(l, I16, false);
            case PUNPCKLDQ, UNPCKLPS -> interleave(l, I32, false);
            case PUNPCKLQDQ, UNPCKLPD -> interleave(l, I64, false);
            case PUNPCKHBW -> interleave(l, I8, true);
            case PUNPCKHWD -> interleave(l, I16, true);
            case PUNPCKHDQ, UNPCKHPS -> interleave(l, I32, true);
            case PUNPCKHQDQ, UNPCKHPD -> interleave(l, I64, true);
            case PSHUFB -> permuteBytes(l);
            case PSHUFW -> permute(l, I16, 0);
            case PSHUFD -> permute(l, I32, 0);
            case PSHUFLW -> permute(l, I16, 0);
            case PSHUFHW -> permute(l, I16, 4);
            case SHUFPS -> shufflePs(l);
            case SHUFPD -> shufflePd(l);
            case BLENDPS -> blend(l, I32);
            case BLENDPD -> blend(l, I64);
            case PBLENDW -> blend(l, I16);
            case BLENDVPS -> blendVariable(l, I32);
            case BLENDVPD -> blendVariable(l, I64);
            case PBLENDVB -> blendVariable(l, I8);
            case INSERTPS -> insertPs(l);
            case PINSRB -> insert(l, I8);
            case PINSRW -> insert(l, I16);
            case PINSRD -> insert(l, I32);
            case PINSRQ -> insert(l, I64);
            case PEXTRB -> extract(l, I8);
            case PEXTRW -> extract(l, I16);
            case PEXTRD, EXTRACTPS -> extract(l, I32);
            case PEXTRQ -> extract(l, I64);
            default -> { return false; }
        }
        return true;
    }

    private static void pack(Lift l, Op op, Lane from, Lane to) {
        Value a = Packed.read(l, 0, from), b = Packed.read(l, 1, from);
        Type half = a.type.withLane(to);
        Packed.write(l, l.ir.shuffle(l.ir.convert(op, a, half), l.ir.convert(op, b, half), Packed.lanes(2 * half.lanes(), 0, 1)));
    }

    /** The lanes of the low or high halves of both operands, taking turns. The low MMX forms read but 32 bits of memory. */
    private static void interleave(Lift l, Lane lane, boolean high) {
        Type t = Packed.type(l, lane);
        Value a = Packed.read(l, 0, t);
        Value b = !high && t.bits() == 64 && l.isMemory(1)
                ? l.ir.bitcast(l.ir.zext(l.ir.load(l.address(1), Type.I32), Type.I64), t) : Packed.read(l, 1, t);
        int n = t.lanes(), start = high ? n / 2 : 0;
        int[] mask = new int[n];
        for (int i = 0; i < n; i++) mask[i] = start + i / 2 + (i & 1) * n;
        Packed.write(l, l.ir.shuffle(a, b, mask));
    }

    /** PSHUFB. The MMX form looks at three bits of an index: it permutes the register twice over. */
    private static void permuteBytes(Lift l) {
        Value a = Packed.read(l, 0, I8), indexes = Packed.read(l, 1, I8);
        if (a.type.lanes() == 16) { Packed.write(l, l.ir.vector(Op.PERMUTE_BYTES, a.type, a, indexes)); return; }
        Value twice = l.ir.shuffle(a, a, Packed.lanes(16, 0, 1)), wide = l.ir.shuffle(indexes, indexes, Packed.lanes(16, 0, 1));
        Value r = l.ir.vector(Op.PERMUTE_BYTES, twice.type, twice, wide);
        Packed.write(l, l.ir.shuffle(r, r, Packed.lanes(8, 0, 1)));
    }

    /** Four lanes from {@code start} on are chosen among themselves by two bits each; the others stay. */
    private static void permute(Lift l, Lane lane, int start) {
        Value v = Packed.read(l, 1, lane);
        int[] mask = Packed.lanes(v.type.lanes(), 0, 1);
        for (int i = 0; i < 4; i++) mask[start + i] = start + (Packed.immediate(l) >> 2 * i & 3);
        Packed.write(l, l.ir.shuffle(v, v, mask));
    }

    private static void shufflePs(Lift l) {
        int n = Packed.immediate(l);
        Packed.write(l, l.ir.shuffle(Packed.read(l, 0, I32), Packed.read(l, 1, I32), n & 3, n >> 2 & 3, 4 + (n >> 4 & 3), 4 + (n >> 6 & 3)));
    }

    private static void shufflePd(Lift l) {
        int n = Packed.immediate(l);
        Packed.write(l, l.ir.shuffle(Packed.read(l, 0, I64), Packed.read(l, 1, I64), n & 1, 2 + (n >> 1 & 1)));
    }

    private static void blend(Lift l, Lane lane) {
        Value a = Packed.read(l, 0, lane), b = Packed.read(l, 1, lane);
        int[] mask = Packed.lanes(a.type.lanes(), 0, 1);
        for (int i = 0; i < mask.length; i++) if ((Packed.immediate(l) >> i & 1) != 0) mask[i] += mask.length;
        Packed.write(l, l.ir.shuffle(a, b, mask));
    }

    /** The top bit of each lane of XMM0 chooses operand 1. */
    private static void blendVariable(Lift l, Lane lane) {
        Value a = Packed.read(l, 0, lane), b = Packed.read(l, 1, lane);
        Packed.write(l, l.ir.select(l.xmm(0, a.type), b, a));
    }

    /** INSERTPS: bits 7-6 choose the source lane (of a register), 5-4 the place, 3-0 the lanes to clear. */
    private static void insertPs(Lift l) {
        int n = Packed.immediate(l);
        Value a = Packed.read(l, 0, I32);
        Value lane = l.isMemory(1) ? l.ir.load(l.address(1), Type.I32) : l.ir.extract(l.xmm(l.registerIndex(1), a.type), n >> 6);
        Value r = l.ir.insert(a, lane, n >> 4 & 3);
        int[] mask = Packed.lanes(4, 0, 1);
        for (int i = 0; i < 4; i++) if ((n >> i & 1) != 0) mask[i] = 4;
        Packed.write(l, l.ir.shuffle(r, l.ir.zero(a.type), mask));
    }

    private static void insert(Lift l, Lane lane) {
        Type scalar = new Type(lane, 1);
        Value v = l.isMemory(1) ? l.ir.load(l.address(1), scalar) : l.ir.trunc(l.read(1), scalar), a = Packed.read(l, 0, lane);
        Packed.write(l, l.ir.insert(a, v, Packed.immediate(l) & a.type.lanes() - 1));
    }

    private static void extract(Lift l, Lane lane) {
        Type t = Type.vector(lane, Packed.bits(l, 1));
        Value v = l.ir.extract(l.readVector(1, t, Packed.ANY), Packed.immediate(l) & t.lanes() - 1);
        l.write(0, l.isMemory(0) ? v : l.ir.zext(v, Type.integer(l.bits(0))));
    }
}
