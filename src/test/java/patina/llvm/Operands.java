package patina.llvm;

import java.util.Random;
import patina.host.Raw;
import patina.ir.Lane;

/** Sixteen bytes of operands: lanes at edges as often as random ones. */
final class Operands {
    private Operands() {}

    private static final long[] EDGES = {0, 1, 2, -1, -2, 0x7f, 0x80, 0x7fff, 0x8000, 0x7fff_ffff, 0x8000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, 0xff, 31, 32, 63, 64};
    private static final double[] NUMBERS = {0.0, -0.0, 1, -1, 0.5, 1.5, 2.5, -0.5, -2.5, 1e10, -1e10, 3e9, 0x1p31, -0x1p31, 0x1p63, -0x1p63, 32767.5, -32769,
        1e300, Double.MIN_VALUE, Float.MIN_VALUE, Float.MAX_VALUE, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    static void fill(long at, Random random, Lane lane, boolean floats) {
        if (floats && lane == Lane.F80) { extended(at, random); return; }
        int bytes = Math.max(1, lane.bits() / 8);
        for (int i = 0; i < 16; i += bytes) {
            long v = floats ? number(random, lane) : random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextLong() >> random.nextInt(64);
            for (int j = 0; j < bytes; j++) Raw.putByte(at + i + j, (byte) (v >>> 8 * j));
        }
    }

    private static long number(Random random, Lane lane) {
        int kind = random.nextInt(8);
        if (kind == 0) return random.nextLong();
        if (kind == 1) return lane == Lane.F32 ? 0x7f80_0000L | random.nextInt() & 0x807f_ffffL : 0x7ff0_0000_0000_0000L | random.nextLong() & 0x800f_ffff_ffff_ffffL;
        double d = kind < 5 ? NUMBERS[random.nextInt(NUMBERS.length)] : (random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(70));
        return lane == Lane.F32 ? Float.floatToRawIntBits((float) d) & 0xffff_ffffL : Double.doubleToRawLongBits(d);
    }

    /** Zeros, normal numbers, infinities and NaNs with the integer bit as it has to be (Intel SDM vol. 1, table 4-3). */
    private static void extended(long at, Random random) {
        int kind = random.nextInt(8), exponent = kind == 0 ? 0 : kind == 1 ? 0x7fff : kind == 2 ? random.nextInt(0x7fff) : 16383 - 2 + random.nextInt(70);
        long significand = kind == 0 ? (random.nextBoolean() ? 0 : random.nextLong() >>> 1)
                : Long.MIN_VALUE | (random.nextInt(4) == 0 ? 0 : random.nextLong() << random.nextInt(63));
        Raw.putLong(at, significand);
        Raw.putLong(at + 8, exponent | (random.nextBoolean() ? 0x8000 : 0));
    }
}
