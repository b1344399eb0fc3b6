package patina.ir;

/** Rounding modes; the first four in x86's MXCSR.RC order. CURRENT is what the CPU state asks for at run time. */
public enum Rounding {
    NEAREST, DOWN, UP, ZERO, CURRENT;

    /** With FRINT's mode: INEXACT is not raised. */
    public static final int QUIET = 8;

    private static final Rounding[] ALL = values();

    public static Rounding of(long ordinal) { return ALL[(int) ordinal]; }
}
