/* An instruction that Patina does not have, met twice: the first time its handler leaves it out. */
#include <asm/unistd.h>

struct action { void *handler; unsigned long flags; void *restorer; unsigned long mask; };
extern void restorer(void), handler(void);
asm("restorer: mov $15, %eax\n syscall\n"
    "handler: addq $2, 168(%rdx)\n ret\n"       /* rip in the context */
    ".globl _start\n_start: call start\n"
    ".globl twice\ntwice: mov $2, %ecx\n1: .byte 0x48, 0xcf\n dec %ecx\n jnz 1b\n ret\n");
extern void twice(void);

static long call(long number, long a, long b, long c, long d) {
    register long r10 asm("r10") = d;
    long result;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
}

void start(void) {
    struct action action = {handler, 0x04000004, restorer, 0}, usual = {0};
    call(__NR_rt_sigaction, 4, (long) &action, 0, 8);
    twice();
    call(__NR_rt_sigaction, 4, (long) &usual, 0, 8);
    twice();
}
