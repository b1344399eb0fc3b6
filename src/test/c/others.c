/*
 * What a process may not do to the threads of its own that it has not got, to itself by other names, and waits that no flag restarts. The
 * translator's threads share the process: no call may find them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int came;
static void handler(int signal) { came = signal; }

static void result(const char *what, long r) {
    if (r < 0) printf("%s: %s", what, strerrorname_np(errno));
    else printf("%s: %ld", what, r);
    printf(came ? ", signal %d\n" : "\n", came);
    came = 0;
}

static void handle(int signal, int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, 0);
}

static void ownThreads(void) {
    int found[6] = {0}, pid = getpid();
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    char here[8], there[8];
    struct iovec local = {here, 8}, remote = {there, 8};
    struct rlimit limit;
    for (int i = 1; i < 60; i++) {
        char task[64];
        sprintf(task, "/proc/%d/task/%d", pid, pid + i);
        found[0] += syscall(SYS_tgkill, pid, pid + i, 0) == 0;
        found[1] += syscall(SYS_rt_tgsigqueueinfo, pid, pid + i, SIGUSR1, &info) == 0;
        if (access(task, F_OK)) continue;      /* another process is none of ours */
        found[2] += process_vm_readv(pid + i, &local, 1, &remote, 1, 0) > 0;
        found[3] += kill(pid + i, 0) == 0;
        found[4] += prlimit(pid + i, RLIMIT_NOFILE, 0, &limit) == 0;
        found[5] += syscall(SYS_get_robust_list, pid + i, here, there) == 0;
    }
    printf("tgkill %d, rt_tgsigqueueinfo %d, process_vm_readv %d, kill %d, prlimit %d, get_robust_list %d\n", found[0], found[1], found[2], found[3], found[4], found[5]);
}

static void descriptorOfSelf(void) {
    int fd = syscall(SYS_pidfd_open, getpid(), 0);
    handle(SIGSEGV, 0), handle(SIGPIPE, 0), handle(SIGUSR1, 0);
    result("pidfd SIGSEGV", syscall(SYS_pidfd_send_signal, fd, SIGSEGV, 0, 0));
    result("pidfd SIGPIPE", syscall(SYS_pidfd_send_signal, fd, SIGPIPE, 0, 0));
    result("pidfd 0", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
    result("pidfd 99", syscall(SYS_pidfd_send_signal, fd, 99, 0, 0));
    result("pidfd flags", syscall(SYS_pidfd_send_signal, fd, 0, 0, 64));
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    result("pidfd info", syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
    result("pidfd other info", syscall(SYS_pidfd_send_signal, fd, SIGUSR2, &info, 0));
    result("no pidfd", syscall(SYS_pidfd_send_signal, 0, SIGUSR1, 0, 0));
    close(fd);
}

/* Again and again: one may come before the wait begins. */
static void tick(int microseconds) {
    struct itimerval timer = {{0, microseconds}, {0, microseconds}};
    setitimer(ITIMER_REAL, &timer, 0);
}

static void waits(void) {
    int semaphores = semget(IPC_PRIVATE, 1, 0600), queue = msgget(IPC_PRIVATE, 0600);
    struct sembuf take = {0, -1, 0};
    struct { long type; char text[8]; } message;
    struct timespec long_ = {20, 0};
    handle(SIGALRM, SA_RESTART);
    tick(200000), result("semop", semop(semaphores, &take, 1));
    tick(200000), result("semtimedop", semtimedop(semaphores, &take, 1, &long_));
    tick(200000), result("msgrcv", msgrcv(queue, &message, 8, 0, 0));
    tick(200000), result("nanosleep", syscall(SYS_nanosleep, &long_, 1));
    tick(200000), result("nanosleep", syscall(SYS_nanosleep, &long_, 0));
    tick(0), came = 0;
    semctl(semaphores, 0, IPC_RMID), msgctl(queue, IPC_RMID, 0);
}

static void memory(void) {
    char *p = mmap((void *) -4096L, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("a hint above: %s\n", p > (char *) 0x100000000 ? "high" : "low");
    result("pkey_mprotect of nothing", syscall(SYS_pkey_mprotect, p, 0, PROT_READ, 77));
    result("pkey_mprotect", syscall(SYS_pkey_mprotect, p, 4096, PROT_READ, 77));
    int mode;
    *p = 1;
    result("get_mempolicy", syscall(SYS_get_mempolicy, &mode, 0, 0, p, 2));
    munmap(p, 4096);
    result("get_mempolicy", syscall(SYS_get_mempolicy, &mode, 0, 0, p, 2));
}

static void name(const char *path) {
    char text[64] = "";
    int fd = open(path, O_RDONLY);
    long n = read(fd, text, 63);
    printf("%s: %.*s", path, n > 0 ? (int) n : 0, text);
    printf(n < 0 ? "%s\n" : "", strerrorname_np(errno));
    close(fd);
}

static void open2(const char *path, long flags, long mode, long resolve, int size) {
    long how[4] = {flags, mode, resolve, 1};
    char text[256] = "";
    int fd = syscall(SYS_openat2, AT_FDCWD, path, how, size);
    if (fd < 0) { result(path, -1); return; }
    read(fd, text, 255);
    printf("%s: %s\n", path, strstr(text, "others") ? "ours" : "another's");
    close(fd);
}

int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    ownThreads(), descriptorOfSelf(), waits(), memory();
    name("/proc/self/comm"), name("//proc/self/comm"), name("/./proc/self/comm"), name("/proc/./self//comm"), name("/../proc/self/comm");
    open2("/proc/self/maps", O_RDONLY, 0, 0, 24), open2("/proc/self/maps", O_RDONLY, 0777, 0, 24), open2("/proc/self/maps", O_RDONLY, 0, 0, 32);
    open2("/proc/self/maps", O_RDONLY, 0, 2, 24), open2("/proc/self/cmdline", O_RDONLY, 0, 0, 24), open2("/proc/self/none", O_RDONLY, 0, 0, 24);
    open2("new", O_CREAT | O_EXCL | O_WRONLY, 0600, 0, 24), open2("new", O_CREAT | O_EXCL | O_WRONLY, 0600, 0, 24), unlink("new");
    return 0;
}
