/* What a program in a sysroot sees of it, by relative names, by descriptors, and of what it makes. Built with libc, statically. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *name) {
    char b[64] = "";
    int f = open(name, O_RDONLY);
    printf("%s: %s", name, f < 0 || read(f, b, 63) < 0 ? "none\n" : b);
    close(f);
}

static void write_(const char *name) {
    int f = open(name, O_CREAT | O_WRONLY, 0600);
    dprintf(f, "%s\n", name), close(f);
}

static void leads(const char *name) {
    char b[300] = "";
    printf("%s -> %s\n", name, readlink(name, b, 299) < 0 ? "none" : b);
}

int main(void) {
    char b[300];
    chdir("/data/dir"), puts(getcwd(b, 300)), show("up"), chdir(".."), puts(getcwd(b, 300)), show("link"), show("dir/up"), leads("link"), leads("/proc/self/cwd"), leads("/proc/self/exe");
    dup2(open("/data/dir", O_RDONLY), 40), leads("/proc/self/fd/40"), chdir("/proc/self/fd"), leads("40");
    fchdir(40), puts(getcwd(b, 300)), printf("%p\n", getcwd(b, 5)), chdir("/data");
    write_("/only/new"), printf("%d", mkdir("/only/dir", 0700)), printf("%d", symlink("/only", "/data/way")), write_("way/second"), printf("%d", rename("/only/new", "dir/moved")), printf("%d", link("dir/moved", "hard")), printf("%d", unlink("other")), write_("third"), printf("%d\n", access("/only/dir", F_OK));
    return 0;
}
