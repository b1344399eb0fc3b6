package patina.ir;

/**
 * The IR operations. One row is one operation: its shape and, for pure lane-wise ones, its meaning on one lane. The same row serves
 * scalars and vectors: on vectors it is applied lane by lane. {@link Evaluate} applies rows to whole values; the interpreter, the
 * constant folder and the tests all go through it; the commonest meanings have names ({@link Scalar}) so that the interpreter's loop can
 * have them inlined. The LLVM lowering is an exhaustive switch over this enum.
 *
 * <p>Lanes arrive canonical ({@link Lane#wrap}) and leave canonical. {@code w} is the lane of the first argument; for CONVERT rows
 * {@code c} carries the ordinal of the result lane (see {@link Evaluate}).
 */
public enum Op {
    // constants: imm is the value (canonical); ADDRESS is a guest address: relative to the image when code is lifted from an image file
    CONST(Shape.CONSTANT), ADDRESS(Shape.CONSTANT), ZERO(Shape.CONSTANT),

    // integer arithmetic; shift and rotate amounts are taken modulo the lane's width
    ADD (Shape.BINARY, (a, b, _, w) -> Scalar.add(a, b, w)),
    SUB (Shape.BINARY, (a, b, _, w) -> Scalar.sub(a, b, w)),
    MUL (Shape.BINARY, (a, b, _, w) -> Scalar.mul(a, b, w)),
    UMULH(Shape.BINARY, (a, b, _, w) -> w == Lane.I64 ? Math.unsignedMultiplyHigh(a, b) : a * b >>> w.bits()),
    SMULH(Shape.BINARY, (a, b, _, w) -> w == Lane.I64 ? Math.multiplyHigh(a, b) : w.wrap(w.signed(a) * w.signed(b) >> w.bits())),
    AND (Shape.BINARY, (a, b, _, _) -> Scalar.and(a, b)),
    OR  (Shape.BINARY, (a, b, _, _) -> Scalar.or(a, b)),
    XOR (Shape.BINARY, (a, b, _, _) -> Scalar.xor(a, b)),
    SHL (Shape.BINARY, (a, b, _, w) -> Scalar.shl(a, b, w)),
    LSHR(Shape.BINARY, (a, b, _, w) -> Scalar.lshr(a, b, w)),
    ASHR(Shape.BINARY, (a, b, _, w) -> Scalar.ashr(a, b, w)),
    ROTL(Shape.BINARY, (a, b, _, w) -> Scalar.rotl(a, b, w)),
    ROTR(Shape.BINARY, (a, b, _, w) -> Scalar.rotr(a, b, w)),
    /** Division: the divisor must not be zero and the quotient must fit (lifters test first and TRAP_IF). */
    UDIV(Shape.BINARY, (a, b, _, _) -> Long.divideUnsigned(a, b)),
    UREM(Shape.BINARY, (a, b, _, _) -> Long.remainderUnsigned(a, b)),
    SDIV(Shape.BINARY, (a, b, _, w) -> w.wrap(w.signed(a) / w.signed(b))),
    SREM(Shape.BINARY, (a, b, _, w) -> w.wrap(w.signed(a) % w.signed(b))),
    /** Double-width division of I64 lanes: (a:b) / c and its remainder; the quotient must fit. */
    UDIV_WIDE(Shape.TERNARY, (a, b, c, _) -> Wide.divideUnsigned(a, b, c)),
    UREM_WIDE(Shape.TERNARY, (a, b, c, _) -> Wide.remainderUnsigned(a, b, c)),
    NOT (Shape.UNARY, (a, _, _, w) -> Scalar.not(a, w)),
    NEG (Shape.UNARY, (a, _, _, w) -> Scalar.neg(a, w)),
    ABS (Shape.UNARY, (a, _, _, w) -> w.wrap(Math.abs(w.signed(a)))),
    /** Leading, trailing zeros; the lane's width for zero. */
    CLZ (Shape.UNARY, (a, _, _, w) -> Long.numberOfLeadingZeros(a) - (64 - w.bits())),
    CTZ (Shape.UNARY, (a, _, _, w) -> a == 0 ? w.bits() : Long.numberOfTrailingZeros(a)),
    POPCNT(Shape.UNARY, (a, _, _, _) -> Long.bitCount(a)),
    BSWAP(Shape.UNARY, (a, _, _, w) -> Long.reverseBytes(a) >>> (64 - w.bits())),
    SMIN(Shape.BINARY, (a, b, _, w) -> w.signed(a) < w.signed(b) ? a : b),
    SMAX(Shape.BINARY, (a, b, _, w) -> w.signed(a) > w.signed(b) ? a : b),
    UMIN(Shape.BINARY, (a, b, _, _) -> Long.compareUnsigned(a, b) < 0 ? a : b),
    UMAX(Shape.BINARY, (a, b, _, _) -> Long.compareUnsigned(a, b) > 0 ? a : b),
    /** Saturating arithmetic; lanes of 8 and 16 bits. */
    SADD_SAT(Shape.BINARY, (a, b, _, w) -> w.wrap(Math.clamp(w.signed(a) + w.signed(b), w.min(), w.max()))),
    SSUB_SAT(Shape.BINARY, (a, b, _, w) -> w.wrap(Math.clamp(w.signed(a) - w.signed(b), w.min(), w.max()))),
    UADD_SAT(Shape.BINARY, (a, b, _, w) -> Math.min(a + b, w.wrap(-1))),
    USUB_SAT(Shape.BINARY, (a, b, _, _) -> Math.max(a - b, 0)),
    /** Unsigned average, rounded up; lanes of 8 and 16 bits. */
    UAVG(Shape.BINARY, (a, b, _, _) -> a + b + 1 >> 1),

