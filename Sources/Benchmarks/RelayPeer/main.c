// The limit the relay is measured against, and the platform that both are answered by.
//
//   RelayPeer box PORT DEVICE PAYMENTS FOLDER RESULTS   the box's loop in plain C: one thread, libmosquitto's own loop;
//                                                       FOLDER "-" writes nothing to disk
//   RelayPeer platform PORT DEVICE PAYMENTS RESULTS     approves every charge
//
// RESULTS gets instants in nanoseconds since boot, 64 bits each: of the box, when each answer reached the relay call; of
// the platform, taken just before each answer was handed to the library. So what lies between is the same for every box.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char requestTopic[128], responseTopic[128];
static const char *subscription;
static bool isReady, isAnswered, isSettled;
static int64_t *instants, goal, taken;
static int lastPacket;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what, const char *why) {
    fprintf(stderr, "RelayPeer: %s: %s\n", what, why);
    exit(1);
}

static void need(int result, const char *what) {
    if (result != MOSQ_ERR_SUCCESS) fail(what, mosquitto_strerror(result));
}

static void connected(struct mosquitto *link, void *user, int code, int flags, const mosquitto_property *list) {
    (void)user, (void)flags, (void)list;
    if (code) fail("connect", "refused");
    need(mosquitto_subscribe_v5(link, NULL, subscription, 1, 0, NULL), "subscribe");
}

static void subscribed(struct mosquitto *link, void *user, int packet, int count, const int *granted,
                       const mosquitto_property *list) {
    (void)link, (void)user, (void)packet, (void)count, (void)granted, (void)list;
    isReady = true;
}

static void published(struct mosquitto *link, void *user, int packet, int reason, const mosquitto_property *list) {
    (void)link, (void)user, (void)reason, (void)list;
    if (packet == lastPacket) isSettled = true;
}

typedef void (*handler)(struct mosquitto *, void *, const struct mosquitto_message *, const mosquitto_property *);

