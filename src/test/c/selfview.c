/* What a process sees of itself and of rarer system calls: every line must be as on the real kernel. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile int timer_hits, last_value;
static void on_timer(int s, siginfo_t *i, void *c) { timer_hits++; last_value = i->si_value.sival_int; }

static void timers(void) {
    struct sigaction a = {.sa_sigaction = on_timer, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &a, 0);
    struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
    timer_t t;
    printf("timer_create %d\n", timer_create(CLOCK_MONOTONIC, &e, &t));
    struct itimerspec s = {{0, 10000000}, {0, 10000000}};
    timer_settime(t, 0, &s, 0);
    while (timer_hits < 3) pause();
    timer_gettime(t, &s);
    printf("interval %ld value %d\n", s.it_interval.tv_nsec, last_value);
    printf("delete %d\n", timer_delete(t));
    printf("again %d %d\n", timer_delete(t), errno == EINVAL);
}

static void signals(void) {
    sigset_t m, p;
    sigemptyset(&m); sigaddset(&m, SIGUSR2); sigaddset(&m, SIGRTMIN + 1);
    sigprocmask(SIG_BLOCK, &m, 0);
    int fd = signalfd(-1, &m, SFD_NONBLOCK);
    struct signalfd_siginfo i[3];
    printf("empty %zd %d\n", read(fd, i, sizeof i), errno == EAGAIN);
    kill(getpid(), SIGUSR2);
    sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 7});
    struct pollfd q = {fd, POLLIN};
    printf("poll %d\n", poll(&q, 1, 1000));
    printf("read %zd", read(fd, i, sizeof i) / sizeof i[0]);
    for (int k = 0; k < 2; k++) printf(" %d %d %d %d", i[k].ssi_signo - SIGUSR2, i[k].ssi_code, i[k].ssi_pid == getpid(), i[k].ssi_int);
    sigpending(&p);
    printf(" pending %d\n", sigismember(&p, SIGUSR2));
    sigdelset(&m, SIGUSR2);
    printf("change %d\n", signalfd(fd, &m, 0) == fd);
    close(fd);
}

static void self(void) {
    FILE *f = fopen("/proc/self/stat", "r");
    int pid, fields = 0; char name[64], line[512];
    if (fscanf(f, "%d (%63[^)])", &pid, name) == 2) printf("stat %d %s", pid == getpid(), strchr(name, '-') ? "named" : name);
    while (fscanf(f, "%63s", line) == 1) fields++;
    printf(" %d fields\n", fields);
    fclose(f);
    long size, resident; f = fopen("/proc/self/statm", "r");
    if (fscanf(f, "%ld %ld", &size, &resident) == 2) printf("statm %d %d\n", size > 100 && size < 100000, resident > 10 && resident <= size);
    fclose(f);
    f = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, f)) if (!strncmp(line, "Threads", 7) || !strncmp(line, "SigBlk", 6)) fputs(line, stdout);
    fclose(f);
    int areas = 0, rss = 0; f = fopen("/proc/self/smaps", "r");
    while (fgets(line, sizeof line, f)) { areas += strstr(line, "[stack]") != 0; rss += !strncmp(line, "Rss:", 4); }
    printf("smaps %d %d\n", areas, rss > 3);
    fclose(f);
    DIR *d = opendir("/proc/self/fd"); int n = 0;
    for (struct dirent *e; (e = readdir(d)); ) n += e->d_name[0] != '.';
    printf("descriptors %d\n", n >= 4 && n < 20);
    closedir(d);
}

static void memory(void) {
    size_t size = 32UL << 30;
    char *m = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    long sum = 0;
    for (size_t at = 0; at < size; at += 1UL << 30) m[at] = 1;
    for (size_t at = 0; at < size; at += 1UL << 30) sum += m[at] + m[at + 4096];
    printf("sparse %ld %d\n", sum, munmap(m, size));
    int fd = open("sparse", O_RDWR | O_CREAT, 0600);
    printf("big file %zd", pwrite(fd, "end", 3, 5L << 30));
    struct stat st; fstat(fd, &st);
    char b[4] = ""; lseek(fd, 5L << 30, SEEK_SET);
    printf(" %ld %zd", (long) st.st_size, read(fd, b, 3));
    char *p = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 5L << 30);
    printf(" %s %.3s %ld\n", b, p, (long) lseek(fd, 0, SEEK_HOLE));
    close(fd); unlink("sparse");
}

/* 32 GB of a file with holes in one mapping, and what lies beyond 4 GB by each way to get there. */
static void bigFile(void) {
    size_t size = 32UL << 30;
    int fd = open("sparse", O_RDWR | O_CREAT | O_TRUNC, 0600);
    printf("truncate %d", ftruncate(fd, size));
    char *m = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), b[8] = "";
    for (size_t at = 5UL << 30; at < size; at += 9UL << 30) memcpy(m + at, "page", 4);
    msync(m, size, MS_SYNC);
    printf(" %zd %s", pread(fd, b, 4, (5UL + 9) << 30), b);
    printf(" %zd %.5s", pwrite(fd, "other", 5, (31UL << 30) + 7), m + (31UL << 30) + 7);
    printf(" %ld", (long) lseek(fd, -10, SEEK_END));
    printf(" %d\n", munmap(m, size));
    struct stat st;
    fstat(fd, &st);
    printf("%ld %d\n", (long) st.st_size, st.st_blocks < 1000);
    close(fd);
    unlink("sparse");
}

