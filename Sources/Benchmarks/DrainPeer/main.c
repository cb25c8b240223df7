// Both ends of a drain, beside whatever drains: it counts what arrives at a broker, and fills a broker that bridges.
//
//   DrainPeer fill PORT TOPIC RECORDS FILE          publishes the lines of FILE over and over, numbered, one a message
//   DrainPeer count PORT FILTER RECORDS             counts records, one a message
//   DrainPeer acknowledge PORT DEVICE RECORDS       counts records in a box's batches and acknowledges each batch
//   DrainPeer watch PORT DEVICE RECORDS             from the box's birth message to the platform's last acknowledgement
//
// Those that count print "ready" once they listen, and at the end
// "records N nanoseconds T missing M twice D messages P": T from the first message to the last that brought a new record.
#define _GNU_SOURCE
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IDLE_SECONDS = 20 };

static const char *mode, *subscription, *device;
static bool isUp;
static int64_t goal, records, twice, messages, first, last, published;
static unsigned char *seen;
static char answer[256], answerTopic[160];
static int answerLength;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what, const char *why) {
    fprintf(stderr, "DrainPeer: %s: %s\n", what, why);
    exit(1);
}

static void need(int result, const char *what) {
    if (result != MOSQ_ERR_SUCCESS) fail(what, mosquitto_strerror(result));
}

static void connected(struct mosquitto *link, void *user, int code) {
    (void)user;
    if (code) fail("connect", "refused");
    if (!subscription) {
        isUp = true;
        return;
    }
    need(mosquitto_subscribe(link, NULL, subscription, 1), "subscribe");
}

static void subscribed(struct mosquitto *link, void *user, int packet, int count, const int *granted) {
    (void)link, (void)user, (void)packet, (void)count, (void)granted;
    isUp = true;
}

static void settled(struct mosquitto *link, void *user, int packet) {
    (void)link, (void)user, (void)packet;
    published++;
}

// The number after a key, or -1.
static int64_t number(const char *text, const char *end, const char *key) {
    const char *found = memmem(text, (size_t)(end - text), key, strlen(key));
    return found ? atoll(found + strlen(key)) : -1;
}

static void count(int64_t sequence) {
    // A box adds records of its own; what was queued before is what counts.
    if (sequence < 1 || sequence > goal) return;
    if (seen[sequence]++) {
        twice++;
        return;
    }
    records++;
    last = now();
}

static void countBatch(const char *text, const char *end) {
    const char *line = memchr(text, '\n', (size_t)(end - text));
    if (!line) fail("batch", "it has no records");
    int64_t from = number(text, line, "\"first\":"), size = number(text, line, "\"count\":"), through = from + size - 1;
    const char *epoch = memmem(text, (size_t)(line - text), "\"epoch\":\"", 9);
    if (from < 1 || size < 1 || !epoch) fail("batch", "its header is not understood");
    epoch += 9;
    while (line) {
        const char *next = memchr(line + 1, '\n', (size_t)(end - line - 1));
        count(number(line + 1, next ? next : end, "\"seq\":"));
        line = next;
    }
    const char *epochEnd = strchr(epoch, '"');
    answerLength = snprintf(answer, sizeof answer, "{\"epoch\":\"%.*s\",\"through\":%lld}",
                            epochEnd ? (int)(epochEnd - epoch) : 0, epoch, (long long)through);
}

static void received(struct mosquitto *link, void *user, const struct mosquitto_message *message) {
    (void)user;
    const char *text = message->payload, *end = text + message->payloadlen;
    if (message->payloadlen == 0 || message->retain) return;
    if (!first) first = now();
    messages++;
    if (!strcmp(mode, "count")) count(number(text, end, "\"seq\":"));
    if (!strcmp(mode, "acknowledge")) {
        countBatch(text, end);
        need(mosquitto_publish(link, NULL, answerTopic, answerLength, answer, 1, false), "acknowledge");
    }
    if (!strcmp(mode, "watch")) {
        int64_t through = number(text, end, "\"through\":");
        if (through > goal) through = goal;
        if (through > records) {
            records = through;
            last = now();
        }
    }
}

