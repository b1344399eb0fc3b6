/* What calls refuse and in which order they look: bad pointers, lengths, descriptors; and what they still do with half a buffer. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define P(x) do { errno = 0; long r = (long) (x); int e = errno; \
    printf("%-60.60s %ld %s\n", #x, r < 0 ? -1 : r > 100000 ? 999 : r, e ? strerror(e) : ""); } while (0)
#define BAD ((void *) 1)
#define UNMAPPED ((void *) 0x10000)

static char b[8192] __attribute__((aligned(4096)));
static int zero, ends[2];

static void files(void) {
    char *ro = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *wo = mmap(0, 8192, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(wo + 4096, 4096);
    P(write(ends[1], wo, 8192)); P(read(zero, ro, 10)); P(read(zero, wo + 4000, 200)); P(read(zero, b, -1)); P(write(zero, BAD, 0));
    P(read(zero, (void *) -1, 0)); P(read(zero, (void *) (1ul << 46), 0)); P(readv(zero, BAD, 0)); P(readv(zero, BAD, 1)); P(readv(zero, (void *) b, 1025));
    struct iovec v[2] = {{b, 10}, {BAD, 10}}, w[2] = {{BAD, 0}, {b, 10}}, x[2] = {{b, 10}, {(void *) -4096, 10}};
    P(readv(zero, v, 2)); P(writev(ends[1], v, 2)); P(readv(zero, w, 2)); P(readv(zero, x, 2));
    P(open(BAD, 0)); P(openat(-1, "x", 0)); P(openat(999, "/etc/passwd", 0) > 0); P(openat(zero, "x", 0));
    P(stat("/etc/passwd", BAD)); P(stat("/nonexist", BAD)); P(syscall(SYS_stat, 0, b)); P(syscall(SYS_newfstatat, 1, 0, b, 0x1000));
    P(syscall(SYS_getcwd, b, 2)); P(syscall(SYS_getcwd, b, -1L) > 0); P(syscall(SYS_getcwd, BAD, 4096));
    P(syscall(SYS_statx, -100, "/", 0, 0xfff, 1)); P(truncate("/nonexist", -1)); P(mkdir("", 0)); P(unlink("")); P(access("/etc/passwd", 99));
    P(fcntl(zero, 9999)); P(fcntl(99, F_GETFL)); P(fcntl(zero, F_SETLK, 1)); P(dup2(1, -1)); P(dup2(99, 5)); P(dup3(1, 1, 0)); P(close(-1));
    P(lseek(ends[0], 0, 0)); P(ioctl(zero, 0x5401, b)); P(ioctl(zero, 0x5401, 1)); P(ioctl(99, 0x1234, 0)); P(ioctl(1, 0x12345678, 0));
    P(readlink("/proc/self/exe", b, 0)); P(readlink("/proc/self/exe", BAD, 10)); P(readlink("/etc/passwd", b, 10)); P(readlink("/etc/passwd", BAD, 10));
    P(syscall(SYS_getdents64, zero, b, 100)); P(syscall(SYS_close_range, 5, 3, 0)); P(syscall(SYS_pipe2, b, 0x10)); P(syscall(SYS_pipe2, BAD, 0));
    P(syscall(SYS_splice, zero, 0, ends[1], 0, 10, 0)); P(syscall(SYS_sendfile, 1, 99, 0, 1)); P(syscall(SYS_sendfile, ends[1], zero, 1, 1));
    P(syscall(SYS_getrandom, b, 10, 99)); P(syscall(SYS_getrandom, BAD, 10, 0));
}

static void memory(void) {
    char *none = mmap(0, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    P(msync(UNMAPPED, 4096, MS_SYNC)); P(msync(UNMAPPED, 4096, 99)); P(msync(none, 4096, MS_ASYNC)); P(msync((char *) UNMAPPED + 1, 4096, MS_SYNC));
    P(msync(b, 0, MS_SYNC)); P(msync((void *) -4096, 4096, MS_SYNC)); P(mlock(UNMAPPED, 4096)); P(munlock(UNMAPPED, 4096)); P(mlock(b + 1, 1)); P(munlock(b, 8192));
    P(syscall(SYS_mlock2, b, 1, 99));
    P(mmap(0, 0, 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)); P(mmap(0, 4096, 1, MAP_ANONYMOUS, -1, 0)); P(mmap(0, 4096, 1, MAP_PRIVATE, -1, 0));
    P(mmap((void *) 4096, 4096, 1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)); P(mmap(0, 4096, 1, MAP_PRIVATE, zero, 1));
    P(mmap(0, 4096, 1, MAP_PRIVATE, ends[0], 0)); P(mprotect(UNMAPPED, 4096, 1)); P(mprotect(BAD, 4096, 1)); P(mprotect(b, 4096, 0x40));
    P(munmap(BAD, 1)); P(munmap(b, 0)); P(madvise(UNMAPPED, 4096, 4)); P(madvise(b, 4096, 99)); P(mincore(b, 8192, BAD)); P(mincore(UNMAPPED, 4096, b));
    P(mremap(UNMAPPED, 4096, 8192, 1)); P(mremap(b, 4096, 0, 1));
}

/* A mapping that goes on beyond its file's end: bad memory to every call, and no signal. */
static void beyondTheEnd(void) {
    int f = open("small", O_RDWR | O_CREAT | O_TRUNC, 0600);
    write(f, "x", 1);
    char *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
    void *end = m + 4096;
    P(open(end, 0)); P(syscall(SYS_stat, end, m)); P(syscall(SYS_stat, "/", end)); P(syscall(SYS_nanosleep, end, 0));
    P(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, end, 8)); P(readv(zero, end, 1)); P(read(zero, m, 8192)); P(read(zero, end, 1)); P(ftruncate(f, 0));
    P(open(m, 0)); P(syscall(SYS_uname, m)); P(syscall(SYS_select, 0, 0, 0, 0, m));
    close(f);
    unlink("small");
}

