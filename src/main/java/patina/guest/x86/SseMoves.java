package patina.guest.x86;

import static patina.guest.x86.Packed.ALIGNED;
import static patina.guest.x86.Packed.ANY;
import static patina.guest.x86.X86State.SCRATCH_A;
import static patina.guest.x86.X86State.SCRATCH_B;
import static patina.guest.x86.X86State.SCRATCH_X;
import static patina.guest.x86.X86State.XMM_TYPE;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** Data movement between vector registers, memory and general registers. Non-temporal hints are not kept. */
final class SseMoves {
    private SseMoves() {}

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case MOVAPS, MOVAPD, MOVDQA, MOVNTPS, MOVNTPD, MOVNTDQ, MOVNTDQA -> whole(l, ALIGNED);
            case MOVUPS, MOVUPD, MOVDQU, LDDQU -> whole(l, ANY);
            case MOVSS -> scalar(l, Lane.I32);
            case MOVSD -> scalar(l, Lane.I64);
            case MOVD, MOVQ, MOVNTQ, MOVQ2DQ, MOVDQ2Q -> low(l);
            case MOVLPS, MOVLPD -> half(l, 0);
            case MOVHPS, MOVHPD -> half(l, 1);
            case MOVHLPS -> Packed.write(l, l.ir.shuffle(quads(l, 0), quads(l, 1), 3, 1));
            case MOVLHPS -> Packed.write(l, l.ir.shuffle(quads(l, 0), quads(l, 1), 0, 2));
            case MOVDDUP -> Packed.write(l, l.ir.splat(Packed.low(l, 1), 2));
            case MOVSLDUP -> duplicate(l, 0, 0, 2, 2);
            case MOVSHDUP -> duplicate(l, 1, 1, 3, 3);
            case MOVMSKPS -> mask(l, Lane.I32);
            case MOVMSKPD -> mask(l, Lane.I64);
            case PMOVMSKB -> mask(l, Lane.I8);
            case MASKMOVQ, MASKMOVDQU -> masked(l);
            default -> { return false; }
        }
        return true;
    }

    private static Value quads(Lift l, int i) { return l.xmm(l.registerIndex(i), XMM_TYPE); }

    private static void whole(Lift l, int alignment) { l.writeVector(0, l.readVector(1, XMM_TYPE, alignment), alignment); }

    /** MOVSS, MOVSD: a load clears the rest of the register, a move between registers keeps it. */
    private static void scalar(Lift l, Lane lane) {
        Value v = l.readScalar(1, lane);
        if (l.isMemory(0)) l.ir.store(l.address(0), v);
        else if (l.isMemory(1)) Packed.write(l, l.ir.insert(l.ir.zero(Type.vector(lane, 128)), v, 0));
        else l.writeScalar(0, v);
    }

    /** MOVD, MOVQ and their kin: 32 or 64 bits, zero-extended to the register. */
    private static void low(Lift l) {
        Value v = isVector(l, 1) ? Packed.low(l, 1) : l.ir.zext(l.read(1), Type.I64);
        if (!isVector(l, 0)) l.write(0, l.ir.trunc(v, Type.integer(l.bits(0))));
        else Packed.write(l, Packed.bits(l, 0) == 64 ? v : Packed.extended(l, v));
    }

    private static boolean isVector(Lift l, int i) {
        return l.operand(i) instanceof Operand.Register r && (r.file() == Operand.File.XMM || r.file() == Operand.File.MMX);
    }

    private static void half(Lift l, int lane) {
        if (l.isMemory(0)) l.ir.store(l.address(0), l.ir.extract(quads(l, 1), lane));
        else Packed.write(l, l.ir.insert(quads(l, 0), l.ir.load(l.address(1), Type.I64), lane));
    }

    private static void duplicate(Lift l, int... lanes) {
        Value v = Packed.read(l, 1, Lane.I32);
        Packed.write(l, l.ir.shuffle(v, v, lanes));
    }

    private static void mask(Lift l, Lane lane) {
        Value v = l.readVector(1, Type.vector(lane, Packed.bits(l, 1)), ANY);
        l.write(0, l.ir.zext(l.ir.vector(Op.MOVEMASK, Type.I32, v, null), Type.integer(l.bits(0))));
    }

    /** MASKMOVQ, MASKMOVDQU: the bytes of operand 0 whose mask byte's top bit is set go to [rDI]. */
    private static void masked(Lift l) {
        boolean mmx = Packed.bits(l, 0) == 64;
        l.ir.set(SCRATCH_A, mmx ? Packed.extended(l, l.read(0)) : quads(l, 0));
        l.ir.set(SCRATCH_B, mmx ? Packed.extended(l, l.read(1)) : quads(l, 1));
        l.ir.set(SCRATCH_X, l.address(2));
        l.helper(SseHelpers.MASKED_STORE);
    }
}
