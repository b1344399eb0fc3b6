/* What a handler sees of instructions that cannot complete, and that nothing of them is done; code that writes what it runs next. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf back;
static volatile uint64_t start;
static char *page;

static void handler(int signal, siginfo_t *info, void *context) {
    greg_t *g = ((ucontext_t *) context)->uc_mcontext.gregs;
    int64_t at = (int64_t) info->si_addr - (signal == SIGSEGV && page && g[REG_TRAPNO] == 14 && (uint64_t) info->si_addr < 1ul << 47 ? (int64_t) page : 0);
    if (signal == SIGFPE || signal == SIGILL) at -= start;
    if (signal == SIGTRAP && at) at -= g[REG_RIP];
    int64_t rip = g[REG_RIP] - start;
    printf("signal %d code %d address %lld trap %lld error %llx ", signal, info->si_code, (long long) at, g[REG_TRAPNO], g[REG_ERR]);
    if (rip >= 0 && rip < 64) printf("rip +%lld\n", (long long) rip); else printf("rip elsewhere\n");
    siglongjmp(back, 1);
}

#define RUN(name, code, ...) do { \
    printf("%s: ", name); \
    if (!sigsetjmp(back, 1)) { \
        asm volatile("lea 1f(%%rip), %%r11\n mov %%r11, %0\n 1:" code : "=m"(start) : __VA_ARGS__ : "r11", "rax", "rcx", "rdi", "rsi", "memory", "xmm0", "xmm1", "cc"); \
        printf("none\n"); \
    } } while (0)

static void noState(int signal, siginfo_t *info, void *context) {
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    ((ucontext_t *) context)->uc_mcontext.fpregs = 0;
}

static void bytes(const char *name, int from, int count) {
    printf("%s:", name);
    for (int i = 0; i < count; i++) printf(" %02x", (unsigned char) page[from + i]);
    printf("\n");
}

static int run(int at, const char *code, int length) {
    memcpy(page + at, code, length);
    return ((int (*)(void)) (page + at))();
}

/* A page of the program's own code, to be written over. */
extern int patched(void);
asm(".text\n .balign 4096\n .globl patched\n .type patched, @function\n patched: mov $1, %eax\n ret\n .balign 4096\n");

static int tens(void) {
    int sum = 0;
    for (int i = 0; i < 10; i++) sum += patched();
    return sum;
}

int main(void) {
    setvbuf(stdout, 0, _IONBF, 0);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    for (int i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
    page = mmap(0, 16384, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + 8192, 4096);
    mprotect(page + 4096, 4096, PROT_READ);
    static char buffer[64] __attribute__((aligned(64)));

    RUN("misaligned movaps load", "movaps (%1), %%xmm0", "r"(buffer + 1));
    RUN("misaligned movaps store", "movaps %%xmm0, (%1)", "r"(buffer + 1));
    RUN("misaligned paddb", "paddb (%1), %%xmm0", "r"(buffer + 8));
    RUN("misaligned cmpxchg16b", "cmpxchg16b (%1)", "r"(buffer + 8));
    RUN("misaligned fxsave", "fxsave (%1)", "r"(buffer + 4));
    RUN("load, not canonical", "mov (%1), %%rax", "r"(0x8000000000000000ul));
    RUN("store, the kernel's", "mov %%rax, (%1)", "r"(0xfffffffffffff000ul));
    RUN("load, nothing there", "mov (%1), %%rax", "r"(page + 8192));
    RUN("load across the end", "mov (%1), %%rax", "r"(page + 8192 - 4));
    RUN("store, read-only", "mov %%rax, (%1)", "r"(page + 4096));
    RUN("store across into read-only", "mov %%rax, (%1)", "r"(page + 4096 - 4));
    bytes("nothing written", 4092, 4);
    RUN("add, read-only", "addq $1, (%1)", "r"(page + 4096));
    RUN("locked add, read-only", "lock addq $1, (%1)", "r"(page + 4096));
    RUN("cmpxchg, read-only", "mov $5, %%eax\n cmpxchg %%ecx, (%1)", "r"(page + 4096));
    RUN("maskmovdqu across into read-only", "lea %1, %%rdi\n pcmpeqb %%xmm0, %%xmm0\n pcmpeqb %%xmm1, %%xmm1\n maskmovdqu %%xmm1, %%xmm0", "m"(page[4096 - 8]));
    bytes("nothing written", 4088, 8);
    RUN("hlt", "hlt", "i"(0));
    RUN("int3", "int3", "i"(0));
    RUN("int 3", ".byte 0xcd, 3", "i"(0));
    RUN("int 3 with a prefix", ".byte 0x66, 0xcd, 3", "i"(0));
    RUN("int1", ".byte 0xf1", "i"(0));
    RUN("int 4", "int $4", "i"(0));
    RUN("ud2", "ud2", "i"(0));
    RUN("lock nop", ".byte 0xf0, 0x90", "i"(0));
    RUN("too long", ".byte 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90", "i"(0));
    RUN("division by zero", "xor %%ecx, %%ecx\n div %%ecx", "i"(0));
    RUN("quotient too large", "mov $0x80000000, %%eax\n mov $-1, %%ecx\n cltd\n idiv %%ecx", "i"(0));
    RUN("ldmxcsr, reserved bits", "movl $0x10000, (%1)\n ldmxcsr (%1)", "r"(buffer));
    RUN("jump, nothing there", "jmp *%1", "r"(page + 8192));
    RUN("jump, not executable", "jmp *%1", "r"(page + 4096));
    page[4094] = 0x48; page[4095] = 0x8b;
    RUN("instruction across into not executable", "jmp *%1", "r"(page + 4094));
    RUN("rep stos into read-only", "lea %1, %%rdi\n mov $0x100, %%ecx\n mov $0x41, %%al\n rep stosb", "m"(page[4096 - 5]));
    bytes("as far as it goes", 4090, 6);

    action.sa_sigaction = noState;
    sigaction(SIGSEGV, &action, 0);
    mprotect(page, 4096, PROT_NONE);
    uint32_t x1, control = 0x3f80, after;
    asm volatile("ldmxcsr %3\n pcmpeqb %%xmm1, %%xmm1\n movl $1, (%2)\n movd %%xmm1, %0\n stmxcsr %1" : "=r"(x1), "=m"(after) : "r"(page), "m"(control) : "xmm1", "memory");
    control = 0x1f80;
    asm volatile("ldmxcsr %0" : : "m"(control));
    printf("a handler that takes the floating-point state away: xmm1 %x mxcsr %x\n", x1, after);

    mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    /* mov byte [rip + 1], 2; mov eax, 1; ret: the next instruction becomes mov eax, 2 */
    printf("code that changes its next instruction: %d\n", run(0, "\xc6\x05\x01\x00\x00\x00\x02\xb8\x01\x00\x00\x00\xc3", 13));
    /* the same with a jump in between */
    printf("and the one after a jump: %d\n", run(64, "\xc6\x05\x03\x00\x00\x00\x02\xeb\x00\xb8\x01\x00\x00\x00\xc3", 15));
    int sum = 0;
    for (int i = 0; i < 50; i++) {
        char code[] = {0xb8, i, 0, 0, 0, 0xc3};
        sum += run(128, code, 6);
    }
    printf("code written again and again: %d\n", sum);
    char *own = (char *) (((uint64_t) patched) & -4096);
    printf("the program's own code: %d", tens());
    mprotect(own, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    ((char *) patched)[1] = 7;
    printf(" %d", tens());
    mprotect(own, 4096, PROT_READ | PROT_EXEC);
    printf(" %d\n", tens());
    return 0;
}
