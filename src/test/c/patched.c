// Code whose page stops being executable, is written and is code again, called from code that stays as it is.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096
__asm__(".pushsection .text\n .balign 4096\n .globl answer\n .type answer, @function\nanswer: mov $1, %eax\n ret\n .balign 4096\n .popsection");
extern int answer(void);
static sigjmp_buf before;
static void onFault(int signal) { siglongjmp(before, signal); }

__attribute__((noinline)) static long sum(void) {
    long s = 0;
    for (int i = 0; i < 3000; i++) s += answer();
    return s;
}

static void show(const char *what) {
    int signal = sigsetjmp(before, 1);
    if (signal) printf("%s: signal %d\n", what, signal);
    else printf("%s: %ld\n", what, sum());
}

int main(void) {
    signal(SIGSEGV, onFault);
    show("as loaded");
    for (int round = 2; round < 5; round++) {
        mprotect((void *) answer, PAGE, PROT_READ | PROT_WRITE);
        show("data");
        memcpy((char *) answer + 1, &round, sizeof round);
        mprotect((void *) answer, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
        show("writable");
        memcpy((char *) answer + 1, &(int) {round * 10}, sizeof round);
        show("written");
        mprotect((void *) answer, PAGE, PROT_READ | PROT_EXEC);
        show("code again");
    }
    mprotect((void *) answer, PAGE, PROT_READ);
    show("readable");
    memcpy((mmap((void *) answer, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)), "\xb8\1\0\0\0\xc3", 6);
    mprotect((void *) answer, PAGE, PROT_READ | PROT_EXEC);
    show("other memory");
    return 0;
}
