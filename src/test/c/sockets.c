/*
 * Sockets within one process: local ones of each type with descriptors and credentials, the loopback's, vectors of buffers and of messages, options,
 * waits that are not waited. Ports and inode numbers are the kernel's own, so none is printed. Pointers that lead nowhere are in each family.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "shown.h"

static socklen_t local(struct sockaddr_un *a, const char *name) {
    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    memcpy(a->sun_path, name, strlen(name));
    return offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1;
}

static void stream(void) {
    int pair[2], none[2], server, client, peer;
    char b[64] = "";
    struct sockaddr_un a, other;
    socklen_t length;
    result("socketpair", socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
    result("cloexec", fcntl(pair[0], F_GETFD));
    result("socketpair to nowhere", syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, BAD));
    result("socketpair of no such type", socketpair(AF_UNIX, 77, 0, none));
    result("socketpair of inet", socketpair(AF_INET, SOCK_STREAM, 0, none));
    result("write", write(pair[0], "abcdefgh", 8));
    result("peek", recv(pair[1], b, 3, MSG_PEEK)), is("peeked", !memcmp(b, "abc", 4));
    int left = 0;
    result("FIONREAD", ioctl(pair[1], FIONREAD, &left)), result("left", left);
    result("recv", recv(pair[1], b, 5, MSG_WAITALL)), is("received", !memcmp(b, "abcde", 5));
    result("recv to nowhere", recv(pair[1], BAD, 3, 0));
    result("rest", read(pair[1], b, 64));
    result("none", recv(pair[1], b, 64, MSG_DONTWAIT));
    result("send from nowhere", send(pair[0], BAD, 3, 0));
    result("shutdown", shutdown(pair[0], SHUT_WR));
    result("end", read(pair[1], b, 64));
    result("other way", write(pair[1], "zz", 2));
    result("shutdown nonsense", shutdown(pair[0], 7));
    close(pair[1]);
    result("what was sent before", read(pair[0], b, 64));
    result("broken", send(pair[0], "x", 1, MSG_NOSIGNAL));

    server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), length = local(&a, "stream.socket");
    result("bind", bind(server, (void *) &a, length));
    result("bind again", bind(server, (void *) &a, length));
    result("accept before listen", accept(server, 0, 0));
    result("listen", listen(server, 1));
    result("accept none", accept4(server, 0, 0, 0));
    client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    result("connect to nobody", connect(client, (void *) &other, local(&other, "nobody.socket")));
    result("connect", connect(client, (void *) &a, length));
    int second = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), third = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    result("second", connect(second, (void *) &a, length)), result("third", connect(third, (void *) &a, length));
    length = sizeof other;
    peer = accept4(server, (void *) &other, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    is("accept4", peer >= 0), result("no name", length), result("its flags", fcntl(peer, F_GETFL)), result("its cloexec", fcntl(peer, F_GETFD));
    length = 4;
    result("short getpeername", getpeername(client, (void *) &other, &length)), result("its length", length);
    length = sizeof other, memset(&other, 0, sizeof other);
    result("getpeername", getpeername(client, (void *) &other, &length)), printf("%s %u\n", other.sun_path, length);
    result("getsockname nowhere", getsockname(server, BAD, &length)), result("getsockname no length", getsockname(server, (void *) &other, BAD));
    length = -1;
    result("getsockname negative", getsockname(server, (void *) &other, &length));
    result("accept to nowhere", accept(server, BAD, &length));
    length = sizeof other;
    result("accept to nowhere again", accept(server, BAD, &length));
    struct ucred who;
    length = sizeof who;
    result("SO_PEERCRED", getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &length)), is("it is this process", who.pid == getpid() && who.uid == getuid() && who.gid == getgid());
    close(server), close(client), close(peer), close(second), close(third);
    result("unlink", unlink("stream.socket"));
    server = socket(AF_UNIX, SOCK_DGRAM, 0), memset(&a, 0, sizeof a), a.sun_family = AF_UNIX;
    result("autobind", bind(server, (void *) &a, 2)), length = sizeof other;
    getsockname(server, (void *) &other, &length), result("abstract length", length), is("abstract", other.sun_path[0] == 0);
    close(server);
}

static void datagrams(void) {
    struct sockaddr_un a, b, from;
    socklen_t la = local(&a, "a.socket"), lb = local(&b, "b.socket"), length = sizeof from;
    char text[64] = "";
    int one = socket(AF_UNIX, SOCK_DGRAM, 0), two = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    bind(one, (void *) &a, la), bind(two, (void *) &b, lb);
    result("sendto", sendto(one, "hello, world", 12, 0, (void *) &b, lb));
    result("sendto", sendto(one, "second", 6, 0, (void *) &b, lb));
    result("empty", sendto(one, "", 0, 0, (void *) &b, lb));
    result("truncated", recvfrom(two, text, 5, MSG_TRUNC, (void *) &from, &length)), printf("%.5s from %s %u\n", text, from.sun_path, length);
    result("address nowhere", recvfrom(two, text, 5, MSG_PEEK, BAD, &length));
    struct iovec parts[3] = {{text, 2}, {text + 10, 1}, {text + 20, 40}};
    struct msghdr m = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = parts, .msg_iovlen = 2};
    result("recvmsg", recvmsg(two, &m, MSG_PEEK)), result("flags", m.msg_flags), printf("%.2s %.1s %u\n", text, text + 10, m.msg_namelen);
    m.msg_iovlen = 3;
    result("recvmsg", recvmsg(two, &m, 0)), result("flags", m.msg_flags), printf("%.2s %.1s %.3s\n", text, text + 10, text + 20);
    result("empty one", recv(two, text, 64, 0));
    result("none", recv(two, text, 64, 0));
    result("connect", connect(one, (void *) &b, lb));
    parts[1].iov_base = BAD, memcpy(text, "xy", 2);
    m = (struct msghdr) {.msg_iov = parts, .msg_iovlen = 2};
    result("sendmsg from nowhere", sendmsg(one, &m, 0));
    m.msg_iovlen = 1025;
    result("too many", sendmsg(one, &m, 0));
    m = (struct msghdr) {.msg_iov = BAD, .msg_iovlen = 1};
    result("vector nowhere", sendmsg(one, &m, 0)), result("message nowhere", sendmsg(one, BAD, 0)), result("message nowhere", recvmsg(two, BAD, 0));
    m = (struct msghdr) {.msg_iov = parts, .msg_iovlen = 1, .msg_control = BAD, .msg_controllen = 24};
    result("control nowhere", sendmsg(one, &m, 0));
    result("too long", send(one, text, 1 << 20, MSG_DONTWAIT) < 0 ? 0 : 1);
    int filled = 0;
    while (send(one, text, 64, MSG_DONTWAIT) == 64) filled++;
    result("full", -1), is("some", filled > 0 && filled < 10000);
    while (recv(two, text, 64, 0) >= 0) filled--;
    result("all of them", filled);

    int pair[2];
    result("seqpacket", socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
    result("first", send(pair[0], "record", 6, MSG_EOR)), result("second", send(pair[0], "another", 7, 0));
    struct iovec part = {text, 3};
    m = (struct msghdr) {.msg_iov = &part, .msg_iovlen = 1};
    result("cut", recvmsg(pair[1], &m, 0)), result("flags", m.msg_flags & MSG_TRUNC);
    part.iov_len = 64;
    result("whole", recvmsg(pair[1], &m, 0)), result("flags", m.msg_flags & ~MSG_EOR);
    close(pair[0]);
    result("end", recvmsg(pair[1], &m, 0));
    close(pair[1]), close(one), close(two);
    unlink("a.socket"), unlink("b.socket");
}

static void control(void) {
    int pair[2], pipes[2], got[8], on = 1;
    char text[8] = "t", space[256] = "";
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair), pipe(pipes);
    struct iovec part = {text, 1};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = CMSG_SPACE(2 * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr) {.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(c), pipes, sizeof pipes);
    result("rights sent", sendmsg(pair[0], &m, 0));
    memset(space, 0, sizeof space), m.msg_controllen = sizeof space;
    result("rights received", recvmsg(pair[1], &m, MSG_CMSG_CLOEXEC)), result("control", m.msg_controllen), result("flags", m.msg_flags & ~MSG_CMSG_CLOEXEC);
    memcpy(got, CMSG_DATA(CMSG_FIRSTHDR(&m)), 8), printf("%ld level %d type %d\n", (long) CMSG_FIRSTHDR(&m)->cmsg_len, CMSG_FIRSTHDR(&m)->cmsg_level, CMSG_FIRSTHDR(&m)->cmsg_type);
    is("others", got[0] > pipes[1] && got[1] > got[0]), result("cloexec", fcntl(got[0], F_GETFD));
    result("through it", write(got[1], "pipe", 4)), result("and out", read(pipes[0], text, 8));
    close(got[0]), close(got[1]);
    /* room for one of two: the other is lost */
    m.msg_control = space, m.msg_controllen = CMSG_SPACE(2 * sizeof(int)), c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr) {.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}, memcpy(CMSG_DATA(c), pipes, sizeof pipes);
    sendmsg(pair[0], &m, 0), m.msg_controllen = CMSG_LEN(sizeof(int));
    result("cut", recvmsg(pair[1], &m, 0)), result("control", m.msg_controllen), result("flags", m.msg_flags & ~MSG_CMSG_CLOEXEC);
    memcpy(got, CMSG_DATA(c), 4), result("closed", close(got[0]));
    *c = (struct cmsghdr) {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}, got[0] = 9999, memcpy(CMSG_DATA(c), got, 4), m.msg_controllen = CMSG_SPACE(4);
    result("no such descriptor", sendmsg(pair[0], &m, 0));
    c->cmsg_len = 3;
    result("short header", sendmsg(pair[0], &m, 0));
    c->cmsg_len = CMSG_LEN(4), c->cmsg_type = 99;
    result("no such type", sendmsg(pair[0], &m, 0));

    result("SO_PASSCRED", setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    struct ucred who = {getpid(), getuid(), getgid()}, came = {0};
    m.msg_controllen = CMSG_SPACE(sizeof who);
    *c = (struct cmsghdr) {.cmsg_len = CMSG_LEN(sizeof who), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS}, memcpy(CMSG_DATA(c), &who, sizeof who);
    result("credentials sent", sendmsg(pair[0], &m, 0)), m.msg_controllen = sizeof space;
    result("credentials received", recvmsg(pair[1], &m, 0)), result("control", m.msg_controllen), memcpy(&came, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof came);
    is("the same", !memcmp(&who, &came, sizeof who));
    write(pair[0], "x", 1), m.msg_controllen = sizeof space;
    result("not asked", recvmsg(pair[1], &m, 0)), memcpy(&came, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof came), is("the same", !memcmp(&who, &came, sizeof who));
    m.msg_control = BAD, m.msg_controllen = 64, write(pair[0], "x", 1);
    result("control to nowhere", recvmsg(pair[1], &m, 0)), result("control", m.msg_controllen);
    close(pair[0]), close(pair[1]), close(pipes[0]), close(pipes[1]);
}

