/*
 * One small API over libgpiod 1.6 (Debian 12) and libgpiod 2 (Debian 13), which share a name and nothing else.
 * Version 1's header defines GPIOD_LINE_BULK_MAX_LINES, version 2's does not.
 *
 * One handle is one requested line of one chip. A handle is not thread-safe. Functions return -1 and set errno
 * on failure; levels are logical (1 = active, whatever the polarity of the wire).
 */
#ifndef TURNPIKE_CGPIOD_SHIM_H
#define TURNPIKE_CGPIOD_SHIM_H

#include <errno.h>
#include <gpiod.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TURNPIKE_GPIO_CONSUMER "turnpike"

/* The kernel keeps 16 edges of one line; more than that are never waiting. */
#define TURNPIKE_GPIO_EDGES 16

enum turnpike_gpio_bias {
    TURNPIKE_GPIO_BIAS_AS_IS = 0,
    TURNPIKE_GPIO_BIAS_DISABLED = 1,
    TURNPIKE_GPIO_BIAS_PULL_UP = 2,
    TURNPIKE_GPIO_BIAS_PULL_DOWN = 3,
};

/* Which step of turnpike_gpio_open failed. */
enum turnpike_gpio_stage {
    TURNPIKE_GPIO_STAGE_CHIP = 1,
    TURNPIKE_GPIO_STAGE_LINE = 2,
    TURNPIKE_GPIO_STAGE_REQUEST = 3,
};

struct turnpike_gpio_failure {
    int stage;           /* enum turnpike_gpio_stage */
    int code;            /* errno */
    unsigned int lines;  /* number of lines of the chip, once it was opened */
    char consumer[64];   /* who holds the line, when code is EBUSY and the kernel says so */
};

/* An edge; `monotonic_ns` is the kernel's CLOCK_MONOTONIC time stamp (CLOCK_REALTIME before Linux 5.7). */
struct turnpike_gpio_edge {
    int64_t monotonic_ns;
    bool active;
};

struct turnpike_gpio_line;

static inline void turnpike_gpio_note_consumer(struct turnpike_gpio_failure *failure, const char *consumer)
{
    if (consumer != NULL)
        strncpy(failure->consumer, consumer, sizeof failure->consumer - 1);
}

#ifdef GPIOD_LINE_BULK_MAX_LINES /* ---------------------------------------------------------- libgpiod 1.6 */

struct turnpike_gpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line *line;
};

/* Closing the chip also releases its line. */
static inline void turnpike_gpio_close(struct turnpike_gpio_line *handle)
{
    gpiod_chip_close(handle->chip);
    free(handle);
}

static inline int turnpike_gpio_request(struct turnpike_gpio_line *handle, bool output, bool pulses, bool active_low,
                                        int bias)
{
    struct gpiod_line_request_config config = { .consumer = TURNPIKE_GPIO_CONSUMER };

    config.request_type = output ? GPIOD_LINE_REQUEST_DIRECTION_OUTPUT
        : pulses ? GPIOD_LINE_REQUEST_EVENT_RISING_EDGE : GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
    if (active_low)
        config.flags |= GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
    if (bias == TURNPIKE_GPIO_BIAS_DISABLED)
        config.flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    if (bias == TURNPIKE_GPIO_BIAS_PULL_UP)
        config.flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    if (bias == TURNPIKE_GPIO_BIAS_PULL_DOWN)
        config.flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    return gpiod_line_request(handle->line, &config, 0);
}

/*
 * Requests line `offset` of the chip at `path`: an output starts inactive, an input reports both edges, or with
 * `pulses` only those to active. A pulse may be over before the kernel looks at the line's level, which it does when it
 * is to tell edges apart; with one kind of edge each interrupt is one pulse.
 * Returns NULL on failure and fills `failure`.
 */
static inline struct turnpike_gpio_line *turnpike_gpio_open(const char *path, unsigned int offset, bool output,
                                                            bool pulses, bool active_low, int bias,
                                                            struct turnpike_gpio_failure *failure)
{
    struct turnpike_gpio_line *handle = (struct turnpike_gpio_line *)calloc(1, sizeof *handle);

