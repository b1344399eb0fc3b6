package patina.guest.x86;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The encodings of the decoder's tables: each opcode of each map, with each mandatory prefix, address size, REX and LOCK, each ModRM byte, and SIB bytes
 * that have every special case (no index, no base, REX making them ordinary). Displacements and immediates are small, large, negative in turn.
 */
final class Encodings {
    private Encodings() {}

    private static final int[] MANDATORY = {0, 0x66, 0xF3, 0xF2}, REX = {0, 0x40, 0x48, 0x44, 0x42, 0x41, 0x4F};
    private static final int[] SIB = {0x00, 0x05, 0x20, 0x25, 0x64, 0x9D, 0xEC, 0xFF};
    private static final int[][] MAPS = {{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}};
    private static final int[][] NUMBERS = {{0x10, 0, 0, 0, 0, 0, 0, 0}, {0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, {0x81, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0x54},
        {0x7F, 0x80, 0, 0x80, 0x81, 0, 0x80, 0}};

    /** Every {@code every}-th of the mode's encodings, by a fixed draw, in strings of {@link RandomCode#STRING}; the array is used again. */
    static void each(Decoder.Mode mode, int every, Consumer<byte[]> take) {
        byte[] code = new byte[RandomCode.STRING];
        boolean mode64 = mode == Decoder.Mode.BITS_64;
        long number = 0;
        for (int[] map : MAPS) {
            for (int opcode = 0; opcode < 256; opcode++) {
                if (isEscape(mode64, map, opcode)) continue;
                List<int[]> tails = tails(cell(map, opcode));
                for (int prefixes = 0; prefixes < MANDATORY.length * 2 * 2 * REX.length; prefixes++) {
                    int rex = prefixes / 16;
                    boolean lock = (prefixes & 8) != 0;
                    if (rex > 0 && (!mode64 || lock)) continue;
                    for (int[] tail : tails) {
                        number++;
                        if (every > 1 && Math.floorMod(number * 0x9E3779B97F4A7C15L >>> 20, every) != 0) continue;
                        int n = 0;
                        if (lock) code[n++] = (byte) 0xF0;
                        if ((prefixes & 4) != 0) code[n++] = 0x67;
                        if ((prefixes & 3) != 0) code[n++] = (byte) MANDATORY[prefixes & 3];
                        if (rex > 0) code[n++] = (byte) REX[rex];
                        for (int b : map) code[n++] = (byte) b;
                        code[n++] = (byte) opcode;
                        for (int b : tail) code[n++] = (byte) b;
                        for (int i = 0; n < code.length; i++) code[n++] = (byte) NUMBERS[(int) (number & 3)][i & 7];
                        take.accept(code);
                    }
                }
            }
        }
    }

    /** Prefixes and what leads to another map. */
    private static boolean isEscape(boolean mode64, int[] map, int opcode) {
        if (map.length == 1) return opcode == 0x38 || opcode == 0x3A;
        return map.length == 0 && (opcode == 0x0F || Prefixes.of(mode64 ? Decoder.Mode.BITS_64 : Decoder.Mode.BITS_32, Arrays.copyOf(new byte[] {(byte) opcode, (byte) 0x90}, 16), 0).count() > 0);
    }

    private static OpcodeMap.Cell cell(int[] map, int opcode) {
        OpcodeMap of = map.length == 0 ? (opcode & 0xF8) == 0xD8 ? OpcodeMap.X87 : OpcodeMap.ONE_BYTE
                : map.length == 1 ? OpcodeMap.Two.MAP : map[1] == 0x38 ? OpcodeMap.Three38.MAP : OpcodeMap.Three3A.MAP;
        return of.cell(opcode);
    }

    /** What follows the opcode, before displacement and immediate. */
    private static List<int[]> tails(OpcodeMap.Cell cell) {
        List<int[]> tails = new ArrayList<>();
        if (!cell.modrm()) {
            for (int i = 0; i < NUMBERS.length; i++) tails.add(new int[0]);
            if (cell.forms().length > 0) return tails;
        }
        for (int modrm = 0; modrm < 256; modrm++) {
            if (cell.forms().length == 0 && (modrm & 0x47) != 0) continue;
            if (modrm >= 0xC0 || (modrm & 7) != 4) tails.add(new int[] {modrm});
            else for (int sib : SIB) tails.add(new int[] {modrm, sib});
        }
        return tails;
    }
}
