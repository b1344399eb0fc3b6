/*
 * What is known of a file: extended attributes by each family, times, modes, names and their exchange, room, locks, directories. Attributes are shown where the file
 * system keeps them; where it does not, each call says so by the same error. Inode numbers and times of now are not printed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "shown.h"

static int compare(const void *a, const void *b) { return strcmp(*(char **) a, *(char **) b); }

/* The names sorted: a file system gives them in an order of its own. Those of others (security.*) are not ours. */
static void listed(const char *what, char *list, long n) {
    char *names[16];
    int count = 0;
    if (n < 0) { result(what, n); return; }
    for (char *at = list; at < list + n && count < 16; at += strlen(at) + 1) if (!strncmp(at, "user.", 5)) names[count++] = at;
    qsort(names, count, sizeof *names, compare);
    printf("%s:", what);
    for (int i = 0; i < count; i++) printf(" %s", names[i]);
    putchar('\n');
}

static void extended(void) {
    int f = open("file", O_RDWR | O_CREAT, 0600);
    char b[256] = "", list[512];
    symlink("file", "link"), mkdir("dir", 0700);
    result("set", setxattr("file", "user.one", "value", 5, 0)), result("lset", lsetxattr("dir", "user.dir", "d", 1, 0)), result("fset", fsetxattr(f, "user.two", "", 0, XATTR_CREATE));
    result("create again", fsetxattr(f, "user.one", "x", 1, XATTR_CREATE)), result("replace", setxattr("link", "user.one", "longer value", 12, XATTR_REPLACE)), result("replace none", setxattr("file", "user.none", "x", 1, XATTR_REPLACE));
    result("get", getxattr("link", "user.one", b, sizeof b)), printf("%s\n", b), result("size", lgetxattr("file", "user.one", 0, 0)), result("short", fgetxattr(f, "user.one", b, 3)), result("none", fgetxattr(f, "user.none", b, 3)), result("empty", fgetxattr(f, "user.two", b, 9));
    result("of the link", lgetxattr("link", "user.one", b, 9)), result("on the link", lsetxattr("link", "user.one", "x", 1, 0)), result("list of the link", llistxattr("link", list, sizeof list) > 0);
    listed("list", list, listxattr("file", list, sizeof list)), listed("flist", list, flistxattr(f, list, sizeof list)), listed("llist", list, llistxattr("dir", list, sizeof list)), result("short list", listxattr("link", list, 3)), is("list's size", listxattr("file", 0, 0) == flistxattr(f, list, sizeof list));
    result("name nowhere", getxattr("file", BAD, b, 9)), result("value nowhere", getxattr("file", "user.one", BAD, 200)), result("path nowhere", getxattr(BAD, "user.one", b, 9)), result("from nowhere", setxattr("file", "user.bad", BAD, 9, 0)), result("list nowhere", listxattr("file", BAD, 200));
    result("no name", setxattr("file", "", "x", 1, 0)), result("no namespace", setxattr("file", "plain", "x", 1, 0)), result("only that", setxattr("file", "user.", "x", 1, 0)), result("wrong flags", setxattr("file", "user.f", "x", 1, 99)), result("both", setxattr("file", "user.f", "x", 1, 3));
    memset(list, 'n', 300), memcpy(list, "user.", 5), list[300] = 0, result("long name", setxattr("file", list, "x", 1, 0)), result("huge", setxattr("file", "user.huge", b, 70000, 0)), result("missing", getxattr("missing", "user.one", b, 9)), result("closed", fgetxattr(999, "user.one", b, 9));
    result("remove", removexattr("link", "user.one")), result("again", removexattr("file", "user.one")), result("fremove", fremovexattr(f, "user.two")), result("lremove", lremovexattr("dir", "user.dir")), result("lremove of the link", lremovexattr("link", "user.one")), listed("list", list, listxattr("file", list, sizeof list));
    close(f), unlink("link"), unlink("file"), rmdir("dir");
}

