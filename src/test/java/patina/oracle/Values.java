package patina.oracle;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Operand values: edges as often as anything. */
final class Values {
    private static final long[] EDGES = {0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000L, 0xffff_ffffL, 0x1_0000_0000L,
        Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, -128, -32768, Integer.MIN_VALUE};
    private static final double[] NUMBERS = {0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 2, 3, 10, 1e10, -1e10, 0x1p31, -0x1p31, 0x1p31 - 1, 0x1p32, 0x1p63, -0x1p63, 0x1p64,
        127.5, 128, -129, 255.5, 32767.5, -32768.5, 65535.5, 1e300, -1e300, 1e-300, Double.MIN_VALUE, Double.MIN_NORMAL, Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE,
        Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Math.PI, 0x1.000001p0, 0x1.0000010000001p0, 0x1.fffffep-127};
    private static final int QUADWORDS = 1 << 12;

    /** Memory's contents, quadwords. The same in every run, so that a case depends on its own seed only. */
    private static final byte[] POOL = pool(new Values(new SplittableRandom(1)));

    private final RandomGenerator random;

    Values(RandomGenerator random) { this.random = random; }

    private static byte[] pool(Values values) {
        byte[] pool = new byte[8 * QUADWORDS];
        for (int i = 0; i < QUADWORDS; i++) {
            long v = switch (values.random.nextInt(3)) { case 0 -> values.integer(); case 1 -> values.number(); default -> values.vector(); };
            for (int j = 0; j < 8; j++) pool[8 * i + j] = (byte) (v >>> 8 * j);
        }
        return pool;
    }

    State state(boolean x87) {
        State s = new State();
        for (int i = 0; i < 16; i++) s.words[i] = integer();
        if (random.nextInt(3) == 0) s.words[1] = random.nextInt(70);
        s.words[State.FLAGS] |= random.nextInt() & Undefined.STATUS | (random.nextInt(8) == 0 ? 0x400 : 0);
        boolean floats = random.nextInt(3) != 0;
        for (int i = 0; i < 32; i++) s.words[State.XMM + i] = floats ? number() : vector();
        if (random.nextInt(4) == 0) System.arraycopy(s.words, State.XMM, s.words, State.XMM + 2 * random.nextInt(15) + 2, 2);
        if (random.nextInt(3) == 0) s.words[State.MXCSR] |= random.nextInt(0x10000) & MXCSR_RANDOM;
        if (random.nextInt(12) == 0) s.words[State.MXCSR] &= ~(random.nextInt(0x40) << 7);
        if (x87) x87(s); else mmx(s);
        memory(s);
        return s;
    }

    private void memory(State s) {
        System.arraycopy(POOL, 8 * random.nextInt(QUADWORDS - s.memory.length / 8), s.memory, 0, s.memory.length);
    }

    long integer() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> EDGES[random.nextInt(EDGES.length)];
            case 3, 4 -> random.nextLong() >> random.nextInt(64);
            case 5 -> 1L << random.nextInt(64);
            case 6 -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(9) - 4;
            default -> random.nextLong();
        };
    }

    /** Lanes of 8, 16 or 32 bits. */
    private long vector() {
        int bits = 8 << random.nextInt(3);
        long v = 0;
        for (int i = 0; i < 64; i += bits) v |= ((random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextLong()) & (1L << bits) - 1) << i;
        return v;
    }

    private long number() {
        if (random.nextInt(2) == 0) return f64();
        return (long) f32() << 32 | f32() & 0xffff_ffffL;
    }

    private long f64() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> 0x7ff0_0000_0000_0000L | random.nextLong() & 0x800f_ffff_ffff_ffffL >> random.nextInt(52);
            case 2 -> Double.doubleToRawLongBits(random.nextLong() * 0x1p-64 * Math.scalb(1.0, random.nextInt(80)));
            case 3 -> random.nextLong() & 0x800f_ffff_ffff_ffffL;
            default -> Double.doubleToRawLongBits(NUMBERS[random.nextInt(NUMBERS.length)]);
        };
    }

    private int f32() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> 0x7f80_0000 | random.nextInt() & 0x807f_ffff >> random.nextInt(23);
            case 2 -> Float.floatToRawIntBits(random.nextInt() * 0x1p-32f * Math.scalb(1f, random.nextInt(80)));
            case 3 -> random.nextInt() & 0x807f_ffff;
            default -> Float.floatToRawIntBits((float) NUMBERS[random.nextInt(NUMBERS.length)]);
        };
    }

    /** MMX registers as after MMX instructions: TOP 0, all in use. */
    private void mmx(State s) {
        s.words[State.FTW] = 0xff;
        for (int i = 0; i < 8; i++) {
            s.words[State.ST + 2 * i] = random.nextInt(4) == 0 ? integer() : vector();
            s.words[State.ST + 2 * i + 1] = 0xffff;
        }
    }

    /** Rounding, FTZ, DAZ, flags. */
    static final int MXCSR_RANDOM = 0xe07f;
    private static final int FCW_RANDOM = 0xf00;

    private void x87(State s) {
        if (random.nextInt(3) == 0) s.words[State.FCW] = control();
        s.words[State.FSW] = random.nextInt(8) << 11 | random.nextInt() & 0x4700;
        if (random.nextInt(8) == 0) s.words[State.FSW] |= random.nextInt() & 0x7f;
        if ((s.words[State.FSW] & ~s.words[State.FCW] & 0x3f) != 0) s.words[State.FSW] |= 0x8080;
        int top = (int) s.words[State.FSW] >> 11 & 7, inUse = (1 << 5 + random.nextInt(4)) - 1;
        s.words[State.FTW] = (inUse << top | inUse << top >> 8) & 0xff;
        for (int i = 0; i < 8; i++) extended(s, State.ST + 2 * i);
    }

    /** An x87 control word: some exceptions are not masked, now and then. */
    int control() { return 0x40 | random.nextInt() & FCW_RANDOM | (random.nextInt(4) == 0 ? random.nextInt(0x40) : 0x3f); }

    private void extended(State s, int at) {
        int sign = random.nextBoolean() ? 0x8000 : 0;
        long fraction = switch (random.nextInt(4)) { case 0 -> 0; case 1 -> random.nextLong() << random.nextInt(64); case 2 -> -1L << random.nextInt(64); default -> random.nextLong(); };
        long v = Long.MIN_VALUE | fraction;
        int exponent = 16383;
        switch (random.nextInt(12)) {
            case 0 -> { v = 0; exponent = 0; }
            case 1 -> { exponent = 0x7fff; }
            case 2 -> { v = Long.MIN_VALUE; exponent = 0x7fff; }
            case 3 -> { exponent = 0; v = random.nextBoolean() ? v : v & Long.MAX_VALUE; }
            case 4 -> exponent = random.nextInt(0x7fff);
            case 5 -> { v = random.nextLong(); exponent = random.nextInt(0x8000); }
            case 6 -> exponent = 16383 + random.nextInt(70) - 3;
            case 7 -> exponent = random.nextBoolean() ? 1 + random.nextInt(66) : 0x7ffe - random.nextInt(66);
            default -> exponent = 16383 + random.nextInt(8) - 4;
        }
        s.words[at] = v;
        s.words[at + 1] = exponent | sign;
    }
}
