package patina.guest.x86;

import static patina.ir.Lane.I16;
import static patina.ir.Lane.I32;
import static patina.ir.Lane.I64;
import static patina.ir.Lane.I8;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/** Integer arithmetic, comparisons and logic on MMX and XMM registers; the logic of SSE's floating-point registers too. */
final class SseIntegers {
    private SseIntegers() {}

    static boolean lift(Lift l) {
        switch (l.insn.mnemonic()) {
            case PADDB -> binary(l, Op.ADD, I8);
            case PADDW -> binary(l, Op.ADD, I16);
            case PADDD -> binary(l, Op.ADD, I32);
            case PADDQ -> binary(l, Op.ADD, I64);
            case PADDSB -> binary(l, Op.SADD_SAT, I8);
            case PADDSW -> binary(l, Op.SADD_SAT, I16);
            case PADDUSB -> binary(l, Op.UADD_SAT, I8);
            case PADDUSW -> binary(l, Op.UADD_SAT, I16);
            case PSUBB -> binary(l, Op.SUB, I8);
            case PSUBW -> binary(l, Op.SUB, I16);
            case PSUBD -> binary(l, Op.SUB, I32);
            case PSUBQ -> binary(l, Op.SUB, I64);
            case PSUBSB -> binary(l, Op.SSUB_SAT, I8);
            case PSUBSW -> binary(l, Op.SSUB_SAT, I16);
            case PSUBUSB -> binary(l, Op.USUB_SAT, I8);
            case PSUBUSW -> binary(l, Op.USUB_SAT, I16);
            case PAVGB -> binary(l, Op.UAVG, I8);
            case PAVGW -> binary(l, Op.UAVG, I16);
            case PMINSB -> binary(l, Op.SMIN, I8);
            case PMINSW -> binary(l, Op.SMIN, I16);
            case PMINSD -> binary(l, Op.SMIN, I32);
            case PMINUB -> binary(l, Op.UMIN, I8);
            case PMINUW -> binary(l, Op.UMIN, I16);
            case PMINUD -> binary(l, Op.UMIN, I32);
            case PMAXSB -> binary(l, Op.SMAX, I8);
            case PMAXSW -> binary(l, Op.SMAX, I16);
            case PMAXSD -> binary(l, Op.SMAX, I32);
            case PMAXUB -> binary(l, Op.UMAX, I8);
            case PMAXUW -> binary(l, Op.UMAX, I16);
            case PMAXUD -> binary(l, Op.UMAX, I32);
            case PMULLW -> binary(l, Op.MUL, I16);
            case PMULLD -> binary(l, Op.MUL, I32);
            case PMULHW -> binary(l, Op.SMULH, I16);
            case PMULHUW -> binary(l, Op.UMULH, I16);
            case PMULUDQ -> multiplyUnsigned(l);
            case PMULDQ -> multiplySigned(l);
            case PMULHRSW -> multiplyRounded(l);
            case PMADDWD -> multiplyAdd(l);
            case PMADDUBSW -> multiplyAddBytes(l);
            case PSADBW -> Packed.write(l, l.ir.vector(Op.SAD, Packed.type(l, I64), Packed.read(l, 0, I8), Packed.read(l, 1, I8)));
            case MPSADBW -> sumsOfDifferences(l);
            case PHMINPOSUW -> minimumPosition(l);
            case PABSB -> Packed.write(l, l.ir.unary(Op.ABS, Packed.read(l, 1, I8)));
            case PABSW -> Packed.write(l, l.ir.unary(Op.ABS, Packed.read(l, 1, I16)));
            case PABSD -> Packed.write(l, l.ir.unary(Op.ABS, Packed.read(l, 1, I32)));
            case PSIGNB -> sign(l, I8);
            case PSIGNW -> sign(l, I16);
            case PSIGND -> sign(l, I32);
            case PHADDW -> horizontal(l, Op.ADD, I16);
            case PHADDD -> horizontal(l, Op.ADD, I32);
            case PHADDSW -> horizontal(l, Op.SADD_SAT, I16);
            case PHSUBW -> horizontal(l, Op.SUB, I16);
            case PHSUBD -> horizontal(l, Op.SUB, I32);
            case PHSUBSW -> horizontal(l, Op.SSUB_SAT, I16);
            case PCMPEQB -> compare(l, Op.EQ, I8);
            case PCMPEQW -> compare(l, Op.EQ, I16);
            case PCMPEQD -> compare(l, Op.EQ, I32);
            case PCMPEQQ -> compare(l, Op.EQ, I64);
            case PCMPGTB -> greater(l, I8);
            case PCMPGTW -> greater(l, I16);
            case PCMPGTD -> greater(l, I32);
            case PCMPGTQ -> greater(l, I64);
            case PAND, ANDPS, ANDPD -> binary(l, Op.AND, I64);
            case POR, ORPS, ORPD -> binary(l, Op.OR, I64);
            case PXOR, XORPS, XORPD -> xor(l);
            case PANDN, ANDNPS, ANDNPD -> Packed.write(l, l.ir.and(l.ir.not(Packed.read(l, 0, I64)), Packed.read(l, 1, I64)));
            case PTEST -> test(l);
            default -> { return false; }
        }
        return true;
    }