    // comparisons: I1 from scalars; from vectors a mask of the same lanes, all ones where true. *_OVERFLOW yield I1 alike.
    EQ  (Shape.COMPARE, (a, b, _, _) -> Scalar.eq(a, b)),
    NE  (Shape.COMPARE, (a, b, _, _) -> Scalar.ne(a, b)),
    ULT (Shape.COMPARE, (a, b, _, _) -> Scalar.ult(a, b)),
    ULE (Shape.COMPARE, (a, b, _, _) -> Scalar.ule(a, b)),
    SLT (Shape.COMPARE, (a, b, _, w) -> Scalar.slt(a, b, w)),
    SLE (Shape.COMPARE, (a, b, _, w) -> Scalar.sle(a, b, w)),
    SADD_OVERFLOW(Shape.COMPARE, (a, b, _, w) -> Scalar.addOverflows(a, b, w)),
    SSUB_OVERFLOW(Shape.COMPARE, (a, b, _, w) -> Scalar.subOverflows(a, b, w)),
    SMUL_OVERFLOW(Shape.COMPARE, (a, b, _, w) -> bit(w == Lane.I64 ? Math.multiplyHigh(a, b) != a * b >> 63
            : w.signed(w.wrap(a * b)) != w.signed(a) * w.signed(b))),
    /** Quiet: only signalling NaNs are invalid. FLT and FLE are invalid on any NaN. On scalars a mask of the same width may be asked for too. */
    FEQ (Shape.COMPARE, (a, b, c, w, u) -> mask(Fp.equal(a, b, w, u), c)),
    FLT (Shape.COMPARE, (a, b, c, w, u) -> mask(Fp.less(a, b, w, u), c)),
    FLE (Shape.COMPARE, (a, b, c, w, u) -> mask(Fp.lessOrEqual(a, b, w, u), c)),
    /** True where either is a NaN. */
    FUNORDERED(Shape.COMPARE, (a, b, c, w, u) -> mask(Fp.unordered(a, b, w, u), c)),
    /** Scalars to I8: 0 greater, 1 less, 0x40 equal, 0x45 unordered, as flags and condition codes have it; invalid on any NaN, or quiet. */
    FCOMPARE(Shape.COMPARE, (a, b, _, w, u) -> Fp.order(a, b, w, true, u)),
    FCOMPARE_QUIET(Shape.COMPARE, (a, b, _, w, u) -> Fp.order(a, b, w, false, u)),

