/*
 * Every rounding mode, with and without flush-to-zero and denormals-are-zero, every precision of the x87: a line for each instruction in each of them,
 * with a hash of results and flags over pairs of all kinds of numbers. NaNs as printf shows them.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t u64;

static const u64 doubles[] = {0, 1ull << 63, 0x3ff0000000000000, 0xbff0000000000000, 0x3fe0000000000000, 0x4004000000000000, 0xc00c000000000000, 0x3fd5555555555555,
    0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000abc, 0x7ff0000000000001, 0xfff4000000000123, 1, 0x800fffffffffffff, 0x0010000000000000,
    0x8010000000000001, 0x7fefffffffffffff, 0x7fe0000000000000, 0x36a0000000000001, 0xb690000000000000, 0x47efffffefffffff, 0x41dfffffffe00000, 0x43e0000000000000,
    0xc1e0000000000001, 0x40dfffe000000000, 0x3ca0000000000001, 0x400921fb54442d18, 0x3810000000000001};
static const uint32_t floats[] = {0, 0x80000000, 0x3f800000, 0xbf800000, 0x3f000000, 0x40200000, 0xc0600000, 0x3eaaaaab, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00abc,
    0x7f800001, 0xffa00123, 1, 0x807fffff, 0x00800000, 0x80800001, 0x7f7fffff, 0x7f000000, 0x33800001, 0xb3000000, 0x4effffff, 0x4f000000, 0xcf000001, 0x5f000000,
    0x46fffe00, 0x40490fdb};
#define COUNT(a) (int) (sizeof a / sizeof *a)

static u64 hash;
static void note(u64 v) { hash = (hash ^ v) * 0x100000001b3 + (hash >> 47); }

static unsigned csr(void) { unsigned v; asm volatile("stmxcsr %0" : "=m"(v)); return v; }
static void setCsr(unsigned v) { asm volatile("ldmxcsr %0" : : "m"(v)); }

/* a and b in xmm0 and xmm1, both lanes of two kinds; the result is xmm0, and rax. */
#define SSE(insn, table, lane, spread) do { \
    hash = 0; \
    for (int i = 0; i < COUNT(table); i++) for (int j = 0; j < COUNT(table); j++) { \
        lane in[2][16 / sizeof(lane)]; \
        u64 out[2], rax = 0; \
        for (int k = 0; k < 16 / sizeof(lane); k++) { in[0][k] = table[(i + k * spread) % COUNT(table)]; in[1][k] = table[(j + k * spread * 3) % COUNT(table)]; } \
        setCsr(word); \
        asm volatile("movups %2, %%xmm0\n movups %3, %%xmm1\n" insn "\n movups %%xmm0, %0" : "=m"(out), "+a"(rax) : "m"(in[0]), "m"(in[1]) : "xmm0", "xmm1", "cc"); \
        note(out[0]); note(out[1]); note(rax); note(csr()); \
    } \
    setCsr(0x1f80); \
    printf(" %s %016lx", insn, hash); \
} while (0)

#define DOUBLE(insn) SSE(insn " %%xmm1, %%xmm0", doubles, u64, 1)
#define FLOAT(insn) SSE(insn " %%xmm1, %%xmm0", floats, uint32_t, 1)
#define BOTH(insn) DOUBLE(insn "sd"); DOUBLE(insn "pd"); FLOAT(insn "ss"); FLOAT(insn "ps")

static void sse(unsigned word) {
    printf("mxcsr %x:", word);
    BOTH("add"); BOTH("sub"); BOTH("mul"); BOTH("div"); BOTH("sqrt"); BOTH("min"); BOTH("max"); BOTH("cmple"); BOTH("cmpunord");
    DOUBLE("roundpd $4,"); DOUBLE("roundsd $8,"); DOUBLE("roundsd $1,"); FLOAT("roundps $4,"); FLOAT("roundss $2,"); FLOAT("roundss $11,");
    DOUBLE("cvtsd2ss"); DOUBLE("cvtpd2ps"); DOUBLE("cvtpd2dq"); DOUBLE("cvttpd2dq"); DOUBLE("cvtdq2pd");
    FLOAT("cvtss2sd"); FLOAT("cvtps2pd"); FLOAT("cvtps2dq"); FLOAT("cvttps2dq"); FLOAT("cvtdq2ps");
    DOUBLE("haddpd"); DOUBLE("addsubpd"); DOUBLE("dppd $0x31,"); FLOAT("dpps $0xf1,"); FLOAT("hsubps");
    SSE("cvtsd2si %%xmm0, %%eax", doubles, u64, 1); SSE("cvtsd2si %%xmm0, %%rax", doubles, u64, 1); SSE("cvttsd2si %%xmm0, %%rax", doubles, u64, 1);
    SSE("cvtss2si %%xmm0, %%rax", floats, uint32_t, 1); SSE("cvttss2si %%xmm0, %%eax", floats, uint32_t, 1);
    SSE("movq %%xmm1, %%rax\n cvtsi2sd %%rax, %%xmm0", doubles, u64, 1); SSE("movq %%xmm1, %%rax\n cvtsi2ss %%rax, %%xmm0", doubles, u64, 1);
    SSE("comisd %%xmm1, %%xmm0\n pushfq\n pop %%rax", doubles, u64, 1); SSE("ucomiss %%xmm1, %%xmm0\n pushfq\n pop %%rax", floats, uint32_t, 1);
    printf("\n");
}

