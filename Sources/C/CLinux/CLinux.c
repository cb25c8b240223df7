#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timex.h>

int turnpike_event_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

long turnpike_random(void *buffer, size_t count) { return getrandom(buffer, count, 0); }

int turnpike_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

int turnpike_clock_is_synchronised(void) {
    struct timex status = {.modes = 0};
    int state = adjtimex(&status);
    return state >= 0 && state != TIME_ERROR && !(status.status & STA_UNSYNC);
}
