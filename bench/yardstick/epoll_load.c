/*
 * The load generator: one thread, one epoll, closed loop.
 *
 *   epoll_load --address tcp://127.0.0.1:PORT [--connections 100] [--in-flight 1] [--idle 0] [--body 1024] [--seconds 5] [--warm-up 3]
 *
 * Each of the connections keeps `in-flight` requests under way and sends the next one when a reply has come; the idle ones stay silent.
 * A frame is a 4-byte big-endian length and the body. A body begins with the number of its connection and of its request, so that a
 * reply that belongs to another request is caught too; every byte of every reply is compared.
 *
 * Standard error says "measuring" when the warm-up is over and "measured" at the end of the window, with all connections still open,
 * so that whoever watches the server can read its CPU time around just this window. Standard output then gets one line of JSON.
 * Exit code: 0, or 1 if there was any error (a wrong byte, a lost connection, a reply that took longer than CALL_TIMEOUT), or 2 if the
 * load could not begin.
 *
 * To be cheaper than what it measures it keeps no buffer per connection: what is to be sent or expected next follows from two numbers
 * (request and offset), so a partial send or receive needs nothing to be kept.
 */
#define _GNU_SOURCE
#include "histogram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 4,
    STAMP_BYTES = 12, /* connection (4), request (8) */
    SCRATCH_BYTES = 256 << 10,
    EVENTS = 512,
};

static const uint64_t SECOND = 1000000000, CALL_TIMEOUT = 5 * (uint64_t)1000000000;

struct cursor {
    uint64_t request;
    size_t offset; /* in the frame, header included */
};

struct connection {
    int fd;
    uint32_t number;
    uint64_t allowed;       /* requests that may be sent by now: answered + in flight */
    struct cursor out, in;  /* next byte to send, next byte to expect */
    uint64_t *started;      /* ring of in-flight times: when request i was due */
};

static struct options {
    struct sockaddr_in address;
    unsigned connections, in_flight, idle;
    size_t body;
    double seconds, warm_up;
} s_options = {.connections = 100, .in_flight = 1, .body = 1024, .seconds = 5, .warm_up = 3};

static int s_epoll;
static size_t s_frame_bytes;
static char *s_frame; /* header and body of a request; its stamp is written over for each */
static char s_scratch[SCRATCH_BYTES];
static struct connection *s_connections;
static struct histogram s_latency;
static uint64_t s_errors, s_requests, s_clock;
static int s_is_measuring;

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

static void report_error(const struct connection *connection, const char *what) {
    if (s_errors++ < 5)
        fprintf(stderr, "connection %u: %s\n", connection->number, what);
}

static void hang_up(struct connection *connection, const char *what) {
    report_error(connection, what);
    close(connection->fd);
    connection->fd = -1;
}

/* Edge-triggered: epoll_wait need not look again at sockets that have been drained, and a full one needs no epoll_ctl. */
static void watch(struct connection *connection) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(s_epoll, EPOLL_CTL_ADD, connection->fd, &event) < 0)
        fail("epoll_ctl");
}

