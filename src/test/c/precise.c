/* A process that has run for a while, then handles page faults: its handler sees the state before the faulting instruction, from the first on. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

extern long work(long *p, long rounds);
extern char fault_at[], after[];
asm(".globl work\n"
    "work: push %rbx\n mov $0, %eax\n mov $1, %ebx\n"
    "1: lea 3(%rbx, %rax), %rbx\n xor %rsi, %rbx\n dec %rsi\n jg 1b\n"
    "mov $0x1234567, %ebx\n mov $0x7654321, %r10d\n"
    ".globl fault_at\nfault_at: mov (%rdi), %rax\n"
    ".globl after\nafter: add %rbx, %rax\n pop %rbx\n ret\n");
static volatile long faults, wrong;

static void handler(int signal, siginfo_t *info, void *context) {
    greg_t *g = ((ucontext_t *) context)->uc_mcontext.gregs;
    faults++;
    wrong += g[REG_RIP] != (greg_t) fault_at || g[REG_RBX] != 0x1234567 || g[REG_R10] != 0x7654321 || info->si_addr != (void *) 8;
    g[REG_RIP] = (greg_t) after;
}

int main(int argc, char **argv) {
    long x = 5;
    for (int i = 0; i < atoi(argv[1]); i++) x += work(&x, 500) & 1;
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, 0);
    for (int i = 0; i < atoi(argv[2]); i++) {
        x += work(&x, 500) & 1;
        if (i % 16 == 0) work((long *) 8, 50);
    }
    printf("%ld, %ld faults, %ld wrong\n", x, faults, wrong);
    return 0;
}
