/* Signals blocked, ignored, waited for, sent from outside; in what order they come, and what they do to calls that wait. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int ran[32], count;

static void handler(int signal) { if (count < 32) ran[count++] = signal; }

static void catch(int signal, int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, 0);
}

static sigset_t set(int a, int b) {
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, a);
    sigaddset(&s, b);
    return s;
}

static void block(int a, int b) { sigset_t s = set(a, b); sigprocmask(SIG_BLOCK, &s, 0); }
static void unblock(int a, int b) { sigset_t s = set(a, b); sigprocmask(SIG_UNBLOCK, &s, 0); }

static void show(const char *what) {
    printf("%s:", what);
    for (int i = 0; i < count; i++) printf(" %d", ran[i]);
    printf("\n");
    count = 0;
}

static int pending(int signal) {
    sigset_t s;
    sigpending(&s);
    return sigismember(&s, signal);
}

/* Two pending signals: the lower number's frame is made first, so the higher runs first; a thread's own come before the process's. */
static void order(void) {
    catch(SIGUSR1, 0);
    catch(SIGUSR2, 0);
    catch(SIGSEGV, 0);
    catch(SIGRTMIN, 0);
    block(SIGUSR1, SIGUSR2);
    raise(SIGUSR2), raise(SIGUSR1);
    unblock(SIGUSR1, SIGUSR2);
    show("raised 12 10");
    block(SIGUSR1, SIGUSR2);
    kill(getpid(), SIGUSR1), raise(SIGUSR2);
    unblock(SIGUSR1, SIGUSR2);
    show("sent 10, raised 12");
    block(SIGUSR1, SIGSEGV);
    raise(SIGUSR1), raise(SIGSEGV);
    unblock(SIGUSR1, SIGSEGV);
    show("raised 10 11");
    block(SIGRTMIN, SIGUSR1);
    for (int i = 0; i < 3; i++) sigqueue(getpid(), SIGRTMIN, (union sigval) {i}), raise(SIGUSR1);
    siginfo_t info;
    sigset_t both = set(SIGRTMIN, SIGUSR1);
    for (int i = 0; i < 4; i++) {
        int signal = sigwaitinfo(&both, &info);
        printf("waited for %d", signal);
        if (signal == SIGRTMIN) printf(" value %d", info.si_value.sival_int);
        printf("\n");
    }
    int more = sigtimedwait(&both, 0, &(struct timespec) {0, 0});
    printf("no more: %d %s\n", more, strerror(errno));
    unblock(SIGRTMIN, SIGUSR1);
}

/* Blocked signals are pending whatever their disposition; a disposition that ignores takes them away. */
static void blocked(void) {
    int signals[] = {SIGWINCH, SIGTSTP, SIGABRT, SIGRTMAX - 1, SIGCHLD, SIGFPE};
    for (int i = 0; i < 6; i++) {
        int s = signals[i];
        signal(s, SIG_DFL);
        block(s, s);
        kill(getpid(), s);
        printf("signal %d pending %d", s, pending(s));
        signal(s, SIG_IGN);
        printf(", ignored %d", pending(s));
        kill(getpid(), s);
        printf(", sent again %d", pending(s));
        unblock(s, s);
        printf(", unblocked %d\n", pending(s));
        signal(s, SIG_DFL);
    }
    block(SIGTSTP, SIGCONT);
    kill(getpid(), SIGTSTP);
    kill(getpid(), SIGCONT);
    printf("after SIGCONT: stop pending %d, SIGCONT %d\n", pending(SIGTSTP), pending(SIGCONT));
    unblock(SIGTSTP, SIGCONT);
}

/* A timer of the kernel's: its signal is one from outside. */
static void timer(int signal, int milliseconds) {
    timer_t id;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal};
    timer_create(CLOCK_MONOTONIC, &event, &id);
    timer_settime(id, 0, &(struct itimerspec) {{0, 0}, {0, milliseconds * 1000000}}, 0);
}