    private static void binary(Lift l, Op op, Lane lane) {
        Packed.write(l, l.ir.binary(op, Packed.read(l, 0, lane), Packed.read(l, 1, lane)));
    }

    private static void compare(Lift l, Op op, Lane lane) {
        Packed.write(l, l.ir.compare(op, Packed.read(l, 0, lane), Packed.read(l, 1, lane)));
    }

    private static void greater(Lift l, Lane lane) {
        Packed.write(l, l.ir.compare(Op.SLT, Packed.read(l, 1, lane), Packed.read(l, 0, lane)));
    }

    private static void xor(Lift l) {
        if (Packed.same(l)) Packed.write(l, l.ir.zero(Packed.type(l, I64)));
        else binary(l, Op.XOR, I64);
    }

    private static void horizontal(Lift l, Op op, Lane lane) {
        Value a = Packed.read(l, 0, lane), b = Packed.read(l, 1, lane);
        Packed.write(l, l.ir.binary(op, Packed.even(l, a, b), Packed.odd(l, a, b)));
    }

    /** PSIGN: operand 0 negated, zeroed or kept as operand 1 is negative, zero or positive. */
    private static void sign(Lift l, Lane lane) {
        Value a = Packed.read(l, 0, lane), b = Packed.read(l, 1, lane), zero = l.ir.zero(a.type);
        Value signed = l.ir.select(l.ir.compare(Op.SLT, b, zero), l.ir.unary(Op.NEG, a), a);
        Packed.write(l, l.ir.and(signed, l.ir.compare(Op.NE, b, zero)));
    }

    /** PMULUDQ: the low halves of the 64-bit lanes, as unsigned numbers. */
    private static void multiplyUnsigned(Lift l) {
        Value a = Packed.read(l, 0, I64), b = Packed.read(l, 1, I64), low = Packed.all(l, 0xffff_ffffL, a.type);
        Packed.write(l, l.ir.binary(Op.MUL, l.ir.and(a, low), l.ir.and(b, low)));
    }

    private static void multiplySigned(Lift l) {
        Value a = Packed.read(l, 0, I64), b = Packed.read(l, 1, I64);
        Packed.write(l, l.ir.binary(Op.MUL, signedLow(l, a), signedLow(l, b)));
    }

    private static Value signedLow(Lift l, Value v) {
        Value by = Packed.all(l, 32, v.type);
        return l.ir.binary(Op.ASHR, l.ir.binary(Op.SHL, v, by), by);
    }

    /** PMULHRSW: ((a * b >> 14) + 1) >> 1 in 32 bits. */
    private static void multiplyRounded(Lift l) {
        Type narrow = Packed.type(l, I16), wide = narrow.withLane(I32);
        Value product = l.ir.binary(Op.MUL, l.ir.sext(Packed.read(l, 0, I16), wide), l.ir.sext(Packed.read(l, 1, I16), wide));
        Value rounded = l.ir.add(l.ir.binary(Op.LSHR, product, Packed.all(l, 14, wide)), Packed.all(l, 1, wide));
        Packed.write(l, l.ir.trunc(l.ir.binary(Op.LSHR, rounded, Packed.all(l, 1, wide)), narrow));
    }