    memset(failure, 0, sizeof *failure);
    failure->stage = TURNPIKE_GPIO_STAGE_CHIP;
    if (handle == NULL || (handle->chip = gpiod_chip_open(path)) == NULL) {
        failure->code = errno;
        free(handle);
        return NULL;
    }
    failure->lines = gpiod_chip_num_lines(handle->chip);
    failure->stage = TURNPIKE_GPIO_STAGE_LINE;
    if (offset >= failure->lines) {
        failure->code = EINVAL;
    } else if ((handle->line = gpiod_chip_get_line(handle->chip, offset)) == NULL) {
        failure->code = errno;
    } else {
        failure->stage = TURNPIKE_GPIO_STAGE_REQUEST;
        if (turnpike_gpio_request(handle, output, pulses, active_low, bias) == 0)
            return handle;
        failure->code = errno;
        if (failure->code == EBUSY)
            turnpike_gpio_note_consumer(failure, gpiod_line_consumer(handle->line));
    }
    turnpike_gpio_close(handle);
    return NULL;
}

static inline int turnpike_gpio_set(struct turnpike_gpio_line *handle, bool active)
{
    return gpiod_line_set_value(handle->line, active ? 1 : 0);
}

/* Returns 0, 1 or -1. */
static inline int turnpike_gpio_get(struct turnpike_gpio_line *handle)
{
    return gpiod_line_get_value(handle->line);
}

/* The descriptor to poll for POLLIN; inputs only. */
static inline int turnpike_gpio_descriptor(struct turnpike_gpio_line *handle)
{
    return gpiod_line_event_get_fd(handle->line);
}

/* Reads what is waiting, at most TURNPIKE_GPIO_EDGES; blocks when nothing is: poll first. */
static inline int turnpike_gpio_read_edges(struct turnpike_gpio_line *handle, struct turnpike_gpio_edge *edges)
{
    struct gpiod_line_event events[TURNPIKE_GPIO_EDGES];
    int count = gpiod_line_event_read_multiple(handle->line, events, TURNPIKE_GPIO_EDGES);

    for (int i = 0; i < count; i++) {
        edges[i].monotonic_ns = (int64_t)events[i].ts.tv_sec * 1000000000 + events[i].ts.tv_nsec;
        edges[i].active = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
    return count;
}

#else /* --------------------------------------------------------------------------------------- libgpiod 2 */

struct turnpike_gpio_line {
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *buffer;
    unsigned int offset;
};

static inline void turnpike_gpio_close(struct turnpike_gpio_line *handle)
{
    if (handle->request != NULL)
        gpiod_line_request_release(handle->request);
    gpiod_edge_event_buffer_free(handle->buffer);
    free(handle);
}

static inline int turnpike_gpio_settings(struct gpiod_line_settings *settings, bool output, bool pulses,
                                         bool active_low, int bias)
{
    enum gpiod_line_bias wanted = GPIOD_LINE_BIAS_AS_IS;

    if (bias == TURNPIKE_GPIO_BIAS_DISABLED)
        wanted = GPIOD_LINE_BIAS_DISABLED;
    if (bias == TURNPIKE_GPIO_BIAS_PULL_UP)
        wanted = GPIOD_LINE_BIAS_PULL_UP;
    if (bias == TURNPIKE_GPIO_BIAS_PULL_DOWN)
        wanted = GPIOD_LINE_BIAS_PULL_DOWN;
    gpiod_line_settings_set_active_low(settings, active_low);
    if (output)
        return gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) != 0
            || gpiod_line_settings_set_output_value(settings, GPIOD_LINE_VALUE_INACTIVE) != 0;
    return gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) != 0
        || gpiod_line_settings_set_edge_detection(settings, pulses ? GPIOD_LINE_EDGE_RISING : GPIOD_LINE_EDGE_BOTH) != 0
        || gpiod_line_settings_set_bias(settings, wanted) != 0;
}

