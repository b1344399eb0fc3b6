/* A session with a terminal of its own: who gets it and who does not, its keys, its foreground group and what background processes may, its ends. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "shown.h"

static int master, told[2];
static char name[64];

static void fresh(void) {
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    grantpt(master);
    unlockpt(master);
    strcpy(name, ptsname(master));
    if (pipe(told) < 0) exit(1);
}

static void tell(char c) { if (write(told[1], &c, 1) < 0) _exit(9); }

static char hear(void) {
    char c = '?';
    struct pollfd p = {told[0], POLLIN, 0};
    if (poll(&p, 1, 10000) > 0 && read(told[0], &c, 1) < 0) c = '!';
    return c;
}

static void status(const char *what, int pid) {
    int s = -1;
    while (waitpid(pid, &s, WUNTRACED) < 0 && errno == EINTR) ;
    if (WIFEXITED(s)) printf("%s: exit %d\n", what, WEXITSTATUS(s));
    else if (WIFSIGNALED(s)) printf("%s: signal %d\n", what, WTERMSIG(s));
    else if (WIFSTOPPED(s)) printf("%s: stopped by %d\n", what, WSTOPSIG(s));
    fflush(stdout);
}

static volatile int came;

static void handler(int s) {
    came++;
    tell(s == SIGINT ? 'I' : s == SIGWINCH ? 'W' : s == SIGHUP ? 'H' : s == SIGCONT ? 'C' : s == SIGTTIN ? 'T' : 'x');
}

/* A child that leads a session, and what it is about. */
static int leader(void (*work)(void)) {
    fflush(stdout);
    int pid = fork();
    if (pid == 0) {
        setsid();
        work();
        fflush(stdout);
        _exit(0);
    }
    return pid;
}

