/*
 * chroot(2): names, links, ".." and new files below the new root, who inherits it, what it costs to ask for it. Where the user may not change the root, all
 * that follows says so, natively as here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shown.h"

static void text(const char *name) {
    char b[64];
    int f = open(name, O_RDONLY), n = f < 0 ? -1 : read(f, b, 63);
    if (n < 0) printf("  %s: %s\n", name, strerrorname_np(errno));
    else printf("  %s: %.*s\n", name, n, b);
    if (f >= 0) close(f);
}

static void make(const char *name, const char *text) {
    int f = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    result(name, f < 0 ? f : write(f, text, strlen(text)));
    if (f >= 0) close(f);
}

static void where(void) {
    char b[4096];
    char *d = getcwd(b, sizeof b);
    printf("  in %s\n", d ? d : strerrorname_np(errno));
}

static void names(void) {
    char b[64];
    struct stat s;
    text("/file"), text("file"), text("/../../file"), text("../../file"), text("/d/../file"), text("/etc/passwd"), text("/proc/self/comm"), text("/dev/null");
    text("/absolute"), text("/d/relative"), text("/d/up"), text("/dangling"), text("/loop"), text("/file/"), text("/none/file"), text("/file/none"), text("/d/indirect/file");
    memset(b, 0, sizeof b), result("link", readlink("/absolute", b, 63)), puts(b);
    make("/made", "made"), make("/dangling", "through a link"), make("/none/made", ""), make("/loop", ""), make("d/beside", "beside");
    text("/made"), text("/target"), text("/d/beside");
    result("new", open("/dangling2", O_CREAT | O_EXCL, 0600)), result("mkdir", mkdir("/d/e", 0700)), result("mkdir", mkdir("/d/e/", 0700)), result("rename", rename("/made", "/d/e/moved"));
    result("link", link("/d/e/moved", "/second")), result("symlink", symlink("/second", "/d/third")), text("/d/third"), result("unlink", unlink("/second")), text("/d/third");
    result("stat", stat("/", &s)), result("above", stat("/..", &s)), result("lstat", lstat("/loop", &s));
    result("chdir", chdir("/d/e/")), where(), text("../../file"), text("../../../file"), text("moved"), result("chdir", chdir("/none")), result("chdir", chdir("/absolute"));
}

static void children(void) {
    fflush(stdout);
    if (!fork()) {
        text("/file"), result("again", chroot("/d")), text("/file"), text("/beside"), fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    text("/file"), text("/beside");
}

int main(void) {
    int outside = open(".", O_RDONLY | O_DIRECTORY);
    make("outer", "outside"), result("mkdir", mkdir("root", 0755)), result("mkdir", mkdir("root/d", 0755)), make("root/file", "inside"), make("root/d/file", "d");
    symlink("/file", "root/absolute"), symlink("../file", "root/d/relative"), symlink("../../../file", "root/d/up"), symlink("/target", "root/dangling");
    symlink("/nowhere", "root/dangling2"), symlink("loop", "root/loop"), symlink("/d", "root/d/indirect");
    result("missing", chroot("missing")), result("no directory", chroot("outer")), result("bad", chroot(BAD)), result("empty", chroot(""));
    int before = chroot("root");
    result("chroot", before);
    if (before < 0) return 0;
    text("outer"), text("/outer"), text("file"), text("/file"), result("chdir", chdir("/")), where();
    names(), chdir("/"), children();
    result("back", fchdir(outside)), text("outer"), text("/outer"), text("root/file");
    char *none = getcwd(NULL, 0);
    result("no name", none ? 0 : -1);
    result("out", chroot(".")), text("/outer"), text("/root/file"), where();
    return 0;
}
