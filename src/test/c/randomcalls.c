/*
 * System calls with random and absurd arguments: randomcalls FAMILY COUNT SEED prints each call with its result. The arguments come from the seed
 * alone and all addresses are fixed, so that the lines can be compared with those of another kernel; the world is made anew every few calls.
 *
 * Left out, for they end, stop, or change the process or the machine for good: exit, exit_group, execve, execveat, fork, vfork, clone, clone3,
 * rt_sigreturn, pause, rt_sigsuspend, signals to others, wait4, waitid, setuid and its like with real numbers, setgroups, capset, setrlimit that
 * succeeds, chroot, mount, reboot, sethostname, settimeofday and its like, swapon, personality, seccomp, ptrace, unshare, setns, sync; fcntl's
 * F_SETFL and F_SETOWN and ioctls that set up networks. Left out, for their results are no function of the arguments: clocks, getpid and its like.
 * Left out as known differences: mmap beyond 16 TiB, where the address space is smaller than the kernel's; operations on a signal descriptor, which is a pipe here;
 * the futex operations with priority inheritance; unknown ioctls of epoll descriptors; protection keys but -1, as the guest's CPU has none; kcmp.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/file.h>
#include <time.h>
#include <netinet/in.h>
#include <unistd.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

typedef unsigned long word;

static uint64_t seed;
static uint64_t next(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed * 0x2545F4914F6CDD1DUL >> 16;
}
static word pick(const word *from, int n) { return from[next() % n]; }
#define PICK(...) ({ static const word those[] = {__VA_ARGS__}; pick(those, sizeof those / sizeof *those); })

/* The arena: writable pages, read-only ones, ones of no access, a hole, a file's page with one beyond its end. */
/* Beyond 1 GB, below which a static program's heap begins somewhere (arch/x86/kernel/process.c, arch_randomize_brk). */
#define ARENA 0x60000000UL
#define WRITABLE ARENA
#define READ_ONLY (ARENA + 0x10000)
#define NO_ACCESS (ARENA + 0x14000)
#define HOLE (ARENA + 0x18000)
#define MAPPED (ARENA + 0x1c000)
#define PLAY (ARENA + 0x100000)         /* what the memory family changes */
#define STRUCTURE (WRITABLE + 0x100)    /* random words */
#define VECTOR (WRITABLE + 0x800)       /* struct iovec */
#define MESSAGE (WRITABLE + 0xa00)      /* struct msghdr, mmsghdr */
#define ADDRESS (WRITABLE + 0xc00)      /* struct sockaddr */
#define TIMES (WRITABLE + 0xe00)        /* struct timespec, all short or wrong */
#define SIGNALS (WRITABLE + 0xf00)      /* a set of all signals */
#define STRINGS (WRITABLE + 0x2000)
#define PAGE_END (WRITABLE + 0xfff8)    /* a string without an end before what is not writable */

static const char *const NAMES[] = {"", ".", "..", "file", "dir", "dir/inside", "dir/..", "link", "loop", "dangling", "missing", "missing/x", "file/x", "file/",
    "dir/", "./dir/./inside", "fifo", "socket", "/proc/self/fd/20", "/proc/self/exe/x", "user.a", "user.missing", "trusted.b", "security.c", "other", "nonsense.d"};
#define COUNT_OF(a) (sizeof (a) / sizeof *(a))
static word strings[COUNT_OF(NAMES) + 3];

/* Descriptors. */
enum { FILE_FD = 20, READ_FD, DIR_FD, ZERO_FD, PIPE_R, PIPE_W, STREAM_A, STREAM_B, DATAGRAM, INET, EPOLL, EVENT, TIMER, INOTIFY, MEMFD, PATH_FD, PTY, WRITE_FD, FIFO, LAST };
#define HOME 10
#define ABOVE 11

static int place(int fd, int at) {
    if (fd < 0) return fd;
    dup2(fd, at);
    close(fd);
    return at;
}

