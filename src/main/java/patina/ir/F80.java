package patina.ir;

/**
 * x87 double extended precision (Intel SDM vol. 1, 4.2.2 and chapter 8) in software: two longs in a frame, the 64-bit significand with
 * its explicit integer bit, then sign (bit 15) and biased exponent (bits 0-14).
 */
final class F80 {
    private F80() {}

    /** Computes an operation whose result or first argument is F80. */
    static void apply(Value v, long[] f) {
        throw new UnsupportedOperationException(v.op + " on f80");
    }
}
