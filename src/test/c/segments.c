/*
 * System V shared memory and what semaphores undo: places, errors in their order, pieces of a segment, what fork, exec and the end of a process do to
 * attachments and adjustments.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shown.h"

#define PAGE 4096

static int attached(int id) {
    struct shmid_ds d;
    return shmctl(id, IPC_STAT, &d) ? -1 : d.shm_nattch;
}

static void attach(const char *what, int id, void *at, int flags) {
    char *p = shmat(id, at, flags);
    if (p == (void *) -1) result(what, -1);
    else if (!at) printf("%s: somewhere\n", what), shmdt(p);
    else printf("%s: %ld bytes away\n", what, (long) (p - (char *) at)), shmdt(p);
}

static int ended(int pid) {
    int s = -1;
    waitpid(pid, &s, 0);
    return WIFEXITED(s) ? WEXITSTATUS(s) : 1000 + WTERMSIG(s);
}

/* The lines of /proc/self/maps that name a segment: protection, offset, name. */
static void maps(const char *what, int id) {
    char line[300], rights[8], name[100];
    unsigned long offset, inode;
    FILE *f = fopen("/proc/self/maps", "r");
    printf("%s:", what);
    while (fgets(line, sizeof line, f))
        if (strstr(line, "/SYSV") && sscanf(line, "%*s %7s %lx %*s %lu %99[^\n]", rights, &offset, &inode, name) == 4)
            printf(" %s %lx %s %s;", rights, offset, name, inode == id ? "ok" : "WRONG");
    puts("");
    fclose(f);
}

static void places(void) {
    int id = shmget(IPC_PRIVATE, 5 * PAGE - 100, IPC_CREAT | 0600);
    char *free = mmap(0, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    attach("anywhere", id, 0, 0), attach("taken", id, free, 0), attach("in place of pages", id, free, SHM_REMAP);
    munmap(free, 16 * PAGE);
    attach("at a place", id, free, 0), attach("crooked", id, free + 5, 0), attach("rounded", id, free + 5, SHM_RND);
    attach("rounded to nothing, replacing", id, (void *) 5, SHM_RND | SHM_REMAP), attach("nowhere, replacing", id, 0, SHM_REMAP);
    attach("beyond all", id, (void *) (1L << 56), 0), attach("no segment", 0x7ffffff, 0, 0), attach("negative", -1, 0, 0), attach("negative, crooked", -1, free + 1, 0);
    char *p = shmat(id, 0, 0), *q = shmat(id, 0, SHM_RDONLY);
    strcpy(p + 4 * PAGE, "written"), is("the same", !strcmp(q + 4 * PAGE, "written")), result("attached", attached(id)), maps("both", id);
    is("the rest of the last page is there", p[5 * PAGE - 1] == 0);
    result("not at its beginning", shmdt(p + PAGE)), result("crooked", shmdt(p + 1)), result("nowhere", shmdt(0)), result("negative", shmdt((void *) -PAGE));
    result("read only stays so", mprotect(q, PAGE, PROT_READ | PROT_WRITE));
    /* in pieces */
    munmap(p + PAGE, PAGE), mprotect(p + 2 * PAGE, PAGE, PROT_READ), maps("pieces", id), result("attached", attached(id));
    char *moved = mremap(p + 4 * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + PAGE);
    is("moved", moved == p + PAGE && !strcmp(moved, "written"));
    result("what is left", shmdt(p)), maps("but for the moved page", id), result("gone", shmdt(p));
    is("moved pages stay", !strcmp(moved, "written"));
    result("by itself", shmdt(p - 3 * PAGE)), maps("then", id), result("the other", shmdt(q)), result("attached", attached(id));
    result("removed", shmctl(id, IPC_RMID, 0)), result("again", shmctl(id, IPC_RMID, 0)), result("status", shmctl(id, IPC_STAT, BAD));
}

static void processes(void) {
    int id = shmget(IPC_PRIVATE, 100 * PAGE, IPC_CREAT | 0600), to[2], from[2];
    volatile int *p = shmat(id, 0, 0);
    char c;
    pipe(to), pipe(from);
    p[1] = 5;
    int pid = fork();
    if (!pid) {
        p[0] = p[1] + 1, p[50 * PAGE / 4] = 8;
        write(from[1], "x", 1), read(to[0], &c, 1);
        shmdt((void *) p), write(from[1], "x", 1), read(to[0], &c, 1);
        _exit(shmdt((void *) p) ? 3 : 4);
    }
    read(from[0], &c, 1), result("of the child", p[0]), result("of the child", p[50 * PAGE / 4]), result("attached", attached(id));
    write(to[1], "x", 1), read(from[0], &c, 1), result("after its shmdt", attached(id));
    write(to[1], "x", 1), result("child", ended(pid)), result("attached", attached(id));
    if (!(pid = fork())) abort();
    result("killed", ended(pid)), result("attached", attached(id));
    if (!(pid = fork())) execl("/proc/self/exe", "segments", "attached", (sprintf((char *) p, "%d", id), (char *) p), (char *) 0);
    result("attached after exec", ended(pid));
    struct shmid_ds d;
    shmctl(id, IPC_RMID, 0), result("to be removed", shmctl(id, IPC_STAT, &d)), is("SHM_DEST", d.shm_perm.mode & SHM_DEST);
    if (!(pid = fork())) { void *more = shmat(id, 0, 0); _exit(more == (void *) -1 ? 9 : 10); }
    result("still attachable by number", ended(pid)), shmdt((void *) p), result("gone", shmctl(id, IPC_STAT, &d));
    int key = 0x70617469 ^ getpid(), one = shmget(key, PAGE, IPC_CREAT | IPC_EXCL | 0600);
    is("by key", one >= 0 && shmget(key, 0, 0) == one), result("exclusive", shmget(key, PAGE, IPC_CREAT | IPC_EXCL | 0600)), result("larger", shmget(key, 2 * PAGE, 0));
    result("for reading only", shmctl(one, IPC_RMID, 0)), result("key gone", shmget(key, 0, 0));
}

static int value(int sem) { return semctl(sem, 0, GETVAL); }

static void undone(void) {
    int sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600), s;
    struct sembuf up = {0, 3, SEM_UNDO}, down = {0, -1, SEM_UNDO}, kept = {0, 1, 0};
    semop(sem, &up, 1), result("own", value(sem));
    int pid = fork();
    if (!pid) { semop(sem, &down, 1), semop(sem, &down, 1), semop(sem, &kept, 1); _exit(value(sem)); }
    siginfo_t info;
    waitid(P_PID, pid, &info, WEXITED | WNOWAIT), result("undone before it is waited for", value(sem)), result("child", ended(pid));
    if (!(pid = fork())) { semop(sem, &down, 1); raise(SIGKILL); }
    result("killed", ended(pid)), result("undone", value(sem));
    char number[20];
    sprintf(number, "%d", sem);
    if (!(pid = fork())) { semop(sem, &down, 1), execl("/proc/self/exe", "segments", "value", number, (char *) 0); }
    result("not by exec", ended(pid)), result("but at the end", value(sem));
    semctl(sem, 0, IPC_RMID);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IONBF, 0);
    if (argc > 2) return !strcmp(argv[1], "value") ? value(atoi(argv[2])) : attached(atoi(argv[2]));
    places(), processes(), undone();
    return 0;
}