static void loopback(void) {
    struct sockaddr_in a = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}}, name = {0}, peer = {0};
    socklen_t length = sizeof name;
    char b[64] = "";
    int on = 1, value = 0, server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    result("SO_REUSEADDR", setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    result("bind short", bind(server, (void *) &a, 4)), result("bind nowhere", bind(server, BAD, sizeof a));
    result("bind", bind(server, (void *) &a, sizeof a)), result("listen", listen(server, 5));
    result("getsockname", getsockname(server, (void *) &name, &length)), is("loopback", name.sin_addr.s_addr == a.sin_addr.s_addr && name.sin_port != 0);
    struct pollfd p = {server, POLLIN | POLLOUT, 0};
    result("nobody yet", poll(&p, 1, 0)), result("accept", accept4(server, 0, 0, 0));
    long r = connect(client, (void *) &name, sizeof name);
    is("connect", r == 0 || errno == EINPROGRESS);
    p = (struct pollfd) {client, POLLOUT, 0}, result("connected", poll(&p, 1, 5000)), result("writable", p.revents);
    length = sizeof value, result("SO_ERROR", getsockopt(client, SOL_SOCKET, SO_ERROR, &value, &length)), result("none", value);
    r = connect(client, (void *) &name, sizeof name), is("again", r == 0 || errno == EISCONN);
    p = (struct pollfd) {server, POLLIN, 0}, result("somebody", poll(&p, 1, 5000)), result("readable", p.revents);
    length = sizeof peer;
    int other = accept4(server, (void *) &peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    is("accept4", other >= 0), result("length", length), is("peer", peer.sin_family == AF_INET && peer.sin_addr.s_addr == a.sin_addr.s_addr);
    length = sizeof name, getsockname(client, (void *) &name, &length), is("the client's name", name.sin_port == peer.sin_port);
    result("read", read(other, b, 64));
    int e = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {EPOLLIN | EPOLLRDHUP | EPOLLET, {.u64 = 77}}, events[4];
    result("epoll_ctl", epoll_ctl(e, EPOLL_CTL_ADD, other, &event)), result("quiet", epoll_wait(e, events, 4, 0));
    struct iovec parts[2] = {{"one ", 4}, {"two", 3}};
    result("writev", writev(client, parts, 2));
    p = (struct pollfd) {other, POLLIN, 0}, poll(&p, 1, 5000);
    result("event", epoll_wait(e, events, 4, 1000)), printf("%x %lu\n", events[0].events, (long) events[0].data.u64), result("once", epoll_wait(e, events, 4, 0));
    result("peek", recv(other, b, 64, MSG_PEEK)), result("discard", recv(other, 0, 4, MSG_TRUNC)), result("read", read(other, b, 64)), printf("%.3s\n", b);
    result("urgent", send(client, "!", 1, MSG_OOB)), p = (struct pollfd) {other, POLLPRI, 0}, result("urgent poll", poll(&p, 1, 5000)), result("urgent is", p.revents & POLLPRI);
    result("urgent read", recv(other, b, 8, MSG_OOB)), result("again", recv(other, b, 8, MSG_OOB));
    result("shutdown", shutdown(client, SHUT_WR)), p = (struct pollfd) {other, POLLIN | POLLRDHUP, 0}, result("poll", poll(&p, 1, 5000)), result("hung up", p.revents);
    result("end", read(other, b, 64)), result("back", write(other, "back", 4)), p = (struct pollfd) {client, POLLIN, 0}, poll(&p, 1, 5000);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(client, &set);
    struct timeval none = {0, 0};
    result("select", select(client + 1, &set, 0, 0, &none)), is("set", FD_ISSET(client, &set));
    result("read", recv(client, b, 64, 0));
    int full = 0;
    static char block[65536];
    for (; (r = write(other, block, sizeof block)) > 0; ) full += r > 0;
    result("full", r), is("after some", full > 0);
    p = (struct pollfd) {other, POLLOUT, 0}, result("no room", poll(&p, 1, 0));
    close(client), p = (struct pollfd) {other, POLLIN, 0}, poll(&p, 1, 5000);
    r = write(other, "x", 1), is("reset", r < 0 && (errno == EPIPE || errno == ECONNRESET));
    close(other), close(server), close(e);
    client = socket(AF_INET, SOCK_STREAM, 0), a.sin_port = name.sin_port;
    result("refused", connect(client, (void *) &a, sizeof a)), close(client);

    int u = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), v = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    a.sin_port = 0, bind(u, (void *) &a, sizeof a), length = sizeof name, getsockname(u, (void *) &name, &length);
    result("udp", sendto(v, "datagram", 8, 0, (void *) &name, sizeof name)), p = (struct pollfd) {u, POLLIN, 0}, result("there", poll(&p, 1, 5000));
    length = sizeof peer, result("cut", recvfrom(u, b, 4, MSG_TRUNC, (void *) &peer, &length)), result("length", length), result("none", recv(u, b, 4, 0));
    close(u), close(v);
    result("ipv6 of ipv4", bind(u = socket(AF_INET6, SOCK_STREAM, 0), (void *) &a, sizeof a)), close(u);
    result("raw type", socket(AF_INET, 77, 0)), result("no such family", socket(300, SOCK_STREAM, 0));
}

