// fork(2) of much written memory: parent and children see what was there at the fork, whatever either does afterwards and however it is reached.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define N (64l << 20)
#define P 4096l
static unsigned char *m;

static unsigned char at(long i) { return (i >> 12) * 31 + i * 7 + 1; }
static void fill(void) { for (long i = 0; i < N; i++) m[i] = at(i); }
/** How many bytes of [from, to) are not as they were. */
static long wrong(unsigned char *p, long from, long to, long step) {
    long n = 0;
    for (long i = from; i < to; i += step) n += p[i - from] != at(i);
    return n;
}
static long off(long from, long to) { return wrong(m + from, from, to, 1); }

static void check(const char *what, long value) { printf("%s: %ld\n", what, value); fflush(stdout); }
static void child(const char *name, void (*body)(void)) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) { alarm(120); body(); fflush(stdout); _exit(0); }
    int status;
    waitpid(pid, &status, 0);
    printf("%s ended %x\n", name, status);
}

static void all(void) { check("all", off(0, N)); }
static void writes(void) {
    for (long i = 0; i < N; i += 5 * P + 8) m[i] ^= 0xff;
    long n = 0;
    for (long i = 0; i < N; i += 5 * P + 8) n += (unsigned char)(m[i] ^ 0xff) != at(i);
    check("written", n);
    check("beside", wrong(m + 1, 1, N, 5 * P + 8));
}
static void calls(void) {
    int p[2], f = open("/proc/self/mem", O_RDWR), t = fileno(tmpfile());
    char b[P];
    pipe(p);
    check("write from", write(p[1], m + 3 * P - 100, 2000));
    read(p[0], b, 2000);
    check("same", memcmp(b, m + 3 * P - 100, 2000));
    memset(b, 5, 3000);
    write(p[1], b, 3000);
    check("read to", read(p[0], m + (9l << 20) - 1500, 3000));
    check("around", off((8l << 20), (9l << 20) - 1500) + off((9l << 20) + 1500, 10l << 20));
    check("file of 20 MB", write(t, m + (20l << 20), 20l << 20));
    check("read back elsewhere", pread(t, m + (40l << 20) + 17, 20l << 20, 0));
    check("same", memcmp(m + (20l << 20), m + (40l << 20) + 17, 20l << 20));
    struct iovec v[3] = {{m + (11l << 20), 5000}, {m + (12l << 20), 5000}, {m + (13l << 20), 5000}};
    check("writev", pwritev(t, v, 3, 0));
    char c[15000];
    check("pread", pread(t, c, 15000, 0));
    check("parts", wrong((void *)c, 11l << 20, (11l << 20) + 5000, 1) + wrong((void *)c + 5000, 12l << 20, (12l << 20) + 5000, 1) + wrong((void *)c + 10000, 13l << 20, (13l << 20) + 5000, 1));
    check("memory file", pread(f, b, P, (long)m + (14l << 20)));
    check("same", wrong((void *)b, 14l << 20, (14l << 20) + P, 1));
    check("memory file written", pwrite(f, "abc", 3, (long)m + (15l << 20)));
    check("around", off((15l << 20) + 3, 16l << 20) + memcmp(m + (15l << 20), "abc", 3));
}
static void paths(void) { check("open", open((char *)m + (30l << 20), O_RDONLY) >= 0); check("missing", open((char *)m + (31l << 20), O_RDONLY) < 0 && errno == ENOENT); }
static void futexes(void) {
    int *w = (int *)(m + (33l << 20)), *u = (int *)(m + (34l << 20));
    struct timespec *t = (struct timespec *)(m + (35l << 20));
    check("wait", syscall(SYS_futex, w, FUTEX_WAIT_PRIVATE, 1, 0, 0, 0) < 0 ? errno : 0);
    t->tv_sec = 0;
    t->tv_nsec = 1000;
    check("wait in time", syscall(SYS_futex, u, FUTEX_WAIT_PRIVATE, *(int *)(m + (34l << 20)), t, 0, 0) < 0 ? errno : 0);
}
static void mappings(void) {
    check("munmap", munmap(m + (5l << 20) + P, (6l << 20) + 3 * P));
    check("below", off(4l << 20, (5l << 20) + P));
    check("above", off((11l << 20) + 4 * P, 13l << 20));
    check("dontneed", madvise(m + (16l << 20) + 5 * P, 2l << 20, MADV_DONTNEED));
    long n = 0;
    for (long i = 0; i < 2l << 20; i++) n += m[(16l << 20) + 5 * P + i] != 0;
    check("zero", n);
    check("around", off(15l << 20, (16l << 20) + 5 * P) + off((18l << 20) + 5 * P, 19l << 20));
    check("mprotect", mprotect(m + (20l << 20) + 7 * P, 3l << 20, PROT_READ));
    check("readable", off(19l << 20, 24l << 20));
    unsigned char *r = mremap(m + (26l << 20) + P, 2l << 20, 4l << 20, MREMAP_MAYMOVE);
    check("mremap", r == MAP_FAILED);
    check("moved", wrong(r, (26l << 20) + P, (28l << 20) + P, 1) + r[(2l << 20)] + r[(4l << 20) - 1]);
    check("mmap over", mmap(m + (40l << 20) + 9 * P, 1l << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != m + (40l << 20) + 9 * P);
    check("over", m[(40l << 20) + 9 * P] + m[(41l << 20) + 8 * P]);
    check("mmap of nothing", mmap(m + (44l << 20), P, PROT_READ, MAP_PRIVATE | MAP_FIXED, 999, 0) == MAP_FAILED);
    check("around", off(39l << 20, (40l << 20) + 9 * P) + off((41l << 20) + 9 * P, N));
}

static pthread_barrier_t together;
static long sums[8];
static void *racer(void *arg) {
    long k = (long)arg, n = 0;
    for (long i = 0; i < N; i += 1l << 20) {
        pthread_barrier_wait(&together);
        n += m[i + 64] != at(i + 64);
        __atomic_fetch_add((int *)(m + i + 128), 1, __ATOMIC_SEQ_CST);
        m[i + 256 + k] = k;
    }
    sums[k] = n;
    return 0;
}
static void races(void) {
    pthread_t t[4];
    int before[64];
    for (long i = 0; i < 64; i++) { unsigned char b[4]; for (int k = 0; k < 4; k++) b[k] = at((i << 20) + 128 + k); memcpy(before + i, b, 4); }
    pthread_barrier_init(&together, 0, 4);
    for (long k = 0; k < 4; k++) pthread_create(t + k, 0, racer, (void *)k);
    for (long k = 0; k < 4; k++) pthread_join(t[k], 0);
    long n = 0;
    for (long i = 0; i < 64; i++) {
        n += *(int *)(m + (i << 20) + 128) != before[i] + 4;
        for (long k = 0; k < 4; k++) n += m[(i << 20) + 256 + k] != k;
        n += off((i << 20) + 300, (i + 1) << 20);
    }
    check("races", n + sums[0] + sums[1] + sums[2] + sums[3]);
}

static sigjmp_buf back;
static siginfo_t seen;
static void caught(int s, siginfo_t *i, void *c) { seen = *i; siglongjmp(back, 1); }
static void fault(const char *what, unsigned char *p, int write) {
    if (!sigsetjmp(back, 1)) { if (write) *(volatile unsigned char *)p = 1; else *(volatile unsigned char *)p; printf("%s: no fault\n", what); }
    else printf("%s: signal %d code %d at %ld\n", what, seen.si_signo, seen.si_code, (long)((unsigned char *)seen.si_addr - m));
}
static void faults(void) {
    struct sigaction a = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &a, 0);
    munmap(m + (50l << 20), P);
    mprotect(m + (51l << 20), P, PROT_READ);
    mprotect(m + (52l << 20), P, PROT_NONE);
    fault("unmapped", m + (50l << 20) + 5, 0);
    fault("unmapped", m + (50l << 20) + 5, 0);
    fault("read only", m + (51l << 20) + 6, 1);
    fault("read", m + (51l << 20) + 6, 0);
    fault("none", m + (52l << 20) + 7, 0);
    fault("beside", m + (50l << 20) - 1, 1);
    fault("untouched", m + (60l << 20), 1);
    check("write of unmapped", write(1, m + (50l << 20) + 8, 10) < 0 ? errno : 0);
}
static void deep(void) {
    m[7 * P] = 99;
    child("grandchild", all);
    m[8 * P] = 98;
    check("after", off(9 * P, N));
}
static void deepWritten(void) {
    memset(m + (1l << 20), 3, 1l << 20);
    pid_t pid = fork();
    if (pid == 0) { long n = off(0, 1l << 20) + off(2l << 20, N); for (long i = 0; i < 1l << 20; i++) n += m[(1l << 20) + i] != 3; check("grandchild sees", n); fflush(stdout); _exit(0); }
    memset(m, 4, N);
    waitpid(pid, 0, 0);
}
static void executes(void) { execl("/bin/echo", "echo", (char *)m + (30l << 20), NULL); }

