/*
 * The yardstick: a bare, single-threaded, level-triggered epoll echo server.
 *
 *   epoll_echo PORT        port 0 picks one; prints "listening on tcp://127.0.0.1:PORT" once bound
 *
 * A frame is a 4-byte big-endian length and as many bytes. Only whole frames are echoed, all that one recv completed in one send.
 * It allocates nothing per request: frames that arrive whole are echoed out of one buffer that all connections share. A connection
 * owns memory only while it holds a part of a frame or a reply that its peer has not taken; while it holds the latter it is not read.
 * It shows the price of the kernel alone, so it has nothing else: no time-outs, no logging, no graceful end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 4,
    MAX_FRAME_BYTES = 16 << 20,
    SHARED_BYTES = 256 << 10, /* what one recv takes at most; arbitrary, well above the 32 KiB that a mux client has in flight */
    ROOM_BYTES = 64 << 10,    /* what one recv takes at least, when a frame was cut off before it; arbitrary */
    KEPT_BYTES = 128 << 10,   /* a connection's own buffer above this size is freed once empty; arbitrary */
    EVENTS = 256,
    BACKLOG = 4096,
};

struct buffer {
    char *bytes;
    size_t length, capacity;
};

struct connection {
    int fd;
    struct buffer partial; /* the beginning of a frame whose rest is still to come */
    struct buffer unsent;  /* replies that did not fit the socket; not empty = EPOLLOUT instead of EPOLLIN */
};

static char s_shared[SHARED_BYTES];
static int s_epoll;

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static void reserve(struct buffer *buffer, size_t capacity) {
    if (buffer->capacity >= capacity)
        return;
    buffer->bytes = realloc(buffer->bytes, capacity);
    if (buffer->bytes == NULL)
        fail("realloc");
    buffer->capacity = capacity;
}

static void append(struct buffer *buffer, const char *bytes, size_t count) {
    if (count == 0)
        return;
    reserve(buffer, buffer->length + count);
    memcpy(buffer->bytes + buffer->length, bytes, count);
    buffer->length += count;
}

/* Drops the first `count` bytes, and the memory too if it was a big frame's. */
static void consume(struct buffer *buffer, size_t count) {
    buffer->length -= count;
    if (buffer->length > 0) {
        memmove(buffer->bytes, buffer->bytes + count, buffer->length);
    } else if (buffer->capacity > KEPT_BYTES) {
        free(buffer->bytes);
        *buffer = (struct buffer){0};
    }
}

static void watch(struct connection *connection, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(s_epoll, operation, connection->fd, &event) < 0)
        fail("epoll_ctl");
}

static void hang_up(struct connection *connection) {
    close(connection->fd);
    free(connection->partial.bytes);
    free(connection->unsent.bytes);
    free(connection);
}

static uint32_t frame_length(const char *header) {
    uint32_t length;
    memcpy(&length, header, sizeof length);
    return ntohl(length);
}

/* How many of the bytes are whole frames; *needed is the size of the frame cut off after them (0: unknown, its header is cut off).
 * Returns -1 if a frame is over the limit. */
static ssize_t whole_frames(const char *bytes, size_t count, size_t *needed) {
    size_t whole = 0;
    *needed = 0;
    while (count - whole >= HEADER_BYTES) {
        uint32_t length = frame_length(bytes + whole);
        if (length > MAX_FRAME_BYTES)
            return -1;
        if (count - whole < HEADER_BYTES + (size_t)length) {
            *needed = HEADER_BYTES + (size_t)length;
            break;
        }
        whole += HEADER_BYTES + (size_t)length;
    }
    return (ssize_t)whole;
}

/* Sends what the socket takes. Returns how much, or -1 if the connection is lost. */
static ssize_t send_some(int fd, const char *bytes, size_t count) {
    size_t sent = 0;
    while (sent < count) {
        ssize_t n = send(fd, bytes + sent, count - sent, MSG_NOSIGNAL);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)sent;
}

/* Echoes whole frames; what the socket does not take waits, and the connection is not read meanwhile. Returns 0, or -1 if it is lost. */
static int echo(struct connection *connection, const char *bytes, size_t count) {
    ssize_t sent = send_some(connection->fd, bytes, count);
    if (sent < 0)
        return -1;
    if ((size_t)sent < count) {
        append(&connection->unsent, bytes + sent, count - (size_t)sent);
        watch(connection, EPOLL_CTL_MOD, EPOLLOUT);
    }
    return 0;
}

/* Returns 0, or -1 if the connection is over. */
static int on_readable(struct connection *connection) {
    struct buffer *partial = &connection->partial;
    int is_shared = partial->length == 0;
    if (!is_shared)
        reserve(partial, partial->length + ROOM_BYTES);

    char *bytes = is_shared ? s_shared : partial->bytes;
    size_t held = partial->length;
    size_t room = is_shared ? SHARED_BYTES : partial->capacity - held;
    ssize_t received = recv(connection->fd, bytes + held, room, 0);
    if (received <= 0)
        return received < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;

    size_t count = held + (size_t)received, needed;
    ssize_t whole = whole_frames(bytes, count, &needed);
    if (whole < 0 || (whole > 0 && echo(connection, bytes, (size_t)whole) < 0))
        return -1;

    if (is_shared) {
        append(partial, bytes + whole, count - (size_t)whole);
    } else {
        partial->length = count;
        if (whole > 0)
            consume(partial, (size_t)whole);
    }
    if (partial->length > 0)
        reserve(partial, needed);
    return 0;
}

/* Returns 0, or -1 if the connection is over. */
static int on_writable(struct connection *connection) {
    struct buffer *unsent = &connection->unsent;
    ssize_t sent = send_some(connection->fd, unsent->bytes, unsent->length);
    if (sent < 0)
        return -1;
    consume(unsent, (size_t)sent);
    if (unsent->length == 0)
        watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    return 0;
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            if (errno == EAGAIN)
                return;
            fail("accept4");
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL)
            fail("calloc");
        connection->fd = fd;
        watch(connection, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static int listen_on(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (fd < 0)
        fail("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind");
    if (listen(fd, BACKLOG) < 0)
        fail("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        fail("getsockname");
    printf("listening on tcp://127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void raise_fd_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: epoll_echo PORT\n");
        return 2;
    }

    raise_fd_limit();
    s_epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s_epoll < 0)
        fail("epoll_create1");
    struct connection listener = {.fd = listen_on((uint16_t)atoi(argv[1]))};
    watch(&listener, EPOLL_CTL_ADD, EPOLLIN);

    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(s_epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == &listener)
                accept_all(listener.fd);
            else if ((connection->unsent.length > 0 ? on_writable(connection) : on_readable(connection)) < 0)
                hang_up(connection);
        }
    }
}