static void timers(void) {
    int signals[] = {SIGRTMIN + 3, SIGWINCH, SIGALRM, SIGTTOU};
    siginfo_t info;
    for (int i = 0; i < 4; i++) {
        sigset_t s = set(signals[i], signals[i]);
        block(signals[i], signals[i]);
        timer(signals[i], 20);
        int got = sigwaitinfo(&s, &info);
        printf("timer %d code %d\n", got, info.si_code);
        unblock(signals[i], signals[i]);
    }
    block(SIGURG, SIGURG);
    sigset_t s = set(SIGURG, SIGURG);
    int fd = signalfd(-1, &s, 0);
    timer(SIGURG, 20);
    struct signalfd_siginfo record;
    long got = read(fd, &record, sizeof record);
    printf("signalfd %ld of %u\n", got, record.ssi_signo);
    close(fd);
    unblock(SIGURG, SIGURG);
    for (int i = 0; i < 500; i++) {
        if ((fd = signalfd(-1, &s, 0)) < 0 || fd > 10) { printf("signalfd %d: %s\n", i, strerror(errno)); break; }
        close(fd);
    }
}

/* A temporary mask ends with the call, also with one that fails or finds what it waits for. */
static void masks(void) {
    sigset_t s = set(SIGUSR1, SIGUSR1), now;
    syscall(SYS_ppoll, (void *) 16, 1, 0, &s, 8);
    sigprocmask(0, 0, &now);
    printf("ppoll: %s, blocked %d\n", strerror(errno), sigismember(&now, SIGUSR1));
    block(SIGUSR1, SIGUSR1);
    raise(SIGUSR1);
    sigset_t none;
    sigemptyset(&none);
    int ends[2];
    pipe(ends);
    struct pollfd p = {ends[1], POLLOUT, 0};
    printf("ready %d", ppoll(&p, 1, 0, &none));
    show("");
    struct pollfd q = {ends[0], POLLIN, 0};
    int found = ppoll(&q, 1, 0, &none);
    printf("not ready %d %s", found, strerror(errno));
    show("");
    sigprocmask(0, 0, &now);
    printf("blocked %d pending %d\n", sigismember(&now, SIGUSR1), pending(SIGUSR1));
    unblock(SIGUSR1, SIGUSR1);
    signal(SIGPIPE, SIG_DFL);
    block(SIGPIPE, SIGPIPE);
    close(ends[0]);
    long written = write(ends[1], "x", 1);
    printf("broken %ld %s pending %d\n", written, strerror(errno), pending(SIGPIPE));
}

/* The last: a stack of all memory is one that is in use for good. */
static void alternate(void) {
    stack_t none = {0}, off = {.ss_flags = SS_DISABLE}, all = {.ss_sp = (void *) 4096, .ss_size = -1}, old;
    // execve(2) leaves the flags that the caller had, so that size 0 may or may not be a change at first
    printf("off %d", sigaltstack(&off, 0)), printf(" again %d", sigaltstack(&off, &old)), printf(" flags %d\n", old.ss_flags), printf("too small %d\n", sigaltstack(&none, 0));
    printf("all %d", sigaltstack(&all, 0)), printf(" off %d", sigaltstack(&off, &old)), printf(" flags %d\n", sigaltstack(0, &old) ? -1 : old.ss_flags);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IONBF, 0);
    if (argc == 1) {
        order(), blocked(), timers(), masks(), alternate();
        return 0;
    }
    /* signals blocked|ignored|default N: says when it is ready for the shell's kill, waits for SIGUSR2 */
    int s = atoi(argv[2]);
    block(SIGUSR2, SIGUSR2);
    if (argv[1][0] == 'b') block(s, s);
    if (argv[1][0] == 'i') signal(s, SIG_IGN);
    FILE *ready = fopen("pid", "w");
    fprintf(ready, "%d\n", getpid());
    fclose(ready);
    rename("pid", "ready");
    sigset_t wait = set(SIGUSR2, SIGUSR2);
    sigwaitinfo(&wait, 0);
    for (int i = 0; argv[1][0] == 'b' && !pending(s) && i < 1000; i++) usleep(1000);
    printf("%s %d: pending %d\n", argv[1], s, pending(s));
    return 7;
}
