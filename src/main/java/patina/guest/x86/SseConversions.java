package patina.guest.x86;

import static patina.ir.Lane.F32;
import static patina.ir.Lane.F64;
import static patina.ir.Lane.I16;
import static patina.ir.Lane.I32;
import static patina.ir.Lane.I64;
import static patina.ir.Lane.I8;
import static patina.ir.Rounding.CURRENT;
import static patina.ir.Rounding.ZERO;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/** Conversions between number formats, and integers to wider lanes. */
final class SseConversions {
    private SseConversions() {}

    private static final Type F64X2 = new Type(F64, 2), F32X4 = new Type(F32, 4), F32X2 = new Type(F32, 2),
            I32X4 = new Type(I32, 4), I32X2 = new Type(I32, 2);

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case CVTDQ2PD, CVTPI2PD -> Packed.write(l, l.ir.convert(Op.SITOFP, Packed.low(l, 1, I32), F64X2));
            case CVTDQ2PS -> Packed.write(l, l.ir.convert(Op.SITOFP, Packed.read(l, 1, I32), F32X4));
            case CVTPI2PS -> lowHalf(l, l.ir.convert(Op.SITOFP, Packed.low(l, 1, I32), F32X2));
            case CVTSI2SD -> l.writeScalar(0, l.ir.convert(Op.SITOFP, l.read(1), Type.F64));
            case CVTSI2SS -> l.writeScalar(0, l.ir.convert(Op.SITOFP, l.read(1), Type.F32));
            case CVTPS2PD -> Packed.write(l, l.ir.convert(Op.FPCONV, Packed.low(l, 1, F32), F64X2));
            case CVTPD2PS -> Packed.write(l, Packed.extended(l, l.ir.convert(Op.FPCONV, Packed.read(l, 1, F64X2), F32X2)));
            case CVTSS2SD -> l.writeScalar(0, l.ir.convert(Op.FPCONV, l.readScalar(1, F32), Type.F64));
            case CVTSD2SS -> l.writeScalar(0, l.ir.convert(Op.FPCONV, l.readScalar(1, F64), Type.F32));
            case CVTPS2DQ -> Packed.write(l, l.ir.toSigned(Packed.read(l, 1, F32), I32X4, CURRENT));
            case CVTTPS2DQ -> Packed.write(l, l.ir.toSigned(Packed.read(l, 1, F32), I32X4, ZERO));
            case CVTPD2DQ -> Packed.write(l, Packed.extended(l, l.ir.toSigned(Packed.read(l, 1, F64X2), I32X2, CURRENT)));
            case CVTTPD2DQ -> Packed.write(l, Packed.extended(l, l.ir.toSigned(Packed.read(l, 1, F64X2), I32X2, ZERO)));
            case CVTPD2PI -> Packed.write(l, l.ir.toSigned(Packed.read(l, 1, F64X2), I32X2, CURRENT));
            case CVTTPD2PI -> Packed.write(l, l.ir.toSigned(Packed.read(l, 1, F64X2), I32X2, ZERO));
            case CVTPS2PI -> Packed.write(l, l.ir.toSigned(Packed.low(l, 1, F32), I32X2, CURRENT));
            case CVTTPS2PI -> Packed.write(l, l.ir.toSigned(Packed.low(l, 1, F32), I32X2, ZERO));
            case CVTSD2SI -> toGeneral(l, F64, CURRENT);
            case CVTTSD2SI -> toGeneral(l, F64, ZERO);
            case CVTSS2SI -> toGeneral(l, F32, CURRENT);
            case CVTTSS2SI -> toGeneral(l, F32, ZERO);
            case PMOVSXBW -> widen(l, Op.SEXT, I8, I16);
            case PMOVSXBD -> widen(l, Op.SEXT, I8, I32);
            case PMOVSXBQ -> widen(l, Op.SEXT, I8, I64);
            case PMOVSXWD -> widen(l, Op.SEXT, I16, I32);
            case PMOVSXWQ -> widen(l, Op.SEXT, I16, I64);
            case PMOVSXDQ -> widen(l, Op.SEXT, I32, I64);
            case PMOVZXBW -> widen(l, Op.ZEXT, I8, I16);
            case PMOVZXBD -> widen(l, Op.ZEXT, I8, I32);
            case PMOVZXBQ -> widen(l, Op.ZEXT, I8, I64);
            case PMOVZXWD -> widen(l, Op.ZEXT, I16, I32);
            case PMOVZXWQ -> widen(l, Op.ZEXT, I16, I64);
            case PMOVZXDQ -> widen(l, Op.ZEXT, I32, I64);
            default -> { return false; }
        }
        return true;
    }

    private static void lowHalf(Lift l, Value v) { l.writeScalar(0, l.ir.bitcast(v, Type.I64)); }

    private static void toGeneral(Lift l, Lane from, Rounding mode) {
        l.write(0, l.ir.toSigned(l.readScalar(1, from), Type.integer(l.bits(0)), mode));
    }

    /** PMOVSX, PMOVZX: as many of the lowest lanes as fill the register; memory operands are no larger than these. */
    private static void widen(Lift l, Op op, Lane from, Lane to) {
        Type wide = Type.vector(to, 128), narrow = new Type(from, wide.lanes());
        Type bits = Type.integer(narrow.bits());
        Value source = l.isMemory(1) ? l.ir.load(l.address(1), bits) : l.readScalar(1, bits.lane());
        Packed.write(l, l.ir.convert(op, l.ir.bitcast(source, narrow), wide));
    }
}