    /** SELECT(condition, a, b): condition is an I1, or for vectors a mask whose lanes' top bits choose a. */
    SELECT(Shape.SELECT, (p, a, b, _) -> Scalar.select(p, a, b)),

    // conversions: the result type has the same number of lanes
    ZEXT (Shape.CONVERT, (a, _, _, _) -> a),
    SEXT (Shape.CONVERT, (a, _, c, w) -> Scalar.signExtend(a, w, lane(c))),
    TRUNC(Shape.CONVERT, (a, _, c, _) -> Scalar.truncate(a, lane(c))),
    /** Signed source, saturated to the signed / unsigned range of the narrower result lane. */
    TRUNC_SSAT(Shape.CONVERT, (a, _, c, w) -> lane(c).wrap(Math.clamp(w.signed(a), lane(c).min(), lane(c).max()))),
    TRUNC_USAT(Shape.CONVERT, (a, _, c, w) -> Math.clamp(w.signed(a), 0, lane(c).wrap(-1))),
    SITOFP(Shape.CONVERT, (a, _, c, w, u) -> Fp.fromSigned(w.signed(a), lane(c), u)),
    /** Float to signed integer; imm is a {@link Rounding}. NaN and what does not fit give the lane's minimum ("integer indefinite"). */
    FPTOSI(Shape.CONVERT, (a, b, c, w, u) -> Fp.toSigned(a, w, lane(c), Rounding.of(b), u)),
    /**
     * Between F32, F64, F80; signalling NaNs are invalid and become quiet. With imm 1, to F80: they stay as they are and nothing is said of them;
     * that is half of an x87 instruction with a memory operand, and must have one use, by arithmetic.
     */
    FPCONV(Shape.CONVERT, (a, _, c, w, u) -> Fp.convert(a, w, lane(c), u)),
    /** The same bits under another type of the same size. */
    BITCAST(Shape.VECTOR),

    // floating point, IEEE 754; NaN results as x86 gives them ({@link Fp})
    FADD(Shape.BINARY, (a, b, _, w, u) -> Fp.add(a, b, w, u)),
    FSUB(Shape.BINARY, (a, b, _, w, u) -> Fp.sub(a, b, w, u)),
    FMUL(Shape.BINARY, (a, b, _, w, u) -> Fp.mul(a, b, w, u)),
    FDIV(Shape.BINARY, (a, b, _, w, u) -> Fp.div(a, b, w, u)),
    FSQRT(Shape.UNARY, (a, _, _, w, u) -> Fp.sqrt(a, w, u)),
    /** b where either is a NaN, which is invalid, or both are zero (MINSD). */
    FMIN(Shape.BINARY, (a, b, _, w, u) -> Fp.min(a, b, w, u)),
    FMAX(Shape.BINARY, (a, b, _, w, u) -> Fp.max(a, b, w, u)),
    /** Round to an integral value; imm is a {@link Rounding}, with {@link Rounding#QUIET} perhaps. */
    FRINT(Shape.UNARY, (a, b, _, w, u) -> Fp.rint(a, w, b, u)),
    /** The sign bit flipped, cleared; NaNs too. Not arithmetic: nothing is raised. */
    FNEG(Shape.UNARY, (a, _, _, w) -> a ^ 1L << (w.bits() - 1)),
    FABS(Shape.UNARY, (a, _, _, w) -> a & ~(1L << (w.bits() - 1))),
    /** The host's approximations to 1/x and 1/root x of F32s, in 12 bits; no mode bears on them and nothing is raised ({@link Approximation}). */
    FRECIPROCAL(Shape.UNARY, (a, _, _, _) -> Approximation.reciprocal((int) a)),
    FRECIPROCAL_ROOT(Shape.UNARY, (a, _, _, _) -> Approximation.reciprocalRoot((int) a)),

    /** What exceptions of F80s are not in the state's status word yet, as I16: flags as {@link FloatUnit} has them. */
    F80_RAISED(Shape.STATE),
    /** An F80 from its parts: an I64 significand with the integer bit, an I16 of sign and exponent; and the parts back. */
    F80_PACK(Shape.BINARY), F80_SIGNIFICAND(Shape.CONVERT), F80_EXPONENT(Shape.CONVERT),

