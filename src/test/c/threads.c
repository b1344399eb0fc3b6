/*
 * Threads: how they begin and end, what they wait for each other with, whose signals are whose, what a process does with several of them. An argument names
 * one part.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shown.h"

static void error(const char *what, int e) { printf("%s: %s\n", what, e ? strerrorname_np(e) : "0"); }

static void ended(const char *what, int pid) {
    int s = -1;
    waitpid(pid, &s, 0);
    if (WIFEXITED(s)) printf("%s: exit %d\n", what, WEXITSTATUS(s));
    else printf("%s: signal %d\n", what, WTERMSIG(s));
}

static pthread_t start(void *(*f)(void *), long a) {
    pthread_t t;
    int e = pthread_create(&t, 0, f, (void *) a);
    if (e) printf("pthread_create: %s\n", strerrorname_np(e)), exit(1);
    return t;
}

static long join(pthread_t t) {
    void *r = 0;
    pthread_join(t, &r);
    return (long) r;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static atomic_int flag, counter;

static void until(atomic_int *a, int value) { while (*a != value) sched_yield(); }

/* ---- begin and end */

static __thread int mine = 3;
static __thread char large[5000];

static void *squares(void *a) { return (void *) ((long) a * (long) a); }

static void *local(void *a) {
    for (int i = 0; i < 100; i++) mine += (long) a, large[i] = mine;
    return (void *) (long) (mine + large[4999] + (&mine == a));
}

static void *leaves(void *a) { pthread_exit(a); }
static void *blocked_read(void *a) {
    int ends[2];
    char c;
    pipe(ends), flag = 1, read(ends[0], &c, 1);
    return 0;
}
static void *counts(void *a) { return counter++, (void *) 0; }
static void *stays(void *a) { until(&flag, 2), counter++; return 0; }
static void *spins(void *a) { for (flag = 1; ; ) ; }

static void lives(void) {
    long sum = 0;
    pthread_t t[200];
    for (int i = 0; i < 8; i++) t[i] = start(squares, i);
    for (int i = 0; i < 8; i++) sum += join(t[i]);
    result("squares", sum), sum = 0;
    for (int i = 0; i < 4; i++) t[i] = start(local, i);
    for (int i = 0; i < 4; i++) sum += join(t[i]);
    result("thread-local", sum), result("ours", mine), result("pthread_exit", join(start(leaves, 77)));
    flag = counter = 0;
    for (int i = 0; i < 200; i++) t[i] = start(stays, 0);
    flag = 2;
    for (int i = 0; i < 200; i++) join(t[i]);
    result("at once", counter), counter = 0;
    for (int i = 0; i < 300; i++) join(start(counts, 0));
    result("one after another", counter), counter = 0;
    pthread_attr_t a;
    pthread_attr_init(&a), pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 20; i++) pthread_create(t, &a, counts, 0);
    until(&counter, 20), result("detached", counter), error("join a detached one", ({ pthread_t d = start(stays, flag = 0); pthread_detach(d); int e = pthread_join(d, 0); flag = 2; e; }));
    pthread_t own = start(squares, 3);
    error("tryjoin ourselves", pthread_join(pthread_self(), 0)), join(own), flag = 0, own = start(stays, 0), error("not yet", pthread_tryjoin_np(own, 0));
    error("timed", pthread_timedjoin_np(own, 0, &(struct timespec) {1, 0})), flag = 2, join(own);
}

static void *sleeps(void *a) { for (flag = 1; ; ) sleep(100); }
static void *tests(void *a) { for (flag = 1; ; ) pthread_testcancel(); }
static void *at_once(void *a) { pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0); for (flag = 1; ; ) ; }
static void cleans(void *a) { printf("cleaned %ld\n", (long) a); }
static void *cleanly(void *a) {
    pthread_cleanup_push(cleans, (void *) 1L);
    pthread_cleanup_push(cleans, (void *) 2L);
    sleeps(a);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return 0;
}
static void *not_now(void *a) {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, 0), flag = 1, until(&flag, 2), usleep(1000), counter = 5, pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, 0), pthread_testcancel();
    return 0;
}
static void *waits(void *a) {
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push((void (*)(void *)) pthread_mutex_unlock, &mutex);
    for (flag = 1; ; ) pthread_cond_wait(&condition, &mutex);
    pthread_cleanup_pop(1);
    return 0;
}

