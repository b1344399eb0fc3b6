/*
 * Instructions that cannot complete: what their handler sees, all registers included, and how they go on when it has mended the cause. Each once
 * at first sight, and again after it has run often without a fault. Only what differs from the state before is printed.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

typedef uint64_t u64;

#define PAGE 4096
#define PAGES 4
/* Page 1 is the one that is taken away; 3 is there only now and then. */
static unsigned char *const area = (unsigned char *) 0x20000000;

struct state { u64 gpr[16], flags; struct _libc_fpstate fp __attribute__((aligned(64))); };

struct state in, out;
void *target;
u64 hostStack;
extern void run(void);
extern char done[];
asm(".text\n"
    "run: push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
    "mov %rsp, hostStack(%rip)\n fxrstor64 in+192(%rip)\n push in+128(%rip)\n popfq\n"
    ".macro all insn\n \\insn rax, 0\n \\insn rcx, 8\n \\insn rdx, 16\n \\insn rbx, 24\n \\insn rsp, 32\n \\insn rbp, 40\n \\insn rsi, 48\n \\insn rdi, 56\n"
    "\\insn r8, 64\n \\insn r9, 72\n \\insn r10, 80\n \\insn r11, 88\n \\insn r12, 96\n \\insn r13, 104\n \\insn r14, 112\n \\insn r15, 120\n .endm\n"
    ".macro get r, at\n mov in+\\at(%rip), %\\r\n .endm\n .macro put r, at\n mov %\\r, out+\\at(%rip)\n .endm\n"
    "all get\n jmp *target(%rip)\n"
    "done: all put\n mov hostStack(%rip), %rsp\n pushfq\n pop out+128(%rip)\n cld\n fxsave64 out+192(%rip)\n fninit\n"
    "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n");

/*
 * How page 1 is when it is bad and what mends the fault: n none, r read-only, w not executable, u unmapped: mended by making it what it should be;
 * s, 7: MXCSR or the x87 control word does not mask `value`, and the handler clears the flags and, of MXCSR, masks; c: RCX is `value`, and becomes 5;
 * b: RSI is, and becomes the good one; p: RSP is; x: there is no cure, the instruction is left out.
 */
struct row { const char *name; void *start, *end; long kind, value; };
extern struct row __start_rows[], __stop_rows[];