/* C1 is left out: whether a result was rounded up. */
#define X87(insn, table, load) do { \
    hash = 0; \
    for (int i = 0; i < COUNT(table); i++) for (int j = 0; j < COUNT(table); j++) { \
        unsigned char out[16] = {0}; \
        unsigned short status; \
        asm volatile("fninit\n fldcw %4\n" load " %3\n" load " %2\n" insn "\n fnstsw %1\n fnclex\n fstpt %0\n fninit" : "+m"(out), "=a"(status) \
            : "m"(table[i]), "m"(table[j]), "m"(word) : "memory", "cc"); \
        note(*(u64 *) out); note(out[8] | out[9] << 8); note(status & ~0x200); \
    } \
    printf(" %s %016lx", insn, hash); \
} while (0)


static long double extended[64];

static void fill(void) {
    static const u64 significands[] = {0, 1ull << 63, ~0ull, 0xc000000000000000, 0x8000000000000001, 0xaaaaaaaaaaaaaaab, 0x8000000000000400, 0x80000080000000ff};
    static const int exponents[] = {0x3fff, 0, 0x7fff, 0x7ffe, 1, 0xc000, 0x403d, 0x3c00};
    for (int i = 0; i < 64; i++) {
        u64 s = significands[i % 8];
        unsigned short e = exponents[i / 8];
        memcpy(&extended[i], &s, 8);
        memcpy((char *) &extended[i] + 8, &e, 2);
    }
}

#define STORE(insn) do { \
    hash = 0; \
    for (int i = 0; i < 64; i++) { \
        u64 out = 0; \
        unsigned short status; \
        asm volatile("fninit\n fldcw %3\n fldt %2\n" insn " %0\n fnstsw %1\n fninit" : "+m"(out), "=a"(status) : "m"(extended[i]), "m"(word) : "memory"); \
        note(out); note(status & ~0x200); \
    } \
    printf(" %s %016lx", insn, hash); \
} while (0)

static void x87(unsigned short word) {
    printf("fcw %x:", word);
    X87("faddp", doubles, "fldl"); X87("fsubrp", doubles, "fldl"); X87("fmulp", doubles, "fldl"); X87("fdivrp", doubles, "fldl"); X87("fsqrt", doubles, "fldl");
    X87("faddp", extended, "fldt"); X87("fsubp", extended, "fldt"); X87("fmulp", extended, "fldt"); X87("fdivp", extended, "fldt"); X87("fsqrt", extended, "fldt");
    X87("frndint", extended, "fldt"); X87("fscale", extended, "fldt"); X87("fprem", extended, "fldt"); X87("fprem1", extended, "fldt"); X87("fxtract", extended, "fldt");
    X87("fcom", extended, "fldt"); X87("fucom", extended, "fldt"); X87("fxam", extended, "fldt"); X87("fchs", extended, "fldt"); X87("fmulp", floats, "flds");
    X87("fldpi", floats, "flds"); X87("fldl2t", floats, "flds"); X87("fldln2", floats, "flds");
    STORE("fistps"); STORE("fistpl"); STORE("fistpll"); STORE("fisttpl"); STORE("fisttpll"); STORE("fstps"); STORE("fstpl"); STORE("fbstp");
    printf("\n");
}

static double real(u64 b) { double d; memcpy(&d, &b, 8); return d; }

int main(void) {
    fill();
    for (int i = 0; i < 16; i++) sse(0x1f80 | (i & 3) << 13 | (i & 4 ? 0x8000 : 0) | (i & 8 ? 0x40 : 0));
    for (int i = 0; i < 12; i++) x87(0x7f | (i & 3) << 10 | (i / 4 ? i / 4 + 1 : 0) << 8);
    volatile double zero = 0, nan = zero / zero, minus = -nan, payload = real(0x7ff8000000000abc), negative = real(0xfff8000000000abc);
    volatile long double longNan = (long double) zero / zero, converted = payload;
    volatile float shortened = payload;
    printf("%f %f %f %f %g %e %a %Lf %Lf %f %f %F\n", nan, minus, payload, negative, -payload, fabs(negative), copysign(nan, 1), longNan, -longNan, (double) shortened, sqrt(-1 - zero), log(-1 - zero));
    printf("%d %d %d %f\n", !!signbit(nan), !!signbit(minus), !!signbit(shortened), INFINITY - INFINITY * (1 + zero));
    uint32_t bits;
    memcpy(&bits, (void *) &shortened, 4);
    printf("%x\n", bits);
    return 0;
}
