/* How programs that try one call after another show what came of it. With _GNU_SOURCE defined. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Nothing is mapped there. */
#define BAD ((void *) 0x4000)

static void result(const char *what, long r) {
    if (r < 0) printf("%s: %s\n", what, strerrorname_np(errno));
    else printf("%s: %ld\n", what, r);
}

static void is(const char *what, int good) { printf("%s: %s\n", what, good ? "ok" : "WRONG"); }