static void cancelled(const char *what, void *(*f)(void *)) {
    flag = 0;
    pthread_t t = start(f, 0);
    until(&flag, 1), pthread_cancel(t), flag = 2, is(what, (void *) join(t) == PTHREAD_CANCELED);
}

static void cancels(void) {
    cancelled("in sleep", sleeps), cancelled("testcancel", tests), cancelled("at once", at_once), cancelled("handlers", cleanly), cancelled("later", not_now), result("it went on", counter);
    cancelled("in read", blocked_read), cancelled("waiting for a condition", waits), error("its mutex", pthread_mutex_trylock(&mutex)), pthread_mutex_unlock(&mutex);
}

/* ---- locks */

static long n;
static void *adds(void *a) {
    for (int i = 0; i < 20000; i++) pthread_mutex_lock(&mutex), n++, pthread_mutex_unlock(&mutex);
    return 0;
}
static int turn;
static void *in_turn(void *a) {
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&mutex);
        while (turn != (long) a) pthread_cond_wait(&condition, &mutex);
        turn = 1 - (long) a, pthread_cond_broadcast(&condition), pthread_mutex_unlock(&mutex);
    }
    return 0;
}
static pthread_mutex_t other;
static void *tries(void *a) { return (void *) (long) pthread_mutex_trylock(&other); }
static void *takes(void *a) { return (void *) (long) pthread_mutex_lock(&other); }

static void typed(pthread_mutex_t *m, int type, int robust, int shared) {
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a), pthread_mutexattr_settype(&a, type), pthread_mutexattr_setrobust(&a, robust), pthread_mutexattr_setpshared(&a, shared), pthread_mutex_init(m, &a);
}

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static void *reads(void *a) {
    long wrong = 0;
    for (int i = 0; i < 2000; i++) {
        if (i % 10 == (long) a) pthread_rwlock_wrlock(&rw), n++, n--, n += 2, pthread_rwlock_unlock(&rw);
        else pthread_rwlock_rdlock(&rw), wrong += n & 1, pthread_rwlock_unlock(&rw);
    }
    return (void *) wrong;
}
static pthread_barrier_t barrier;
static void *meets(void *a) {
    long serial = 0;
    for (int i = 0; i < 100; i++) {
        counter++, serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
        if (counter != 4 * (i + 1)) serial += 1000;
        pthread_barrier_wait(&barrier);
    }
    return (void *) serial;
}
static sem_t full, empty;
static void *produces(void *a) {
    for (int i = 1; i <= 1000; i++) sem_wait(&empty), n = i, sem_post(&full);
    return 0;
}
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void one_time(void) { usleep(1000), counter++; }
static void *asks(void *a) { return pthread_once(&once, one_time), (void *) (long) counter; }

