/* Single steps: a trap after each instruction from the one behind POPF on, also in code that has run often without. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

extern long steps(long flags, char *from, char *to);
extern char steps_end[];
asm(".globl steps\nsteps: push %rdi\n popfq\n"
    "nop\n add $5, %rax\n mov $3, %ecx\n cmp %rcx, %rcx\n mov %rsi, %rdi\n xchg %rdx, %rsi\n nop\n rep movsb\n"
    "mov $39, %eax\n syscall\n nop\n call 1f\n jmp 2f\n1: ret\n"
    "2: jz 3f\n ud2\n3: mov %rbx, %r9\n cpuid\n mov %r9, %rbx\n mov $2, %ecx\n4: loop 4b\n movq %rax, %xmm3\n addsd %xmm3, %xmm3\n fld1\n fstp %st\n mov %ss, %r9d\n mov %r9d, %ss\n inc %r9d\n dec %r9d\n mov %r9d, %ss\n mov %r9d, %ss\n nop\n nop\n pushfq\n pop %rax\n and $0x100, %eax\n mov %rax, %r8\n"
    "push $0x202\n popfq\n nop\n mov %r8, %rax\n ret\nsteps_end:\n");

static int count, stopAt = -1;
static struct { int code, trap; long rip, at, flags; } seen[100];

static void handler(int signal, siginfo_t *info, void *context) {
    greg_t *g = ((ucontext_t *) context)->uc_mcontext.gregs;
    if (count < 100) {
        seen[count].code = info->si_code;
        seen[count].trap = g[REG_TRAPNO];
        seen[count].rip = g[REG_RIP] - (long) steps;
        seen[count].at = (long) info->si_addr - (long) steps;
        seen[count].flags = g[REG_EFL] & 0x100;
    }
    if (++count == stopAt) g[REG_EFL] &= ~0x100l;
}

static void run(const char *name) {
    char from[4] = "abc", to[4] = "";
    count = 0;
    long rax = steps(0x302, to, from);
    printf("%s: %ld %s, %d traps:", name, rax, to, count);
    for (int i = 0; i < count && i < 100; i++) printf(" [%lx %lx %d %d %lx]", seen[i].rip, seen[i].at, seen[i].code, seen[i].trap, seen[i].flags);
    printf("\n");
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGTRAP, &action, 0);
    sigaction(SIGSEGV, &action, 0);
    run("cold");
    char from[4] = "abc", to[4] = "";
    for (int i = 0; i < 2000; i++) count += steps(0x202, to, from);
    run("hot");
    stopAt = 5;
    run("stopped by the handler");
    return 0;
}