static void many(void) {
    int pair[2];
    char space[6][16];
    memset(space, 0, sizeof space);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    struct iovec parts[6];
    struct mmsghdr m[6];
    memset(m, 0, sizeof m);
    for (int i = 0; i < 6; i++) parts[i] = (struct iovec) {space[i], i + 1}, m[i].msg_hdr.msg_iov = parts + i, m[i].msg_hdr.msg_iovlen = 1, memset(space[i], 'a' + i, i + 1);
    result("sendmmsg", sendmmsg(pair[0], m, 4, 0)), printf("%u %u %u %u %u\n", m[0].msg_len, m[1].msg_len, m[2].msg_len, m[3].msg_len, m[4].msg_len);
    parts[1].iov_base = BAD;
    result("the second from nowhere", sendmmsg(pair[0], m, 3, 0)), result("the first from nowhere", sendmmsg(pair[0], m + 1, 1, 0)), result("nowhere", sendmmsg(pair[0], BAD, 2, 0));
    result("none", sendmmsg(pair[0], m, 0, 0)), result("none of a file", sendmmsg(0, m, 0, 0));
    for (int i = 0; i < 6; i++) parts[i] = (struct iovec) {space[i], 3}, m[i].msg_len = 99;
    memset(space, 0, sizeof space);
    struct timespec no = {0, 0}, wrong = {0, 1000000000};
    result("recvmmsg", recvmmsg(pair[1], m, 2, 0, 0)), printf("%u %u %u %s %s\n", m[0].msg_len, m[1].msg_len, m[2].msg_len, space[0], space[1]);
    result("for one", recvmmsg(pair[1], m, 6, MSG_WAITFORONE, 0)), printf("%u %u %u flags %x %x %x\n", m[0].msg_len, m[1].msg_len, m[2].msg_len, m[0].msg_hdr.msg_flags & MSG_TRUNC, m[1].msg_hdr.msg_flags & MSG_TRUNC, m[2].msg_hdr.msg_flags & MSG_TRUNC);
    result("none", recvmmsg(pair[1], m, 6, MSG_DONTWAIT, 0)), result("time", recvmmsg(pair[1], m, 6, MSG_DONTWAIT, &wrong)), result("time nowhere", recvmmsg(pair[1], m, 6, MSG_DONTWAIT, BAD));
    write(pair[0], "1", 1), write(pair[0], "2", 1);
    result("no time", recvmmsg(pair[1], m, 2, 0, &no)), result("one left", recvmmsg(pair[1], m, 1, 0, 0));
    close(pair[0]), close(pair[1]);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
    static char large[40000], parted[40000];
    struct iovec half[2] = {{large, 40000}, {BAD, 4}}, all = {parted, 5};
    m[0].msg_hdr = (struct msghdr) {.msg_iov = half, .msg_iovlen = 2}, m[1].msg_hdr = m[2].msg_hdr = (struct msghdr) {.msg_iov = &all, .msg_iovlen = 1};
    int sent = sendmmsg(pair[0], m, 3, 0);
    is("in part", sent < 0 ? errno == EFAULT : sent == 1), result("sent", sent);
    close(pair[0]), close(pair[1]);
}