static void looked(const char *name) {
    struct stat s, t;
    struct statx x;
    if (lstat(name, &s)) { result(name, -1); return; }
    printf("%s: mode %o links %lu size %ld", name, s.st_mode, S_ISDIR(s.st_mode) ? 0 : (long) s.st_nlink, S_ISDIR(s.st_mode) ? 0 : (long) s.st_size);
    printf(" statx %d", statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &x));
    printf(" same %d", x.stx_mode == s.st_mode && x.stx_size == s.st_size && x.stx_ino == s.st_ino && x.stx_nlink == s.st_nlink && x.stx_mtime.tv_sec == s.st_mtim.tv_sec && makedev(x.stx_dev_major, x.stx_dev_minor) == s.st_dev && x.stx_uid == s.st_uid);
    printf(" %d\n", fstatat(AT_FDCWD, name, &t, AT_SYMLINK_NOFOLLOW) == 0 && !memcmp(&s, &t, sizeof s));
}

static void times(const char *what, const char *name) {
    struct stat s;
    lstat(name, &s);
    printf("%s: %ld.%09ld %ld.%09ld\n", what, s.st_atim.tv_sec, s.st_atim.tv_nsec, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

static void looks(void) {
    struct statx x;
    struct stat s;
    umask(022);
    int f = open("file", O_RDWR | O_CREAT, 0644), d = (mkdir("dir", 0755), open("dir", O_RDONLY | O_DIRECTORY));
    write(f, "contents", 8), symlink("file", "link"), symlinkat("../file", d, "up"), mkfifo("dir/fifo", 0600), mknodat(d, "plain", S_IFREG | 0600, 0);
    looked("file"), looked("link"), looked("dir"), looked("dir/up"), looked("dir/fifo"), looked("dir/plain"), looked("missing");
    result("empty path", statx(f, "", AT_EMPTY_PATH, STATX_SIZE, &x)), result("size", x.stx_size), result("wrong mask", statx(f, "", AT_EMPTY_PATH, 1u << 31, &x)), result("wrong flags", statx(f, "", 1 << 20, STATX_SIZE, &x)), result("statx to nowhere", statx(AT_FDCWD, "file", 0, STATX_SIZE, BAD)), result("statx of nowhere", statx(AT_FDCWD, BAD, 0, STATX_SIZE, &x));
    result("both synchronous", statx(f, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, 0, &x)), result("stat to nowhere", stat("file", BAD)), result("fstat to nowhere", fstat(f, BAD)), result("below a file", stat("file/x", &s)), result("with a slash", stat("file/", &s));
    struct statfs fs, same;
    result("statfs", statfs("file", &fs)), result("fstatfs", fstatfs(f, &same)), is("same", fs.f_type == same.f_type && fs.f_bsize == same.f_bsize), result("statfs nowhere", statfs("file", BAD));

    struct timespec at[2] = {{1000000001, 123456789}, {-5, 999999999}}, omit[2] = {{0, UTIME_OMIT}, {77, 7}}, now[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}}, wrong[2] = {{0, 1000000000}, {0, 0}};
    result("utimensat", utimensat(AT_FDCWD, "link", at, 0)), times("file", "file"), result("omit", utimensat(AT_FDCWD, "file", omit, 0)), times("file", "file"), result("link", utimensat(AT_FDCWD, "link", at, AT_SYMLINK_NOFOLLOW)), times("link", "link");
    result("futimens", futimens(f, at)), times("file", "file"), result("now", futimens(f, now)), fstat(f, &s), is("recent", s.st_atim.tv_sec > 1500000000 && s.st_mtim.tv_sec == -5), result("wrong time", futimens(f, wrong)), result("wrong flags", utimensat(AT_FDCWD, "file", at, 99)), result("times nowhere", utimensat(AT_FDCWD, "file", BAD, 0)), result("of nowhere", utimensat(AT_FDCWD, BAD, at, 0));
    result("utimes", syscall(SYS_utimes, "file", (struct timeval[]) {{100, 5}, {200, 6}})), times("file", "file"), result("utime", syscall(SYS_utime, "file", &(struct utimbuf) {300, 400})), times("file", "file"), result("futimesat", syscall(SYS_futimesat, d, "plain", (struct timeval[]) {{1, 2}, {3, 4}})), times("plain", "dir/plain");

    result("chmod", chmod("link", 0604)), result("fchmod", fchmod(f, 04711)), looked("file"), result("fchmodat", fchmodat(d, "plain", 0, 0)), looked("dir/plain"), result("fchmodat2 of a link", syscall(452, d, "up", 0777, AT_SYMLINK_NOFOLLOW)), result("flags", syscall(452, d, "plain", 0777, 99)), result("fchmodat nowhere", fchmodat(d, BAD, 0, 0));
    result("chown", chown("file", -1, -1)), result("fchownat", fchownat(d, "plain", getuid(), getgid(), 0)), result("fchownat empty", fchownat(f, "", -1, -1, AT_EMPTY_PATH)), result("truncate", truncate("link", 3)), result("negative", truncate("file", -1)), looked("file"), result("a directory", truncate("dir", 0)), result("access", access("file", R_OK)), result("access of none", access("missing", F_OK)), result("wrong mode", access("file", 99)), result("faccessat2", faccessat(d, "up", F_OK, AT_SYMLINK_NOFOLLOW));
    close(d), close(f), unlink("dir/up"), unlink("dir/fifo"), unlink("dir/plain"), unlink("link"), unlink("file"), rmdir("dir");
}

static void put(const char *name) { int f = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600); write(f, name, strlen(name)), close(f); }

