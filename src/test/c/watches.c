/*
 * What tells of events: inotify with its masks and moves, epoll by level, by edge and once, counters (eventfd), timers (timerfd), signals (signalfd). Times are
 * never printed; what is waited for comes within milliseconds, and waits that end by themselves are short.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "shown.h"

static uint32_t cookie;

static void events(int fd) {
    static char buffer[4096] __attribute__((aligned(8)));
    long n = read(fd, buffer, sizeof buffer);
    if (n < 0) result("  no events", n);
    for (char *at = buffer; at < buffer + n; at += sizeof(struct inotify_event) + ((struct inotify_event *) at)->len) {
        struct inotify_event *e = (struct inotify_event *) at;
        if (e->mask & IN_MOVED_FROM) cookie = e->cookie;
        printf("  watch %d mask %x %s%s\n", e->wd, e->mask, e->len ? e->name : "-", e->mask & IN_MOVED_TO ? e->cookie == cookie ? " same" : " other" : "");
    }
}

static void touch(const char *name, const char *text) {
    int f = open(name, O_CREAT | O_RDWR, 0600);
    if (*text) write(f, text, strlen(text));
    close(f);
}

static void names(void) {
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), left = 0;
    char b[16];
    result("flags", fcntl(fd, F_GETFL) & O_NONBLOCK), result("cloexec", fcntl(fd, F_GETFD)), result("wrong flags", inotify_init1(1));
    mkdir("watched", 0700), mkdir("elsewhere", 0700), touch("single", "text");
    int all = inotify_add_watch(fd, "watched", IN_ALL_EVENTS);
    result("watch", all), result("again", inotify_add_watch(fd, "watched", IN_ALL_EVENTS)), result("none", read(fd, b, 16));
    result("missing", inotify_add_watch(fd, "missing", IN_CREATE)), result("nowhere", inotify_add_watch(fd, BAD, IN_CREATE)), result("no mask", inotify_add_watch(fd, "watched", 0));
    result("no inotify", inotify_add_watch(0, "watched", IN_CREATE)), result("no directory", inotify_add_watch(fd, "single", IN_CREATE | IN_ONLYDIR));
    result("exists", inotify_add_watch(fd, "watched", IN_CREATE | IN_MASK_CREATE)), result("both", inotify_add_watch(fd, "watched", IN_CREATE | IN_MASK_CREATE | IN_MASK_ADD));
    touch("watched/one", ""), events(fd);
    touch("watched/one", "text"), events(fd);
    int f = open("watched/one", O_RDONLY);
    read(f, b, 2), close(f), events(fd);
    truncate("watched/one", 1), chmod("watched/one", 0640), events(fd);
    rename("watched/one", "watched/two"), events(fd);
    rename("watched/two", "elsewhere/two"), events(fd);
    rename("elsewhere/two", "watched/three"), events(fd);
    link("watched/three", "watched/four"), symlink("three", "watched/link"), mkdir("watched/inside", 0700), events(fd);
    unlink("watched/four"), unlink("watched/link"), rmdir("watched/inside"), unlink("watched/three");
    result("FIONREAD", ioctl(fd, FIONREAD, &left)), result("bytes", left), result("small", read(fd, b, 16)), result("to nowhere", read(fd, BAD, 4096)), result("left", ioctl(fd, FIONREAD, &left)), result("bytes", left), events(fd);
    inotify_add_watch(fd, "watched", IN_CREATE), touch("watched/five", "text"), events(fd);
    inotify_add_watch(fd, "watched", IN_DELETE | IN_MASK_ADD), touch("watched/six", ""), unlink("watched/six"), unlink("watched/five"), events(fd);
    int once = inotify_add_watch(fd, "single", IN_MODIFY | IN_ONESHOT);
    result("once", once), truncate("single", 2), truncate("single", 1), events(fd), result("is gone", inotify_rm_watch(fd, once));
    int self = inotify_add_watch(fd, "single", IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_DONT_FOLLOW);
    result("self", self), rename("single", "moved"), unlink("moved"), events(fd);
    struct pollfd p = {fd, POLLIN, 0};
    result("quiet", poll(&p, 1, 0)), rmdir("watched"), result("told", poll(&p, 1, 0)), events(fd);
    rmdir("elsewhere"), result("no watch", inotify_rm_watch(fd, 99)), result("no inotify", inotify_rm_watch(0, 1));
    int again = inotify_add_watch(fd, ".", IN_CREATE);
    result("last", again), result("removed", inotify_rm_watch(fd, again)), events(fd), close(fd);
}

static void show(int e, const char *what, int timeout) {
    struct epoll_event got[4];
    int n = epoll_wait(e, got, 4, timeout);
    printf("%s: %d", what, n);
    for (int i = 0; i < n; i++) printf(" %x/%lx", got[i].events, (long) got[i].data.u64);
    putchar('\n');
}

static void waiting(void) {
    int e = epoll_create1(EPOLL_CLOEXEC), ends[2];
    char b[8];
    pipe2(ends, O_NONBLOCK);
    struct epoll_event event = {EPOLLIN, {.u64 = 0x123456789abcdef}};
    result("wrong flags", epoll_create1(1)), result("no size", epoll_create(0));
    result("add", epoll_ctl(e, EPOLL_CTL_ADD, ends[0], &event)), result("add again", epoll_ctl(e, EPOLL_CTL_ADD, ends[0], &event)), result("add itself", epoll_ctl(e, EPOLL_CTL_ADD, e, &event));
    result("from nowhere", epoll_ctl(e, EPOLL_CTL_ADD, ends[1], BAD)), result("delete what is none", epoll_ctl(e, EPOLL_CTL_DEL, ends[1], 0)), result("change what is none", epoll_ctl(e, EPOLL_CTL_MOD, ends[1], &event));
    int file = open("plain", O_CREAT | O_RDWR, 0600);
    result("a file", epoll_ctl(e, EPOLL_CTL_ADD, file, &event)), result("closed", epoll_ctl(e, EPOLL_CTL_ADD, 999, &event)), result("no epoll", epoll_ctl(file, EPOLL_CTL_ADD, ends[0], &event));
    close(file), unlink("plain");
    show(e, "quiet", 0), write(ends[1], "abc", 3), show(e, "level", 0), show(e, "level again", 0);
    result("no room", epoll_wait(e, &event, 0, 0)), result("to nowhere", epoll_wait(e, BAD, 4, 0)), result("negative", epoll_wait(e, &event, -1, 0));
    show(e, "still", 0), read(ends[0], b, 8), show(e, "read", 0);
    event.events = EPOLLIN | EPOLLET, event.data.u64 = 2, result("edge", epoll_ctl(e, EPOLL_CTL_MOD, ends[0], &event));
    write(ends[1], "abc", 3), show(e, "edge", 0), show(e, "no more", 0), write(ends[1], "d", 1), show(e, "next edge", 0), read(ends[0], b, 2), show(e, "half read", 0);
    event.events = EPOLLIN | EPOLLONESHOT, event.data.u64 = 3, epoll_ctl(e, EPOLL_CTL_MOD, ends[0], &event);
    show(e, "once", 0), write(ends[1], "e", 1), show(e, "disarmed", 0), epoll_ctl(e, EPOLL_CTL_MOD, ends[0], &event), show(e, "armed", 0);
    event.events = EPOLLOUT, event.data.u64 = 4, epoll_ctl(e, EPOLL_CTL_ADD, ends[1], &event), show(e, "writable", 0);
    event.events = EPOLLIN, event.data.u64 = 3, epoll_ctl(e, EPOLL_CTL_MOD, ends[0], &event), show(e, "both", 0);
    event.events = EPOLLIN | EPOLLEXCLUSIVE, result("exclusive change", epoll_ctl(e, EPOLL_CTL_MOD, ends[0], &event));
    close(ends[1]), show(e, "hung up", 0), read(ends[0], b, 8), show(e, "empty", 0), result("delete", epoll_ctl(e, EPOLL_CTL_DEL, ends[0], 0)), show(e, "none", 0), close(ends[0]);
    int inner = epoll_create1(0), counter = eventfd(0, 0);
    event.events = EPOLLIN, event.data.u64 = 5, epoll_ctl(inner, EPOLL_CTL_ADD, counter, &event), event.data.u64 = 6, result("nested", epoll_ctl(e, EPOLL_CTL_ADD, inner, &event));
    result("loop", epoll_ctl(inner, EPOLL_CTL_ADD, e, &event)), show(e, "quiet", 1), eventfd_write(counter, 1), show(e, "outer", 0), show(inner, "inner", 0);
    struct timespec short_ = {0, 1000000};
    sigset_t set;
    sigfillset(&set);
    struct epoll_event got[2];
    result("epoll_pwait", epoll_pwait(e, got, 2, 0, &set)), result("epoll_pwait2", syscall(441, e, got, 2, &short_, 0, 8)), result("pwait nowhere", syscall(SYS_epoll_pwait, e, got, 2, 0, BAD, 8)), result("pwait2 nowhere", syscall(441, e, got, 2, BAD, 0, 8));
    close(counter), show(e, "closed", 0), close(inner), close(e);
}

static void counters(void) {
    uint64_t v = 0;
    int fd = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC), semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    result("wrong flags", eventfd(0, 2)), result("read", read(fd, &v, 8)), result("counter", v), result("none", read(fd, &v, 8)), result("short", read(fd, &v, 7)), result("short", write(fd, &v, 7));
    v = 5, result("write", write(fd, &v, 8)), result("write", write(fd, &v, 8)), v = -1, result("too much", write(fd, &v, 8)), v = -2, result("full", write(fd, &v, 8));
    result("to nowhere", read(fd, BAD, 8)), result("still there?", read(fd, &v, 8)), result("counter", v), v = -2, result("most", write(fd, &v, 8));
    struct pollfd p = {fd, POLLIN | POLLOUT, 0};
    result("poll", poll(&p, 1, 0)), result("only in", p.revents), result("from nowhere", write(fd, BAD, 8));
    result("semaphore", read(semaphore, &v, 8)), result("one", v), result("semaphore", read(semaphore, &v, 8)), result("one", v), result("none", read(semaphore, &v, 8));
    close(fd), close(semaphore);
}

static void timers(void) {
    uint64_t v = 0;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), quiet = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
    struct itimerspec once = {{0, 0}, {0, 1000000}}, repeated = {{0, 1000000}, {0, 1000000}}, old = {{7, 7}, {7, 7}}, off = {0}, wrong = {{0, 0}, {0, 1000000000}}, past = {{0, 0}, {1, 0}}, far = {{5, 0}, {1000, 0}};
    result("wrong clock", timerfd_create(77, 0)), result("wrong flags", timerfd_create(CLOCK_MONOTONIC, 1)), result("not armed", read(quiet, &v, 8));
    result("settime", timerfd_settime(fd, 0, &once, &old)), printf("%ld %ld\n", old.it_value.tv_sec, old.it_value.tv_nsec), result("read", read(fd, &v, 8)), result("times", v);
    result("repeated", timerfd_settime(fd, 0, &repeated, 0)), nanosleep(&(struct timespec) {0, 5000000}, 0), result("read", read(fd, &v, 8)), is("several times", v >= 3 && v < 1000000), timerfd_gettime(fd, &old), is("interval", old.it_interval.tv_nsec == 1000000 && old.it_value.tv_nsec > 0);
    result("off", timerfd_settime(fd, 0, &off, &old)), is("before", old.it_interval.tv_nsec == 1000000), timerfd_gettime(fd, &old), result("gettime", old.it_value.tv_nsec);
    result("absolute, over", timerfd_settime(quiet, TFD_TIMER_ABSTIME, &past, 0)), result("read", read(quiet, &v, 8)), result("times", v), result("again", read(quiet, &v, 8));
    result("far", timerfd_settime(quiet, 0, &far, 0)), timerfd_gettime(quiet, &old), is("999", old.it_value.tv_sec == 999 || old.it_value.tv_sec == 1000), result("interval", old.it_interval.tv_sec);
    result("wrong time", timerfd_settime(fd, 0, &wrong, 0)), result("wrong flag", timerfd_settime(fd, 99, &once, 0)), result("from nowhere", timerfd_settime(fd, 0, BAD, 0)), result("old to nowhere", timerfd_settime(fd, 0, &once, BAD)), result("gettime nowhere", timerfd_gettime(fd, BAD));
    result("no timer", timerfd_settime(0, 0, &once, 0)), result("short", read(fd, &v, 4)), result("to nowhere", read(fd, BAD, 8));
    int e = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.u64 = 9}};
    epoll_ctl(e, EPOLL_CTL_ADD, fd, &event), timerfd_settime(fd, 0, &once, 0), show(e, "timer", 5000);
    close(e), close(fd), close(quiet);
}

static void handler(int s) { printf("handled %d\n", s); }

static void signals(void) {
    struct signalfd_siginfo info[3];
    sigset_t set, none;
    sigemptyset(&none), sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMIN + 3), sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, 0);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    is("signalfd", fd >= 0), result("cloexec", fcntl(fd, F_GETFD)), result("wrong flags", signalfd(-1, &set, 1)), result("set nowhere", syscall(SYS_signalfd4, -1, BAD, 8, 0)), result("wrong size", syscall(SYS_signalfd4, -1, &set, 4, 0)), result("not one", signalfd(0, &set, 0));
    result("none", read(fd, info, sizeof info));
    raise(SIGUSR1), raise(SIGUSR1), sigqueue(getpid(), SIGRTMIN + 3, (union sigval) {.sival_int = 42}), sigqueue(getpid(), SIGRTMIN + 3, (union sigval) {.sival_int = 43});
    struct pollfd p = {fd, POLLIN, 0};
    result("poll", poll(&p, 1, 0)), result("revents", p.revents), memset(info, 0, sizeof info), result("read", read(fd, info, sizeof info) / sizeof *info);
    for (int i = 0; i < 3; i++) printf("%d code %d int %d own %d %d\n", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_int, info[i].ssi_pid == getpid(), info[i].ssi_uid == getuid());
    result("none left", read(fd, info, sizeof info));
    raise(SIGUSR1), sigaddset(&none, SIGALRM), result("changed", signalfd(fd, &none, 0) == fd ? 0 : 1), result("not in it", read(fd, info, sizeof info));
    signal(SIGUSR1, handler), sigprocmask(SIG_UNBLOCK, &set, 0), sigprocmask(SIG_BLOCK, &set, 0);
    struct timespec no = {0, 0};
    sigset_t waiting;
    result("back again", signalfd(fd, &set, 0) == fd ? 0 : 1), raise(SIGUSR1), sigpending(&waiting), result("pending", sigismember(&waiting, SIGUSR1)), result("waited for", sigtimedwait(&set, 0, &no)), result("nothing to read", read(fd, info, sizeof info));
    raise(SIGUSR1), signal(SIGUSR1, SIG_IGN), result("ignored", read(fd, info, sizeof info)), signal(SIGUSR1, handler);
    int second = dup(fd);
    raise(SIGUSR1), result("a duplicate", read(second, info, sizeof info) / sizeof *info), result("read", read(fd, info, sizeof info)), close(second), signalfd(fd, &none, 0);
    timer_t t;
    timer_create(CLOCK_MONOTONIC, &(struct sigevent) {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM, .sigev_value.sival_int = 11}, &t);
    timer_settime(t, 0, &(struct itimerspec) {{0, 0}, {0, 1000000}}, 0), result("waited", poll(&p, 1, 5000)), result("read", read(fd, info, sizeof info) / sizeof *info), printf("%d code %d int %d\n", info->ssi_signo, info->ssi_code, info->ssi_int);
    timer_delete(t);
    setitimer(ITIMER_REAL, &(struct itimerval) {{0, 50}, {0, 50}}, 0);      // a signal that is pending already, again and again, without a call
    for (volatile long i = 0; i < 200000000; i++) continue;
    setitimer(ITIMER_REAL, &(struct itimerval) {{0, 0}, {0, 0}}, 0);
    result("read", read(fd, info, sizeof info) / sizeof *info), close(fd);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    names(), waiting(), counters(), timers(), signals();
    return 0;
}
