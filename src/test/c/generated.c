/*
 * Code that is made while it is used: written, mended, moved, mapped twice, changed by the kernel, each often enough to have been translated in
 * between. Each part prints the sum of what its code returned, round by round.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define ROUNDS 12
#define RWX PROT_READ | PROT_WRITE | PROT_EXEC
typedef int (*function)(int);

static unsigned long hash;
static int rounds;

/* A function that returns a * x + b; its length. */
static int put(unsigned char *to, int a, int b) {
    unsigned char code[] = {0x69, 0xc7, 0, 0, 0, 0, 0x05, 0, 0, 0, 0, 0xc3};    /* imul eax, edi, a; add eax, b; ret */
    memcpy(code + 2, &a, 4);
    memcpy(code + 7, &b, 4);
    memcpy(to, code, sizeof code);
    return sizeof code;
}

static void code(unsigned char into[12], int a, int b) { put(into, a, b); }

/* Often enough to be hot, or once. */
__attribute__((noinline)) static long sum(function f, int times) {
    long s = 0;
    for (int i = 0; i < times; i++) s = s * 3 + f(i);
    return s;
}

static void note(long value) { hash = hash * 31 + value; }

static void used(void *f) {
    note(sum((function) f, rounds++ % 3 == 2 ? 1 : 200));
}

static void done(const char *name) {
    printf("%s: %016lx\n", name, hash);
    hash = rounds = 0;
}

