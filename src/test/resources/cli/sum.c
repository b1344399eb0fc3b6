/* The smallest guest with something to learn: no libc, a loop and a few calls. Prints "sum 4950000" and exits with 7. */
static long call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

__attribute__((noinline)) static long twice(long n) { __asm__ volatile("" : "+r"(n)); return 2 * n; }

__attribute__((noinline)) static char *decimal(long n, char *end) {
    do { *--end = '0' + n % 10; n /= 10; } while (n);
    return end;
}

void _start(void) {
    char line[32] = "sum ", digits[24];
    long sum = 0, length = 4;
    for (long round = 0; round < 500; round++)
        for (long i = 0; i < 100; i++) sum += twice(i);
    for (char *d = decimal(sum, digits + 24); d < digits + 24; d++) line[length++] = *d;
    line[length++] = '\n';
    call(1, 1, (long)line, length);
    call(231, 7, 0, 0);
    __builtin_trap();
}
