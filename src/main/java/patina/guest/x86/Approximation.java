package patina.guest.x86;

import patina.ir.Builder;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Type;
import patina.ir.Value;

/**
 * RCPPS and RSQRTPS. The manual promises a relative error below 1.5 * 2^-12 and no more. What Intel's CPUs give, found by trying all
 * significands: the exact function of the middle of the argument's table interval (11 bits of the significand for 1/x; 10 for 1/sqrt(x)), rounded to 12 bits
 * of fraction; denormal arguments count as zero and denormal results become zero. AMD's CPUs give other values.
 */
final class Approximation {
    private Approximation() {}

    private static final long SIGN = 0x8000_0000L, EXPONENT = 0x7f80_0000L;
    /** Bit below the 12 bits of fraction that are kept, in an F32 and in an F64. */
    private static final int DROPPED_32 = 11, DROPPED_64 = 40;

    /** The rounding is done in F64: rounding twice gives another value at one table entry. */
    static Value reciprocal(Builder ir, Value x) {
        Value bits = ir.bitcast(x, x.type.withLane(Lane.I32));
        Value ordinary = ordinary(ir, bits);
        Type wide = new Type(Lane.F64, x.type.lanes()), wideBits = wide.withLane(Lane.I64);
        Value argument = ir.convert(Op.FPCONV, float32(ir, middle(ir, bits, ordinary, 12)), wide);
        Value quotient = ir.binary(Op.FDIV, ir.bitcast(splat(ir, Double.doubleToRawLongBits(1), wideBits), wide), argument);
        Value rounded = ir.bitcast(round(ir, ir.bitcast(quotient, wideBits), DROPPED_64), wide);
        Value narrow = ir.convert(Op.FPCONV, rounded, x.type), special = ir.convert(Op.FPCONV, quotient, x.type);
        return flushDenormals(ir, ir.select(ordinary, narrow, special));
    }

    static Value reciprocalRoot(Builder ir, Value x) {
        Value bits = ir.bitcast(x, x.type.withLane(Lane.I32));
        Value ordinary = ordinary(ir, bits);
        Value root = ir.unary(Op.FSQRT, float32(ir, middle(ir, bits, ordinary, 13)));
        Value one = float32(ir, splat(ir, Float.floatToRawIntBits(1), bits.type));
        Value quotient = ir.binary(Op.FDIV, one, root);
        Value rounded = float32(ir, round(ir, ir.bitcast(quotient, bits.type), DROPPED_32));
        return ir.select(ordinary, rounded, quotient);
    }

    /** Neither zero nor denormal, nor infinite, nor a NaN. */
    private static Value ordinary(Builder ir, Value bits) {
        Value exponent = ir.and(bits, splat(ir, EXPONENT, bits.type));
        return ir.and(ir.compare(Op.NE, exponent, ir.zero(bits.type)), ir.compare(Op.NE, exponent, splat(ir, EXPONENT, bits.type)));
    }

    /** The middle of the interval of 2^width units that an ordinary number lies in; others as they are, but denormals as zero. */
    private static Value middle(Builder ir, Value bits, Value ordinary, int width) {
        Value start = ir.and(bits, splat(ir, -1L << width, bits.type));
        Value middle = ir.or(start, splat(ir, 1L << (width - 1), bits.type));
        return ir.select(ordinary, middle, ir.bitcast(flushDenormals(ir, float32(ir, bits)), bits.type));
    }

    private static Value flushDenormals(Builder ir, Value x) {
        Value bits = ir.bitcast(x, x.type.withLane(Lane.I32));
        Value tiny = ir.compare(Op.EQ, ir.and(bits, splat(ir, EXPONENT, bits.type)), ir.zero(bits.type));
        return float32(ir, ir.select(tiny, ir.and(bits, splat(ir, SIGN, bits.type)), bits));
    }

    /** To the nearest multiple of 2^dropped units. */
    private static Value round(Builder ir, Value bits, int dropped) {
        Value half = splat(ir, 1L << (dropped - 1), bits.type);
        return ir.and(ir.add(bits, half), splat(ir, -1L << dropped, bits.type));
    }

    private static Value splat(Builder ir, long v, Type type) { return ir.splat(ir.constant(v, new Type(type.lane(), 1)), type.lanes()); }

    private static Value float32(Builder ir, Value bits) { return ir.bitcast(bits, bits.type.withLane(Lane.F32)); }
}