static void taking(void) {
    int slave = open(name, O_RDWR | O_NOCTTY), group = -1;
    result("open /dev/tty before", open("/dev/tty", O_RDWR));
    result("tcgetpgrp before", tcgetpgrp(slave));
    result("tcsetpgrp before", tcsetpgrp(slave, getpgrp()));
    result("tcgetsid before", tcgetsid(slave));
    result("no pipe", ioctl(told[0], TIOCSCTTY, 0));
    result("no descriptor", ioctl(99, TIOCSCTTY, 0));
    result("TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
    result("TIOCSCTTY again", ioctl(slave, TIOCSCTTY, 0));
    is("foreground", tcgetpgrp(slave) == getpid());
    is("session", tcgetsid(slave) == getpid());
    is("foreground from the other side", ioctl(master, TIOCGPGRP, &group) == 0 && group == getpid());
    is("session from the other side", ioctl(master, TIOCGSID, &group) == 0 && group == getpid());
    int tty = open("/dev/tty", O_RDWR);
    is("/dev/tty", tty >= 0 && isatty(tty) && tcgetpgrp(tty) == getpid());
    result("no group", tcsetpgrp(slave, 0x3fffffff));
    result("group below zero", tcsetpgrp(slave, -5));
    result("group of another session", tcsetpgrp(slave, getppid()));
    result("from the other side", tcsetpgrp(master, getpid()));
    int other = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(other);
    unlockpt(other);
    int second = open(ptsname(other), O_RDWR);
    result("a second terminal", ioctl(second, TIOCSCTTY, 0));
    result("tcgetpgrp of the second", tcgetpgrp(second));
    fflush(stdout);
    int pid = fork();
    if (pid == 0) {
        result("a child in the session", tcgetpgrp(slave) == getppid() ? 0 : -1);
        result("TIOCSCTTY of no leader", ioctl(slave, TIOCSCTTY, 0));
        setsid();
        result("out of the session", tcgetpgrp(slave));
        result("taken by another session", ioctl(slave, TIOCSCTTY, 0));
        fflush(stdout);
        _exit(0);
    }
    status("child", pid);
}

static void opening(void) {
    int slave = open(name, O_RDWR);
    is("opened is taken", slave >= 0 && tcgetpgrp(slave) == getpid());
    close(slave);
}

static void keys(void) {
    int slave = open(name, O_RDWR);
    for (int s = 1; s < 32; s++) signal(s, SIG_DFL);
    int job = fork();
    if (job == 0) {
        setpgid(0, 0);
        signal(SIGINT, handler);
        signal(SIGWINCH, handler);
        tell('r');
        for (;;) pause();
    }
    hear();
    setpgid(job, job);
    signal(SIGTTOU, SIG_IGN);
    result("to the foreground", tcsetpgrp(slave, job));
    is("seen from the other side", tcgetpgrp(master) == job);
    write(master, "\3", 1);
    printf("key for SIGINT: %c\n", hear());
    struct winsize size = {30, 90, 0, 0};
    ioctl(master, TIOCSWINSZ, &size);
    printf("new size: %c\n", hear());
    write(master, "\32", 1);
    status("key for SIGTSTP", job);
    result("back", tcsetpgrp(slave, getpgrp()));
    kill(job, SIGCONT);
    result("and to the foreground again", tcsetpgrp(slave, job));
    write(master, "\34", 1);
    status("key for SIGQUIT", job);
}

static int background(int slave, void (*work)(int)) {
    fflush(stdout);
    int job = fork();
    if (job == 0) {
        setpgid(0, 0);
        work(slave);
        fflush(stdout);
        _exit(0);
    }
    setpgid(job, job);
    return job;
}

static void reads(int slave) {
    char c = 0;
    signal(SIGTTIN, SIG_DFL);
    long n = read(slave, &c, 1);
    printf("read after all: %ld %c\n", n, c);
}

static void ignores(int slave) {
    char c;
    signal(SIGTTIN, SIG_IGN);
    result("read with SIGTTIN ignored", read(slave, &c, 1));
}

static void catches(int slave) {
    char c;
    struct sigaction a = {.sa_handler = handler};
    sigaction(SIGTTIN, &a, NULL);
    result("read with SIGTTIN caught", read(slave, &c, 1));
}

static void changes(int slave) {
    struct termios t;
    signal(SIGTTOU, SIG_DFL);
    result("tcgetattr", tcgetattr(slave, &t));
    result("tcsetattr", tcsetattr(slave, TCSANOW, &t));
}

static void takes(int slave) {
    signal(SIGTTOU, SIG_DFL);
    result("tcsetpgrp", tcsetpgrp(slave, getpgrp()));
}

static void writes(int slave) {
    signal(SIGTTOU, SIG_DFL);
    result("write", write(slave, "w", 1));
}

/* It stops, is put into the foreground, goes on. */
static void onceStopped(const char *what, int slave, void (*work)(int)) {
    int job = background(slave, work);
    status(what, job);
    tcsetpgrp(slave, job);
    kill(job, SIGCONT);
    status(what, job);
    tcsetpgrp(slave, getpgrp());
}

static void jobs(void) {
    int slave = open(name, O_RDWR);
    struct termios t;
    tcgetattr(slave, &t);
    t.c_lflag &= ~(ECHO | ICANON);
    tcsetattr(slave, TCSANOW, &t);
    signal(SIGTTOU, SIG_IGN);
    write(master, "abc", 3);
    onceStopped("background read", slave, reads);
    status("ignored", background(slave, ignores));
    status("caught", background(slave, catches));
    printf("caught: %c\n", hear());
    onceStopped("background tcsetattr", slave, changes);
    onceStopped("background tcsetpgrp", slave, takes);
    status("background write", background(slave, writes));
    t.c_lflag |= TOSTOP;
    tcsetattr(slave, TCSANOW, &t);
    onceStopped("background write with TOSTOP", slave, writes);
}

/* Nobody outside its group in the session is its parent: nothing stops it. */
static void orphan(void) {
    int slave = open(name, O_RDWR);
    signal(SIGTTOU, SIG_IGN);
    int job = fork();
    if (job == 0) {
        setpgid(0, 0);
        if (fork() == 0) {
            while (getppid() != 1) usleep(1000);
            char c;
            tell(read(slave, &c, 1) < 0 && errno == EIO ? 'E' : 'o');
        }
        _exit(0);
    }
    status("its parent", job);
    printf("an orphan's read: %c\n", hear());
}

/* Its group is orphaned while it is stopped: it is told and goes on. */
static void left(void) {
    int slave = open(name, O_RDWR);
    int job = background(slave, reads);
    status("a job that stops", job);
    int plain = fork();
    if (plain == 0) {
        setpgid(0, 0);
        kill(getpid(), SIGSTOP);
        tell('c');
        _exit(0);
    }
    status("one", plain);
    int caught = fork();
    if (caught == 0) {
        setpgid(0, 0);
        signal(SIGHUP, handler);
        kill(getpid(), SIGSTOP);
        tell('g');
        _exit(0);
    }
    status("another", caught);
}

static void leaves(void) {
    int slave = open(name, O_RDWR);
    int job = fork();
    if (job == 0) {
        signal(SIGHUP, handler);
        tell('r');
        while (getppid() != 1) usleep(1000);
        tell(tcgetpgrp(slave) < 0 && errno == ENOTTY ? 'N' : 'x');
        _exit(0);
    }
    hear();
}

static void hungUp(void) {
    int slave = open(name, O_RDWR);
    char c;
    struct sigaction a = {.sa_handler = handler};
    sigaction(SIGHUP, &a, NULL);
    sigaction(SIGCONT, &a, NULL);
    close(master);
    tell('r');
    while (read(slave, &c, 1) < 0 && errno == EINTR) ;
    for (int i = 0; came < 2 && i < 5000; i++) usleep(1000);
    result("read behind the end", read(slave, &c, 1));
    result("/dev/tty behind the end", open("/dev/tty", O_RDWR));
}

int main(void) {
    fresh();
    status("taking", leader(taking));
    status("opening", leader(opening));
    fresh();
    status("keys", leader(keys));
    fresh();
    status("jobs", leader(jobs));
    fresh();
    status("orphan", leader(orphan));

    fresh();
    status("left", leader(left));
    printf("left stopped: %c", hear());
    printf("%c\n", hear());

    fresh();
    status("leaves", leader(leaves));
    printf("who is left: %c", hear());
    printf("%c\n", hear());

    fresh();
    int pid = leader(hungUp);
    hear();
    close(master);
    printf("leader of a terminal that is gone: %c", hear());
    printf("%c\n", hear());
    status("hung up", pid);
    return 0;
}