static long contents(const char *path, char *into, long size) {
    int fd = open(path, O_RDONLY);
    long length = 0;
    for (long n; fd >= 0 && (n = read(fd, into + length, size - length)) > 0; ) length += n;
    close(fd);
    return fd < 0 ? -1 : length;
}

/* The arguments, by name and by the process's own files, which by number are the same. */
static void arguments(int argc, char **argv, char **environment) {
    static char text[8 << 20], by_number[8 << 20];
    long at = 0, same = 1, n = contents("/proc/self/cmdline", text, sizeof text);
    for (int i = 0; i < argc; i++) same &= strcmp(text + at, argv[i]) == 0, at += strlen(argv[i]) + 1;
    printf("%d arguments, %ld bytes %d %d, the first %s\n", argc, at, at == n, (int) same, strrchr(argv[0], '/') ? strrchr(argv[0], '/') : argv[0]);
    if (argc > 1) printf("second %.40s last %.40s\n", argv[1], argv[argc - 1]);
    n = contents("/proc/self/environ", text, sizeof text), at = 0, same = 1;
    for (int i = 0; environment[i]; i++) same &= strcmp(text + at, environment[i]) == 0, at += strlen(environment[i]) + 1;
    printf("environment %d %d\n", at == n, (int) same);
    char path[100], link[300] = "";
    for (const char **name = (const char *[]) {"cmdline", "environ", "auxv", "comm", "maps", 0}; *name; name++) {
        sprintf(path, "/proc/%d/%s", getpid(), *name);
        n = contents(path, by_number, sizeof by_number);
        sprintf(path, "/proc/self/%s", *name);
        printf("%s %d\n", *name, n > 0 && n == contents(path, text, sizeof text) && !memcmp(text, by_number, n));
    }
    contents("/proc/self/auxv", text, sizeof text);
    unsigned long *words = (unsigned long *) text, page = 0, name_at = 0;
    for (; *words; words += 2) if (*words == 6) page = words[1]; else if (*words == 31) name_at = words[1];
    printf("page size %lu, executed %d\n", page, name_at != 0);
    readlink("/proc/self/exe", link, sizeof link);
    printf("exe %s\n", strrchr(link, '/'));
    memset(text, 0, 100), contents("/proc/self/comm", text, 100);
    printf("comm %s", text);
    int file = open("/dev/zero", O_RDONLY);
    sprintf(path, "/proc/self/fd/%d", file), memset(link, 0, sizeof link), readlink(path, link, sizeof link);
    printf("%s %d\n", link, access("/proc/self/fd/99", F_OK));
    FILE *maps = fopen("/proc/self/maps", "r");
    int code = 0, stack = 0;
    unsigned long from, to;
    for (char flags[8]; fgets(text, sizeof text, maps); ) {
        if (sscanf(text, "%lx-%lx %7s", &from, &to, flags) != 3) printf("? %s", text);
        code += (unsigned long) arguments >= from && (unsigned long) arguments < to && !strcmp(flags, "r-xp");
        stack += (unsigned long) &from >= from && (unsigned long) path < to && strstr(text, "[stack]") != 0;
    }
    printf("code %d stack %d\n", code, stack);
}

static sigjmp_buf back;
static void overflowed(int s, siginfo_t *i, void *c) { siglongjmp(back, s); }
/* Each frame is used after the call, through a pointer: no compiler makes a loop of it. */
static __attribute__((noinline)) long deep(long n, volatile char *above) {
    volatile char frame[4000];
    frame[n % 4000] = 1;
    long below = n == 0 ? 0 : deep(n - 1, frame);
    above[0] = 2;
    return below + frame[n % 4000];
}
static volatile char top[1];

static void stack(void) {
    struct rlimit r;
    getrlimit(RLIMIT_STACK, &r);
    printf("deep %ld\n", deep(1500, top));
    r.rlim_cur = 32 << 20;
    printf("setrlimit %d", setrlimit(RLIMIT_STACK, &r));
    printf(" deeper %ld\n", deep(6000, top));
    stack_t alternate = {.ss_sp = malloc(65536), .ss_size = 65536};
    sigaltstack(&alternate, 0);
    struct sigaction a = {.sa_sigaction = overflowed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &a, 0);
    int s = sigsetjmp(back, 1);
    if (s) printf("overflow %d\n", s);
    else deep(1 << 30, top);
    fflush(stdout);
    signal(SIGSEGV, SIG_DFL);
    deep(1 << 30, top);
}

int main(int argc, char **argv, char **environment) {
    setvbuf(stdout, 0, _IOLBF, 0);
    if (argc > 1) arguments(argc, argv, environment);
    else self(), timers(), signals(), memory(), bigFile(), stack();
    return 0;
}
