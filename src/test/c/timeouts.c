/* Waits that signals interrupt: which are made again, and with how much time. Every wait is longer than the timer's ticks together need. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int ticks;

static void handler(int signal) { ticks++; }

/* SIGALRM every 10 ms with these flags; SIG_IGN and blocked where told so: then nothing interrupts. */
static void tick(int flags, int blocked) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(SIGALRM, &action, 0);
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, SIGALRM);
    sigprocmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &s, 0);
    setitimer(ITIMER_REAL, &(struct itimerval) {{0, 10000}, {0, 10000}}, 0);
}

static void quiet(void) { setitimer(ITIMER_REAL, &(struct itimerval) {{0, 0}, {0, 0}}, 0); }

static void show(const char *what, long result) {
    int error = errno;
    quiet();
    printf("%s: %ld %s\n", what, result, result < 0 ? strerror(error) : "");
}

static int futex(int operation, struct timespec *time) {
    static int word;
    return syscall(SYS_futex, &word, operation, 0, time, 0, FUTEX_BITSET_MATCH_ANY);
}

static void interrupted(int flags) {
    struct timespec soon = {0, 300000000}, end;
    int ends[2];
    char byte;
    struct epoll_event event;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    tick(flags, 0);
    show("futex with a timeout", futex(FUTEX_WAIT, &soon));
    tick(flags, 0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += 5;
    show("futex until", futex(FUTEX_WAIT_BITSET, &end));
    tick(flags, 0);
    show("nanosleep", nanosleep(&soon, 0));
    tick(flags, 0);
    show("poll", poll(0, 0, 5000));
    tick(flags, 0);
    show("epoll", epoll_wait(epoll_create1(0), &event, 1, 5000));
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval) {5, 0}, sizeof(struct timeval));
    tick(flags, 0);
    show("receive with a timeout", recv(ends[0], &byte, 1, 0));
    tick(flags, 0);
    show("read with a timeout", read(ends[0], &byte, 1));
    close(ends[0]), close(ends[1]);
}

/* A select that is retried with what the call has left of its time ends. */
static void retried(void) {
    struct timeval time = {0, 60000};
    struct timespec exact = {0, 60000000};
    int result, again = 0;
    tick(0, 0);
    while ((result = select(0, 0, 0, 0, &time)) < 0 && errno == EINTR && again < 1000) again++;
    quiet();
    printf("select %d, interrupted %d, left %ld.%ld\n", result, again > 0, time.tv_sec, time.tv_usec);
    again = 0;
    tick(0, 0);
    while ((result = syscall(SYS_ppoll, 0, 0, &exact, 0, 8)) < 0 && errno == EINTR && again < 1000) again++;
    quiet();
    printf("ppoll %d, interrupted %d, left %ld.%ld\n", result, again > 0, exact.tv_sec, exact.tv_nsec);
    exact.tv_nsec = 60000000, again = 0;
    tick(0, 0);
    while ((result = syscall(SYS_pselect6, 0, 0, 0, 0, &exact, 0)) < 0 && errno == EINTR && again < 1000) again++;
    quiet();
    printf("pselect6 %d, interrupted %d, left %ld.%ld\n", result, again > 0, exact.tv_sec, exact.tv_nsec);
}

/* Signals that are blocked or ignored neither end nor lengthen a wait. */
static void undisturbed(void) {
    struct timespec time = {0, 50000000};
    int ends[2];
    char byte;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval) {0, 50000}, sizeof(struct timeval));
    for (int blocked = 0; blocked < 2; blocked++) {
        for (int i = 0; i < 3; i++) {
            tick(0, blocked);
            if (!blocked) signal(SIGALRM, SIG_IGN);
            if (i == 0) show("futex", futex(FUTEX_WAIT, &time));
            if (i == 1) show("nanosleep", nanosleep(&time, 0));
            if (i == 2) show("receive", recv(ends[0], &byte, 1, 0));
        }
        signal(SIGALRM, SIG_IGN);
    }
}

static void refused(void) {
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, SIGUSR1);
    struct timespec bad[] = {{0, -1}, {-1, 0}, {0, 1000000000}};
    for (int i = 0; i < 3; i++) {
        show("sigtimedwait", syscall(SYS_rt_sigtimedwait, &s, 0, &bad[i], 8));
        show("futex", futex(FUTEX_WAIT, &bad[i]));
        show("nanosleep", syscall(SYS_nanosleep, &bad[i], 0));
        show("ppoll", syscall(SYS_ppoll, 0, 0, &bad[i], 0, 8));
    }
}

int main(void) {
    setvbuf(stdout, 0, _IONBF, 0);
    interrupted(0);
    interrupted(SA_RESTART);
    retried();
    undisturbed();
    refused();
    show("select, too many microseconds", syscall(SYS_select, 0, 0, 0, 0, &(struct timeval) {0, 1000001}));
    printf("%d\n", ticks > 0);
    return 0;
}
