package patina.ir;

/** Where results are rounded to: significand bits with the integer bit, and the exponents of normal numbers as {@link Extended} counts them. */
public enum Format {
    SINGLE(24, 127), DOUBLE(53, 1023), EXTENDED(64, Extended.BIAS);

    private final int precision;
    final int bias, least, most;

    Format(int precision, int bias) {
        this.precision = precision;
        this.bias = bias;
        least = Extended.BIAS + 1 - bias;
        most = Extended.BIAS + bias;
    }

    /** The x87 rounds to fewer bits where its control word says so, but what it stores as F32 or F64. */
    int precision(FloatUnit unit) { return this == EXTENDED ? unit.precision : precision; }

    int fractionBits() { return precision - 1; }

    static Format of(Lane lane) { return lane == Lane.F32 ? SINGLE : lane == Lane.F64 ? DOUBLE : EXTENDED; }
}
