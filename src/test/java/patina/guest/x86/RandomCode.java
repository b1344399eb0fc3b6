package patina.guest.x86;

import java.util.Random;

/** Byte strings that look like instructions: up to four prefixes, one of the four opcode maps, then anything. The same for the same seed. */
final class RandomCode {
    static final int STRING = 16;
    private static final int[] PREFIXES = {0x66, 0x66, 0xF2, 0xF3, 0x67, 0x2E, 0x64, 0x48, 0x4C, 0x41, 0x40};
    private static final int[] PREFIX_COUNTS = {0, 0, 0, 1, 1, 1, 2, 3, 4};

    private RandomCode() {}

    static byte[] strings(int count, long seed) {
        Random random = new Random(seed);
        byte[] code = new byte[count * STRING];
        random.nextBytes(code);
        for (int i = 0; i < count; i++) {
            int at = i * STRING;
            for (int n = PREFIX_COUNTS[random.nextInt(PREFIX_COUNTS.length)]; n > 0; n--) {
                code[at++] = (byte) PREFIXES[random.nextInt(PREFIXES.length)];
            }
            int map = random.nextInt(6);
            if (map >= 2) code[at++] = 0x0F;
            if (map >= 4) code[at++] = (byte) (map == 4 ? 0x38 : 0x3A);
        }
        return code;
    }
}
