package patina.ir;

/** Rounding modes; the first four in x86's MXCSR.RC order. CURRENT is what the CPU state asks for at run time. */
public enum Rounding {
    NEAREST, DOWN, UP, ZERO, CURRENT;

    private static final Rounding[] ALL = values();

    public static Rounding of(long ordinal) { return ALL[(int) ordinal]; }
}