    // vectors
    /** Lane imm of a. */
    EXTRACT(Shape.VECTOR),
    /** a with lane imm replaced by the scalar b. */
    INSERT(Shape.VECTOR),
    /** Every lane is the scalar a. */
    SPLAT(Shape.VECTOR),
    /** Lane i is lane mask[i] of a followed by b; the result has as many lanes as the mask. */
    SHUFFLE(Shape.VECTOR),
    /** Bytes: lane i is a[b[i] & 15], zero where b[i]'s top bit is set; in each 128 bits by themselves (PSHUFB). */
    PERMUTE_BYTES(Shape.VECTOR),
    /** I32 of the lanes' top bits, lane 0 lowest. */
    MOVEMASK(Shape.VECTOR),
    /** Sum of absolute differences of each 8 unsigned bytes, as I64 lanes (PSADBW). */
    SAD(Shape.VECTOR),

    // the CPU state; imm is the byte offset. GETX, SETX address imm + 16 * a (SETX stores b).
    GET(Shape.STATE), SET(Shape.STATE), GETX(Shape.STATE), SETX(Shape.STATE),

    // guest memory, little-endian. LOAD(address), STORE(address, value); imm is the alignment in bytes that the guest demands (1: none)
    LOAD(Shape.MEMORY), STORE(Shape.MEMORY),
    /** Atomic read-modify-write: (address, value), yields the old value. */
    ATOMIC_ADD(Shape.MEMORY), ATOMIC_SUB(Shape.MEMORY), ATOMIC_AND(Shape.MEMORY), ATOMIC_OR(Shape.MEMORY), ATOMIC_XOR(Shape.MEMORY),
    ATOMIC_XCHG(Shape.MEMORY),
    /** (address, expected, desired): stores desired where memory held expected; yields the old value. I8-I64 and I64x2. */
    CMPXCHG(Shape.MEMORY),
    /** Full memory barrier. */
    FENCE(Shape.MEMORY),

    // control inside a block
    /** Raises the {@link Trap} numbered imm at this instruction if the I1 is set. */
    TRAP_IF(Shape.CONTROL),
    /** Leaves the block for the guest address imm if the I1 is set; all that was set and stored before counts. */
    EXIT_IF(Shape.CONTROL);

    /** How an operation's arguments and result relate. */
    public enum Shape { CONSTANT, UNARY, BINARY, TERNARY, COMPARE, SELECT, CONVERT, VECTOR, STATE, MEMORY, CONTROL }

    /** The meaning of a lane-wise operation on one lane. */
    @FunctionalInterface public interface LaneFunction { long apply(long a, long b, long c, Lane w); }

    /** The same where rounding depends on the unit, and flags are raised there. */
    @FunctionalInterface public interface FloatFunction { long apply(long a, long b, long c, Lane w, FloatUnit u); }

    public final Shape shape;
    /** At most one of these is there. */
    public final LaneFunction meaning;
    public final FloatFunction floating;

    Op(Shape shape) { this(shape, null, null); }

    Op(Shape shape, LaneFunction meaning) { this(shape, meaning, null); }

    Op(Shape shape, FloatFunction floating) { this(shape, null, floating); }

    Op(Shape shape, LaneFunction meaning, FloatFunction floating) { this.shape = shape; this.meaning = meaning; this.floating = floating; }

    /** No effect and no dependence but on its arguments: may be folded, shared and dropped. Floating-point operations have their flags. */
    public boolean isPure() { return shape.ordinal() <= Shape.VECTOR.ordinal() && floating == null; }

    private static final Lane[] LANES = Lane.values();

    private static Lane lane(long ordinal) { return LANES[(int) ordinal]; }

    private static long bit(boolean b) { return b ? 1 : 0; }

    /** All ones of the result's lane, which is 1 for I1. */
    private static long mask(boolean b, long ordinal) { return b ? lane(ordinal).wrap(-1) : 0; }
}
