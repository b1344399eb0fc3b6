package patina.guest.x86;

/** Groups of instructions that programs ask CPUID for, beyond those that every x86-64 processor has (SDM vol. 2, CPUID; AMD manual vol. 3, appendix E). */
public enum Extension {
    SSE3(1, 2, 0), SSSE3(1, 2, 9), SSE4_1(1, 2, 19), SSE4_2(1, 2, 20), CMPXCHG16B(1, 2, 13), POPCNT(1, 2, 23), RDTSCP(0x80000001, 3, 27), LAHF(0x80000001, 2, 0),
    PCLMULQDQ(1, 2, 1), FMA(1, 2, 12), MOVBE(1, 2, 22), AES(1, 2, 25), XSAVE(1, 2, 26), AVX(1, 2, 28), F16C(1, 2, 29), RDRAND(1, 2, 30),
    FSGSBASE(7, 1, 0), BMI1(7, 1, 3), AVX2(7, 1, 5), BMI2(7, 1, 8), AVX512F(7, 1, 16), RDSEED(7, 1, 18), ADX(7, 1, 19), CLFLUSHOPT(7, 1, 23), CLWB(7, 1, 24), SHA(7, 1, 29),
    GFNI(7, 2, 8), VAES(7, 2, 9), VPCLMULQDQ(7, 2, 10), RDPID(7, 2, 22), MOVDIRI(7, 2, 27), LZCNT(0x80000001, 2, 5), PREFETCHW(0x80000001, 2, 8);

    private final int leaf, register, bit;

    /** @param register 0-3 for EAX, EBX, ECX, EDX */
    Extension(int leaf, int register, int bit) {
        this.leaf = leaf;
        this.register = register;
        this.bit = bit;
    }

    /** Whether the guest's CPUID offers it. */
    public boolean isOffered() { return (Cpuid.leaf(leaf, 0)[register] >> bit & 1) != 0; }
}