static void locks(void) {
    pthread_t t[8];
    for (int i = 0; i < 8; i++) t[i] = start(adds, 0);
    for (int i = 0; i < 8; i++) join(t[i]);
    result("mutex", n), t[0] = start(in_turn, 0), t[1] = start(in_turn, 1), join(t[0]), join(t[1]), result("in turn", turn);
    typed(&other, PTHREAD_MUTEX_RECURSIVE, 0, 0), pthread_mutex_lock(&other), error("recursive", pthread_mutex_lock(&other)), pthread_mutex_unlock(&other), error("still held", join(start(tries, 0))), pthread_mutex_unlock(&other), error("free", join(start(tries, 0)));
    typed(&other, PTHREAD_MUTEX_ERRORCHECK, 0, 0), error("not held", pthread_mutex_unlock(&other)), pthread_mutex_lock(&other), error("twice", pthread_mutex_lock(&other)), pthread_mutex_unlock(&other);
    typed(&other, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, 0), join(start(takes, 0)), error("owner dead", pthread_mutex_lock(&other)), error("consistent", pthread_mutex_consistent(&other)), pthread_mutex_unlock(&other);
    join(start(takes, 0)), pthread_mutex_lock(&other), pthread_mutex_unlock(&other), error("not recoverable", pthread_mutex_lock(&other));
    struct timespec soon;
    pthread_mutex_init(&other, 0), pthread_mutex_lock(&other), clock_gettime(CLOCK_REALTIME, &soon), soon.tv_nsec = 0, error("timed", pthread_mutex_timedlock(&other, &soon)), pthread_mutex_lock(&mutex), error("condition", pthread_cond_timedwait(&condition, &mutex, &soon)), pthread_mutex_unlock(&mutex);
    n = 0;
    long wrong = 0;
    for (long i = 0; i < 4; i++) t[i] = start(reads, i);
    for (int i = 0; i < 4; i++) wrong += join(t[i]);
    result("rwlock", n), result("wrong", wrong), pthread_rwlock_rdlock(&rw), error("readers", pthread_rwlock_tryrdlock(&rw)), error("no writer", pthread_rwlock_trywrlock(&rw)), pthread_rwlock_unlock(&rw), pthread_rwlock_unlock(&rw);
    pthread_barrier_init(&barrier, 0, 4), counter = 0, wrong = 0;
    for (int i = 0; i < 4; i++) t[i] = start(meets, 0);
    for (int i = 0; i < 4; i++) wrong += join(t[i]);
    result("barrier", wrong), sem_init(&full, 0, 0), sem_init(&empty, 0, 1), t[0] = start(produces, 0);
    long sum = 0;
    for (int i = 0; i < 1000; i++) sem_wait(&full), sum += n, sem_post(&empty);
    join(t[0]), result("semaphores", sum), result("none left", sem_trywait(&full)), result("timed", sem_timedwait(&full, &soon)), counter = 0;
    for (int i = 0; i < 4; i++) t[i] = start(asks, 0);
    for (int i = sum = 0; i < 4; i++) sum += join(t[i]);
    result("once", sum);
}

/* ---- what processes share */

struct shared { pthread_mutex_t mutex, robust; pthread_cond_t condition; pthread_barrier_t barrier; sem_t semaphore; long n, turn; atomic_int atomic; };

static void shares(void) {
    struct shared *s = mmap(0, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_condattr_t c;
    pthread_barrierattr_t b;
    typed(&s->mutex, PTHREAD_MUTEX_NORMAL, 0, PTHREAD_PROCESS_SHARED), typed(&s->robust, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED), sem_init(&s->semaphore, 1, 0);
    pthread_condattr_init(&c), pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED), pthread_cond_init(&s->condition, &c), pthread_barrierattr_init(&b), pthread_barrierattr_setpshared(&b, PTHREAD_PROCESS_SHARED), pthread_barrier_init(&s->barrier, &b, 4);
    int pid[4];
    for (int i = 0; i < 4; i++) {
        if ((pid[i] = fork())) continue;
        for (int j = 0; j < 5000; j++) pthread_mutex_lock(&s->mutex), s->n++, pthread_mutex_unlock(&s->mutex), s->atomic++;
        for (int j = 0; j < 50; j++) pthread_barrier_wait(&s->barrier);
        for (int j = 0; j < 50; j++) {
            pthread_mutex_lock(&s->mutex);
            while (s->turn % 4 != i) pthread_cond_wait(&s->condition, &s->mutex);
            s->turn++, pthread_cond_broadcast(&s->condition), pthread_mutex_unlock(&s->mutex);
        }
        sem_post(&s->semaphore), _exit(i);
    }
    for (int i = 0; i < 4; i++) sem_wait(&s->semaphore);
    for (int i = 0; i < 4; i++) ended("process", pid[i]);
    result("mutex", s->n), result("atomic", s->atomic), result("turns", s->turn), pid[0] = fork();
    if (!pid[0]) pthread_mutex_lock(&s->robust), s->atomic = -1, raise(SIGKILL);
    until(&s->atomic, -1), error("its owner was killed", pthread_mutex_lock(&s->robust)), ended("it", pid[0]);
    pid[0] = fork();
    if (!pid[0]) syscall(SYS_futex, &s->turn, FUTEX_WAIT, 200, 0, 0, 0), _exit(s->turn == 201);
    usleep(5000), s->turn = 201, syscall(SYS_futex, &s->turn, FUTEX_WAKE, 1, 0, 0, 0), ended("futex", pid[0]);
}