static void descriptors(void) {
    int ends[2];
    close_range(FILE_FD, 400, 0);
    place(open("file", O_RDWR | O_CREAT | O_NONBLOCK, 0644), FILE_FD);
    pwrite(FILE_FD, "contents of the file", 20, 0);
    ftruncate(FILE_FD, 20000);
    place(open("file", O_RDONLY), READ_FD);
    place(open("file", O_WRONLY | O_APPEND), WRITE_FD);
    place(open("dir", O_RDONLY | O_DIRECTORY), DIR_FD);
    place(open("/dev/zero", O_RDWR), ZERO_FD);
    for (const char *const *n = (const char *const []) {"user.a", "trusted.b", "security.c", 0}; *n; n++) syscall(SYS_fremovexattr, ZERO_FD, *n);
    pipe2(ends, O_NONBLOCK);
    place(ends[0], PIPE_R), place(ends[1], PIPE_W);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    place(ends[0], STREAM_A), place(ends[1], STREAM_B);
    place(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), DATAGRAM);
    place(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), INET);
    place(epoll_create1(0), EPOLL);
    place(eventfd(1, EFD_NONBLOCK), EVENT);
    place(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), TIMER);
    place(inotify_init1(IN_NONBLOCK), INOTIFY);
    place(memfd_create("memory", MFD_ALLOW_SEALING), MEMFD);
    ftruncate(MEMFD, 10000);
    place(open("file", O_PATH), PATH_FD);
    place(open("fifo", O_RDWR | O_NONBLOCK), FIFO);
    place(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK), PTY);
    struct epoll_event event = {EPOLLIN, {.u64 = 7}};
    epoll_ctl(EPOLL, EPOLL_CTL_ADD, EVENT, &event);
}

static void removeAll(void) {
    /* whatever the calls have made here; names are few */
    static const char *const made[] = {"file", "dir/inside", "dir/file", "dir/link", "dir/loop", "dir/dangling", "dir/missing", "dir/fifo", "dir/socket", "dir/other", "dir/user.a",
        "dir/user.missing", "dir/trusted.b", "dir/security.c", "dir/nonsense.d", "dir/dir", "dir", "link", "loop", "dangling", "missing", "missing/x", "fifo", "socket", "user.a", "user.missing",
        "trusted.b", "security.c", "other", "nonsense.d", "eeeeeeee", "dir/eeeeeeee"};
    for (int i = 0; i < 2; i++)
        for (unsigned k = 0; k < COUNT_OF(made); k++) if (unlink(made[k]) < 0 && errno == EISDIR) rmdir(made[k]);
    for (unsigned k = COUNT_OF(NAMES); k < COUNT_OF(strings) - 1; k++) if (unlink((char *) strings[k]) < 0) rmdir((char *) strings[k]);
}

static void names(void) {
    umask(022);
    fchmod(ABOVE, 0755), fchmod(HOME, 0755), fchdir(HOME);
    removeAll();
    close(open("file", O_CREAT | O_RDWR, 0644));
    mkdir("dir", 0755);
    close(open("dir/inside", O_CREAT | O_RDWR, 0644));
    symlink("file", "link"), symlink("loop", "loop"), symlink("nowhere", "dangling");
    mkfifo("fifo", 0644);
    syscall(SYS_setxattr, "file", "user.a", "value", 5, 0);
}