/* Makes s_frame the frame of this request. */
static void stamp(const struct connection *connection, uint64_t request) {
    char bytes[STAMP_BYTES];
    memcpy(bytes, &connection->number, 4);
    memcpy(bytes + 4, &request, 8);
    memcpy(s_frame + HEADER_BYTES, bytes, s_options.body < STAMP_BYTES ? s_options.body : STAMP_BYTES);
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static void advance(struct cursor *cursor, size_t count) {
    cursor->offset += count;
    if (cursor->offset >= s_frame_bytes) {
        cursor->request += cursor->offset / s_frame_bytes;
        cursor->offset %= s_frame_bytes;
    }
}

/* Writes what is to be sent next to the scratch buffer; returns how much. */
static size_t compose(const struct connection *connection) {
    struct cursor cursor = connection->out;
    size_t length = 0;
    while (cursor.request < connection->allowed && length < SCRATCH_BYTES) {
        size_t count = least(s_frame_bytes - cursor.offset, SCRATCH_BYTES - length);
        stamp(connection, cursor.request);
        memcpy(s_scratch + length, s_frame + cursor.offset, count);
        advance(&cursor, count);
        length += count;
    }
    return length;
}

/* Sends until nothing is left to send or the socket takes no more; EPOLLOUT then calls again. */
static void send_allowed(struct connection *connection) {
    size_t length;
    while (connection->fd >= 0 && (length = compose(connection)) > 0) {
        ssize_t sent = send(connection->fd, s_scratch, length, MSG_NOSIGNAL);
        if (sent >= 0)
            advance(&connection->out, (size_t)sent);
        else if (errno == EAGAIN)
            return;
        else if (errno != EINTR)
            hang_up(connection, strerror(errno));
    }
}

static void answered(struct connection *connection, uint64_t request) {
    uint64_t *started = &connection->started[request % s_options.in_flight];
    if (s_is_measuring) {
        histogram_record(&s_latency, s_clock - *started);
        s_requests++;
    }
    if (s_clock - *started > CALL_TIMEOUT)
        report_error(connection, "a reply took too long");
    *started = s_clock; /* the next request of this place is due now */
    connection->allowed++;
}

/* Returns whether the bytes are what this connection is to get next. */
static int verify(struct connection *connection, const char *bytes, size_t length) {
    while (length > 0) {
        struct cursor *in = &connection->in;
        size_t count = least(s_frame_bytes - in->offset, length);
        if (in->request >= connection->allowed)
            return 0;
        stamp(connection, in->request);
        if (memcmp(bytes, s_frame + in->offset, count) != 0)
            return 0;
        uint64_t request = in->request;
        advance(in, count);
        if (in->request != request)
            answered(connection, request);
        bytes += count;
        length -= count;
    }
    return 1;
}

/* Takes what has come. Returns whether there may be more. */
static int receive(struct connection *connection) {
    ssize_t received = recv(connection->fd, s_scratch, SCRATCH_BYTES, 0);
    s_clock = now();
    if (received < 0 && (errno == EAGAIN || errno == EINTR))
        return errno == EINTR;
    if (received <= 0)
        hang_up(connection, received == 0 ? "closed by the server" : strerror(errno));
    else if (!verify(connection, s_scratch, (size_t)received))
        hang_up(connection, "a reply with wrong bytes");
    return connection->fd >= 0 && received == SCRATCH_BYTES;
}

static void on_event(struct connection *connection, uint32_t events) {
    int is_ending = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    if (events & EPOLLIN || is_ending) {
        while (receive(connection))
            ;
        if (is_ending && connection->fd >= 0)
            hang_up(connection, "closed by the server");
    }
    send_allowed(connection);
}

static void run_until(uint64_t end) {
    while (s_clock < end) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(s_epoll, events, EVENTS, (int)((end - s_clock) / 1000000) + 1);
        s_clock = now();
        for (int i = 0; i < count; i++)
            on_event(events[i].data.ptr, events[i].events);
    }
}

static void open_all(void) {
    unsigned count = s_options.connections + s_options.idle;
    s_connections = calloc(count, sizeof *s_connections);
    for (unsigned i = 0; i < count; i++) {
        struct connection *connection = &s_connections[i];
        int on = 1;
        connection->number = i;
        connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connection->fd < 0)
            fail("socket");
        if (connect(connection->fd, (struct sockaddr *)&s_options.address, sizeof s_options.address) < 0)
            fail("connect");
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (fcntl(connection->fd, F_SETFL, O_NONBLOCK) < 0)
            fail("fcntl");
        watch(connection);
    }
}

static void start_all(void) {
    for (unsigned i = 0; i < s_options.connections; i++) {
        struct connection *connection = &s_connections[i];
        connection->started = calloc(s_options.in_flight, sizeof *connection->started);
        connection->allowed = s_options.in_flight;
        for (unsigned k = 0; k < s_options.in_flight; k++)
            connection->started[k] = now();
        send_allowed(connection);
    }
}

