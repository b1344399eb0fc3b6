/* Whom the kernel tells of files, in a process that another has started: O_ASYNC, out-of-band data, a lease that is broken, a directory; and a timer that is faster than it is heard. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shown.h"

static void told(const char *what, int signal, int fd) {
    sigset_t set;
    siginfo_t i;
    sigemptyset(&set), sigaddset(&set, signal);
    int s = sigtimedwait(&set, &i, &(struct timespec) {5, 0});
    printf("%s: %s, ", what, s < 0 ? strerrorname_np(errno) : s == signal ? "told" : "OTHER");
    if (s > 0) printf("code %d%s, rest %d\n", i.si_code, i.si_code == SI_KERNEL || i.si_fd == fd ? "" : " OTHER FILE", ((int *) &i)[31]);
    else puts("");
}

static volatile int heard, enough;
static timer_t timer;

static void hear(int s, siginfo_t *i, void *context) {
    if (i->si_overrun > 0) enough = 1;
    if (++heard == 5) timer_settime(timer, 0, &(struct itimerspec) {0}, NULL);
}

static void files(void) {
    int p[2], s[2], on = 1, realTime = SIGRTMIN + 1;
    sigset_t all;
    sigfillset(&all), sigprocmask(SIG_BLOCK, &all, NULL);
    pipe(p), socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    result("owner", fcntl(p[0], F_SETOWN, getpid())), is("owner", fcntl(p[0], F_GETOWN) == getpid()), result("async", fcntl(p[0], F_SETFL, O_ASYNC));
    write(p[1], "x", 1), told("pipe", SIGIO, p[0]), result("signal", fcntl(p[0], F_SETSIG, realTime)), write(p[1], "x", 1), told("pipe", realTime, p[0]);
    result("owner", fcntl(s[0], F_SETOWN, getpid())), result("async", ioctl(s[0], FIOASYNC, &on)), write(s[1], "x", 1), told("socket", SIGIO, s[0]);
    close(open("leased", O_CREAT | O_RDWR, 0600));
    int leased = open("leased", O_RDONLY);
    result("lease", fcntl(leased, F_SETSIG, realTime)), result("lease", fcntl(leased, F_SETLEASE, F_RDLCK)), result("busy", open("leased", O_WRONLY | O_NONBLOCK));
    told("lease", realTime, leased), result("given back", fcntl(leased, F_SETLEASE, F_UNLCK)), result("free", unlink("leased"));
    int here = open(".", O_RDONLY | O_DIRECTORY);
    result("signal", fcntl(here, F_SETSIG, realTime)), result("notify", fcntl(here, F_NOTIFY, DN_CREATE));
    close(open("new", O_CREAT, 0600)), told("directory", realTime, here), unlink("new");
}

static void storm(void) {
    struct sigaction a = {.sa_sigaction = hear, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigset_t none;
    struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    sigaction(SIGRTMIN, &a, NULL), sigemptyset(&none), sigprocmask(SIG_SETMASK, &none, NULL);
    result("timer", timer_create(CLOCK_REALTIME, &e, &timer)), result("set", timer_settime(timer, 0, &(struct itimerspec) {{0, 1000}, {0, 1000}}, NULL));
    for (int i = 0; heard < 5 && i < 5000; i++) nanosleep(&(struct timespec) {0, 1000000}, NULL);
    is("heard", heard >= 5 && heard < 8), is("overrun", enough), timer_delete(timer);
}

int main(void) {
    signal(SIGURG, SIG_IGN), signal(SIGIO, SIG_IGN);
    for (int i = 0; i < 2; i++) {
        fflush(stdout);
        pid_t child = i ? 0 : fork();
        if (!child) files(), heard = enough = 0, storm();
        if (!i && !child) exit(7);
        int status = 0;
        if (child) wait(&status);
        printf("status %x\n", status);
    }
    return 0;
}