static void time_and_signals(void) {
    struct timespec zero = {0, 0}, much = {0, 1000000000}, little = {0, 1};
    P(clock_gettime(99, (void *) b)); P(syscall(SYS_clock_gettime, 0, 1)); P(nanosleep(&much, 0)); P(syscall(SYS_nanosleep, 1, 0));
    P(syscall(SYS_nanosleep, &little, 1)); P(syscall(SYS_getitimer, 9, b)); P(setitimer(0, &(struct itimerval) {{0, 0}, {0, 1000001}}, 0));
    P(syscall(SYS_timer_delete, 7)); P(syscall(SYS_futex, b, 1, 0, 0, 0, 0)); P(syscall(SYS_futex, b + 1, 0, 0, 0, 0, 0)); P(syscall(SYS_futex, BAD, 1, 0, 0, 0, 0));
    P(syscall(SYS_futex, b, 0, 5, 0, 0, 0)); P(syscall(SYS_futex, b, 0, 0, 1, 0, 0));
    P(syscall(SYS_rt_sigaction, 65, 0, 0, 8)); P(syscall(SYS_rt_sigaction, 9, b, 0, 8)); P(syscall(SYS_rt_sigaction, 10, 0, 0, 4));
    P(syscall(SYS_rt_sigprocmask, 7, b, 0, 8)); P(syscall(SYS_rt_sigprocmask, 7, 0, 0, 8)); P(kill(getpid(), 65)); P(kill(getpid(), 0));
    stack_t stack = {malloc(65536), 1u << 31, 65536}, now, off = {0, SS_DISABLE | 1u << 31, 0};
    P(sigaltstack(&stack, 0)); P(sigaltstack(0, &now)); printf("flags %x\n", now.ss_flags); stack.ss_flags = 5; P(sigaltstack(&stack, 0));
    P(sigaltstack(&off, 0)); P(syscall(SYS_sigaltstack, 1, 0));
}

static void waiting(void) {
    struct epoll_event event = {EPOLLIN};
    int e = epoll_create1(0);
    P(epoll_ctl(e, 1, zero, BAD)); P(epoll_ctl(e, 1, e, &event)); P(epoll_wait(e, &event, 0, 0)); P(epoll_wait(e, BAD, 1, 0)); P(epoll_wait(99, &event, 1, 0));
    P(select(0x7fffffff, (void *) b, 0, 0, &(struct timeval) {0, 0})); P(select(3, 0, 0, 0, &(struct timeval) {0, -1})); P(select(3, BAD, 0, 0, &(struct timeval) {0, 0}));
    P(select(-1, 0, 0, 0, 0)); P(syscall(SYS_poll, 0, 1, 0)); P(syscall(SYS_poll, 0, 0, 0)); P(syscall(SYS_poll, b, 100000000, 0));
}

