package patina.host;

/**
 * What the host's processor can do, as CPUID says (SDM vol. 2, CPUID): for the keys of cached native code. Cheap: LLVM is not asked.
 */
public final class HostCpu {
    private HostCpu() {}

    /** Leaf, subleaf, register (0-3: EAX EBX ECX EDX) of every feature word that code generation may depend on. */
    private static final int[][] FEATURE_WORDS = {
        {1, 0, 2}, {1, 0, 3}, {7, 0, 1}, {7, 0, 2}, {7, 0, 3}, {7, 1, 0}, {7, 1, 1}, {7, 1, 2}, {7, 1, 3},
        {0x14, 0, 1}, {0x19, 0, 1}, {0x24, 0, 1}, {0x80000001, 0, 2}, {0x80000001, 0, 3}, {0x80000008, 0, 1},
    };
    private static final int OSXSAVE = 27;

    /** x86-64-v2: SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT in leaf 1's ECX, LAHF in 0x80000001's. */
    private static final int V2 = 1 << 9 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 23, LAHF = 1;

    /** Whether the host is an x86-64 processor of level v2 of the System V ABI. */
    public static boolean isV2() {
        return (register(1, ECX) & V2) == V2 && (register(0x80000001, ECX) & LAHF) != 0;
    }

    /** The SHA extensions: leaf 7's EBX. */
    static boolean hasSha() {
        return register(0, EAX) >= 7 && (register(7, EBX) >>> 29 & 1) != 0 && isV2();
    }

    private static final int EAX = 0, EBX = 1, ECX = 2;

    private static int register(int leaf, int register) {
        long a = Raw.allocate(16);
        try {
            Native.cpuid(leaf, 0, a);
            return Raw.getInt(a + 4 * register);
        } finally { Raw.free(a); }
    }

    /** One line: vendor, family and model, feature words, enabled register state; equal on hosts for which LLVM makes the same code. */
    public static String features() {
        long a = Raw.allocate(16);
        try {
            StringBuilder s = new StringBuilder("x86-64 ");
            Native.cpuid(0, 0, a);
            int highest = Raw.getInt(a);
            for (int register : new int[] {1, 3, 2}) for (int i = 0; i < 4; i++) s.append((char) Raw.getByte(a + 4 * register + i));
            Native.cpuid(0x80000000, 0, a);
            int highestExtended = Raw.getInt(a);
            Native.cpuid(1, 0, a);
            int signature = Raw.getInt(a) & 0x0fff0ff0;  // without stepping and processor type
            boolean xsave = (Raw.getInt(a + 8) >>> OSXSAVE & 1) != 0;
            s.append(' ').append(Integer.toHexString(signature)).append(' ');
            for (int[] word : FEATURE_WORDS) {
                boolean there = Integer.compareUnsigned(word[0], word[0] < 0 ? highestExtended : highest) <= 0;
                if (there) Native.cpuid(word[0], word[1], a);
                s.append(there ? Integer.toHexString(Raw.getInt(a + 4 * word[2])) : "-").append(',');
            }
            return s.append("xcr0=").append(xsave ? Long.toHexString(Native.xgetbv()) : "-").toString();
        } finally { Raw.free(a); }
    }
}
