/*
 * What servers do: a master with workers that share a listening socket (epoll, accept4, sendfile), gets connections handed on (SCM_RIGHTS), replaces workers
 * while requests go on, tells them by signals, restarts one that dies, and ends as a daemon that outlives who started it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shown.h"

enum { WORKERS = 3, CLIENTS = 8, REQUESTS = 60, SIZE = 300000 };

static struct counts { int served, quit, reopened, timers, hups; } *counts;
static struct sockaddr_in address = {AF_INET};
static int listening, file, channels[WORKERS][2], workers[WORKERS], dead, clean;
static volatile sig_atomic_t quits, reopens, alarms, hups, children;

static void caught(int signal) {
    if (signal == SIGQUIT) quits = 1;
    else if (signal == SIGUSR1) reopens = 1;
    else if (signal == SIGALRM) alarms = 1;
    else if (signal == SIGHUP) hups++;
    else if (signal == SIGCHLD) children = 1;
}

static void catch(int signal, void (*f)(int)) {
    struct sigaction a = {.sa_handler = f};
    sigaction(signal, &a, 0);
}

static void send_fd(int channel, int fd) {
    char c = 'f', space[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec v = {&c, 1};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    h->cmsg_level = SOL_SOCKET, h->cmsg_type = SCM_RIGHTS, h->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(h), &fd, sizeof fd);
    sendmsg(channel, &m, 0);
}

static int receive_fd(int channel) {
    char c, space[CMSG_SPACE(sizeof(int))];
    struct iovec v = {&c, 1};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    int fd = -1;
    if (recvmsg(channel, &m, MSG_CMSG_CLOEXEC) > 0 && CMSG_FIRSTHDR(&m)) memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
    return fd;
}

static void watch(int poll, int fd, int events) {
    struct epoll_event e = {.events = events, .data.fd = fd};
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
}

/* One request: a letter says what. Whether the connection stays. */
static int serve(int fd) {
    char c;
    ssize_t n = read(fd, &c, 1);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n <= 0) return 0;
    if (c == 'k') _exit(9);
    off_t at = 0;
    fcntl(fd, F_SETFL, 0);
    while (c == 'f' && at < SIZE) if (sendfile(fd, file, &at, SIZE - at) < 0 && errno != EINTR) return 0;
    if (c == 's') writev(fd, (struct iovec[]) {{"sh", 2}, {"ort", 3}}, 2);
    __atomic_fetch_add(&counts->served, 1, __ATOMIC_SEQ_CST);
    return c != 'f';
}

/* Ends when it is told to quit and has no connection left. */
static void worker(int channel) {
    int poll = epoll_create1(EPOLL_CLOEXEC), connections = 0;
    catch(SIGQUIT, caught), catch(SIGUSR1, caught), catch(SIGHUP, SIG_IGN), catch(SIGCHLD, SIG_DFL), catch(SIGALRM, caught);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none, every;
    sigemptyset(&none), sigfillset(&every), sigprocmask(SIG_BLOCK, &every, 0);     /* they come while it waits */
    setitimer(ITIMER_REAL, &(struct itimerval) {{0, 0}, {0, 20000}}, 0);
    watch(poll, listening, EPOLLIN | EPOLLEXCLUSIVE), watch(poll, channel, EPOLLIN | EPOLLET);
    while (!quits || connections) {
        struct epoll_event events[4];
        int n = epoll_pwait(poll, events, 4, quits ? 10 : -1, &none);
        if (quits == 1) quits = 2, epoll_ctl(poll, EPOLL_CTL_DEL, listening, 0);
        if (reopens) reopens = 0, __atomic_fetch_add(&counts->reopened, 1, __ATOMIC_SEQ_CST);
        if (alarms) alarms = 0, __atomic_fetch_add(&counts->timers, 1, __ATOMIC_SEQ_CST);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd, new = -1;
            if (fd == listening) new = accept4(listening, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
            else if (fd == channel) new = receive_fd(channel);
            else if (!serve(fd)) close(fd), connections--;
            if (new >= 0) watch(poll, new, EPOLLIN | EPOLLRDHUP), connections++;
        }
    }
    __atomic_fetch_add(&counts->quit, 1, __ATOMIC_SEQ_CST);
    _exit(0);
}

static void spawn(int i) {
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channels[i]);
    if (!(workers[i] = fork())) worker(channels[i][1]);
    close(channels[i][1]);
}

/* A whole answer, or -1. */
static long ask(int fd, char what) {
    static char answer[65536];
    long sum = 0, got, wanted = what == 's' ? 5 : SIZE;
    if (write(fd, &what, 1) != 1) return -1;
    for (long n = 0; n < wanted; n += got) {
        if ((got = read(fd, answer, sizeof answer)) <= 0) return -1;
        for (int i = 0; i < got; i++) sum += (unsigned char) answer[i];
    }
    return sum;
}

static int dial(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int) {1}, sizeof(int));
    return connect(fd, (void *) &address, sizeof address) ? -1 : fd;
}

static void client(int number) {
    int bad = 0;
    for (int i = 0; i < REQUESTS; i++) {
        int fd = dial(), last = i % 10 == number;
        for (int k = 0; k < 3; k++) bad += ask(fd, 's') != 's' + 'h' + 'o' + 'r' + 't';
        if (last) bad += ask(fd, 'f') != SIZE / 256 * 32640L + (SIZE % 256) * (SIZE % 256 - 1) / 2;
        close(fd);
    }
    _exit(bad > 99 ? 99 : bad);
}

static void all(int signal) { for (int i = 0; i < WORKERS; i++) kill(workers[i], signal); }

