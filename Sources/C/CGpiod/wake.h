/*
 * eventfd, timerfd and a name for the thread that waits on GPIO lines: Swift's Glibc module leaves them out.
 * Functions return -1 and set errno on failure.
 */
#ifndef TURNPIKE_WAKE_H
#define TURNPIKE_WAKE_H

#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static inline int turnpike_bell_open(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static inline int turnpike_bell_ring(int descriptor)
{
    return eventfd_write(descriptor, 1);
}

static inline int turnpike_timer_open(void)
{
    return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
}

/* Fires at an instant on CLOCK_BOOTTIME, at once if it has passed; 0 stops the timer. */
static inline int turnpike_timer_set(int descriptor, int64_t nanoseconds)
{
    struct itimerspec when = { { 0, 0 }, { nanoseconds / 1000000000, nanoseconds % 1000000000 } };

    return timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Names the calling thread; 15 bytes at most are kept. */
static inline void turnpike_name_thread(const char *name)
{
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* Takes the count of a bell or a timer, so that its descriptor is quiet again. */
static inline void turnpike_wake_silence(int descriptor)
{
    uint64_t count;

    if (read(descriptor, &count, sizeof count) < 0)
        return; /* EAGAIN: it was quiet */
}

#endif
