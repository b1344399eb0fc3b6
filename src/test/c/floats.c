/* The floating-point environment: rounding, flags, traps, special values. Prints the same wherever IEEE 754 and the processor are followed. */
#define _GNU_SOURCE
#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <xmmintrin.h>

static const struct { int mode; const char *name; } modes[] = {
    {FE_TONEAREST, "nearest"}, {FE_UPWARD, "up"}, {FE_DOWNWARD, "down"}, {FE_TOWARDZERO, "zero"}};

static volatile double one = 1, three = 3, zero, half = 2.5, big = 1e308, small = 1e-308;
static volatile float onef = 1, threef = 3, smallf = 1e-38f;
static volatile long double onel = 1, threel = 3, bigl = 1e4000L;

static const char *flags(void) {
    static char text[64];
    int f = fetestexcept(FE_ALL_EXCEPT);
    sprintf(text, "%s%s%s%s%s", f & FE_INVALID ? " invalid" : "", f & FE_DIVBYZERO ? " divide" : "", f & FE_OVERFLOW ? " overflow" : "",
            f & FE_UNDERFLOW ? " underflow" : "", f & FE_INEXACT ? " inexact" : "");
    feclearexcept(FE_ALL_EXCEPT);
    return text;
}

static uint64_t bits(double d) { uint64_t b; memcpy(&b, &d, 8); return b; }

static double real(uint64_t b) { double d; memcpy(&d, &b, 8); return d; }

static void rounding(void) {
    for (int i = 0; i < 4; i++) {
        fesetround(modes[i].mode);
        volatile double quotient = one / three, root = sqrt(half), sum = one + 0x1p-60;
        volatile float single = onef / threef, narrowed = (float) (one / three);
        volatile long double extended = onel / threel;
        volatile double stored = (double) extended;
        volatile long whole = lrint(half);
        volatile double integral = rint(-half), difference = one - one, from = (double) 0x7fffffffffffffff;
        volatile long n = 0x7fffffffffffffff;
        from = n;
        fesetround(FE_TONEAREST);
        printf("%s: %a %a %a %a %a %La %a %ld %a %a %a\n", modes[i].name, quotient, root, sum, single, narrowed, extended, stored, whole, integral, difference, from);
    }
    printf("fused: %a %a\n", fma(0x1p-53 * (1 + 0x1p-30), 1 - 0x1p-30, 1 + 0x1p-52 * one), fmaf(0x1p-24f * (1 + 0x1p-12f), 1 - 0x1p-12f, onef + 0x1p-23f));
    feclearexcept(FE_ALL_EXCEPT);
}

static void report(const char *what, double d) { printf("%s %a%s\n", what, d, flags()); }

static void sticky(void) {
    volatile double r;
    r = one / three;    report("1/3", r);
    r = one / half;     report("1/2.5", r);
    r = one + three;    report("1+3", r);
    r = one / zero;     report("1/0", r);
    r = zero / zero;    report("0/0", r);
    r = big * big;      report("big*big", r);
    r = small * small;  report("small*small", r);
    r = small / 16;     report("small/16", r);
    r = sqrt(-one);     report("sqrt -1", r);
    r = (int) (big * one); report("(int) big", r);
    r = one < NAN * one; report("1 < nan", r);
    r = one == NAN * one; report("1 == nan", r);
    r = nearbyint(half); report("nearbyint", r);
    r = rint(half);     report("rint", r);
    r = (float) big;    report("(float) big", r);
    r = floor(half);    report("floor", r);
    r = (double) (onel / threel); report("1/3 extended", r);
    r = (double) (bigl * bigl == INFINITY); report("big*big extended", r);
    r = (double) (onel / (long double) zero); report("1/0 extended", r);
    r = exp(1000 * one); report("exp", r);
}

