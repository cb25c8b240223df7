// What a meal at a canteen's turnstile is measured against: one message through a broker, and one sync of the disk.
//
//   CanteenPeer mqtt PORT COUNT BYTES      a message of so many bytes at QoS 1 from this program to itself by the broker
//   CanteenPeer sync FOLDER COUNT BYTES    so many bytes appended to a file, then fdatasync
//
// Both print one number a line: nanoseconds.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool isReady, isHere;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what, const char *why) {
    fprintf(stderr, "CanteenPeer: %s: %s\n", what, why);
    exit(1);
}

static void need(int result, const char *what) {
    if (result != MOSQ_ERR_SUCCESS) fail(what, mosquitto_strerror(result));
}

static void connected(struct mosquitto *link, void *user, int code) {
    (void)user;
    if (code) fail("connect", "refused");
    need(mosquitto_subscribe(link, NULL, "peer", 1), "subscribe");
}

static void subscribed(struct mosquitto *link, void *user, int packet, int count, const int *granted) {
    (void)link, (void)user, (void)packet, (void)count, (void)granted;
    isReady = true;
}

static void received(struct mosquitto *link, void *user, const struct mosquitto_message *message) {
    (void)link, (void)user, (void)message;
    isHere = true;
}

static void messages(int port, int count, const char *body, int bytes) {
    mosquitto_lib_init();
    struct mosquitto *link = mosquitto_new(NULL, true, NULL);
    if (!link) fail("start", "out of memory");
    mosquitto_int_option(link, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(link, connected);
    mosquitto_subscribe_callback_set(link, subscribed);
    mosquitto_message_callback_set(link, received);
    need(mosquitto_connect(link, "127.0.0.1", port, 60), "connect");
    while (!isReady) need(mosquitto_loop(link, 100, 1), "connect");
    for (int i = 0; i < count; i++) {
        isHere = false;
        int64_t start = now();
        need(mosquitto_publish(link, NULL, "peer", bytes, body, 1, false), "publish");
        while (!isHere) need(mosquitto_loop(link, 100, 1), "loop");
        printf("%lld\n", (long long)(now() - start));
    }
    mosquitto_disconnect(link);
    mosquitto_destroy(link);
    mosquitto_lib_cleanup();
}

static void syncs(const char *folder, int count, const char *body, size_t bytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/peer.sync", folder);
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) fail(path, strerror(errno));
    for (int i = 0; i < count; i++) {
        int64_t start = now();
        if (write(file, body, bytes) != (ssize_t)bytes || fdatasync(file)) fail(path, strerror(errno));
        printf("%lld\n", (long long)(now() - start));
    }
    close(file);
    unlink(path);
}

int main(int argc, char **argv) {
    if (argc != 5) fail("usage", "mqtt PORT COUNT BYTES, or sync FOLDER COUNT BYTES");
    int count = atoi(argv[3]), bytes = atoi(argv[4]);
    if (count < 1 || bytes < 1 || bytes > 1 << 20) fail("usage", "counts and bytes are 1 or more");
    char *body = malloc((size_t)bytes);
    if (!body) fail("start", "out of memory");
    memset(body, 'x', (size_t)bytes);
    if (strcmp(argv[1], "mqtt") == 0) messages(atoi(argv[2]), count, body, bytes);
    else syncs(argv[2], count, body, (size_t)bytes);
    free(body);
    return 0;
}