/* ---- signals */

static atomic_int handled;
static pthread_t handler_thread;
static void handles(int s) { handler_thread = pthread_self(), handled = s; }
static sigset_t set(int s) {
    sigset_t a;
    sigemptyset(&a), sigaddset(&a, s);
    return a;
}
static void mask(int how, int s) {
    sigset_t a = set(s);
    pthread_sigmask(how, &a, 0);
}
static void *open_to(void *a) { mask(SIG_UNBLOCK, SIGUSR1), flag = 1, until(&flag, 2); return 0; }
static void *pauses(void *a) { mask(SIG_UNBLOCK, SIGUSR1), flag = 1, pause(); return (void *) (long) errno; }
static void *pends(void *a) {
    sigset_t p;
    if (!flag) flag = 1, until(&flag, 2);
    sigpending(&p);
    return (void *) (long) sigismember(&p, (long) a);
}
static void *sigwaits(void *a) {
    sigset_t s = set(SIGUSR2);
    int got = 0;
    return flag = 1, sigwait(&s, &got), (void *) (long) got;
}
static void *child_mask(void *a) {
    sigset_t s;
    pthread_sigmask(SIG_BLOCK, 0, &s);
    return (void *) (long) sigismember(&s, SIGUSR1);
}

static void signals(void) {
    struct sigaction a = {.sa_handler = handles};
    sigset_t p;
    sigaction(SIGUSR1, &a, 0), sigaction(SIGUSR2, &a, 0), mask(SIG_BLOCK, SIGUSR1), mask(SIG_BLOCK, SIGUSR2), result("the mask is inherited", join(start(child_mask, 0)));
    flag = handled = 0;
    pthread_t t = start(open_to, 0);
    until(&flag, 1), kill(getpid(), SIGUSR1), until(&handled, SIGUSR1), is("to who does not block it", pthread_equal(handler_thread, t)), handled = 0, pthread_kill(t, SIGUSR1), until(&handled, SIGUSR1), is("to the thread", pthread_equal(handler_thread, t)), flag = 2, join(t);
    flag = handled = 0, t = start(pauses, 0), until(&flag, 1);
    void *r;
    while (pthread_tryjoin_np(t, &r)) pthread_kill(t, SIGUSR1), usleep(2000);
    error("pause", (long) r);
    flag = 0, t = start(pends, SIGUSR1), until(&flag, 1), pthread_kill(t, SIGUSR1), flag = 2, result("its own is pending", join(t)), sigpending(&p), result("not here", sigismember(&p, SIGUSR1));
    kill(getpid(), SIGUSR1), flag = 2, result("the process's everywhere", join(start(pends, SIGUSR1))), sigpending(&p), result("here too", sigismember(&p, SIGUSR1)), handled = 0, mask(SIG_UNBLOCK, SIGUSR1), result("delivered", handled);
    flag = 0, t = start(sigwaits, 0), until(&flag, 1), kill(getpid(), SIGUSR2), result("sigwait", join(t)), flag = 0, t = start(sigwaits, 0), until(&flag, 1), pthread_kill(t, SIGUSR2), result("by pthread_kill", join(t));
    error("wrong signal", pthread_kill(pthread_self(), 99)), result("tgkill", syscall(SYS_tgkill, getpid(), 0x3ffffff, 0)), result("nobody", syscall(SYS_tkill, -1, 0));
    flag = handled = 0, t = start(at_once, 0), until(&flag, 1), mask(SIG_UNBLOCK, SIGUSR2), pthread_kill(t, 0), kill(getpid(), SIGUSR1);
    until(&handled, SIGUSR1), puts("while one spins"), pthread_cancel(t), join(t);
    int pid = fork();
    if (!pid) flag = 0, t = start(spins, 0), until(&flag, 1), pthread_kill(t, SIGTERM), pause();
    ended("a fatal one to a thread", pid), mask(SIG_UNBLOCK, SIGUSR2);
}