static void contents(const char *name) {
    char b[32] = "";
    int f = open(name, O_RDONLY);
    long n = f < 0 ? -1 : read(f, b, 31);
    if (n < 0) result(name, n); else printf("%s holds %s\n", name, b);
    close(f);
}

static void renamed(void) {
    char b[8] = "";
    put("a"), put("b"), mkdir("dir", 0700), put("dir/c"), mkdir("empty", 0700), symlink("a", "link");
    result("no replace", syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE)), result("no replace new", syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "new", RENAME_NOREPLACE)), result("exchange", syscall(SYS_renameat2, AT_FDCWD, "new", AT_FDCWD, "b", RENAME_EXCHANGE)), contents("new"), contents("b");
    result("exchange with none", syscall(SYS_renameat2, AT_FDCWD, "new", AT_FDCWD, "none", RENAME_EXCHANGE)), result("exchange a directory", syscall(SYS_renameat2, AT_FDCWD, "new", AT_FDCWD, "dir", RENAME_EXCHANGE)), contents("new/c"), contents("dir"), result("both", syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "x", RENAME_EXCHANGE | RENAME_NOREPLACE)), result("unknown", syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "x", 64));
    result("into itself", rename("new", "new/below")), result("over a full one", rename("empty", "new")), result("file over directory", rename("b", "empty")), result("directory over file", rename("empty", "b")), result("same", rename("b", "b")), result("from nowhere", rename(BAD, "b")), result("to nowhere", rename("b", BAD)), result("missing", rename("missing", "b"));
    int d = open("new", O_RDONLY | O_DIRECTORY);
    result("linkat", linkat(AT_FDCWD, "b", d, "hard", 0)), looked("b"), result("linkat exists", linkat(AT_FDCWD, "b", d, "hard", 0)), result("link of a directory", link("empty", "x")), result("link of a link", linkat(AT_FDCWD, "link", d, "soft", 0)), result("followed", linkat(AT_FDCWD, "link", d, "followed", AT_SYMLINK_FOLLOW)), looked("new/soft"), result("flags", linkat(AT_FDCWD, "b", d, "y", 99)), result("nowhere", linkat(AT_FDCWD, BAD, d, "y", 0));
    int f = open("b", O_RDONLY), t = open(".", O_TMPFILE | O_RDWR, 0600);
    if (t >= 0) write(t, "temporary", 9), sprintf(b, "%d", t);
    char path[64];
    sprintf(path, "/proc/self/fd/%d", t), result("temporary", t < 0 ? 0 : linkat(AT_FDCWD, path, AT_FDCWD, "kept", AT_SYMLINK_FOLLOW)), contents("kept"), result("readlink", readlink("link", b, 8)), printf("%s\n", b), result("cut", readlinkat(d, "soft", b, 0)), result("no link", readlink("b", b, 8)), result("to nowhere", readlink("link", BAD, 8));
    result("unlinkat", unlinkat(d, "hard", 0)), result("a directory", unlinkat(AT_FDCWD, "empty", 0)), result("as one", unlinkat(AT_FDCWD, "empty", AT_REMOVEDIR)), result("a file as one", unlinkat(AT_FDCWD, "b", AT_REMOVEDIR)), result("not empty", rmdir("new")), result("flags", unlinkat(AT_FDCWD, "b", 1));
    close(f), close(t), unlink("kept"), unlinkat(d, "soft", 0), unlinkat(d, "followed", 0), unlinkat(d, "c", 0), close(d), unlink("b"), unlink("link"), rmdir("new"), unlink("dir"), rmdir("empty");
}