    private static void multiplyAdd(Lift l) {
        Value a = Packed.read(l, 0, I16), b = Packed.read(l, 1, I16);
        Type wide = Packed.type(l, I32);
        Value even = l.ir.binary(Op.MUL, l.ir.sext(Packed.even(l, a, null), wide), l.ir.sext(Packed.even(l, b, null), wide));
        Value odd = l.ir.binary(Op.MUL, l.ir.sext(Packed.odd(l, a, null), wide), l.ir.sext(Packed.odd(l, b, null), wide));
        Packed.write(l, l.ir.add(even, odd));
    }

    /** PMADDUBSW: unsigned bytes of operand 0 by signed ones of operand 1, pairs added with signed saturation. */
    private static void multiplyAddBytes(Lift l) {
        Value a = Packed.read(l, 0, I8), b = Packed.read(l, 1, I8);
        Type wide = Packed.type(l, I16);
        Value even = l.ir.binary(Op.MUL, l.ir.zext(Packed.even(l, a, null), wide), l.ir.sext(Packed.even(l, b, null), wide));
        Value odd = l.ir.binary(Op.MUL, l.ir.zext(Packed.odd(l, a, null), wide), l.ir.sext(Packed.odd(l, b, null), wide));
        Packed.write(l, l.ir.binary(Op.SADD_SAT, even, odd));
    }

    /** MPSADBW: four source bytes against eight overlapping runs of four bytes of operand 0. */
    private static void sumsOfDifferences(Lift l) {
        int n = Packed.immediate(l), run = n & 4, block = (n & 3) * 4;
        Value a = Packed.read(l, 0, I8), b = Packed.read(l, 1, I8), sum = null;
        Type words = Packed.type(l, I16);
        for (int k = 0; k < 4; k++) {
            Value x = l.ir.zext(l.ir.shuffle(a, a, Packed.lanes(8, run + k, 1)), words);
            Value y = l.ir.zext(l.ir.shuffle(b, b, Packed.lanes(8, block + k, 0)), words);
            Value difference = l.ir.unary(Op.ABS, l.ir.sub(x, y));
            sum = sum == null ? difference : l.ir.add(sum, difference);
        }
        Packed.write(l, sum);
    }

    /** PHMINPOSUW: the least word and the first place that it is at: the least of word * 2^16 + place. */
    private static void minimumPosition(Lift l) {
        Value places = Packed.constant(l, 0x0003_0002_0001_0000L, 0x0007_0006_0005_0004L, I16);
        Value pairs = l.ir.shuffle(places, Packed.read(l, 1, I16), 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
        Value v = l.ir.bitcast(pairs, new Type(I32, 8));
        v = l.ir.binary(Op.UMIN, l.ir.shuffle(v, v, 0, 1, 2, 3), l.ir.shuffle(v, v, 4, 5, 6, 7));
        v = l.ir.binary(Op.UMIN, v, l.ir.shuffle(v, v, 2, 3, 0, 1));
        v = l.ir.binary(Op.UMIN, v, l.ir.shuffle(v, v, 1, 0, 3, 2));
        Value least = l.ir.extract(v, 0);
        Packed.write(l, Packed.extended(l, l.ir.zext(l.ir.binary(Op.ROTL, least, l.ir.constant(16, Type.I32)), Type.I64)));
    }

    /** PTEST: ZF where no bit of operand 1 is in operand 0, CF where all are. */
    private static void test(Lift l) {
        Value a = Packed.read(l, 0, I64), b = Packed.read(l, 1, I64);
        Value zero = isZero(l, l.ir.and(a, b)), carry = isZero(l, l.ir.and(l.ir.not(a), b));
        l.flags.zeroAndCarry(zero, carry);
    }

    private static Value isZero(Lift l, Value v) { return l.ir.isZero(l.ir.or(l.ir.extract(v, 0), l.ir.extract(v, 1))); }
}