/* ---- how the process ends, and forks */

static void *exits(void *a) { usleep(1000), exit((long) a); }
static void *goes_on(void *a) { until(&flag, 1), usleep(2000), printf("after the first thread\n"), exit((long) a); }
static void *ends_last(void *a) { usleep(2000); return 0; }
static void *faults(void *a) { *(volatile int *) BAD = 1; return 0; }
static void *forks(void *a) {
    int pid = fork(), s = 0;
    if (!pid) _exit(counter == 7 ? join(start(squares, 5)) : 1);
    waitpid(pid, &s, 0);
    return (void *) (long) WEXITSTATUS(s);
}
static void prepares(void) { printf("prepare\n"); }
static void in_parent(void) { flag = 1; }
static void in_child(void) { flag = 2; }

static void exits_of(void) {
    int pid = fork();
    if (!pid) flag = 0, start(spins, 0), start(sleeps, 0), start(exits, 9), ({ for (;;) pause(); });
    ended("exit by a thread", pid), pid = fork();
    if (!pid) flag = 0, start(blocked_read, 0), until(&flag, 1), exit(10);
    ended("one reads", pid), pid = fork();
    if (!pid) start(goes_on, 11), flag = 1, pthread_exit(0);
    ended("the first is gone", pid), pid = fork();
    if (!pid) start(ends_last, 0), pthread_exit((void *) 12);
    ended("the last returns", pid), pid = fork();
    if (!pid) start(sleeps, 0), start(faults, 0), ({ for (;;) pause(); });
    ended("a fault", pid), pid = fork();
    if (!pid) flag = 0, start(spins, 0), until(&flag, 1), raise(SIGKILL);
    ended("SIGKILL", pid);
    flag = 0, counter = 7;
    pthread_t t = start(blocked_read, 0), f[4];
    until(&flag, 1);
    for (int i = 0; i < 4; i++) f[i] = start(forks, 0);
    long sum = 0;
    for (int i = 0; i < 4; i++) sum += join(f[i]);
    result("forks of threads", sum), pthread_cancel(t), join(t);
    pid = fork();
    if (!pid) {
        pthread_atfork(prepares, in_parent, in_child);
        int inner = fork(), s;
        if (!inner) _exit(flag);
        waitpid(inner, &s, 0), _exit(WEXITSTATUS(s) * 10 + flag);
    }
    ended("pthread_atfork", pid);
}

/* ---- memory and machine */

static volatile char *page;
static void faulted(int s, siginfo_t *i, void *c) { counter++, mprotect((void *) page, 4096, PROT_READ | PROT_WRITE); }
static void *writes(void *a) {
    for (int i = 0; i < 200; i++) page[100] = i;
    return 0;
}
static void *maps(void *a) {
    long wrong = 0;
    for (int i = 0; i < 100; i++) {
        char *m = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        m[0] = m[16383] = (long) a, mprotect(m, 4096, PROT_READ), wrong += m[0] != (long) a, mprotect(m, 4096, PROT_READ | PROT_WRITE), m = mremap(m, 16384, 65536, MREMAP_MAYMOVE), wrong += m == MAP_FAILED, munmap(m, 65536);
    }
    return (void *) wrong;
}
typedef int number(void);
static void *calls(void *a) {
    long wrong = 0;
    for (flag = 1; flag != 2; ) wrong += (*(number *const *) a)() != 42;
    return (void *) wrong;
}
static void *allocates(void *a) {
    char *p[64] = {0};
    for (int i = 0; i < 3000; i++) free(p[i % 64]), p[i % 64] = malloc(i * 37 % 5000 + 1), p[i % 64][0] = i;
    for (int i = 0; i < 64; i++) free(p[i]);
    return 0;
}
static void *tid_of(void *a) { return (void *) syscall(SYS_gettid); }
static void *bound(void *a) {
    cpu_set_t s;
    CPU_ZERO(&s);
    CPU_SET((long) a, &s);
    int r = sched_setaffinity(0, sizeof s, &s);
    CPU_ZERO(&s);
    sched_getaffinity(0, sizeof s, &s);
    return (void *) (long) (r == 0 && CPU_COUNT(&s) == 1 && CPU_ISSET((long) a, &s) && sched_getcpu() == (long) a);
}
static void *named(void *a) {
    char name[16] = "";
    pthread_setname_np(pthread_self(), "a worker"), pthread_getname_np(pthread_self(), name, 16);
    return (void *) (long) !strcmp(name, "a worker");
}
static int clone_flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
static volatile int cloned;
static int runs(void *a) { cloned = 5, syscall(SYS_exit, 0); return 0; }

