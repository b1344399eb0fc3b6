/*
 * The memory model of x86 (TSO): two threads, or four, touch the same words again and again, and no round may end as the processor's manual forbids. What is
 * allowed but rare, as a load before an earlier store, is not shown: it need not happen. The argument: rounds.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH 1000
enum { X, Y, WORDS };

/* Each round has words of its own, so that threads meet only once in a batch. */
static volatile int words[BATCH][WORDS][16] __attribute__((aligned(64)));
static volatile int seen[BATCH][4][2];
static pthread_barrier_t barrier;
static long rounds;

static int load(volatile int *p) { int v; __asm__ volatile("movl %1, %0" : "=r"(v) : "m"(*p)); return v; }
static void store(volatile int *p, int v) { __asm__ volatile("movl %1, %0" : "=m"(*p) : "r"(v)); }
static void fence(void) { __asm__ volatile("mfence" ::: "memory"); }
static void locked(volatile int *p) { __asm__ volatile("lock; incl %0" : "+m"(*p)); }
static int exchange(volatile int *p, int v) { __asm__ volatile("xchgl %0, %1" : "+r"(v), "+m"(*p)); return v; }
static int add(volatile int *p, int v) { __asm__ volatile("lock; xaddl %0, %1" : "+r"(v), "+m"(*p)); return v; }
static int swap_if(volatile int *p, int old, int v) { __asm__ volatile("lock; cmpxchgl %2, %1" : "+a"(old), "+m"(*p) : "r"(v)); return old; }

#define x (&words[i][X][0])
#define y (&words[i][Y][0])
#define r(thread, n) seen[i][thread][n]

static void sb(int me, int i) { store(me ? y : x, 1), r(me, 0) = load(me ? x : y); }
static void sb_fences(int me, int i) { store(me ? y : x, 1), fence(), r(me, 0) = load(me ? x : y); }
static void sb_exchanges(int me, int i) { exchange(me ? y : x, 1), r(me, 0) = load(me ? x : y); }
static void mp(int me, int i) {
    if (me) r(1, 0) = load(y), r(1, 1) = load(x);
    else store(x, 1), store(y, 1);
}
static void lb(int me, int i) { r(me, 0) = load(me ? y : x), store(me ? x : y, 1); }
static void iriw(int me, int i) {
    if (me < 2) store(me ? y : x, 1);
    else r(me, 0) = load(me == 2 ? x : y), r(me, 1) = load(me == 2 ? y : x);
}
static void same(int me, int i) {
    if (me) r(1, 0) = load(x), r(1, 1) = load(x);
    else store(x, 1);
}
static void own(int me, int i) { store(me ? y : x, 1), r(me, 0) = load(me ? y : x), r(me, 1) = load(me ? x : y); }
static void increments(int me, int i) { locked(x), add(y, 3); }
static void swaps(int me, int i) { r(me, 0) = exchange(x, me + 1), r(me, 1) = swap_if(y, 0, me + 1); }
static void halves(int me, int i) {
    if (me) r(1, 0) = load(x);
    else store(x, 0x12345678);
}

static int anything(int i) { return 0; }
static int both_zero(int i) { return !r(0, 0) && !r(1, 0); }
static int mp_bad(int i) { return r(1, 0) && !r(1, 1); }
static int both_one(int i) { return r(0, 0) && r(1, 0); }
static int iriw_bad(int i) { return r(2, 0) && !r(2, 1) && r(3, 0) && !r(3, 1); }
static int own_bad(int i) { return !r(0, 0) || !r(1, 0); }
static int lost(int i) { return *x != 2 || *y != 6; }
static int swaps_bad(int i) { return (r(0, 0) == 0) == (r(1, 0) == 0) || (r(0, 1) == 0) == (r(1, 1) == 0) || *y != (r(0, 1) == 0 ? 1 : 2); }
static int halves_bad(int i) { return r(1, 0) != 0 && r(1, 0) != 0x12345678; }

static const struct test { const char *name; int threads; void (*run)(int, int); int (*forbidden)(int); } tests[] = {
    {"store buffering", 2, sb, anything}, {"with fences", 2, sb_fences, both_zero}, {"with exchanges", 2, sb_exchanges, both_zero}, {"message passing", 2, mp, mp_bad},
    {"load buffering", 2, lb, both_one}, {"independent reads", 4, iriw, iriw_bad}, {"two reads", 2, same, mp_bad}, {"own stores", 2, own, own_bad},
    {"locked additions", 2, increments, lost}, {"exchanges", 2, swaps, swaps_bad}, {"whole words", 2, halves, halves_bad}};
static const struct test *test;

static void *runs(void *a) {
    int me = (long) a;
    for (long n = 0; n < rounds; n += BATCH) {
        pthread_barrier_wait(&barrier);
        for (int k = 0; k < BATCH; k++) test->run(me, me & 1 ? k ^ 1 : k);
        pthread_barrier_wait(&barrier);
    }
    return 0;
}

int main(int argc, char **argv) {
    rounds = argc > 1 ? atol(argv[1]) : 20000;
    for (test = tests; test < tests + sizeof tests / sizeof *tests; test++) {
        pthread_t t[4];
        long bad = 0;
        pthread_barrier_init(&barrier, 0, test->threads + 1);
        for (long i = 0; i < test->threads; i++) pthread_create(&t[i], 0, runs, (void *) i);
        for (long n = 0; n < rounds; n += BATCH) {
            for (int i = 0; i < BATCH; i++) *x = *y = 0;
            pthread_barrier_wait(&barrier), pthread_barrier_wait(&barrier);
            for (int i = 0; i < BATCH; i++) bad += test->forbidden(i) != 0;
        }
        for (int i = 0; i < test->threads; i++) pthread_join(t[i], 0);
        printf("%s: %s\n", test->name, bad ? "FORBIDDEN" : "ok");
    }
    return 0;
}