static inline struct gpiod_line_request *turnpike_gpio_request(struct gpiod_chip *chip, unsigned int offset,
                                                               bool output, bool pulses, bool active_low, int bias)
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *config = gpiod_request_config_new();
    struct gpiod_line_request *request = NULL;
    int code = ENOMEM;

    if (settings != NULL && lines != NULL && config != NULL) {
        gpiod_request_config_set_consumer(config, TURNPIKE_GPIO_CONSUMER);
        if (turnpike_gpio_settings(settings, output, pulses, active_low, bias) == 0
            && gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0)
            request = gpiod_chip_request_lines(chip, config, lines);
        code = errno;
    }
    gpiod_request_config_free(config);
    gpiod_line_config_free(lines);
    gpiod_line_settings_free(settings);
    errno = code;
    return request;
}

static inline unsigned int turnpike_gpio_count_lines(struct gpiod_chip *chip)
{
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    unsigned int lines = info == NULL ? 0 : (unsigned int)gpiod_chip_info_get_num_lines(info);

    gpiod_chip_info_free(info);
    return lines;
}

/*
 * Requests line `offset` of the chip at `path`: an output starts inactive, an input reports both edges, or with
 * `pulses` only those to active. A pulse may be over before the kernel looks at the line's level, which it does when it
 * is to tell edges apart; with one kind of edge each interrupt is one pulse.
 * Returns NULL on failure and fills `failure`.
 */
static inline struct turnpike_gpio_line *turnpike_gpio_open(const char *path, unsigned int offset, bool output,
                                                            bool pulses, bool active_low, int bias,
                                                            struct turnpike_gpio_failure *failure)
{
    struct turnpike_gpio_line *handle = (struct turnpike_gpio_line *)calloc(1, sizeof *handle);
    struct gpiod_edge_event_buffer *buffer = gpiod_edge_event_buffer_new(TURNPIKE_GPIO_EDGES);
    struct gpiod_chip *chip = NULL;
    struct gpiod_line_info *info;

    memset(failure, 0, sizeof *failure);
    failure->stage = TURNPIKE_GPIO_STAGE_CHIP;
    if (handle == NULL || buffer == NULL || (chip = gpiod_chip_open(path)) == NULL) {
        failure->code = errno;
        gpiod_edge_event_buffer_free(buffer);
        free(handle);
        return NULL;
    }
    handle->buffer = buffer;
    handle->offset = offset;
    failure->lines = turnpike_gpio_count_lines(chip);
    failure->stage = TURNPIKE_GPIO_STAGE_LINE;
    if (offset >= failure->lines) {
        failure->code = EINVAL;
    } else {
        failure->stage = TURNPIKE_GPIO_STAGE_REQUEST;
        handle->request = turnpike_gpio_request(chip, offset, output, pulses, active_low, bias);
        failure->code = handle->request == NULL ? errno : 0;
        if (failure->code == EBUSY && (info = gpiod_chip_get_line_info(chip, offset)) != NULL) {
            turnpike_gpio_note_consumer(failure, gpiod_line_info_get_consumer(info));
            gpiod_line_info_free(info);
        }
    }
    gpiod_chip_close(chip);
    if (handle->request != NULL)
        return handle;
    turnpike_gpio_close(handle);
    return NULL;
}

static inline int turnpike_gpio_set(struct turnpike_gpio_line *handle, bool active)
{
    return gpiod_line_request_set_value(handle->request, handle->offset,
                                        active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

/* Returns 0, 1 or -1. */
static inline int turnpike_gpio_get(struct turnpike_gpio_line *handle)
{
    return (int)gpiod_line_request_get_value(handle->request, handle->offset);
}

/* The descriptor to poll for POLLIN; inputs only. */
static inline int turnpike_gpio_descriptor(struct turnpike_gpio_line *handle)
{
    return gpiod_line_request_get_fd(handle->request);
}

/* Reads what is waiting, at most TURNPIKE_GPIO_EDGES; blocks when nothing is: poll first. */
static inline int turnpike_gpio_read_edges(struct turnpike_gpio_line *handle, struct turnpike_gpio_edge *edges)
{
    int count = gpiod_line_request_read_edge_events(handle->request, handle->buffer, TURNPIKE_GPIO_EDGES);

    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(handle->buffer, (unsigned long)i);

        edges[i].monotonic_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
        edges[i].active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    }
    return count;
}

#endif

#endif
