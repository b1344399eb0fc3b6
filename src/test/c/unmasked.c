/* x87 code while exceptions are not masked, in a program without a handler, and none is raised: nothing is different. */
#define _GNU_SOURCE
#include <fenv.h>
#include <stdio.h>
__attribute__((noinline)) static long mix(long a, long double *x, long double y, long n) {
    long s = a;
    long double t = *x;
    for (long i = 0; i < n; i++) {
        s += i;
        t = t * y + i;
        s ^= s << 3;
        t -= (long double) (s & 7);
        s += t > 100;
        if (t > 1e6L) t = 1;
        s = s * 3 + 1;
        /* registers and flags that are overwritten soon, x87 in between */
        asm volatile("mov $1, %%eax\n fld1\n mov $2, %%eax\n fstp %%st\n add %%rax, %0\n cmp %0, %0\n fld1\n cmp $5, %%eax\n fstp %%st\n adc $0, %0" : "+r"(s) : : "rax", "cc");
    }
    *x = t;
    return s;
}
int main(void) {
    long double x = 1.5L;
    long s = 0;
    for (int i = 0; i < 300; i++) s += mix(i, &x, 1.25L, 100);
    feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
    for (int i = 0; i < 50; i++) s += mix(i, &x, 1.25L, 100);
    fedisableexcept(FE_ALL_EXCEPT);
    for (int i = 0; i < 300; i++) s += mix(i, &x, 1.25L, 100);
    printf("%ld %La\n", s, x);
    return 0;
}