static unsigned char *map(int pages, int protection) {
    return mmap(0, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void rewritten(int offset, const char *name) {
    unsigned char *p = map(2, RWX);
    for (int i = 0; i < ROUNDS; i++) { put(p + offset, i + 2, i * i); used(p + offset); }
    munmap(p, 2 * PAGE);
    done(name);
}

static void oneByte(void) {
    unsigned char *p = map(2, RWX);
    put(p + PAGE - 4, 2, 3);
    used(p + PAGE - 4);
    for (int i = 0; i < ROUNDS; i++) { p[PAGE - 4 + 7] = i; used(p + PAGE - 4); p[PAGE - 4 + 2] = i + 1; used(p + PAGE - 4); }
    done("one byte on either side of a page boundary");
}

/* A function that begins where nobody writes and ends where somebody does. */
static void halfWritable(void) {
    unsigned char *p = map(2, RWX);
    put(p + PAGE - 6, 2, 3);
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    for (int i = 0; i < ROUNDS; i++) { p[PAGE + 1] = i; used(p + PAGE - 6); }
    mprotect(p, 2 * PAGE, RWX);
    put(p + PAGE - 9, 2, 3);
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    for (int i = 0; i < ROUNDS; i++) { p[PAGE] = i; used(p + PAGE - 9); }
    done("the second half writable");
}

static void putProtected(unsigned char *p, int i, int n) {
    mprotect(p, PAGE, PROT_READ | PROT_WRITE);
    put(p, i, n);
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    used(p);
    used(p);
}

static void protectedBetween(void) {
    unsigned char *p = map(1, RWX);
    for (int i = 0; i < ROUNDS; i++) putProtected(p, i, 5);
    done("write or execute");
}

static void mappedAgain(void) {
    unsigned char *p = map(1, RWX);
    for (int i = 0; i < ROUNDS; i++) {
        munmap(p, PAGE);
        p = mmap(p, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        put(p, i, 7);
        mprotect(p, PAGE, PROT_READ | PROT_EXEC);
        used(p);
        mmap(p, PAGE, RWX, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        put(p, 7, i);
        used(p);
    }
    done("unmapped and mapped again");
}

static void twice(int comesAndGoes, const char *name) {
    int fd = memfd_create("code", 0);
    ftruncate(fd, PAGE);
    unsigned char *w = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *x = mmap(0, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    for (int i = 0; i < ROUNDS; i++) { put(w + 64, i, 11); used(x + 64); w[64 + 7] = i; used(x + 64); }
    if (comesAndGoes) {
        put(w + 64, 17, 19);
        used(x + 64);
        munmap(w, PAGE);                        /* nobody can write it, until */
        used(x + 64);
        w = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        for (int i = 0; i < ROUNDS; i++) { put(w + 64, i, 13); used(x + 64); }
        mprotect(w, PAGE, PROT_READ);
        used(x + 64);
        mprotect(w, PAGE, PROT_READ | PROT_WRITE);
        for (int i = 0; i < ROUNDS; i++) { put(w + 64, i, 14); used(x + 64); }
    }
    close(fd);
    done(name);
}

static void byKernel(void) {
    char path[] = "generated-XXXXXX";
    int fd = mkstemp(path), pair[2], pipes[2];
    unsigned char text[12], *p = map(1, RWX), *x;
    unlink(path);
    ftruncate(fd, PAGE);
    x = mmap(0, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    for (int i = 0; i < ROUNDS; i++) { code(text, i, 23); pwrite(fd, text, 12, 0); used(x); }
    done("a shared file written by pwrite");
    for (int i = 0; i < ROUNDS; i++) { code(text, i, 24); lseek(fd, 0, SEEK_SET); write(fd, text, 12); used(x); used(x); }
    done("by write");
    pipe(pipes);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    for (int i = 0; i < ROUNDS; i++) {
        code(text, i, 29); write(pipes[1], text, 12); read(pipes[0], p, 12); used(p);
        code(text, i, 31); pwrite(fd, text, 12, 100); pread(fd, p, 12, 100); used(p);
        code(text, i, 37); send(pair[0], text, 12, 0); recv(pair[1], p, 12, 0); used(p);
        struct iovec v[] = {{p, 5}, {p + 5, 7}}, t = {text, 12};
        code(text, i, 41); write(pipes[1], text, 12); readv(pipes[0], v, 2); used(p);
        code(text, i, 43); preadv(fd, v, 2, 100); used(p);
        code(text, i, 47); pwrite(fd, text, 12, 100); preadv(fd, v, 2, 100); used(p);
        code(text, i, 53); process_vm_writev(getpid(), &t, 1, v, 2, 0);
        code(p, i, 59); process_vm_readv(getpid(), v, 2, &t, 1, 0); used(p);
    }
    done("read, pread, recv, readv, preadv, process_vm_readv");
    int memory = open("/proc/self/mem", O_RDWR);
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    for (int i = 0; i < ROUNDS; i++) { code(text, i, 61); pwrite(memory, text, 12, (long) p); used(p); }
    done("through /proc/self/mem");
    int copy = memfd_create("copy", 0);
    for (int i = 0; i < ROUNDS; i++) {
        code(text, i, 67);
        pwrite(copy, text, 12, 0);
        long from = 0, to = 0;
        if (i % 2) copy_file_range(copy, &from, fd, &to, 12, 0);
        else { lseek(fd, 0, SEEK_SET); sendfile(fd, copy, &from, 12); }
        used(x);
    }
    done("by sendfile, copy_file_range");
    for (int i = 0; i < 4; i++) {
        code(text, i, 71);
        pwrite(fd, text, 12, 0);
        used(x);
        ftruncate(fd, 0);
        ftruncate(fd, PAGE);
        note(x[0]);
        pwrite(fd, text, 12, 0);
        used(x);
        fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE);
        note(x[0]);
    }
    done("truncated and made longer");
}

static void moved(void) {
    unsigned char *p = map(1, RWX), *q = map(4, PROT_NONE);
    for (int i = 0; i < ROUNDS; i++) {
        put(p, i, 73);
        used(p);
        mprotect(p, PAGE, PROT_READ | PROT_EXEC);
        used(p);
        unsigned char *to = q + (i % 4) * PAGE;
        if (to == p) continue;
        p = mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
        used(p);
        mprotect(p, PAGE, RWX);
    }
    unsigned char *other = map(1, RWX);
    for (int i = 0; i < ROUNDS; i++) {      /* other code at the same address */
        unsigned char *new = map(1, RWX);
        put(new, i, 79);
        used(new);
        mprotect(new, PAGE, PROT_READ | PROT_EXEC);
        mremap(new, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, other);
        used(other);
    }
    madvise(other, PAGE, MADV_DONTNEED);
    note(other[0]);
    done("moved by mremap");
}

static void privateFile(void) {
    char path[] = "generated-XXXXXX";
    int fd = mkstemp(path);
    unsigned char text[12];
    unlink(path);
    ftruncate(fd, PAGE);
    code(text, 3, 83);
    pwrite(fd, text, 12, 0);
    unsigned char *p = mmap(0, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    used(p);
    for (int i = 0; i < ROUNDS; i++) {
        putProtected(p, i, 97);
        if (i % 4 == 3) { madvise(p, PAGE, MADV_DONTNEED); used(p); }
    }
    done("a private mapping of a file");
}

/* Writes over the constant of the instruction behind it, or over that instruction's first byte, at each call. */
static void next(void) {
    unsigned char *p = map(2, RWX);
    /* mov [rip + 1], dil; mov eax, 0; ret */
    unsigned char own[] = {0x40, 0x88, 0x3d, 1, 0, 0, 0, 0xb8, 0, 0, 0, 0, 0xc3};
    /* inc byte [rip + 1]; mov eax, 0; ret */
    unsigned char counting[] = {0xfe, 0x05, 1, 0, 0, 0, 0xb8, 0, 0, 0, 0, 0xc3};
    memcpy(p, own, sizeof own);
    for (int i = 0; i < 4; i++) used(p);
    memcpy(p + PAGE - 9, own, sizeof own);
    for (int i = 0; i < 4; i++) used(p + PAGE - 9);
    memcpy(p + 256, counting, sizeof counting);
    for (int i = 0; i < 4; i++) used(p + 256);
    memcpy(p + PAGE - 8, counting, sizeof counting);
    for (int i = 0; i < 4; i++) used(p + PAGE - 8);
    done("the very next instruction");
}

/* A loop that changes its own body: for (; edi >= 0; edi--) eax += imm, imm++. */
static void loop(void) {
    unsigned char *p = map(1, RWX);
    unsigned char own[] = {0x31, 0xc0, 0x05, 1, 0, 0, 0, 0xfe, 0x05, 0xf6, 0xff, 0xff, 0xff, 0xff, 0xcf, 0x79, 0xf1, 0xc3};
    memcpy(p + 32, own, sizeof own);
    for (int i = 0; i < ROUNDS; i++) used(p + 32);
    done("a loop that changes itself");
}

/* The caller's code is in the page that the callee changes. */
static void samePage(void) {
    unsigned char *p = map(1, RWX);
    /* push rdi; mov [rip + callee's constant], dil; call callee; pop rdi; add eax, edi; ret; callee: mov eax, 0; ret */
    unsigned char own[] = {0x57, 0x40, 0x88, 0x3d, 10, 0, 0, 0, 0xe8, 4, 0, 0, 0, 0x5f, 0x01, 0xf8, 0xc3, 0xb8, 0, 0, 0, 0, 0xc3};
    memcpy(p, own, sizeof own);
    for (int i = 0; i < ROUNDS; i++) used(p);
    done("in the page of the writer");
}

int main(void) {
    rewritten(0, "written again and again");
    rewritten(PAGE - 6, "across pages");
    oneByte();
    halfWritable();
    protectedBetween();
    mappedAgain();
    twice(0, "through a second mapping");
    twice(1, "through a second mapping that comes and goes");
    byKernel();
    moved();
    privateFile();
    next();
    loop();
    samePage();
    return 0;
}
