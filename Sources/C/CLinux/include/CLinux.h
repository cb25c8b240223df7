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

// Opens a serial line raw, not blocking, for this process alone. `baud` 1200 to 115200, `data_bits` 7 or 8, `parity`
// 'n', 'e' or 'o', `stop_bits` 1 or 2. A descriptor, or -1 and errno; EINVAL: the line cannot go at this speed.
int turnpike_serial_open(const char *path, int baud, int data_bits, char parity, int stop_bits);

// Throws away what was written and has not gone out yet. 0, or -1 and errno.
int turnpike_serial_discard(int descriptor);

// A key of a keyboard, or with code 0 and value -1 the kernel's word that it dropped some. `nanoseconds` since boot.
struct turnpike_key {
    unsigned short code;
    int value;
    long long nanoseconds;
};

// Opens an input device (/dev/input/event...), not blocking, for this process alone, its times those since boot.
// A descriptor, or -1 and errno; ENOTTY: no input device.
int turnpike_input_open(const char *path);

// Reads at most `most` keys (64 at most) that wait; other events are left out. Their number, or -1 and errno; -1 with
// ENODEV at the end of the device.
int turnpike_input_read(int descriptor, struct turnpike_key *keys, int most);

// A pipe whose ends are closed by exec from the first moment on. 0, or -1 and errno.
int turnpike_pipe(int ends[2]);

// A file of some numbers that several processes share, mapped to be read and written; NULL and errno. It is made if it
// is missing, and never unmapped.
void *turnpike_map_numbers(const char *path, int count);
long long turnpike_read_number(const void *numbers, int index);
void turnpike_write_number(void *numbers, int index, long long value);

// From now on standard output is written line by line, into a file or a pipe as well.
void turnpike_write_lines(void);

#endif
