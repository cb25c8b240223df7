// Calls of Linux that Swift's Glibc module leaves out. Plain types only: a C library header included here would give
// its types a second owner, and every Swift file that uses one of them would have to import this module.
#ifndef TURNPIKE_CLINUX_H
#define TURNPIKE_CLINUX_H

#include <stddef.h>

// An event descriptor, not blocking, closed by exec; -1 and errno.
int turnpike_event_descriptor(void);

// Up to `count` bytes from getrandom(2); the number got, or -1 and errno.
long turnpike_random(void *buffer, size_t count);

// Names the calling thread; the kernel takes at most 15 bytes. 0 or an error number.
int turnpike_name_thread(const char *name);

// 1 when the kernel says that its wall clock follows a time source, 0 when not or when it does not say.
int turnpike_clock_is_synchronised(void);

#endif