static void room(void) {
    struct stat s;
    int f = open("room", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char b[4] = "";
    result("fallocate", fallocate(f, 0, 0, 100000)), fstat(f, &s), result("size", s.st_size), is("room", s.st_blocks * 512 >= 100000), result("keep", fallocate(f, FALLOC_FL_KEEP_SIZE, 100000, 100000)), fstat(f, &s), result("size", s.st_size);
    pwrite(f, "xyz", 3, 50000), result("punch", fallocate(f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 49152, 4096)), pread(f, b, 3, 50000), result("zero", b[0]), result("zero range", fallocate(f, FALLOC_FL_ZERO_RANGE, 0, 4096)), result("punch alone", fallocate(f, FALLOC_FL_PUNCH_HOLE, 0, 4096));
    result("none", fallocate(f, 0, 0, 0)), result("negative", fallocate(f, 0, -1, 5)), result("unknown", fallocate(f, 1 << 20, 0, 5)), result("too large", fallocate(f, 0, 0, 1L << 62)), result("SEEK_DATA", lseek(f, 0, SEEK_DATA) >= 0 ? 0 : -1), result("SEEK_HOLE", lseek(f, 0, SEEK_HOLE) >= 0 ? 0 : -1), result("beyond", lseek(f, 1 << 20, SEEK_DATA)), result("wrong whence", lseek(f, 0, 99)), result("negative", lseek(f, -1, SEEK_SET));
    result("posix_fadvise", posix_fadvise(f, 0, 0, POSIX_FADV_DONTNEED)), result("wrong", posix_fadvise(f, 0, 0, 99)), result("sync", fsync(f) + fdatasync(f) + sync_file_range(f, 0, 0, SYNC_FILE_RANGE_WRITE)), close(f), unlink("room");
}

static void lock(const char *what, int f, int command, int type, long start, long length) {
    struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    int r = fcntl(f, command, &l);
    if (r < 0) { result(what, r); return; }
    printf("%s: type %d %ld %ld %s\n", what, l.l_type, (long) l.l_start, (long) l.l_len, l.l_pid == getpid() ? "this" : l.l_pid == -1 ? "open file" : l.l_pid == 0 ? "none" : "other");
}

static void locks(void) {
    int f = open("locked", O_RDWR | O_CREAT, 0600), g = open("locked", O_RDWR), r = open("locked", O_RDONLY);
    result("flock", flock(f, LOCK_EX)), result("other", flock(g, LOCK_SH | LOCK_NB)), result("share", flock(f, LOCK_SH)), result("both", flock(g, LOCK_SH | LOCK_NB)), result("unlock", flock(f, LOCK_UN)), result("wrong", flock(f, 99)), flock(g, LOCK_UN);
    lock("set", f, F_SETLK, F_WRLCK, 0, 10), lock("own", g, F_SETLK, F_RDLCK, 5, 2), lock("query", g, F_GETLK, F_WRLCK, 0, 0), lock("read only", r, F_SETLK, F_WRLCK, 0, 1), lock("wrong type", f, F_SETLK, 77, 0, 1), lock("negative", f, F_SETLK, F_RDLCK, -5, 1);
    lock("open file", g, F_OFD_SETLK, F_WRLCK, 20, 5), lock("beside it", f, F_OFD_SETLK, F_RDLCK, 22, 1), lock("query", f, F_OFD_GETLK, F_RDLCK, 22, 1), lock("across kinds", f, F_SETLK, F_WRLCK, 24, 9), lock("query own kind", f, F_GETLK, F_WRLCK, 24, 9), lock("off", g, F_OFD_SETLK, F_UNLCK, 0, 0), lock("now", f, F_OFD_SETLKW, F_RDLCK, 22, 1);
    result("nowhere", fcntl(f, F_SETLK, BAD)), result("query nowhere", fcntl(f, F_OFD_GETLK, BAD)), lock("closed", 999, F_SETLK, F_RDLCK, 0, 1), result("lockf", (lseek(f, 100, SEEK_SET), lockf(f, F_TLOCK, 10))), result("lockf test", lockf(f, F_TEST, 10));
    result("lease", fcntl(r, F_GETLEASE)), close(g), close(r), result("lease", fcntl(f, F_GETLEASE)), result("no lease", fcntl(f, F_SETLEASE, F_RDLCK)), result("hint", fcntl(f, F_GET_RW_HINT, &(unsigned long) {9})), result("owner", fcntl(f, F_SETOWN, getpid())), is("owner", fcntl(f, F_GETOWN) == getpid()), result("signal", fcntl(f, F_SETSIG, 99)), result("unknown", fcntl(f, 999, 0));
    close(f), unlink("locked");
}

static void directory(void) {
    struct { unsigned long inode; long next; unsigned short length; unsigned char type; char name[]; } *e;
    char name[32], *names[64], b[2048];
    int count = 0, calls = 0, d = (mkdir("many", 0700), open("many", O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < 40; i++) sprintf(name, "many/entry-%d", i), put(name);
    symlink("x", "many/link"), mkdir("many/dir", 0700);
    for (long n; (n = syscall(SYS_getdents64, d, b, 512)) > 0; calls++)
        for (long at = 0; at < n; at += e->length) e = (void *) (b + at), asprintf(&names[count++], "%s %d", e->name, e->type);
    is("several calls", calls > 2), qsort(names, count, sizeof *names, compare);
    for (int i = 0; i < count; i++) printf("%s%s", names[i], i % 8 == 7 ? "\n" : ", ");
    result("\nend", syscall(SYS_getdents64, d, b, 512)), result("rewind", lseek(d, 0, SEEK_SET)), result("small", syscall(SYS_getdents64, d, b, 10)), result("nowhere", syscall(SYS_getdents64, d, BAD, 512)), result("old", syscall(SYS_getdents, d, b, 2048) > 0), result("no directory", syscall(SYS_getdents64, 0, b, 512));
    rmdir("many/dir"), unlink("many/link");
    for (int i = 0; i < 40; i++) sprintf(name, "many/entry-%d", i), unlink(name);
    result("removed", rmdir("many")), lseek(d, 0, SEEK_SET), result("gone", syscall(SYS_getdents64, d, b, 512)), close(d);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    extended(), looks(), renamed(), room(), locks(), directory();
    return 0;
}