static void options(void) {
    struct { const char *name; int level, option, set; } all[] = {{"SO_TYPE", SOL_SOCKET, SO_TYPE, -1}, {"SO_DOMAIN", SOL_SOCKET, SO_DOMAIN, -1}, {"SO_PROTOCOL", SOL_SOCKET, SO_PROTOCOL, -1},
        {"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, -1}, {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1}, {"SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, 1}, {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, 8192},
        {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, 1}, {"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, 1}, {"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, 3}, {"SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE, 1},
        {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1}, {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, 600}, {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 30}, {"TCP_CORK", IPPROTO_TCP, TCP_CORK, 1},
        {"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, 1234}, {"IP_TTL", IPPROTO_IP, IP_TTL, 17}, {"IP_TTL too high", IPPROTO_IP, IP_TTL, 1000}, {"IP_TOS", IPPROTO_IP, IP_TOS, 8}, {"none", SOL_SOCKET, 9999, 1}, {"no level", 9999, 1, 1}};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        long value = 0;
        socklen_t length = sizeof value;
        if (all[i].set >= 0) result(all[i].name, setsockopt(s, all[i].level, all[i].option, &all[i].set, sizeof(int)));
        result(all[i].name, getsockopt(s, all[i].level, all[i].option, &value, &length)), printf("%ld of %u\n", value, length);
    }
    struct linger linger = {1, 5}, back = {0};
    struct timeval time = {0, 20000}, got = {0};
    socklen_t length = sizeof back;
    result("SO_LINGER", setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof linger)), result("short", setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, 4));
    result("back", getsockopt(s, SOL_SOCKET, SO_LINGER, &back, &length)), printf("%d %d\n", back.l_onoff, back.l_linger);
    length = 1, result("a byte", getsockopt(s, SOL_SOCKET, SO_TYPE, &back, &length)), result("its length", length);
    length = 4, result("value nowhere", getsockopt(s, SOL_SOCKET, SO_TYPE, BAD, &length)), result("length nowhere", getsockopt(s, SOL_SOCKET, SO_TYPE, &back, BAD)), result("from nowhere", setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, BAD, 4));
    length = -1, result("negative length", getsockopt(s, SOL_SOCKET, SO_TYPE, &back, &length)), result("negative length", setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &back, -1));
    result("no socket", setsockopt(0, SOL_SOCKET, SO_KEEPALIVE, &back, 4)), result("closed", getsockopt(999, SOL_SOCKET, SO_TYPE, &back, &length));
    close(s);
    int pair[2];
    char b[4];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    result("SO_RCVTIMEO", setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time)), length = sizeof got, result("it", getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &got, &length)), printf("%ld\n", (long) got.tv_usec);
    result("waited", read(pair[0], b, 4));
    write(pair[1], "abcd", 4);
    struct iovec parts[2] = {{b, 2}, {BAD, 2}};
    result("half to nowhere", readv(pair[0], parts, 2));
    close(pair[0]), close(pair[1]);
}

static int selected(const char *name, int argc, char **argv) { return argc < 2 || !strcmp(argv[1], name); }

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    signal(SIGPIPE, SIG_IGN);
    if (selected("stream", argc, argv)) stream();
    if (selected("datagrams", argc, argv)) datagrams();
    if (selected("control", argc, argv)) control();
    if (selected("loopback", argc, argv)) loopback();
    if (selected("many", argc, argv)) many();
    if (selected("options", argc, argv)) options();
    return 0;
}