#define ROW(name, kind, value, code) \
    asm(".text\n 771: " code "\n 772: jmp done\n .section .rodata\n 773: .asciz \"" name "\"\n" \
        ".section rows, \"aw\"\n .quad 773b, 771b, 772b, " #kind ", " #value "\n .text");
#include "faults.h"

static struct row *row;
static int faults, show;    /* show: this run is to be printed */
static struct { siginfo_t info; u64 gpr[16], rip, flags, trap, error, cr2, changed; struct _libc_fpstate fp; } seen[8];
/* The order of sigcontext. */
static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI, REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
static const char *const names[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};

static unsigned char before[PAGES * PAGE];

static void fill(int page) { memcpy(area + page * PAGE, before + page * PAGE, PAGE); }

static void map(int page, int protection) {
    mmap(area + page * PAGE, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void protect(int protection) { mprotect(area + PAGE, PAGE, protection); }

static void handler(int signal, siginfo_t *info, void *context) {
    ucontext_t *u = context;
    greg_t *g = u->uc_mcontext.gregs;
    int n = faults < 7 ? faults : 7;
    if (faults++ > 6) { printf("too many faults in %s\n", row->name); exit(1); }
    seen[n].info = *info;
    for (int i = 0; i < 16; i++) seen[n].gpr[i] = g[order[i]];
    seen[n].rip = g[REG_RIP]; seen[n].flags = g[REG_EFL]; seen[n].trap = g[REG_TRAPNO]; seen[n].error = g[REG_ERR]; seen[n].cr2 = g[REG_CR2];
    memcpy(&seen[n].fp, u->uc_mcontext.fpregs, sizeof seen[n].fp);
    seen[n].changed = 0;
    for (int i = 0; show && i < PAGE; i++) {
        seen[n].changed += area[i] != before[i];
        seen[n].changed += area[2 * PAGE + i] != before[2 * PAGE + i];
    }
    switch (row->kind) {
        case 'u': map(1, PROT_READ | PROT_WRITE | PROT_EXEC); fill(1); break;
        case 'n': case 'r': case 'w': protect(PROT_READ | PROT_WRITE | PROT_EXEC); break;
        case 's': u->uc_mcontext.fpregs->mxcsr = u->uc_mcontext.fpregs->mxcsr & ~0x3f | 0x1f80; break;
        case '7': u->uc_mcontext.fpregs->swd &= 0x7f00; break;
        case 'c': g[REG_RCX] = 5; break;
        case 'b': g[REG_RSI] = (greg_t) area + 256; break;
        case 'p': g[REG_RSP] = (greg_t) area + 512; break;
        default: g[REG_RIP] = (greg_t) row->end;
    }
}

/* Numbers in all registers, the same in each run. */
static void prepare(int bad) {
    static const u64 g[16] = {0x8877665544332211, 5, 0, 0x20001040, 0x20000800, 0x20001ffd, 0x20001000, 0x20000ffd, 0x20000040, 0x20000fff,
        0x20001fff, 0x0102030405060708, 0x20002000, 0x3f, 0x2000100f, 0};
    static const u64 x[16] = {0x3ff0000000000000, 0, 0x000fffffffffffff, 0x7fe0123456789abc, 0x0010000000000001, 0x7ff4000000000001, 0x7ff0000000000000,
        0x4008000000000000, 0x3f800000bf800000, 0x00000001007fffff, 0x7f7fffff00800000, 0x7fa000017fc00001, 0xfff8000000000001, 0xc330000000000001,
        0x8080808001020304, 0x41e0000000000000};
    memset(&in, 0, sizeof in);
    memcpy(in.gpr, g, sizeof g);
    in.gpr[15] = (u64) done;
    in.flags = 0x8d7 | 0x202;
    in.fp.cwd = 0x37f;
    in.fp.mxcsr = 0x1f80;
    memcpy(in.fp._xmm, x, sizeof x);
    for (int i = 0; i < 16; i++) memcpy((char *) in.fp._xmm + 16 * i, &x[i], 8), memcpy((char *) in.fp._xmm + 16 * i + 8, &x[(i * 5 + 3) % 16], 8);
    map(3, PROT_READ | PROT_WRITE);
    munmap(area + 3 * PAGE, PAGE);
    protect(PROT_READ | PROT_WRITE | PROT_EXEC);
    for (int i = 0; i < 3; i++) fill(i);
    if (!bad) return;
    switch (row->kind) {
        case 'n': protect(PROT_NONE); break;
        case 'r': protect(PROT_READ); break;
        case 'w': protect(PROT_READ | PROT_WRITE); break;
        case 'u': munmap(area + PAGE, PAGE); break;
        case 's': in.fp.mxcsr &= ~(row->value << 7); break;
        case '7': in.fp.cwd &= ~row->value; break;
        case 'c': in.gpr[1] = row->value; break;
        case 'b': in.gpr[6] = row->value; break;
        case 'p': in.gpr[4] = row->value; break;
    }
}

static void word(const char *name, u64 value, u64 was) { if (value != was) printf(" %s=%llx", name, (long long) value); }

static void registers(const u64 *gpr, const struct _libc_fpstate *fp) {
    for (int i = 0; i < 15; i++) word(names[i], gpr[i], in.gpr[i]);
    for (int i = 0; i < 16; i++) {
        const u64 *x = (const u64 *) &fp->_xmm[i], *y = (const u64 *) &in.fp._xmm[i];
        if (x[0] != y[0] || x[1] != y[1]) printf(" xmm%d=%llx:%llx", i, (long long) x[1], (long long) x[0]);
    }
    word("mxcsr", fp->mxcsr, in.fp.mxcsr);
    word("fcw", fp->cwd, in.fp.cwd);
    word("fsw", fp->swd & (fp->swd & 0x40 ? -1 : ~0x200), 0);   /* C1 but for stack faults: whether the result was rounded up */
    word("ftw", fp->ftw & 0xff, 0);
    for (int i = 0; i < 8; i++) {
        const u64 *st = (const u64 *) &fp->_st[i];
        if (fp->ftw >> ((fp->swd >> 11) + i & 7) & 1) printf(" st%d=%llx:%llx", i, (long long) st[1] & 0xffff, (long long) st[0]);
    }
}

static long place(u64 a) {
    return a >= (u64) row->start && a <= (u64) row->end ? (long) (a - (u64) row->start) : (long) (a - (u64) area);
}

static void print(const char *when) {
    printf("%s, %s:", row->name, when);
    for (int i = 0; i < faults; i++) {
        int signal = seen[i].info.si_signo;
        printf(" [signal %d code %d at %lx trap %d error %llx", signal, seen[i].info.si_code, signal == SIGSEGV && seen[i].trap != 14 ? (long) seen[i].info.si_addr
            : signal == SIGTRAP && !seen[i].info.si_addr ? -1 : signal == SIGBUS ? (long) seen[i].info.si_addr : place((u64) seen[i].info.si_addr), (int) seen[i].trap, (long long) seen[i].error);
        if (seen[i].trap == 14) printf(" cr2 %lx", place(seen[i].cr2));
        printf(" rip %lx flags %llx", place(seen[i].rip), (long long) seen[i].flags);
        registers(seen[i].gpr, &seen[i].fp);
        if (seen[i].changed) printf(" %lld bytes changed", (long long) seen[i].changed);
        printf("]");
    }
    printf(" then");
    word("flags", out.flags & 0xcd5, in.flags & 0xcd5);
    registers(out.gpr, &out.fp);
    for (int i = 0, shown = 0; i < 3 * PAGE; i++)
        if (area[i] != before[i] && shown++ < 24) printf(" %x:%x", i, area[i]);
    printf("\n");
}

static void once(int bad, const char *when) {
    faults = 0;
    show = when != 0;
    prepare(bad);
    target = row->start;
    run();
    if (show) print(when);
}

int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, 0);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    for (int i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
    for (int i = 0; i < PAGES * PAGE; i++) before[i] = i * 7 + i / 64;
    memcpy(before + PAGE, "\x48\xff\xc0\x41\xff\xe7", 6);               /* inc rax; jmp *r15 */
    memcpy(before + PAGE - 3, "\x48\xb8\x11", 3);                       /* mov rax, ... */
    memcpy(before + 2 * PAGE - 16, "\x0f\x1f\x40\x00\x41\xff\xe7", 7);  /* nop; jmp *r15 */
    memcpy(before + PAGE + 96, "\x46\x02\0\0\0\0\0", 8);                 /* flags */
    for (int i = 0; i < PAGES; i++) map(i, PROT_READ | PROT_WRITE | PROT_EXEC);
    for (row = __start_rows; row < __stop_rows; row++) {
        once(1, "cold");
        for (int i = 0; i < 60; i++) once(row->kind == 'x', 0);
        once(1, "hot");
    }
    return 0;
}