static void arena(void) {
    munmap((void *) ARENA, 0x400000);
    mmap((void *) WRITABLE, 0x10000, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mmap((void *) READ_ONLY, 0x4000, 1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mmap((void *) NO_ACCESS, 0x4000, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    int f = open("small", O_RDWR | O_CREAT | O_TRUNC, 0600);
    ftruncate(f, 100);
    mmap((void *) MAPPED, 0x2000, 3, MAP_SHARED | MAP_FIXED, f, 0);
    close(f);
    mmap((void *) PLAY, 0x10000, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mmap((void *) (PLAY + 0x4000), 0x2000, 1, MAP_PRIVATE | MAP_FIXED, READ_FD, 0);
    mmap((void *) (PLAY + 0x8000), 0x2000, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void texts(void) {
    char *to = (char *) STRINGS;
    unsigned n = 0;
    for (; n < COUNT_OF(NAMES); n++) strings[n] = (word) strcpy(to, NAMES[n]), to += strlen(to) + 1;
    strings[n++] = (word) memset(to, 'n', 255), to += 255, *to++ = 0;
    strings[n++] = (word) memset(to, 'm', 256), to += 256, *to++ = 0;
    to = (char *) STRINGS + 0x2000;
    strings[n++] = (word) to;
    for (int i = 0; i < 5000; i++) to[i] = i % 2 ? '/' : '.';
    memset((void *) PAGE_END, 'e', 8);
}

static word number(void) {
    return PICK(0, 1, 2, 3, 4, 7, 8, 16, 20, 21, 40, 64, 100, 128, 4095, 4096, 4097, 0x7fffffff, 0x80000000, 0xffffffff, 1UL << 32, 1UL << 62, 1UL << 63, -1UL, -2UL, -100UL,
        0x1000, 0x80000, 0x800, 0x400, 0x200, 0x100);
}

static word pointer(void) {
    return PICK(0, 1, 0x1000, WRITABLE, STRUCTURE, STRUCTURE, STRUCTURE, STRUCTURE + 1, WRITABLE + 0xffc, WRITABLE + 0xfff0, WRITABLE + 0xfffc, READ_ONLY, READ_ONLY + 0x3ffc, NO_ACCESS,
        HOLE, MAPPED, MAPPED + 0xff8, MAPPED + 0x1000, 1UL << 43, 1UL << 46, 0x7ffffffff000, 1UL << 47, 1UL << 63, -4096UL, -1UL);
}

static word path(void) { return next() % 12 == 0 ? pointer() : next() % 40 == 0 ? PAGE_END : strings[next() % COUNT_OF(strings)]; }

static word length(void) {
    return PICK(0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 20, 24, 32, 48, 64, 100, 110, 128, 144, 256, 1024, 1025, 4096, 4097, 65536, 100000, 0x7fffffff, 0x80000000, 0xffffffff, 1UL << 32, 1UL << 62,
        1UL << 63, -1UL, -4096UL);
}

static word descriptor(void) { return next() % 5 ? FILE_FD + next() % (LAST - FILE_FD) : PICK(-1, -100, 99, 1000000, 0x7fffffff, 0x80000000, FILE_FD | 1UL << 32, 300); }

static word offset(void) { return PICK(0, 0, 1, 10, 19, 20, 4096, 20000, 1UL << 31, 1UL << 32, 5UL << 30, 1UL << 44, 1UL << 62, 0x7ffffffffffffffe, -1UL, -4096UL); }

static word playground(void) {
    return next() % 4 ? PLAY + 0x1000 * (next() % 18) + (next() % 10 == 0) : PICK(0, 1, 0x1000, PLAY - 0x1000, 1UL << 38, 1UL << 47, 1UL << 48, 1UL << 63, -4096UL, -1UL);
}

static word extent(void) { return next() % 4 ? 0x1000 * (1 + next() % 6) : PICK(0, 1, 0xfff, 0x1001, 0x20000, 1UL << 21, 1UL << 63, -1UL, -4096UL, -4095UL); }

/* Pages that can be executed only are not readable where the CPU has protection keys, which the guest's has not. */
static word right(word protection) { return protection == 4 ? 5 : protection; }

/* Fills the structures. */
static void structures(void) {
    memset((void *) WRITABLE, 0, 4096), memset((void *) (WRITABLE + 0xff00), 0, 0xf8);
    word *s = (word *) STRUCTURE;
    for (int i = 0; i < 64; i++)
        s[i] = next() % 3 ? PICK(0, 0, 1, 2, 3, 8, 16, 20, 999, 1000000, 999999999, 1000000000, 0x7fffffff, -1UL, 1UL << 62, 1UL << 63)
            : PICK(STRUCTURE, HOLE, READ_ONLY, FILE_FD | (word) PIPE_R << 32, EVENT | 1UL << 32, 0x100000001, 0x1000100010001);
    struct { word base, length; } *v = (void *) VECTOR;
    for (int i = 0; i < 8; i++) {
        v[i].base = PICK(WRITABLE + 0x9000, WRITABLE + 0x9000, WRITABLE + 0xfff0, READ_ONLY, HOLE, 0, 1UL << 46, -1UL, 1UL << 47);
        v[i].length = next() % 8 ? next() % 50 : PICK(0, 5000, 0x7fffffff, 1UL << 62, 1UL << 63, -1UL);
    }
    word *m = (word *) MESSAGE;
    m[0] = PICK(0, 0, ADDRESS, HOLE);
    m[1] = PICK(0, 0, 16, 2, 110, 128, 129, 0x7fffffff, 0x80000000);
    m[2] = PICK(VECTOR, VECTOR, VECTOR, HOLE, 0);
    m[3] = PICK(0, 1, 1, 2, 3, 8, 1024, 1025, -1UL);
    m[4] = PICK(0, 0, 0, HOLE, STRUCTURE);
    m[5] = PICK(0, 0, 0, 8, 16, 24, -1UL, 1UL << 20);
    m[6] = m[7] = 0;
    memcpy(m + 8, m, 64);
    memset((void *) ADDRESS, 0, 0x120);
    switch (next() % 4) {
        case 0: *(struct sockaddr_un *) ADDRESS = (struct sockaddr_un) {AF_UNIX, "socket"}; break;
        case 1: *(struct sockaddr_in *) ADDRESS = (struct sockaddr_in) {AF_INET, htons(0), {htonl(INADDR_LOOPBACK)}}; break;
        case 2: *(struct sockaddr_in *) ADDRESS = (struct sockaddr_in) {AF_UNSPEC}; break;
        default: memset((void *) ADDRESS, 0x7f, 16);
    }
    word *t = (word *) TIMES;
    t[0] = PICK(0, 0, 0, 0, -1UL, 1UL << 63);
    t[1] = PICK(0, 0, 1000, 500, 1000000000, -1UL, 1UL << 62);
    t[2] = PICK(0, 0, -1UL), t[3] = PICK(0, 1000, -1UL);
    *(word *) SIGNALS = -1UL;
}

/*
 * The kinds of argument. f descriptor, p path, b pointer, l length, n number, o offset, O pointer to an offset, v iovecs, V how many, m message, a socket address, A pointer
 * to a length of one, T pointer to a time or to nothing good, S signal set, s signal, M address in the playground, L its length, P protection, F mmap flags (E: with MAP_FIXED), r
 * resource, w wait in milliseconds, c fcntl command, i ioctl, q clock, 0-9 constants, others by hand in argument().
 */
static word argument(char kind) {
    switch (kind) {
        case 'f': return descriptor();
        case 'p': return path();
        case 'b': return pointer();
        case 'l': return length();
        case 'n': return number();
        case 'o': return offset();
        case 'O': return next() % 3 ? 0 : PICK(STRUCTURE, STRUCTURE + 8, READ_ONLY, HOLE, 1UL << 47, -1UL);
        case 'v': return next() % 5 ? VECTOR : pointer();
        case 'V': return next() % 5 ? next() % 9 : PICK(-1UL, 1024, 1025, 1UL << 32, 1UL << 63, 0x80000000);
        case 'm': return next() % 4 ? MESSAGE : pointer();
        case 'a': return next() % 3 ? ADDRESS : pointer();
        case 'A': *(int *) (WRITABLE + 0x40) = PICK(0, 4, 16, 110, 128, 1000, 0x80000000, -1); return next() % 3 ? WRITABLE + 0x40 : pointer();
        case 'T': return next() % 3 ? TIMES : PICK(1, 0x1000, HOLE, NO_ACCESS, MAPPED + 0x1000, READ_ONLY, 1UL << 43, 1UL << 46, 1UL << 47, -1UL);
        case 'U': return next() % 2 ? TIMES + 16 : PICK(1, 0x1000, HOLE, READ_ONLY, 1UL << 46, -1UL);                       /* a timeval */
        case 'Q': return PICK(0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 99, 1UL << 32);                                   /* none that may stand still */
        case 'S': return next() % 3 ? SIGNALS : PICK(0, 1, HOLE, NO_ACCESS, -1UL, 1UL << 46);
        case 's': return PICK(0, 1, 2, 10, 12, 17, 18, 23, 28, 33, 34, 63, 64, 65, -1UL, 1UL << 32 | 10, 1000, 0x80000000);
        case 'M': return playground();
        case 'L': return extent();
        case 'X': return next() % 6 ? 0x1000 * (1 + next() % 6) : PICK(0, 1, 0xfff, 0x1001, 0x20000, 1UL << 21, -1UL);
        case 'P': return next() % 5 ? right(next() % 8) : PICK(8, 0x10, 0x40, 0x1000000, 0x2000000, 0x3000000, -1UL, 1UL << 32 | 3);
        case 'E': return MAP_FIXED | (next() % 3 ? PICK(2, 1, 0x22, 0x21, 0x4022, 0x8022) : PICK(0, 3, 0x23, 0x20, 0x100022, 0x1000022, 0x122, 0x1022, 0x22000 | 0x22, 0x24, 0x2f));
        case 'F': return PICK(2, 1, 0x22, 0x21, 0x4022, 0, 3, 0x23, 0x20, 0x62, 0x122, 0x24, 0x2f, 0x1000022);
        case 'r': return PICK(0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 99, -1UL, 1UL << 32);
        case 'R': return PICK(16, 99, -1UL, 0x7fffffff, 0x80000000);
        case 'w': return next() % 2;
        case 'c': return PICK(1, 2, 3, 5, 6, 9, 11, 16, 36, 37, 1025, 1032, 1034, 1035, 1036, 12, 999, -1UL);
        case 'i': return PICK(0x5401, 0x540f, 0x5411, 0x5413, 0x541b, 0x5429, 0x5424, 0x5450, 0x5451, 2, 0x80086601, 0x80045430, 0x80045438, 0x1260, 0x80081272, 0x8905);
        case 'q': return PICK(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 99, -1UL, -2UL, -6UL, 1UL << 32);
        case 'e': return PICK(1, 2, 3, 0, 4, -1UL);
        case 'h': return PICK(0, 0, 3, 5, 99, -1UL);        /* SIG_BLOCK, and what is none */
        case 'g': return PICK(0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 99, -1UL);    /* madvise, no poison */
        case 'k': return PICK(0, 1, 2, 3, 4, 5, 6, 7, 8, -1UL, 0x10);
        case 'D': return PICK(AF_UNIX, AF_INET, AF_INET6, 0, 99, -1UL, 1UL << 32 | 1);
        case 'Y': return PICK(1, 2, 3, 4, 5, 6, 10, 0x801, 0x80002, 0x10001, -1UL);
        case 'd': return PICK(2, 16, 21, 23, 30, 3, 7, 27, 39, 25, 100, 12345, -1UL);                             /* prctl: what looks */
        case 'u': return PICK(-1UL, 0xffffffff);                                                               /* no change */
        case 'x': return PICK(-1UL, -2UL, 4, 8, 99, 0x80000000, 1UL << 32 | 77, 0x40000007);                              /* scheduling policy: none */
        case 'K': return PICK(LOCK_SH | LOCK_NB, LOCK_EX | LOCK_NB, LOCK_UN, LOCK_UN | LOCK_NB, LOCK_NB, 0, -1UL);
        case 'y': return PICK(0x7ffffffe, 0x7ffffffd, 1UL << 32 | 0x7ffffffe);                                              /* no process, and no group of them */
        case 'z': return PICK(0x7ffffffe, 0, -5UL, 0x80000000);                                                       /* no process */
        case 'G': return number() | O_NONBLOCK;
        case 'N': return number() & ~010000;                                                                  /* a mode, but no second fifo */
        case 'H': return PICK(0, 1, 10, 4096, 65537);
        case 'I': return number() | 2;                                                                               /* SPLICE_F_NONBLOCK: the descriptors' own flag is not asked */
        case 'j': return PICK(0, 1, 2, 3, 4, 5, -1UL, 99);
        case 't': return PICK(0, 0, 0x7ffffffe, -1UL, 1UL << 32);                                                    /* a process: this, or none */
        case 'B': return next() % 2 ? 0x10000 + next() % 100 : next() % 100000;                                         /* a break below the program */
        case 'C': return PICK(0, 1, 10, 20, 100, 4096, 20000, 1 << 20, 1UL << 63, -1UL);                             /* an allocation: small or too large */
        case 'W': return PICK(0, 1, 0x80, 0x81, 3, 4, 9, 10, 0x100, 0x180, 50);                       /* futex operation */
        default: return kind - '0';
    }
}

/* What is shown of a result: v itself, x whether it is an error, d a descriptor, closed again, p two of them, a an address, unmapped again unless asked for. */
struct row { const char *name; int number; const char *kinds; char shows; };
#define R(name, kinds, shows) {#name, SYS_##name, kinds, shows}

static const struct row files[] = {
    R(read, "fbl", 'v'), R(write, "fbl", 'v'), R(pread64, "fblo", 'v'), R(pwrite64, "fblo", 'v'), R(readv, "fvV", 'v'), R(writev, "fvV", 'v'), R(preadv, "fvVo0", 'v'), R(pwritev, "fvVo0", 'v'),
    R(preadv2, "fvVo0n", 'v'), R(pwritev2, "fvVo0n", 'v'), R(lseek, "fok", 'v'), R(fstat, "fb", 'v'), R(fstatfs, "fb", 'v'), R(dup, "f", 'd'), R(dup3, "f9n", 'v'), R(fcntl, "fcb", 'x'),
    R(flock, "fK", 'v'), R(fsync, "f", 'v'), R(ftruncate, "fo", 'v'), R(fallocate, "fnCC", 'v'), R(fadvise64, "fook", 'v'), R(readahead, "fol", 'v'), R(sendfile, "ffOH", 'v'),
    R(copy_file_range, "fOfOHn", 'v'), R(splice, "fOfOHn", 'v'), R(tee, "ffln", 'v'), R(vmsplice, "fvVI", 'v'), R(pipe2, "bn", 'p'), R(pipe, "b", 'p'), R(memfd_create, "pn", 'd'), R(ioctl, "fib", 'x'),
    R(getdents64, "fbl", 'x'), R(getdents, "fbl", 'x'), R(fchmod, "fn", 'v'), R(fchown, "fuu", 'v'), R(sync_file_range, "foon", 'v'), R(close_range, "fnn", 'x'), R(inotify_add_watch, "fpn", 'v'),
    R(inotify_rm_watch, "fn", 'v'), R(eventfd2, "nn", 'd'), R(eventfd, "n", 'd'), R(fgetxattr, "fpbl", 'v'), R(fsetxattr, "fpblk", 'v'), R(flistxattr, "fbl", 'v'), R(fremovexattr, "fp", 'v'),
    R(getrandom, "bCn", 'v'), R(fchdir, "f", 'v'), R(cachestat, "fbbn", 'v'),
};

static const struct row paths[] = {
    R(open, "pGn", 'd'), R(openat, "fpGn", 'd'), R(creat, "pn", 'd'), R(openat2, "fpbl", 'd'), R(stat, "pb", 'v'), R(lstat, "pb", 'v'), R(newfstatat, "fpbn", 'v'), R(statx, "fpnnb", 'v'), R(statfs, "pb", 'v'),
    R(access, "pk", 'v'), R(faccessat, "fpk", 'v'), R(faccessat2, "fpkn", 'v'), R(truncate, "po", 'v'), R(getcwd, "bl", 'x'), R(chdir, "p", 'v'), R(rename, "pp", 'v'), R(renameat, "fpfp", 'v'),
    R(renameat2, "fpfpk", 'v'), R(mkdir, "pn", 'v'), R(mkdirat, "fpn", 'v'), R(rmdir, "p", 'v'), R(unlink, "p", 'v'), R(unlinkat, "fpn", 'v'), R(link, "pp", 'v'), R(linkat, "fpfpn", 'v'), R(symlink, "pp", 'v'),
    R(symlinkat, "pfp", 'v'), R(readlink, "pbl", 'v'), R(readlinkat, "fpbl", 'v'), R(mknod, "pN3", 'v'), R(mknodat, "fpN3", 'v'), R(chmod, "pn", 'v'), R(fchmodat, "fpn", 'v'), R(fchmodat2, "fpnn", 'v'),
    R(chown, "puu", 'v'), R(lchown, "puu", 'v'), R(fchownat, "fpuun", 'v'), R(umask, "n", 'v'), R(utimensat, "fpbn", 'v'), R(futimesat, "fpb", 'v'), R(utimes, "pb", 'v'), R(utime, "pb", 'v'),
    R(getxattr, "ppbl", 'v'), R(lgetxattr, "ppbl", 'v'), R(setxattr, "ppblk", 'v'), R(lsetxattr, "ppblk", 'v'), R(listxattr, "pbl", 'v'), R(llistxattr, "pbl", 'v'), R(removexattr, "pp", 'v'),
    R(lremovexattr, "pp", 'v'), R(name_to_handle_at, "fpbbn", 'v'), R(open_by_handle_at, "fbn", 'd'),
};

static const struct row memory[] = {
    R(mmap, "MLPEfo", 'a'), R(mmap, "0LPFfo", 'a'), R(mmap, "MLPFfo", 'a'), R(munmap, "ML", 'v'), R(mprotect, "MLP", 'v'), R(mremap, "MXX00", 'a'), R(mremap, "MXXkM", 'a'), R(madvise, "MXg", 'v'),
    R(msync, "MLk", 'v'), R(mincore, "MLb", 'v'), R(mlock, "ML", 'v'), R(munlock, "ML", 'v'), R(mlock2, "MLk", 'v'), R(brk, "B", 'x'), R(pkey_mprotect, "MLPu", 'v'), R(mbind, "MLkbnk", 'v'),
};

static const struct row times[] = {
    R(clock_gettime, "qb", 'v'), R(clock_getres, "qb", 'v'), R(gettimeofday, "bb", 'v'), R(time, "b", 'x'), R(nanosleep, "Tb", 'v'), R(clock_nanosleep, "QkTb", 'v'), R(getrusage, "nb", 'v'), R(times, "b", 'x'),
    R(getitimer, "kb", 'v'), R(setitimer, "kTb", 'v'), R(timer_create, "x1b", 'x'), R(timer_create, "q1b", 'x'), R(timer_create, "qb1", 'x'), R(timer_settime, "nnTb", 'v'), R(timer_gettime, "nb", 'v'), R(timer_getoverrun, "n", 'v'), R(timer_delete, "x", 'v'),
    R(timerfd_create, "qn", 'd'), R(timerfd_settime, "fnTb", 'v'), R(timerfd_gettime, "fb", 'v'), R(futex, "bWnTbn", 'v'), R(utimensat, "fpbn", 'v'), R(alarm, "0", 'x'), R(adjtimex, "1", 'v'),
    R(clock_adjtime, "x1", 'v'), R(clock_settime, "x1", 'v'), R(settimeofday, "11", 'v'),
};

static const struct row signals[] = {
    R(rt_sigaction, "sbbl", 'v'), R(rt_sigaction, "sbb8", 'v'), R(rt_sigprocmask, "hSb8", 'v'), R(rt_sigprocmask, "hSbl", 'v'), R(rt_sigpending, "bl", 'v'), R(rt_sigtimedwait, "SbT8", 'v'),
    R(rt_sigtimedwait, "SbTl", 'v'), R(rt_sigqueueinfo, "zsb", 'v'), R(sigaltstack, "bb", 'v'), R(kill, "ys", 'v'), R(tkill, "zs", 'v'), R(tgkill, "zzs", 'v'), R(signalfd4, "9S8n", 'd'), R(signalfd4, "fSln", 'd'),
    R(signalfd, "fS8", 'd'), R(rt_tgsigqueueinfo, "zzsb", 'v'),
};

static const struct row waits[] = {
    R(poll, "bnw", 'v'), R(poll, "bVw", 'v'), R(ppoll, "bVTSn", 'v'), R(ppoll, "bVTS8", 'v'), R(select, "nbbbU", 'v'), R(select, "VbbbU", 'v'), R(pselect6, "VbbbTb", 'v'), R(epoll_create, "n", 'd'),
    R(epoll_create1, "n", 'd'), R(epoll_ctl, "fefb", 'v'), R(epoll_wait, "fbnw", 'v'), R(epoll_pwait, "fbnwSl", 'v'), R(epoll_pwait, "fbnwS8", 'v'), {"epoll_pwait2", 441, "fbnTS8", 'v'}, R(epoll_ctl, "fefm", 'v'),
};

static const struct row sockets[] = {
    R(socket, "DYn", 'd'), R(socketpair, "DYnb", 'p'), R(bind, "fal", 'v'), R(listen, "fn", 'v'), R(connect, "fal", 'v'), R(shutdown, "fk", 'v'), R(accept, "faA", 'd'), R(accept4, "faAn", 'd'), R(getsockname, "faA", 'v'),
    R(getpeername, "faA", 'v'), R(sendto, "fblnal", 'v'), R(sendto, "fbl000", 'v'), R(recvfrom, "fbl0aA", 'v'), R(recvfrom, "fbln00", 'v'), R(setsockopt, "f1nbl", 'v'), R(setsockopt, "fnnbl", 'v'), R(getsockopt, "f1nbA", 'v'),
    R(getsockopt, "fnnbA", 'v'), R(sendmsg, "fm0", 'v'), R(sendmsg, "fmn", 'v'), R(recvmsg, "fm0", 'v'), R(recvmsg, "fmn", 'v'), R(sendmmsg, "fmV0", 'v'), R(recvmmsg, "fmV0T", 'v'), R(recvmmsg, "fmVnT", 'v'),
};

static const struct row identity[] = {
    R(getresuid, "bbb", 'v'), R(getresgid, "bbb", 'v'), R(getgroups, "nb", 'x'), R(setreuid, "uu", 'v'), R(setregid, "uu", 'v'), R(setresuid, "uuu", 'v'), R(setresgid, "uuu", 'v'), R(setuid, "u", 'v'), R(setgid, "u", 'v'),
    R(setfsuid, "u", 'v'), R(capget, "bb", 'v'), R(setpgid, "tz", 'v'), R(getpgid, "y", 'v'), R(getsid, "y", 'v'), R(uname, "b", 'v'), R(sysinfo, "b", 'v'), R(getrlimit, "rb", 'v'), R(setrlimit, "Rb", 'v'),
    R(prlimit64, "tr0b", 'v'), R(prlimit64, "yRbb", 'v'), R(sched_getaffinity, "tlb", 'v'), R(sched_setaffinity, "tlb", 'v'), R(sched_getparam, "tb", 'v'), R(sched_getscheduler, "t", 'v'), R(sched_get_priority_max, "n", 'v'),
    R(sched_get_priority_min, "n", 'v'), R(sched_rr_get_interval, "tb", 'v'), R(sched_setscheduler, "txb", 'v'), R(sched_getattr, "tbln", 'v'), R(getpriority, "jt", 'v'), R(getcpu, "bb", 'v'),
    R(prctl, "dbnnn", 'v'), R(arch_prctl, "nb", 'v'), R(set_robust_list, "bl", 'v'), R(get_robust_list, "tbb", 'v'), R(ioprio_get, "jt", 'v'), R(process_vm_readv, "yvVvVn", 'v'), R(semget, "z0n", 'v'), R(semctl, "yjnb", 'v'), R(msgrcv, "yblnn", 'v'), R(membarrier, "xnn", 'v'), R(get_mempolicy, "bbn00", 'v'),
    R(ustat, "nb", 'v'), R(personality, "u", 'v'), R(syslog, "9bn", 'x'),
};

static const struct { const char *name; const struct row *rows; int count; } FAMILIES[] = {
#define FAMILY(f) {#f, f, COUNT_OF(f)}
    FAMILY(files), FAMILY(paths), FAMILY(memory), FAMILY(times), FAMILY(signals), FAMILY(waits), FAMILY(sockets), FAMILY(identity),
};

static char text[1 << 16];
static int used;

static void put(char c) { text[used++] = c; }
static void show(const char *s) { while (*s) put(*s++); }
static void hexadecimal(word v) {
    char b[17];
    int n = 0;
    if ((long) v < 0 && (long) v > -5000) put('-'), v = -v;
    do b[n++] = "0123456789abcdef"[v & 15]; while (v >>= 4);
    while (n) put(b[--n]);
}
static void flush(void) {
    for (int at = 0, n; at < used; at += n) if ((n = write(1, text + at, used - at)) <= 0) _exit(3);
    used = 0;
}

static long call(const struct row *row, const word *a) {
    long result;
    register word r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
    asm volatile("syscall" : "=a"(result) : "a"((long) row->number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static void one(const struct row *row) {
    word a[6] = {0};
    structures();
    if (strchr(row->kinds, 'p')) texts();
    for (int i = 0; row->kinds[i]; i++) a[i] = argument(row->kinds[i]);
    show(row->name);
    for (int i = 0; row->kinds[i]; i++) put(i ? ' ' : '('), hexadecimal(a[i]);
    show(") ");
    if (used > sizeof text - 1000) flush();
    long r = call(row, a);
    if (row->number == SYS_dup3) close(9);
    if (row->number == SYS_getrandom) arena(), texts();
    if (r < 0 && r > -4096) hexadecimal(r), show(" error");
    else switch (row->shows) {
        case 'v': hexadecimal(r); break;
        case 'd': show("descriptor"); close(r); break;
        case 'p': show("pair"); for (int i = 0; i < 2; i++) { int fd = ((int *) a[row->number == SYS_socketpair ? 3 : 0])[i]; if (fd < FILE_FD) close(fd); } break;
        case 'a': if (r >= ARENA && r < ARENA + 0x400000) hexadecimal(r); else { show("address"); munmap((void *) r, row->number == SYS_mremap ? a[2] : a[1]); } break;
        default: show("good");
    }
    put('\n');
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, (word[]) {-1UL}, 0, 8);
    mkdir("random", 0700), chdir("random"), mkdir("work", 0700);
    place(open(".", O_DIRECTORY), ABOVE), place(open("work", O_DIRECTORY), HOME);
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, &(struct sigevent) {.sigev_notify = SIGEV_NONE}, &timer);
    long count = atol(argv[2]);
    for (unsigned f = 0; f < COUNT_OF(FAMILIES); f++) {
        if (strcmp(FAMILIES[f].name, argv[1])) continue;
        for (long i = 0; i < count; i++) {
            if (i % 16 == 0) {
                flush();
                seed = strtoul(argv[3], 0, 0) * 1000003 + i + 1;
                for (int k = 0; k < 4; k++) next();
                fchdir(HOME), arena(), texts(), names(), descriptors(), arena(), texts();
            }
            one(&FAMILIES[f].rows[next() % FAMILIES[f].count]);
        }
    }
    flush();
    return 0;
}