static void sockets(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0), pair[2];
    struct msghdr header = {.msg_iov = BAD, .msg_iovlen = 1};
    P(socket(99, 1, 0)); P(bind(s, BAD, 16)); P(bind(s, (void *) b, -1)); P(getsockname(s, (void *) b, BAD)); P(getsockopt(s, 1, 3, b, BAD));
    P(recvmsg(s, BAD, 0)); P(accept(s, 0, 0)); P(accept(zero, 0, 0)); P(sendto(s, b, 1, MSG_NOSIGNAL, 0, 0)); P(sendto(s, BAD, 1, MSG_NOSIGNAL, 0, 0));
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    P(sendto(pair[0], BAD, 1, 0, 0, 0)); P(sendmsg(pair[0], &header, 0)); P(recvfrom(pair[0], BAD, 1, MSG_DONTWAIT, 0, 0)); P(setsockopt(s, 1, 2, BAD, 4));
}

static void identity(void) {
    struct rlimit limit;
    P(getrlimit(99, &limit)); P(getrusage(5, (void *) b)); P(getpriority(9, 0)); P(getgroups(-1, (void *) b)); P(setpgid(-1, 0)); P(syscall(SYS_prlimit64, 0, 7, 0, 1));
    P(prctl(PR_SET_DUMPABLE, 0)); P(prctl(PR_GET_DUMPABLE)); P(prctl(PR_SET_DUMPABLE, 9)); P(prctl(PR_SET_DUMPABLE, 1)); P(prctl(PR_GET_NAME, BAD));
    P(personality(-1)); P(syscall(SYS_set_robust_list, 0, 24)); P(syscall(SYS_capget, BAD, 0)); P(syscall(SYS_sysinfo, 1)); P(syscall(SYS_uname, 1));
    P(syscall(SYS_get_mempolicy, 0, 0, 0, 0, 0)); P(syscall(SYS_get_mempolicy, BAD, 0, 0, 0, 0)); P(syscall(SYS_set_mempolicy, 99, 0, 0)); P(syscall(SYS_mbind, b, 1, 99, 0, 0, 0));
    P(chdir("/nonexist")); P(syscall(SYS_arch_prctl, 0x9999, 0)); P(syscall(SYS_arch_prctl, 0x1003, 1)); P(syscall(SYS_arch_prctl, 0x1001, -1L));
}

/* The process's own files by way of a directory, its name, and a table of descriptors that is full. */
static void self(void) {
    char text[100] = "", where[100] = "";
    int f;
    f = open("/proc/self/comm", O_RDWR);
    P(write(f, "renamed", 7));
    P(prctl(PR_GET_NAME, text)); puts(text);
    close(f);
    prctl(PR_SET_NAME, "again");
    int proc = open("/proc", O_DIRECTORY), found = openat(proc, "self/comm", 0);
    P(read(found, text, 6)); puts(text);
    close(found);
    getcwd(where, sizeof where);
    memset(text, 0, sizeof text);
    P(chdir("/proc/self")); f = open("comm", 0); P(read(f, text, 6)); puts(text); close(f);
    struct stat a, b;
    stat("/proc/self/exe", &a); P(fstatat(proc, "./self/exe", &b, 0)); printf("%d\n", a.st_ino == b.st_ino);
    stat("../self/exe", &b); printf("%d\n", a.st_ino == b.st_ino);
    P(readlink("exe", text, 100) > 0 && strstr(text, "errnos") != 0); P(readlinkat(proc, "self/exe", text, 100) > 0 && strstr(text, "errnos") != 0);
    chdir(where);
    close(proc);
    int open_files = 0;
    while (open("/dev/null", 0) >= 0) open_files++;
    P(open("/proc/self/stat", 0)); P(open("/proc/self/status", 0)); P(open("/proc/self/maps", 0));
}

/* Where the program lies, as the list of mappings says. */
static void ownPath(void) {
    char line[500];
    FILE *maps = fopen("/proc/self/maps", "r");
    puts(strchr(fgets(line, sizeof line, maps), '/'));
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IONBF, 0);
    if (argc > 1) {
        ownPath();
        return 0;
    }
    zero = open("/dev/zero", O_RDWR);
    pipe(ends);
    P(syscall(SYS_arch_prctl, 0x1002, -1L));
    files(), memory(), beyondTheEnd(), time_and_signals(), waiting(), sockets(), identity(), self();
    return 0;
}