static struct mosquitto *start(int port, const char *filter, handler received) {
    mosquitto_lib_init();
    subscription = filter;
    struct mosquitto *link = mosquitto_new(NULL, true, NULL);
    if (!link) fail("start", "out of memory");
    mosquitto_int_option(link, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(link, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_v5_callback_set(link, connected);
    mosquitto_subscribe_v5_callback_set(link, subscribed);
    mosquitto_publish_v5_callback_set(link, published);
    mosquitto_message_v5_callback_set(link, received);
    need(mosquitto_connect(link, "127.0.0.1", port, 60), "connect");
    while (!isReady) need(mosquitto_loop(link, 100, 1), "connect");
    return link;
}

static void store(const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(instants, 8, (size_t)taken, file) != (size_t)taken || fclose(file)) fail(path, strerror(errno));
}

// The box.

static uint64_t sequence;
static volatile int line;

// A real one is one system call on the line's handle.
static void relay(void) {
    line = 1;
    instants[taken++] = now();
}

static void answered(struct mosquitto *link, void *user, const struct mosquitto_message *message,
                     const mosquitto_property *list) {
    (void)link, (void)user;
    void *correlation = NULL;
    uint16_t length = 0;
    if (!mosquitto_property_read_binary(list, MQTT_PROP_CORRELATION_DATA, &correlation, &length, false)) return;
    bool isOurs = length == 8 && !memcmp(correlation, &sequence, 8);
    free(correlation);
    if (!isOurs || !memmem(message->payload, (size_t)message->payloadlen, "\"approved\"", 10)) return;
    relay();
    isAnswered = true;
}

// What a box must have on disk before it asks, and after it has opened: a write into a log that has its size, and a sync.
static void persist(int file, size_t bytes) {
    if (file < 0) return;
    static char page[8192];
    static off_t at;
    if (at + (off_t)bytes > 4 << 20) at = 0;
    if (pwrite(file, page, bytes, at) != (ssize_t)bytes || fdatasync(file)) fail("log", strerror(errno));
    at += (off_t)bytes;
}

static int makeLog(const char *path) {
    static char zeros[1 << 16];
    int file = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
    for (int i = 0; i < 64; i++)
        if (file < 0 || write(file, zeros, sizeof zeros) < 0) fail(path, strerror(errno));
    fsync(file);
    return file;
}

static void box(int port, const char *folder) {
    struct mosquitto *link = start(port, responseTopic, answered);
    char path[512];
    snprintf(path, sizeof path, "%s/peer.log", folder);
    int file = strcmp(folder, "-") ? makeLog(path) : -1;
    char payload[700];
    while (taken < goal) {
        sequence++;
        int length = snprintf(payload, sizeof payload,
            "{\"type\":\"charge\",\"charge\":{\"payment\":\"01890a5d-ac96-774b-bcce-%012llx\",\"plate\":\"粤B12345\","
            "\"stay\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"lane\":\"exit-1\",\"quote\":{\"tariff\":"
            "\"city-centre-2026-1\",\"from\":1767225600000,\"until\":1767231000000,\"lines\":[{\"kind\":\"firstPeriod\","
            "\"minutes\":60,\"amount\":500},{\"kind\":\"unitPeriods\",\"minutes\":30,\"amount\":200}],\"total\":700}}}",
            (unsigned long long)sequence);
        persist(file, 4096);
        mosquitto_property *list = NULL;
        mosquitto_property_add_string(&list, MQTT_PROP_RESPONSE_TOPIC, responseTopic);
        mosquitto_property_add_binary(&list, MQTT_PROP_CORRELATION_DATA, &sequence, 8);
        mosquitto_property_add_int32(&list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, 5);
        isAnswered = false;
        need(mosquitto_publish_v5(link, NULL, requestTopic, length, payload, 1, false, list), "publish");
        mosquitto_property_free_all(&list);
        while (!isAnswered) need(mosquitto_loop(link, 100, 1), "receive");
        persist(file, 8192);
    }
    mosquitto_disconnect(link);
    mosquitto_destroy(link);
    if (file < 0) return;
    close(file);
    unlink(path);
}

// The platform.

// More than a box asks at once.
enum { MOST_ANSWERS = 8 };

static struct answer {
    bool isCharge;
    char payload[256];
    int length;
    void *correlation;
    uint16_t correlationLength;
} answers[MOST_ANSWERS];
static int waiting;

static void asked(struct mosquitto *link, void *user, const struct mosquitto_message *message,
                  const mosquitto_property *list) {
    (void)link, (void)user;
    if (waiting == MOST_ANSWERS) fail("request", "too many at once");
    struct answer *answer = &answers[waiting];
    const char *id = memmem(message->payload, (size_t)message->payloadlen, "\"payment\":\"", 11);
    answer->isCharge = id != NULL;
    // An empty list of version 0 is the one every box begins with.
    answer->length = id
        ? snprintf(answer->payload, sizeof answer->payload,
                   "{\"type\":\"payment\",\"payment\":\"%.36s\",\"outcome\":\"approved\"}", id + 11)
        : snprintf(answer->payload, sizeof answer->payload,
                   "{\"type\":\"contracts\",\"version\":0,\"digest\":\"\",\"total\":0,\"offset\":0,\"entries\":[]}");
    if (mosquitto_property_read_binary(list, MQTT_PROP_CORRELATION_DATA, &answer->correlation,
                                       &answer->correlationLength, false)) waiting++;
}

static void platform(int port) {
    struct mosquitto *link = start(port, requestTopic, asked);
    printf("ready\n");
    fflush(stdout);
    while (taken < goal || !isSettled) {
        need(mosquitto_loop(link, 1000, 1), "receive");
        for (int i = 0; i < waiting; i++) {
            struct answer *answer = &answers[i];
            mosquitto_property *list = NULL;
            mosquitto_property_add_binary(&list, MQTT_PROP_CORRELATION_DATA, answer->correlation,
                                          answer->correlationLength);
            // The last car of a day may ask once more than was planned.
            if (answer->isCharge && taken < goal) instants[taken++] = now();
            isSettled = false;
            // Outside a callback the library writes at once.
            need(mosquitto_publish_v5(link, &lastPacket, responseTopic, answer->length, answer->payload, 1, false,
                                      list), "publish");
            mosquitto_property_free_all(&list);
            free(answer->correlation);
        }
        waiting = 0;
    }
    mosquitto_disconnect(link);
    mosquitto_destroy(link);
}

int main(int count, char **arguments) {
    bool isBox = count == 7 && !strcmp(arguments[1], "box");
    if (!isBox && !(count == 6 && !strcmp(arguments[1], "platform"))) {
        fprintf(stderr, "usage: RelayPeer box PORT DEVICE PAYMENTS FOLDER RESULTS\n"
                        "       RelayPeer platform PORT DEVICE PAYMENTS RESULTS\n");
        return 2;
    }
    int port = atoi(arguments[2]);
    snprintf(requestTopic, sizeof requestTopic, "turnpike/1/%s/up/request", arguments[3]);
    snprintf(responseTopic, sizeof responseTopic, "turnpike/1/%s/down/response", arguments[3]);
    goal = atoll(arguments[4]);
    instants = calloc((size_t)goal + 1, 8);
    if (isBox) box(port, arguments[5]);
    else platform(port);
    store(arguments[count - 1]);
    return 0;
}