static void parentFirst(void) {
    int p[2];
    pipe(p);
    if (fork() == 0) {
        close(p[1]);
        char c;
        read(p[0], &c, 1);      // the end of our parent
        usleep(20000);
        check("orphan", off(0, N));
        fflush(stdout);
        _exit(0);
    }
    memset(m, 0, N);
}

int main(void) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    m = mmap(0, N, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fill();
    child("reader", all);
    child("writer", writes);
    check("here", off(0, N));
    child("calls", calls);
    strcpy((char *)m + (30l << 20), "/dev/null");
    strcpy((char *)m + (31l << 20), "/dev/no such thing");
    child("paths", paths);
    child("exec", executes);
    for (long i = 0; i < 40; i++) m[(30l << 20) + i] = at((30l << 20) + i), m[(31l << 20) + i] = at((31l << 20) + i);
    child("futexes", futexes);
    child("mappings", mappings);
    child("races", races);
    child("faults", faults);
    child("deep", deep);
    child("deep written", deepWritten);
    int p[2];
    pipe(p);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) { close(p[0]); parentFirst(); _exit(0); }
    close(p[1]);
    waitpid(pid, 0, 0);
    char c;
    read(p[0], &c, 1);          // until the orphan has ended too
    // several at once, while we write and unmap
    pid_t several[3];
    int go[2];
    pipe(go);
    for (int k = 0; k < 3; k++) {
        fflush(stdout);
        several[k] = fork();
        if (several[k] == 0) {
            close(go[1]);
            char c;
            read(go[0], &c, 1);
            long n = k == 0 ? off(0, N) : 0;
            for (int j = 0; k > 0 && j < N; j += 512) n += m[j] != (j < k * P ? 7 : at(j));
            _exit(n != 0);
        }
        m[k * P] = 7, memset(m + k * P, 7, P);
    }
    memset(m + (8l << 20), 0, 8l << 20);
    munmap(m + (16l << 20), 8l << 20);
    close(go[1]);
    for (int k = 0; k < 3; k++) {
        int status;
        waitpid(several[k], &status, 0);
        check("one of several", status);
    }
    // heap and stack
    char *heap = malloc(100), big[1 << 16];
    strcpy(heap, "heap");
    strcpy(big, "stack");
    fflush(stdout);
    if ((pid = fork()) == 0) { printf("%s %s\n", heap, big); strcpy(heap, "other"); fflush(stdout); _exit(3); }
    int status;
    waitpid(pid, &status, 0);
    printf("%s %x\n", heap, status);
    return 0;
}