/* A closed loop does not notice a reply that never comes: this does. */
static void find_overdue(void) {
    for (unsigned i = 0; i < s_options.connections; i++) {
        struct connection *connection = &s_connections[i];
        if (connection->fd >= 0 && s_clock - connection->started[connection->in.request % s_options.in_flight] > CALL_TIMEOUT)
            report_error(connection, "a request is still unanswered");
    }
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void parse_address(const char *text) {
    unsigned port;
    char host[64], rest;
    if (sscanf(text, "tcp://%63[0-9.]:%u%c", host, &port, &rest) != 2 || port > 65535 ||
        inet_pton(AF_INET, host, &s_options.address.sin_addr) != 1) {
        fprintf(stderr, "%s: not an address such as tcp://127.0.0.1:7000\n", text);
        exit(2);
    }
    s_options.address.sin_family = AF_INET;
    s_options.address.sin_port = htons((uint16_t)port);
}

static void parse(int argc, char **argv) {
    static const struct option known[] = {
        {"address", required_argument, NULL, 'a'}, {"connections", required_argument, NULL, 'c'},
        {"in-flight", required_argument, NULL, 'f'}, {"idle", required_argument, NULL, 'i'},
        {"body", required_argument, NULL, 'b'}, {"seconds", required_argument, NULL, 's'},
        {"warm-up", required_argument, NULL, 'w'}, {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (option) {
        case 'a': parse_address(optarg); break;
        case 'c': s_options.connections = (unsigned)atoi(optarg); break;
        case 'f': s_options.in_flight = (unsigned)atoi(optarg); break;
        case 'i': s_options.idle = (unsigned)atoi(optarg); break;
        case 'b': s_options.body = (size_t)atol(optarg); break;
        case 's': s_options.seconds = atof(optarg); break;
        case 'w': s_options.warm_up = atof(optarg); break;
        default: exit(2);
        }
    }
    if (s_options.address.sin_port == 0 || s_options.connections == 0 || s_options.in_flight == 0 || s_options.body == 0) {
        fprintf(stderr, "usage: epoll_load --address tcp://127.0.0.1:PORT, and counts above 0\n");
        exit(2);
    }
}

static void prepare_frame(void) {
    s_frame_bytes = HEADER_BYTES + s_options.body;
    s_frame = malloc(s_frame_bytes);
    if (s_frame == NULL)
        fail("malloc");
    uint32_t header = htonl((uint32_t)s_options.body), noise = 2463534242; /* xorshift32's own seed: no two stretches alike */
    memcpy(s_frame, &header, HEADER_BYTES);
    for (size_t i = HEADER_BYTES; i < s_frame_bytes; i++) {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        s_frame[i] = (char)noise;
    }
}

static void raise_fd_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static double microseconds(uint64_t nanoseconds) {
    return (double)nanoseconds / 1000;
}

int main(int argc, char **argv) {
    parse(argc, argv);
    raise_fd_limit();
    prepare_frame();
    s_epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s_epoll < 0)
        fail("epoll_create1");
    open_all();
    start_all();

    s_clock = now();
    run_until(s_clock + (uint64_t)(s_options.warm_up * 1e9));
    fprintf(stderr, "measuring\n");
    s_is_measuring = 1;
    double cpu = cpu_seconds();
    uint64_t start = s_clock = now();
    run_until(start + (uint64_t)(s_options.seconds * 1e9));
    double elapsed = (double)(s_clock - start) / 1e9;
    cpu = cpu_seconds() - cpu;
    fprintf(stderr, "measured\n");
    find_overdue();

    if (s_requests == 0)
        s_errors++;
    printf("{\"requests\":%llu,\"errors\":%llu,\"seconds\":%.6f,\"qps\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"max\":%.2f,\"cpu\":%.4f}\n",
           (unsigned long long)s_requests, (unsigned long long)s_errors, elapsed, (double)s_requests / elapsed,
           microseconds(histogram_percentile(&s_latency, 0.50)), microseconds(histogram_percentile(&s_latency, 0.99)),
           microseconds(histogram_percentile(&s_latency, 0.999)), microseconds(s_latency.max), cpu);
    return s_errors == 0 ? 0 : 1;
}
