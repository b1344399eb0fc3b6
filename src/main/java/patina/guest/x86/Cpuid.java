package patina.guest.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import patina.guest.Cpu;

/**
 * What CPUID tells (SDM vol. 2, CPUID): a processor of exactly the x86-64-v2 level of the System V ABI, with the family and model of the first that had it
 * (Nehalem), by which programs choose their SSE routines. Features that the lifter lacks must not be told of here.
 */
final class Cpuid {
    private Cpuid() {}

    private static final int MAX_LEAF = 7, MAX_EXTENDED = 0x80000008;
    /** Family 6, model 0x1A, stepping 5. */
    private static final int SIGNATURE = 0x106A5;
    /** SSE3, SSSE3, CX16, SSE4.1, SSE4.2, POPCNT. */
    private static final int FEATURES_C = bits(0, 9, 13, 19, 20, 23);
    /** FPU DE PSE TSC MSR PAE MCE CX8 APIC MTRR PGE MCA CMOV PAT PSE36 CLFSH MMX FXSR SSE SSE2. */
    private static final int FEATURES_D = bits(0, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 19, 23, 24, 25, 26);
    /** LAHF in 64-bit mode; SYSCALL, NX, RDTSCP, long mode. */
    private static final int EXTENDED_C = bits(0), EXTENDED_D = bits(11, 20, 27, 29);
    /** CLFLUSH lines of 64 bytes (in eights), one logical processor. */
    private static final int LINE_AND_COUNT = 8 << 8 | 1 << 16;
    private static final String VENDOR = "GenuineIntel", BRAND = "Patina virtual CPU";

    static void run(Cpu cpu) {
        int leaf = (int) Helpers.get(cpu, X86State.RAX), sub = (int) Helpers.get(cpu, X86State.RCX);
        int[] r = leaf(leaf, sub);
        Helpers.set(cpu, X86State.RAX, r[0] & 0xffffffffL);
        Helpers.set(cpu, X86State.RBX, r[1] & 0xffffffffL);
        Helpers.set(cpu, X86State.RCX, r[2] & 0xffffffffL);
        Helpers.set(cpu, X86State.RDX, r[3] & 0xffffffffL);
    }

    /** EAX, EBX, ECX, EDX. An unknown basic leaf gives zeros, which Intel's do for reserved ones. */
    static int[] leaf(int leaf, int sub) {
        return switch (leaf) {
            case 0          -> new int[] {MAX_LEAF, word(VENDOR, 0), word(VENDOR, 8), word(VENDOR, 4)};
            case 1          -> new int[] {SIGNATURE, LINE_AND_COUNT, FEATURES_C, FEATURES_D};
            // no descriptors: leaf 4 has the caches, no prefetch information
            case 2          -> new int[] {0x00ff0001, 0, 0, 0};
            case 4          -> cache(sub);
            case 0x80000000 -> new int[] {MAX_EXTENDED, 0, 0, 0};
            case 0x80000001 -> new int[] {0, 0, EXTENDED_C, EXTENDED_D};
            case 0x80000002 -> brand(0);
            case 0x80000003 -> brand(16);
            case 0x80000004 -> brand(32);
            case 0x80000006 -> new int[] {0, 0, 256 << 16 | 6 << 12 | 64, 0};
            // time stamp at constant rate; 40 bits of physical, 48 of linear address
            case 0x80000007 -> new int[] {0, 0, 0, bits(8)};
            case 0x80000008 -> new int[] {48 << 8 | 40, 0, 0, 0};
            default         -> new int[4];
        };
    }

    /** Leaf 4: 32 KB of data, 32 KB of code, 256 KB, 8 MB, lines of 64 bytes. */
    private static int[] cache(int index) {
        return switch (index) {
            case 0  -> cache(1, 1, 8, 64);
            case 1  -> cache(2, 1, 4, 128);
            case 2  -> cache(3, 2, 8, 512);
            case 3  -> cache(3, 3, 16, 8192);
            default -> new int[4];
        };
    }

    /** @param kind 1 data, 2 code, 3 unified; self-initializing, used by one processor */
    private static int[] cache(int kind, int level, int ways, int sets) {
        return new int[] {kind | level << 5 | 1 << 8, 63 | (ways - 1) << 22, sets - 1, 0};
    }

    private static int[] brand(int at) {
        return new int[] {word(BRAND, at), word(BRAND, at + 4), word(BRAND, at + 8), word(BRAND, at + 12)};
    }

    /** Four characters, zeros beyond the end. */
    private static int word(String text, int at) {
        byte[] padded = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 48);
        return ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static int bits(int... positions) {
        int mask = 0;
        for (int p : positions) mask |= 1 << p;
        return mask;
    }
}
