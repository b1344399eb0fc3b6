/*
 * What moves bytes without passing them through the program, or in pieces: splice, tee, vmsplice, sendfile, copy_file_range, pipes with their flags and sizes,
 * vectors at offsets, memory files and their seals.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shown.h"

static int file(const char *name, const char *text) {
    int f = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    write(f, text, strlen(text)), lseek(f, 0, SEEK_SET);
    return f;
}

static void shown(const char *what, int fd, long most) {
    char b[64];
    long n = read(fd, b, most > 60 ? 60 : most);
    if (n < 0) result(what, n);
    else printf("%s: %ld %.*s\n", what, n, (int) n, b);
}

static void pipes(void) {
    int ends[2], left = 0;
    char b[64] = "";
    result("pipe2", pipe2(ends, O_NONBLOCK | O_CLOEXEC)), result("flags", fcntl(ends[0], F_GETFL) & O_NONBLOCK), result("cloexec", fcntl(ends[1], F_GETFD));
    result("wrong flags", syscall(SYS_pipe2, ends, 1)), result("nowhere", syscall(SYS_pipe2, BAD, 0)), result("read-only memory", syscall(SYS_pipe2, "12345678", 0));
    result("size", fcntl(ends[0], F_GETPIPE_SZ)), result("larger", fcntl(ends[1], F_SETPIPE_SZ, 100000)), result("smaller", fcntl(ends[1], F_SETPIPE_SZ, 1)), result("negative", fcntl(ends[1], F_SETPIPE_SZ, -1));
    result("no pipe", fcntl(0, F_SETPIPE_SZ, 4096)), result("empty", read(ends[0], b, 1));
    long n = 0, r;
    while ((r = write(ends[1], b, 64)) > 0) n += r;
    result("full", r), result("bytes", n), result("smaller", fcntl(ends[1], F_SETPIPE_SZ, 65536)), result("FIONREAD", ioctl(ends[0], FIONREAD, &left)), result("left", left);
    result("no place", lseek(ends[0], 0, SEEK_CUR)), result("pread", pread(ends[0], b, 1, 0)), result("read the wrong end", read(ends[1], b, 1));
    result("to nowhere", read(ends[0], BAD, 10)), ioctl(ends[0], FIONREAD, &left), result("left", left);
    close(ends[1]);
    struct pollfd p = {ends[0], POLLIN, 0};
    result("poll", poll(&p, 1, 0)), result("revents", p.revents);
    while (read(ends[0], b, 64) > 0) ;
    result("end", read(ends[0], b, 64)), close(ends[0]);
    pipe2(ends, O_DIRECT);
    write(ends[1], "one", 3), write(ends[1], "second", 6), shown("a packet", ends[0], 60), shown("half", ends[0], 3), fcntl(ends[0], F_SETFL, O_NONBLOCK), shown("rest is lost", ends[0], 60);
    close(ends[0]), result("nobody reads", write(ends[1], "x", 1)), close(ends[1]);
}

static void moved(void) {
    int f = file("from", "0123456789abcdefghij"), t = file("to", ""), ends[2], others[2];
    loff_t at = 5, into = 3;
    pipe2(ends, O_NONBLOCK), pipe2(others, O_NONBLOCK);
    result("splice in", splice(f, &at, ends[1], 0, 8, 0)), result("offset", at), result("place", lseek(f, 0, SEEK_CUR));
    result("tee", tee(ends[0], others[1], 4, 0)), result("splice pipes", splice(ends[0], 0, others[1], 0, 3, 0)), shown("second", others[0], 60);
    result("splice out", splice(ends[0], 0, t, &into, 100, SPLICE_F_MOVE)), result("offset", into), result("empty", splice(ends[0], 0, t, 0, 100, SPLICE_F_NONBLOCK)), shown("written", t, 60);
    result("no pipe", splice(f, 0, t, 0, 4, 0)), result("offset of a pipe", splice(f, 0, ends[1], &at, 4, 0)), result("offset nowhere", splice(f, BAD, ends[1], 0, 4, 0)), result("wrong flags", splice(f, 0, ends[1], 0, 4, 64));
    result("of none", splice(f, 0, ends[1], 0, 0, 0)), result("tee itself", tee(ends[0], ends[1], 4, 0)), result("tee a file", tee(f, ends[1], 4, 0)), result("tee nothing", tee(ends[0], others[1], 4, SPLICE_F_NONBLOCK));
    at = 100, result("beyond", splice(f, &at, ends[1], 0, 4, 0)), at = -1, result("negative", splice(f, &at, ends[1], 0, 4, 0));

    struct iovec parts[3] = {{"vm", 2}, {"splice", 6}, {BAD, 3}};
    result("vmsplice", vmsplice(ends[1], parts, 2, 0)), shown("it", ends[0], 60), result("third nowhere", vmsplice(ends[1], parts, 3, 0)), shown("it", ends[0], 60), result("vmsplice nowhere", vmsplice(ends[1], BAD, 1, 0)), result("no pipe", vmsplice(f, parts, 1, 0));
    char b[16] = "";
    struct iovec back = {b, 8};
    write(ends[1], "returned", 8), result("vmsplice out", vmsplice(ends[0], &back, 1, 0)), printf("%s\n", b), result("flags", vmsplice(ends[1], parts, 1, 64));

    ftruncate(t, 0), lseek(t, 0, SEEK_SET), at = 2, lseek(f, 10, SEEK_SET);
    result("sendfile", sendfile(t, f, &at, 5)), result("offset", at), result("place", lseek(f, 0, SEEK_CUR)), result("sendfile on", sendfile(t, f, 0, 100)), result("at the end", sendfile(t, f, 0, 100)), lseek(t, 0, SEEK_SET), shown("sent", t, 60);
    result("offset nowhere", sendfile(t, f, BAD, 5)), at = -5, result("negative", sendfile(t, f, &at, 5)), result("to a pipe", (at = 0, sendfile(ends[1], f, &at, 6))), shown("piped", ends[0], 60), result("from a pipe", sendfile(t, ends[0], 0, 5));
    int socks[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, socks), at = 0, result("to a socket", sendfile(socks[0], f, &at, 4)), shown("socket", socks[1], 60), result("splice a socket", (write(socks[0], "socket", 6), splice(socks[1], 0, ends[1], 0, 10, 0))), shown("spliced", ends[0], 60);
    int r = open("to", O_RDONLY);
    result("cannot be written", sendfile(r, f, 0, 5)), close(r), close(socks[0]), close(socks[1]);

    ftruncate(t, 0), lseek(t, 0, SEEK_SET), lseek(f, 0, SEEK_SET), at = 4, into = 2;
    result("copy_file_range", copy_file_range(f, &at, t, &into, 6, 0)), printf("%ld %ld\n", (long) at, (long) into), result("on", copy_file_range(f, 0, t, 0, 2, 0)), lseek(t, 0, SEEK_SET);
    char all[16] = "";
    printf("%ld", (long) read(t, all, 16)), printf(" %.8s\n", all);
    result("beyond", (at = 100, copy_file_range(f, &at, t, 0, 5, 0))), result("flags", copy_file_range(f, 0, t, 0, 5, 1)), result("a pipe", copy_file_range(ends[0], 0, t, 0, 5, 0)), result("nowhere", copy_file_range(f, BAD, t, 0, 5, 0));
    at = 0, into = 3, result("overlapping", copy_file_range(f, &at, f, &into, 6, 0)), at = -1, result("negative", copy_file_range(f, &at, t, 0, 5, 0));
    close(f), close(t), close(ends[0]), close(ends[1]), close(others[0]), close(others[1]), unlink("from"), unlink("to");
}

static void vectors(void) {
    int f = file("vectors", "0123456789"), append = open("vectors", O_WRONLY | O_APPEND);
    char a[8] = "", b[8] = "";
    struct iovec in[3] = {{a, 3}, {0, 0}, {b, 4}}, out[2] = {{"AB", 2}, {"CDE", 3}}, half[2] = {{a, 3}, {BAD, 4}}, first[2] = {{BAD, 4}, {a, 3}}, huge[2] = {{a, 1UL << 62}, {a, 1}}, negative[1] = {{a, -1}};
    result("readv", readv(f, in, 3)), printf("%s %s\n", a, b), result("preadv", preadv(f, in, 3, 5)), printf("%s %s\n", a, b), result("place", lseek(f, 0, SEEK_CUR));
    result("pwritev", pwritev(f, out, 2, 8)), result("writev", writev(f, out, 2)), lseek(f, 0, SEEK_SET), shown("now", f, 60);
    result("preadv2", preadv2(f, in, 3, 1, 0)), printf("%s %s\n", a, b), lseek(f, 2, SEEK_SET), result("at the place", preadv2(f, in, 3, -1, 0)), result("place", lseek(f, 0, SEEK_CUR)), result("negative", preadv(f, in, 3, -2));
    result("pwritev2 at the end", pwritev2(f, out, 1, 0, RWF_APPEND)), result("wrong flags", preadv2(f, in, 3, 0, 1 << 20)), result("high priority", preadv2(f, in, 3, 0, RWF_HIPRI) >= 0 ? 0 : -1), result("now", preadv2(f, in, 3, 0, RWF_NOWAIT));
    result("half", preadv(f, half, 2, 0)), result("first", preadv(f, first, 2, 0)), result("vector nowhere", readv(f, BAD, 2)), result("none", readv(f, in, 0)), result("too many", readv(f, in, 1025)), result("negative many", readv(f, in, -1));
    result("huge", readv(f, huge, 2)), result("negative length", readv(f, negative, 1)), result("write from nowhere", pwritev(f, half, 2, 0)), result("append ignores the offset", pwrite(append, "zz", 2, 0)), lseek(f, 0, SEEK_SET), shown("now", f, 60);
    struct iovec many[1024];
    for (int i = 0; i < 1024; i++) many[i] = (struct iovec) {i % 2 ? "x" : "yz", 1 + !(i % 2)};
    result("as many as may be", pwritev(f, many, 1024, 0));
    close(f), close(append), unlink("vectors");
}

static void seals(void) {
    int f = memfd_create("memory", MFD_CLOEXEC | MFD_ALLOW_SEALING), plain = memfd_create("", 0);
    char name[64] = "", path[64];
    sprintf(path, "/proc/self/fd/%d", f), readlink(path, name, 63), printf("%s\n", name);
    result("cloexec", fcntl(f, F_GETFD)), result("flags", memfd_create("x", 1 << 20)), result("nowhere", syscall(SYS_memfd_create, BAD, 0)), memset(path, 'n', 63), path[63] = 0;
    static char longer[300];
    memset(longer, 'n', 250), result("too long", memfd_create(longer, 0)), longer[249] = 0, result("just right", close(memfd_create(longer, 0)));
    result("seals", fcntl(f, F_GET_SEALS)), result("of a plain one", fcntl(plain, F_GET_SEALS)), result("cannot be sealed", fcntl(plain, F_ADD_SEALS, F_SEAL_WRITE)), result("of a pipe", fcntl(0, F_GET_SEALS));
    result("size", ftruncate(f, 8192)), result("shrink seal", fcntl(f, F_ADD_SEALS, F_SEAL_SHRINK)), result("shrink", ftruncate(f, 4096)), result("grow", ftruncate(f, 12288));
    char *m = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
    strcpy(m, "mapped"), result("busy", fcntl(f, F_ADD_SEALS, F_SEAL_WRITE)), munmap(m, 4096), result("write seal", fcntl(f, F_ADD_SEALS, F_SEAL_WRITE)), result("write", pwrite(f, "x", 1, 0));
    is("map shared", mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0) == MAP_FAILED && errno == EPERM), m = mmap(0, 4096, PROT_READ, MAP_SHARED, f, 0), is("map to read", m != MAP_FAILED && !strcmp(m, "mapped")), result("then write", mprotect(m, 4096, PROT_READ | PROT_WRITE));
    m = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, f, 0), m[0] = 'w', is("private", !strcmp(m, "wapped")), result("grow seal", fcntl(f, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SEAL)), result("grow", ftruncate(f, 1 << 20)), result("no more", fcntl(f, F_ADD_SEALS, 0)), result("seals", fcntl(f, F_GET_SEALS));
    result("punch", fallocate(f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096)), result("unknown seal", fcntl(plain, F_ADD_SEALS, 1 << 20)), close(f), close(plain);
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    signal(SIGPIPE, SIG_IGN);
    pipes(), moved(), vectors(), seals();
    return 0;
}
