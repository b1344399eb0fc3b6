/*
 * The calls about memory, at fixed addresses, and the faults of what is not there: signal, code and address as a handler sees them. A string of one letter a page says
 * what may be done there: r can be read, w written too, . neither; B beyond a file's end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#define BAD ((void *) 0x4000)
#define PAGE 4096UL
#define HERE ((char *) 0x60000000UL)
#define THERE ((char *) 0x61000000UL)

static void result(const char *what, long r) {
    if (r < 0 && r > -4096) printf("%s: %s\n", what, strerrorname_np(errno));
    else printf("%s: %lx\n", what, r);
}

static void is(const char *what, int good) { printf("%s: %s\n", what, good ? "ok" : "WRONG"); }

static sigjmp_buf back;
static siginfo_t fault;
static long error, number;
static void handler(int s, siginfo_t *i, void *c) {
    fault = *i, error = ((ucontext_t *) c)->uc_mcontext.gregs[REG_ERR], number = ((ucontext_t *) c)->uc_mcontext.gregs[REG_TRAPNO];
    siglongjmp(back, s);
}

static void touched(const char *what, volatile char *at, int write) {
    int s = sigsetjmp(back, 1);
    if (s == 0) {
        if (write) *at = 1; else (void) *at;
        printf("%s: good\n", what);
    } else printf("%s: signal %d code %d address %lx write %ld trap %ld\n", what, s, fault.si_code, (long) fault.si_addr, error >> 1 & 1, number);
}

static char may(volatile char *at) {
    static volatile char was;
    int s = sigsetjmp(back, 1);
    if (s) return s == SIGBUS ? 'B' : '.';
    was = *at;
    if (sigsetjmp(back, 1)) return 'r';
    *at = was;
    return 'w';
}

static void view(const char *what, char *from, int pages) {
    printf("%s: ", what);
    for (int i = 0; i < pages; i++) putchar(may(from + i * PAGE));
    putchar(' ');
    for (int i = 0; i < pages; i++) {
        volatile char *at = from + i * PAGE;
        char c = '-';
        if (may(at) != '.' && may(at) != 'B') c = *at;
        putchar(c >= ' ' ? c : '0');
    }
    putchar('\n');
}

/* Six pages with a letter each. */
static char *pages(char *at) {
    mmap(at, 6 * PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    for (int i = 0; i < 6; i++) at[i * PAGE] = 'a' + i;
    return at;
}

static void clean(void) { munmap(HERE, 64 * PAGE), munmap(THERE, 64 * PAGE); }

static void mapping(int f) {
    result("fixed", (long) mmap(HERE, 3 * PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)), result("no replace", (long) mmap(HERE + PAGE, PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    result("no replace free", (long) mmap(HERE + 3 * PAGE, PAGE, 1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)), result("hint", (long) mmap(HERE + 8 * PAGE + 5, PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)), is("taken hint", mmap(HERE, PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != HERE), view("view", HERE, 9);
    result("unaligned", (long) mmap(HERE + 5, PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)), result("none", (long) mmap(HERE, 0, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)), result("no type", (long) mmap(HERE, PAGE, 3, MAP_ANONYMOUS, -1, 0)), result("closed", (long) mmap(0, PAGE, 3, MAP_PRIVATE, 999, 0)), result("offset", (long) mmap(0, PAGE, 3, MAP_PRIVATE, f, 5)), result("too large", (long) mmap(0, 1UL << 60, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    int r = open("mapped", O_RDONLY), w = open("mapped", O_WRONLY), d = open(".", O_RDONLY), p = open("mapped", O_PATH);
    result("write to read only", (long) mmap(0, PAGE, 3, MAP_SHARED, r, 0)), result("private", munmap(mmap(0, PAGE, 3, MAP_PRIVATE, r, 0), PAGE)), result("cannot be read", (long) mmap(0, PAGE, 1, MAP_SHARED, w, 0)), result("a directory", (long) mmap(0, PAGE, 1, MAP_SHARED, d, 0)), result("a place", (long) mmap(0, PAGE, 1, MAP_PRIVATE, p, 0)), is("validate", mmap(HERE, PAGE, 1, MAP_SHARED_VALIDATE | MAP_FIXED, f, 0) == HERE);
    close(r), close(w), close(d), close(p), clean(), pages(HERE), result("over it", (long) mmap(HERE + PAGE, 2 * PAGE, 1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)), view("view", HERE, 6), result("hole", munmap(HERE + 4 * PAGE, 1)), view("view", HERE, 6), result("nothing there", munmap(THERE, PAGE)), result("unaligned", munmap(HERE + 1, PAGE)), result("none", munmap(HERE, 0)), clean();
    char *low = mmap(0, PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    is("32 bits", (unsigned long) low < 1UL << 31), munmap(low, PAGE);
    static char stack[1]; (void) stack;
    char *grows = mmap(0, 4 * PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE | MAP_POPULATE, -1, 0);
    grows[0] = 'x', is("stack", grows[0] == 'x'), munmap(grows, 4 * PAGE);
}

static void files(int f) {
    char b[16] = "", *m = mmap(HERE, 3 * PAGE, 3, MAP_SHARED | MAP_FIXED, f, 0), *p = mmap(THERE, 3 * PAGE, 3, MAP_PRIVATE | MAP_FIXED, f, 0);
    view("shared", m, 3), view("private", p, 3), touched("beyond", m + 2 * PAGE + 9, 0), touched("beyond", m + 2 * PAGE + 9, 1);
    strcpy(m + 100, "through"), pread(f, b, 8, 100), printf("%s %s\n", b, p + 100), strcpy(p + 200, "private"), pread(f, b, 8, 200), printf("%d %s\n", b[0], p + 200), pwrite(f, "written", 8, 5000), printf("%s %s\n", m + 5000, p + 5000);
    result("msync", msync(m, 2 * PAGE, MS_SYNC)), result("asynchronous", msync(m, 3 * PAGE, MS_ASYNC)), result("both", msync(m, PAGE, MS_SYNC | MS_ASYNC)), result("invalidate", msync(m, PAGE, MS_INVALIDATE)), result("unaligned", msync(m + 1, PAGE, MS_SYNC)), result("hole", msync(m, 4 * PAGE, MS_SYNC)), result("none", msync(m, 0, MS_SYNC)), result("unknown", msync(m, PAGE, 99)), result("locked", mlock(m, PAGE)), result("invalidate", msync(m, 4 * PAGE, MS_INVALIDATE)), munlock(m, PAGE);
    ftruncate(f, 100), view("cut", m, 3), printf("%d\n", m[101]), ftruncate(f, 3 * PAGE), view("longer", m, 3), result("write", pread(f, b, 8, 100)), is("gone", b[0] == 0), view("private", p, 3);
    result("read beyond into it", (ftruncate(f, PAGE), pread(f, m + PAGE, 5, 0))), result("write out of it", pwrite(f, m + PAGE, 5, 0)), result("read only", mprotect(m, PAGE, 1)), result("to read only", pread(f, m, 5, 0)), ftruncate(f, 2 * PAGE + 10), clean();
    m = mmap(HERE, PAGE, 3, MAP_SHARED | MAP_FIXED, f, PAGE), strcpy(m, "second"), munmap(m, PAGE), pread(f, b, 8, PAGE), printf("%s\n", b);
    m = mmap(HERE, 2 * PAGE, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0), m[5] = 's', result("other view", (long) mremap(m, 0, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE)), printf("%c", THERE[5]), THERE[6] = 't', printf("%c\n", m[6]), clean();
}

static void moves(int f) {
    char *m = pages(HERE);
    result("shrink", (long) mremap(m, 6 * PAGE, 4 * PAGE, 0)), view("view", m, 6), result("grow", (long) mremap(m, 4 * PAGE, 6 * PAGE, 0)), view("view", m, 6);
    mmap(HERE + 6 * PAGE, PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), result("no room", (long) mremap(m, 6 * PAGE, 7 * PAGE, 0));
    char *n = mremap(m, 6 * PAGE, 7 * PAGE, MREMAP_MAYMOVE);
    is("moved", n != m && n != MAP_FAILED), view("view", n, 7), view("left", m, 7), result("fixed", (long) mremap(n, 7 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE)), view("view", THERE, 4), is("left", may(n) == '.' && may(n + 6 * PAGE) == '.'), clean();
    pages(HERE), result("part", (long) mremap(HERE + PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE)), view("view", HERE, 6), view("view", THERE, 3), clean();
    pages(HERE), result("keep", (long) mremap(HERE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED, THERE)), view("emptied", HERE, 6), view("view", THERE, 3), result("keep other size", (long) mremap(HERE, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0)), result("keep unaligned", (long) mremap(HERE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, THERE + 1)), clean();
    pages(HERE), mprotect(HERE + 2 * PAGE, PAGE, 1), result("over itself", (long) mremap(HERE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, HERE + PAGE)), result("two kinds", (long) mremap(HERE, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE)), result("read only grows", (long) mremap(HERE + 2 * PAGE, PAGE, 2 * PAGE, 0)), result("nowhere", (long) mremap(THERE, PAGE, PAGE, MREMAP_MAYMOVE)), result("unaligned", (long) mremap(HERE + 1, PAGE, PAGE, 0)), result("no flag", (long) mremap(HERE, PAGE, PAGE, MREMAP_FIXED, THERE)), result("unknown", (long) mremap(HERE, PAGE, PAGE, 64)), result("to none", (long) mremap(HERE, PAGE, 0, 0)), result("none of private", (long) mremap(HERE, 0, PAGE, MREMAP_MAYMOVE)), result("same", (long) mremap(HERE, 6 * PAGE, 6 * PAGE, 0)), view("view", HERE, 6), clean();
    pages(HERE), mprotect(HERE + 2 * PAGE, PAGE, 1), munmap(HERE + 3 * PAGE, PAGE), result("cut and two kinds", (long) mremap(HERE, 6 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE)), view("view", HERE, 6);
    long several = (long) mremap(HERE, 6 * PAGE, 6 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE);     /* since Linux 6.17 */
    result("several", several), view("from", HERE, 6), view("to", THERE, 6), clean(), pages(HERE);
    int socket_ = socket(1, 1, 0);
    result("what cannot be mapped", (long) mmap(HERE, PAGE, 1, MAP_PRIVATE | MAP_FIXED, socket_, 0)), view("view", HERE, 6), close(socket_), clean();
    m = mmap(HERE, PAGE, 3, MAP_SHARED | MAP_FIXED, f, 0), m[0] = 'F', result("a file", (long) mremap(m, PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE)), view("view", THERE, 4), THERE[0] = 'G';
    char b = 0;
    pread(f, &b, 1, 0), printf("%c\n", b), clean(), pages(HERE), pages(THERE), mprotect(THERE + PAGE, PAGE, 0), result("onto others", (long) mremap(HERE, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, THERE + PAGE)), view("view", HERE, 6), view("view", THERE, 6), clean();
}

static void rights(void) {
    char *m = pages(HERE);
    result("none", mprotect(m, PAGE, 0)), result("read", mprotect(m + PAGE, PAGE, 1)), result("write", mprotect(m + 2 * PAGE, PAGE, 2)), result("all", mprotect(m + 3 * PAGE, PAGE, 7)), view("view", m, 6);
    touched("read none", m + 7, 0), touched("write none", m + 8, 1), touched("read read", m + PAGE + 9, 0), touched("write read", m + PAGE + 10, 1), touched("unmapped", m + 7 * PAGE + 3, 0), touched("unmapped", m + 7 * PAGE + 3, 1), touched("null", (char *) 8, 0), touched("far", (char *) 0x7ffffff00123, 1), touched("kernel", (char *) 0xffffffff81000000, 0), touched("no address", (char *) 0x8000000000001234, 0);
    result("unaligned", mprotect(m + 1, PAGE, 3)), result("no length", mprotect(m, 0, 3)), result("hole", mprotect(m + 4 * PAGE, 4 * PAGE, 1)), view("up to the hole", m, 6), result("from the hole", mprotect(m + 6 * PAGE, PAGE, 1)), result("unknown", mprotect(m, PAGE, 0x40)), result("grows", mprotect(m, PAGE, 3 | PROT_GROWSDOWN)), result("grows both", mprotect(m, PAGE, PROT_GROWSUP | PROT_GROWSDOWN)), result("grows before", mprotect(m - PAGE, 2 * PAGE, PROT_GROWSDOWN)), result("wraps", syscall(SYS_mprotect, m, -1UL, -1UL)), result("wraps", syscall(SYS_mprotect, m, -1UL, 1UL));
    int s = sigsetjmp(back, 1);
    if (s == 0) result("rights again", mprotect(m, 6 * PAGE, 3)), *(volatile uint64_t *) (m + 6 * PAGE - 4) = 1;
    else printf("across the end: signal %d code %d address %lx\n", s, fault.si_code, (long) fault.si_addr);
    clean();
    int v[2] = {1, 2};
    char *codes = mmap(HERE, PAGE, 7, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    memcpy(codes, "\xb8\x2a\0\0\0\xc3", 6), printf("made code %d", ((int (*)(void)) codes)()), codes[1] = 43, printf(" %d\n", ((int (*)(void)) codes)()), mprotect(codes, PAGE, 1);
    s = sigsetjmp(back, 1);
    if (s == 0) ((int (*)(void)) codes)();
    else printf("not executable: signal %d code %d address %lx instruction %ld\n", s, fault.si_code, (long) fault.si_addr, error >> 4 & 1);
    clean();
}

static void advice(int f) {
    unsigned char v[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    char *m = pages(HERE), b = 0;
    result("dontneed", madvise(m + PAGE, 2 * PAGE, MADV_DONTNEED)), view("view", m, 6), result("hole", madvise(m + 4 * PAGE, 4 * PAGE, MADV_DONTNEED)), view("view", m, 6), result("unaligned", madvise(m + 1, PAGE, MADV_DONTNEED)), result("unknown", madvise(m, PAGE, 77)), result("none", madvise(m, 0, MADV_DONTNEED)), result("willneed", madvise(m, PAGE, MADV_WILLNEED)), result("free", madvise(m, PAGE, MADV_FREE)), result("of nothing", madvise(THERE, PAGE, MADV_NORMAL)), result("of nothing, unknown", madvise(THERE, PAGE, 77));
    m[0] = 'z', result("random", madvise(m, 6 * PAGE, MADV_RANDOM)), result("populate", madvise(m, 6 * PAGE, MADV_POPULATE_WRITE)), mprotect(m, PAGE, 1), result("populate read only", madvise(m, PAGE, MADV_POPULATE_WRITE)), mprotect(m + PAGE, PAGE, 2), result("populate write only", madvise(m + PAGE, PAGE, MADV_POPULATE_READ)), mprotect(m + PAGE, PAGE, 3), result("populate hole", madvise(m, 8 * PAGE, MADV_POPULATE_READ)), result("remove", madvise(m, PAGE, MADV_REMOVE)), view("view", m, 6), clean();
    m = mmap(HERE, 2 * PAGE, 3, MAP_PRIVATE | MAP_FIXED, f, 0), b = m[0], m[0] = '!', madvise(m, PAGE, MADV_DONTNEED), is("the file's again", m[0] == b), clean();
    m = mmap(HERE, 4 * PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), m[PAGE] = 1, result("mincore", mincore(m, 4 * PAGE, v)), printf("%d %d %d %d %d\n", v[0] & 1, v[1] & 1, v[2] & 1, v[3] & 1, v[4]), result("hole", mincore(m, 5 * PAGE, v)), result("unaligned", mincore(m + 1, PAGE, v)), result("to nowhere", mincore(m, PAGE, BAD)), result("none", mincore(m, 0, v)), result("a byte", mincore(m + PAGE, 1, v));
    result("beyond all memory", syscall(SYS_mprotect, m, 1UL << 63, 1UL)), view("view", m, 4), mprotect(m, 4 * PAGE, 3), result("unknown bits", (long) mmap(m, PAGE, 0x40, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)), result("no right", write(1, m, 1)), mprotect(m, PAGE, 3);
    result("mlock", mlock(m, PAGE)), result("hole", mlock(m, 9 * PAGE)), result("munlock", munlock(m, PAGE)), result("onfault", mlock2(m, PAGE, MLOCK_ONFAULT)), result("unknown", mlock2(m, PAGE, 99)), munlock(m, 4 * PAGE), mprotect(m, PAGE, 0), result("no right", mlock(m, PAGE)), clean();
}

static void breaks(void) {
    char *end = sbrk(0), *start = (char *) (((unsigned long) end + PAGE - 1) & -PAGE);
    is("grow", brk(start + 3 * PAGE) == 0 && sbrk(0) == start + 3 * PAGE);
    start[0] = 'h', start[3 * PAGE - 1] = 'e', is("zero", start[PAGE] == 0), is("shrink", brk(start + PAGE) == 0 && may(start + PAGE) == '.' && may(start) == 'w'), is("grow again", brk(start + 2 * PAGE + 5) == 0 && may(start + 2 * PAGE) == 'w' && start[PAGE] == 0 && start[0] == 'h');
    is("absurd", syscall(SYS_brk, 1UL << 62) == (long) sbrk(0)), is("below", syscall(SYS_brk, PAGE) == (long) sbrk(0)), is("unaligned", syscall(SYS_brk, start + 7) == (long) start + 7), mmap(start + 4 * PAGE, PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), is("obstacle", syscall(SYS_brk, start + 8 * PAGE) == (long) start + 7), munmap(start + 4 * PAGE, PAGE);
    is("back", brk(end) == 0 && sbrk(0) == end);
}

static int number_of(int n) { return 3 * n + 4; }

/* /proc/self/mem: what is there can be read and written whatever its protection. */
static void selfMemory(void) {
    char b[16] = "", path[32], *m = pages(HERE);
    int f = open("/proc/self/mem", O_RDWR), r = open("/proc/self/mem", O_RDONLY);
    sprintf(path, "/proc/%d/mem", getpid());
    int p = open(path, O_RDWR | O_CLOEXEC), d = dup(f);
    is("opened", f > 0 && r > 0 && p > 0), result("cloexec", fcntl(p, F_GETFD)), mprotect(m + PAGE, PAGE, 1), mprotect(m + 2 * PAGE, PAGE, 0), munmap(m + 4 * PAGE, PAGE);
    result("pread", pread(f, b, 3, (long) m)), printf("%s", b), result(" pwrite", pwrite(f, "xyz", 3, (long) m)), printf("%.3s\n", m), result("read only", pwrite(p, "read", 4, (long) m + PAGE)), printf("%.4s\n", m + PAGE), result("no access", pwrite(d, "none", 4, (long) m + 2 * PAGE)), result("it", pread(f, b, 4, (long) m + 2 * PAGE)), printf("%s\n", b);
    result("unmapped", pread(f, b, 4, (long) m + 4 * PAGE)), result("unmapped", pwrite(f, b, 4, (long) m + 4 * PAGE)), result("up to the hole", pread(f, b, 8, (long) m + 4 * PAGE - 3)), result("null", pread(f, b, 4, 0)), result("far", pread(f, b, 4, 1L << 46)), result("negative", pread(f, b, 4, -5)), result("to nowhere", pread(f, BAD, 4, (long) m)), result("from nowhere", pwrite(f, BAD, 4, (long) m)), result("opened to read", pwrite(r, "x", 1, (long) m)), result("of none", pread(f, b, 0, 0));
    is("lseek", lseek(f, (long) m + 1, SEEK_SET) == (long) m + 1), result("read", read(f, b, 2)), printf("%.2s\n", b), is("on", lseek(d, 0, SEEK_CUR) == (long) m + 3), result("write", write(d, "!?", 2)), printf("%.5s\n", m), is("on", lseek(f, -5, SEEK_CUR) == (long) m), result("from the end", lseek(f, 0, SEEK_END));
    struct iovec parts[2] = {{b, 2}, {b + 2, 3}}, two[2] = {{"AB", 2}, {"CD", 2}};
    result("readv", readv(f, parts, 2)), printf("%.5s\n", b), result("pwritev", pwritev(f, two, 2, (long) m)), result("preadv", preadv(f, parts, 2, (long) m)), printf("%.5s\n", b), is("position", lseek(f, 0, SEEK_CUR) == (long) m + 5), result("vector nowhere", readv(f, BAD, 1));
    char *code = mmap(THERE, PAGE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    memcpy(code, "\xb8\x2a\0\0\0\xc3", 6), mprotect(code, PAGE, 5);
    long sum = 0;
    for (int i = 0; i < 3000; i++) sum += ((int (*)(void)) code)();
    pwrite(f, "\x2b", 1, (long) code + 1), printf("code %ld %d\n", sum, ((int (*)(void)) code)());
    int (*volatile own)(int) = number_of;
    for (int i = 0; i < 3000; i++) sum += own(i);
    result("own code", pwrite(f, "\xb8\7\0\0\0\xc3", 6, (long) own)), printf("%ld %d\n", sum, own(5)), close(f), close(r), close(p), close(d), clean();
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    struct sigaction a = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &a, 0), sigaction(SIGBUS, &a, 0);
    int f = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
    ftruncate(f, PAGE + 10), pwrite(f, "0123456789", 10, 0), pwrite(f, "second", 6, PAGE);
    mapping(f), ftruncate(f, PAGE + 10), files(f), moves(f), rights(), advice(f), breaks(), selfMemory();
    close(f), unlink("mapped");
    return 0;
}