static void wait_for(const char *what, int *count, int least) {
    for (int i = 0; i < 1000 && __atomic_load_n(count, __ATOMIC_SEQ_CST) < least; i++) usleep(10000);
    result(what, *count);
}

/* Takes the dead; workers that were not told to quit come again. */
static void reap(int again) {
    int s, pid;
    while ((pid = waitpid(-1, &s, WNOHANG)) > 0) {
        WIFEXITED(s) && !WEXITSTATUS(s) ? clean++ : dead++;
        for (int i = 0; again && i < WORKERS; i++) if (workers[i] == pid) close(channels[i][0]), spawn(i);
    }
}

static void served(void) {
    listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listening, (void *) &address, sizeof address), listen(listening, 64), getsockname(listening, (void *) &address, &(socklen_t) {sizeof address});
    file = memfd_create("file", MFD_CLOEXEC);
    for (int i = 0; i < SIZE; i++) { static unsigned char block[256]; if (!i) for (int k = 0; k < 256; k++) block[k] = k; if (i % 256 == 0) write(file, block, SIZE - i < 256 ? SIZE - i : 256); }
    catch(SIGALRM, SIG_IGN), catch(SIGCHLD, caught);
    for (int i = 0; i < WORKERS; i++) spawn(i);
    wait_for("timers, which the master ignores", &counts->timers, WORKERS);
    int clients[CLIENTS], bad = 0, s;
    for (int i = 0; i < CLIENTS; i++) if (!(clients[i] = fork())) client(i);
    usleep(50000);
    /* new workers, while the old ones bring to an end what they have */
    int old[WORKERS];
    memcpy(old, workers, sizeof old);
    for (int i = 0; i < WORKERS; i++) close(channels[i][0]), spawn(i);
    for (int i = 0; i < WORKERS; i++) kill(old[i], SIGQUIT);
    for (int i = 0; i < CLIENTS; i++) waitpid(clients[i], &s, 0), bad += WIFEXITED(s) ? WEXITSTATUS(s) : 1000 + WTERMSIG(s);
    result("bad answers", bad), wait_for("old workers that quit", &counts->quit, WORKERS);
    wait_for("served", &counts->served, CLIENTS * (REQUESTS * 3 + REQUESTS / 10));
    wait_for("timers of the new ones", &counts->timers, 2 * WORKERS);
    all(SIGUSR1), wait_for("told to reopen", &counts->reopened, WORKERS);
    all(SIGHUP);
    /* a connection handed on, each to its worker */
    for (int i = 0; i < WORKERS; i++) {
        int pair[2];
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair), send_fd(channels[i][0], pair[1]), close(pair[1]);
        result("handed on", ask(pair[0], 's')), close(pair[0]);
    }
    /* a worker dies of a request, and another comes */
    children = 0, reap(0);
    int fd = dial(), before = dead;
    write(fd, "k", 1);
    while (dead == before) {
        sigset_t chld, now;
        sigemptyset(&chld), sigaddset(&chld, SIGCHLD), sigprocmask(SIG_BLOCK, &chld, &now);
        if (!children) sigsuspend(&now);
        sigprocmask(SIG_SETMASK, &now, 0), children = 0, reap(1);
    }
    result("its connection", read(fd, &(char) {0}, 1)), close(fd);
    wait_for("the new one's timer", &counts->timers, 2 * WORKERS + 1);
    fd = dial(), result("goes on", ask(fd, 's')), close(fd);
    all(SIGQUIT);
    while (waitpid(-1, &s, 0) > 0 || errno == EINTR) if (WIFEXITED(s) && !WEXITSTATUS(s)) clean++;
    wait_for("quit", &counts->quit, 2 * WORKERS);
}

/* What does not wait is not interrupted, however many signals come. */
static void undisturbed(void) {
    int pair[2], failed = 0;
    char block[64];
    alarms = 0, catch(SIGALRM, caught), lseek(file, 0, SEEK_SET), socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
    setitimer(ITIMER_REAL, &(struct itimerval) {{0, 50}, {0, 50}}, 0);
    for (int i = 0; i < 20000; i++) {
        failed += pread(file, block, sizeof block, i) < 0, failed += pwrite(file, block, sizeof block, i) < 0;
        failed += write(pair[0], block, 5) != 5, failed += read(pair[1], block, 64) != 5;
        failed += read(pair[1], block, 64) >= 0 || errno != EAGAIN;
        failed += send(pair[0], block, 5, 0) != 5, failed += recv(pair[1], block, 5, 0) != 5;
    }
    setitimer(ITIMER_REAL, &(struct itimerval) {{0, 0}, {0, 0}}, 0);
    is("signals came", alarms), result("interrupted", failed);
}

/* Who started it is gone: what comes from outside is the daemon's, and not its worker's. The number is told through a file. */
static void daemonize(const char *name) {
    if (fork()) _exit(0);
    setsid();
    if (fork()) _exit(0);
    catch(SIGHUP, caught);
    int pid = fork();
    while (!pid) pause(), _exit(7);
    for (int i = 0; i < 100 && getppid() != 1; i++) usleep(10000);
    FILE *f = fopen("number.new", "w");
    fprintf(f, "%d\n", getpid()), fclose(f), rename("number.new", name);
    while (!hups) pause();
    usleep(100000);
    int s, r = waitpid(pid, &s, WNOHANG);
    f = fopen("result.new", "w");
    fprintf(f, "hups %d, its worker %s\n", hups, r ? "has ended" : "knows nothing of it"), kill(pid, SIGKILL), waitpid(pid, &s, 0), fclose(f), rename("result.new", "result");
    _exit(0);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IONBF, 0);
    counts = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (argc > 1) daemonize(argv[1]);
    served(), undisturbed();
    return 0;
}