static void machine(void) {
    pthread_t t[8];
    struct sigaction a = {.sa_sigaction = faulted, .sa_flags = SA_SIGINFO};
    long wrong = 0;
    for (long i = 0; i < 4; i++) t[i] = start(maps, i + 1);
    for (int i = 0; i < 4; i++) wrong += join(t[i]);
    result("mappings", wrong);
    for (int i = 0; i < 4; i++) t[i] = start(allocates, 0);
    for (int i = 0; i < 4; i++) join(t[i]);
    /* Code that is replaced while others run it, and code that goes, which only this thread has run. */
    unsigned char returns[] = {0xb8, 42, 0, 0, 0, 0xc3}, *code[20];
    number *volatile now;
    for (int i = 0; i < 20; i++) {
        code[i] = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), memcpy(code[i], returns, 6), mprotect(code[i], 4096, PROT_READ | PROT_EXEC), now = (number *) code[i];
        if (i == 0) flag = 0, t[0] = start(calls, (long) &now), t[1] = start(calls, (long) &now), until(&flag, 1);
        usleep(500);
        unsigned char *other = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memcpy(other, returns, 6), mprotect(other, 4096, PROT_READ | PROT_EXEC), ((number *) other)(), munmap(other, 4096);
    }
    flag = 2, result("code goes", join(t[0]) + join(t[1]));
    for (int i = 0; i < 20; i++) munmap(code[i], 4096);
    sigaction(SIGSEGV, &a, 0), page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), counter = 0;
    join(start(writes, 0));
    result("written", page[100] & 0xff), mprotect((void *) page, 4096, PROT_READ), counter = 0, join(start(writes, 0)), result("faults", counter), signal(SIGSEGV, SIG_DFL);
    is("set_tid_address", syscall(SYS_set_tid_address, &wrong) == getpid()), is("gettid", syscall(SYS_gettid) == getpid()), is("another's", join(start(tid_of, 0)) != getpid());
    char *stack = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile int word = 0;
    int id = clone(runs, stack + 65536, clone_flags, 0, &word, 0, &word);
    for (int w; (w = word) != 0; ) syscall(SYS_futex, &word, FUTEX_WAIT, w, 0, 0, 0);
    is("CLONE_CHILD_CLEARTID", id > 0 && cloned == 5), munmap(stack, 65536);
    is("membarrier", syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0) > 0), result("register", syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0)), result("private", syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0)), result("flags", syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 1, 0));
    cpu_set_t s;
    int first = 0;
    sched_getaffinity(0, sizeof s, &s);
    int many = CPU_COUNT(&s);
    while (!CPU_ISSET(first, &s)) first++;
    result("bound", join(start(bound, first))), sched_getaffinity(0, sizeof s, &s), is("only that one", CPU_COUNT(&s) == many), result("named", join(start(named, 0)));
    struct timespec cpu;
    t[0] = start(stays, flag = 0);
    clockid_t clock;
    error("its clock", pthread_getcpuclockid(t[0], &clock)), result("read", clock_gettime(clock, &cpu)), flag = 2, join(t[0]);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IONBF, 0);
    struct { const char *name; void (*f)(void); } all[] = {{"lives", lives}, {"cancels", cancels}, {"locks", locks}, {"shares", shares}, {"signals", signals}, {"exits", exits_of}, {"machine", machine}};
    for (int i = 0; i < sizeof all / sizeof *all; i++) if (argc < 2 || !strcmp(argv[1], all[i].name)) printf("-- %s\n", all[i].name), all[i].f();
    return 0;
}