static void fill(struct mosquitto *link, const char *topic, const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path, "cannot be read");
    char *line = NULL, text[4096];
    size_t size = 0;
    for (int64_t sequence = 1; sequence <= goal; sequence++) {
        ssize_t length = getline(&line, &size, file);
        if (length <= 0) {
            rewind(file);
            length = getline(&line, &size, file);
        }
        if (length < 3 || length > 4000) fail(path, "has a line that is no record");
        line[length - 1] = 0;
        // The line is an object: the number goes in front, as in a journal.
        int bytes = snprintf(text, sizeof text, "{\"seq\":%lld,%s", (long long)sequence, line + 1);
        need(mosquitto_publish(link, NULL, topic, bytes, text, 1, false), "publish");
        while (sequence - published > 500) need(mosquitto_loop(link, 100, 1), "publish");
    }
    while (published < goal) need(mosquitto_loop(link, 100, 1), "publish");
    printf("records %lld\n", (long long)published);
}

static void report(void) {
    int64_t missing = goal - records;
    printf("records %lld nanoseconds %lld missing %lld twice %lld messages %lld\n", (long long)records,
           (long long)(last - first), (long long)missing, (long long)twice, (long long)messages);
}

int main(int argumentCount, char **arguments) {
    bool fills = argumentCount == 6 && !strcmp(arguments[1], "fill");
    if (argumentCount != 5 && !fills) {
        fprintf(stderr, "usage: DrainPeer fill PORT TOPIC RECORDS FILE\n"
                        "       DrainPeer count|acknowledge|watch PORT FILTER-OR-DEVICE RECORDS\n");
        return 2;
    }
    mode = arguments[1];
    device = arguments[3];
    goal = atoll(arguments[4]);
    seen = calloc((size_t)goal + 1, 1);
    char filter[256];
    snprintf(filter, sizeof filter, "%s", device);
    if (!strcmp(mode, "acknowledge")) snprintf(filter, sizeof filter, "turnpike/1/%s/up/records", device);
    snprintf(answerTopic, sizeof answerTopic, "turnpike/1/%s/down/ack", device);
    // Of the box's topics it wants two: the birth message, which is retained only for later subscribers, and the
    // acknowledgements.
    char birth[160];
    snprintf(birth, sizeof birth, "turnpike/1/%s/up/presence", device);
    bool watches = !strcmp(mode, "watch");
    subscription = fills ? NULL : watches ? answerTopic : filter;

    mosquitto_lib_init();
    struct mosquitto *link = mosquitto_new(NULL, true, NULL);
    if (!link) fail("start", "out of memory");
    mosquitto_int_option(link, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(link, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_int_option(link, MOSQ_OPT_SEND_MAXIMUM, 1000);
    mosquitto_connect_callback_set(link, connected);
    mosquitto_subscribe_callback_set(link, subscribed);
    mosquitto_publish_callback_set(link, settled);
    mosquitto_message_callback_set(link, received);
    need(mosquitto_connect(link, "127.0.0.1", atoi(arguments[2]), 60), "connect");
    while (!isUp) need(mosquitto_loop(link, 100, 1), "connect");
    if (watches) need(mosquitto_subscribe(link, NULL, birth, 1), "subscribe");
    if (fills) {
        fill(link, device, arguments[5]);
    } else {
        printf("ready\n");
        fflush(stdout);
        // The bound: nothing new for so long, and it counts what is missing.
        int64_t began = now();
        while (records < goal && now() - (last ? last : began) < IDLE_SECONDS * 1000000000LL)
            need(mosquitto_loop(link, 100, 1), "receive");
        report();
    }
    fflush(stdout);
    mosquitto_disconnect(link);
    mosquitto_destroy(link);
    return 0;
}
