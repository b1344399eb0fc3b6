package patina.ir;

/**
 * Control and status of a floating-point unit. x86 has two: MXCSR for F32 and F64 (Intel SDM vol. 1, 10.2.3), the control and status words
 * of the x87 for F80 (8.1.3, 8.1.5). Flags and masks are bits in the order that both share: IE DE ZE OE UE PE.
 *
 * <p>Operations raise flags while they compute. Where an exception is not masked, {@link #settle} has to follow each operation.
 */
public final class FloatUnit {
    public static final int INVALID = 1, DENORMAL = 2, ZERO_DIVIDE = 4, OVERFLOW = 8, UNDERFLOW = 16, INEXACT = 32, ALL = 63;
    /** Found before anything is computed: where one of these is not masked, the others are not looked for (SDM vol. 1, 11.5.3.2). */
    private static final int OPERANDS = INVALID | DENORMAL | ZERO_DIVIDE;

    private static final int WRAP_SHIFT = 10;
    private static final int MXCSR_DEFAULT = 0x1f80, DENORMALS_ARE_ZERO = 0x40, FLUSH = 0x8000;

    /** An exception that is not masked: the operation has no result. */
    @SuppressWarnings("serial")
    public static final class Unmasked extends RuntimeException {
        private Unmasked() { super(null, null, false, false); }
    }

    Rounding rounding = Rounding.NEAREST;
    /** Bits of an F80's significand: 24, 53 or 64. */
    int precision = 64;
    boolean denormalsAreZero, flush;
    int masked = ALL;
    /** Rounds to nearest, has nothing else out of the ordinary, and masks all exceptions. */
    boolean plain = true;
    /** INEXACT is set already: nobody needs to find out. */
    boolean inexact;
    /** What the operation at hand raised, or where all is masked, all since the flags were cleared. */
    private int flags;
    /** The flags before, where not all is masked. */
    private int earlier;
    private int mxcsr = MXCSR_DEFAULT;
    /** Three F80s. */
    final long[] scratch = new long[6];

    /** Nearest, 64 bits, all masked. */
    public FloatUnit() { }

    // ---- the guest's words

    public void setMxcsr(int word) {
        if (word == mxcsr()) return;
        mxcsr = word;
        rounding = Rounding.of(word >> 13 & 3);
        denormalsAreZero = (word & DENORMALS_ARE_ZERO) != 0;
        flush = (word & FLUSH) != 0;
        set(word >> 7, word);
    }

    public int mxcsr() { return mxcsr & ~ALL | status(); }

    /**
     * The x87's control word, and the exception flags of its status word. The reserved precision 01 acts as 64 bits. All exceptions are taken as
     * masked but for those of {@link #wraps}.
     */
    public void setX87(int control, int status) {
        precision = (control & 0x300) == 0 ? 24 : (control & 0x300) == 0x200 ? 53 : 64;
        rounding = Rounding.of(control >> 10 & 3);
        set(ALL & ~(control >> WRAP_SHIFT & (OVERFLOW | UNDERFLOW)), status);
    }

    private void set(int masks, int status) {
        masked = masks & ALL;
        plain = masked == ALL && rounding == Rounding.NEAREST && !flush && !denormalsAreZero;
        flags = masked == ALL ? status & ALL : 0;
        earlier = masked == ALL ? 0 : status & ALL;
        inexact = (flags & INEXACT) != 0;
    }

    /** Bits that the control word has not: a result that overflows, underflows, has its exponent wrapped ({@link Extended#round}). */
    public static int wraps(int exceptions) { return (exceptions & (OVERFLOW | UNDERFLOW)) << WRAP_SHIFT; }

    /** The sticky flags. */
    public int status() { return flags | earlier; }

    public boolean traps() { return masked != ALL; }

    /** After an operation on whatever many lanes, where {@link #traps}. */
    public void settle() {
        int raised = flags, unmasked = raised & ~masked;
        flags = 0;
        inexact = false;
        if ((unmasked & OPERANDS) != 0) raised &= OPERANDS;
        earlier |= raised;
        if (unmasked != 0) throw new Unmasked();
    }

    // ---- for the operations

    void raise(int what) {
        flags |= what;
        inexact |= (what & INEXACT) != 0;
    }

    /** Begins an operation; the result goes to {@link #end}. */
    int begin() {
        int before = flags;
        flags = 0;
        return before;
    }

    /** A denormal operand counts for nothing where the operation is invalid or divides by zero (SDM vol. 1, 4.9.2). */
    void end(int before, boolean denormal) {
        if (denormal && (flags & (INVALID | ZERO_DIVIDE)) == 0) flags |= DENORMAL;
        flags |= before;
        inexact = (flags & INEXACT) != 0;
    }

    /** A denormal F32 or F64 is taken for zero where the unit is told to. */
    long operand(long bits, Lane w) { return denormalsAreZero && Fp.isDenormal(bits, w) ? bits & Fp.sign(w) : bits; }

    public boolean isMasked(int what) { return (masked & what) != 0; }
}