static void nans(void) {
    double z = 0, signalling = real(0x7ff0000000000001), other = real(0x7ff8000000000abc);
    volatile double a = signalling, b = other;
    printf("%f %f\n", z / z, -(z / z));
    printf("%lx %lx %lx %lx\n", bits(a - zero), bits(a * one), bits(a + b), bits(b + a));
    uint32_t memory = 0x7fbfffff;
    unsigned char in[10] = {1, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x7f}, out[10];
    asm volatile("fldt %1\n fadds %2\n fstpt %0" : "=m"(out) : "m"(in), "m"(memory));
    for (int i = 9; i >= 0; i--) printf("%02x", out[i]);
    puts(flags());
}

static void denormals(void) {
    for (int i = 0; i < 4; i++) {
        _mm_setcsr(0x1f80 | (i & 1 ? 0x8000 : 0) | (i & 2 ? 0x40 : 0));
        volatile float tiny = smallf * 0.25f, twice = tiny * 2, compared = tiny == 0;
        volatile double d = small / 3, e = d * 3;
        unsigned csr = _mm_getcsr();
        _mm_setcsr(0x1f80);
        printf("ftz/daz %d: %a %a %a %a %a %x\n", i, tiny, twice, compared, d, e, csr);
    }
}

static void precision(void) {
    for (int i = 0; i < 4; i++) {
        unsigned short word = 0x7f | (i == 1 ? 0 : i) << 8, usual = 0x37f, status;
        volatile long double quotient;
        long double root = 2, pi;
        asm volatile("fldcw %0" : : "m"(word));
        quotient = onel / threel;
        asm volatile("fsqrt" : "+t"(root));
        asm volatile("fldpi" : "=t"(pi));
        asm volatile("fnstsw %0\n fnclex\n fldcw %1" : "=m"(status) : "m"(usual));
        printf("precision %d: %La %La %La %x\n", i, quotient, root, pi, status & 0x3f);
    }
}

static sigjmp_buf back;

static void handler(int signal, siginfo_t *info, void *context) {
    ucontext_t *u = context;
    printf("signal %d code %d flags %x\n", signal, info->si_code, u->uc_mcontext.fpregs->mxcsr & 0x3f);
    siglongjmp(back, 1);
}

static void trap(const char *what, int exception, volatile double *a, volatile double *b) {
    volatile double result = 7;
    feclearexcept(FE_ALL_EXCEPT);
    if (sigsetjmp(back, 1) == 0) {
        feenableexcept(exception);
        result = *a / *b;
        fedisableexcept(FE_ALL_EXCEPT);
        printf("%s: %a\n", what, result);
    } else {
        fedisableexcept(FE_ALL_EXCEPT);
        printf("%s: trapped, %a\n", what, result);
    }
    feclearexcept(FE_ALL_EXCEPT);
}

/* What an unmasked exception keeps the x87 from storing. */
static void stored(void) {
    volatile long double huge = 0x1p16000L;
    volatile double result = 7;
    feclearexcept(FE_ALL_EXCEPT);
    if (sigsetjmp(back, 1) == 0) {
        feenableexcept(FE_OVERFLOW);
        asm volatile("fstpl %0\n fwait" : "+m"(result) : "t"(huge) : "st");
        printf("stored %a\n", result);
    } else {
        fedisableexcept(FE_ALL_EXCEPT);
        printf("not stored: %a\n", result);
    }
    fedisableexcept(FE_ALL_EXCEPT);
    feclearexcept(FE_ALL_EXCEPT);
}

int main(void) {
    rounding();
    sticky();
    nans();
    denormals();
    precision();
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGFPE, &action, NULL);
    trap("1/3", FE_DIVBYZERO, &one, &three);
    trap("1/0", FE_DIVBYZERO, &one, &zero);
    trap("0/0", FE_INVALID, &zero, &zero);
    trap("1/3 inexact", FE_INEXACT, &one, &three);
    trap("small/big", FE_UNDERFLOW, &small, &big);
    trap("big/small", FE_OVERFLOW, &big, &small);
    stored();
    return 0;
}
