#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/timex.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

int turnpike_event_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

long turnpike_random(void *buffer, size_t count) { return getrandom(buffer, count, 0); }

int turnpike_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

int turnpike_clock_is_synchronised(void) {
    struct timex status = {.modes = 0};
    int state = adjtimex(&status);
    return state >= 0 && state != TIME_ERROR && !(status.status & STA_UNSYNC);
}

static speed_t speed_of(int baud) {
    switch (baud) {
    case 1200: return B1200;
    case 2400: return B2400;
    case 4800: return B4800;
    case 9600: return B9600;
    case 19200: return B19200;
    case 38400: return B38400;
    case 57600: return B57600;
    case 115200: return B115200;
    default: return B0;
    }
}

int turnpike_serial_open(const char *path, int baud, int data_bits, char parity, int stop_bits) {
    // Without waiting for a modem's carrier, and never as the terminal that could end this process.
    int descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -1;
    struct termios wanted, got;
    speed_t speed = speed_of(baud);
    if (speed == B0) {
        errno = EINVAL;
        goto failed;
    }
    if (tcgetattr(descriptor, &wanted) != 0) goto failed;
    cfmakeraw(&wanted);
    wanted.c_cflag &= ~(CSIZE | CSTOPB | PARENB | PARODD | CRTSCTS);
    wanted.c_cflag |= CLOCAL | CREAD | (data_bits == 7 ? CS7 : CS8);
    if (stop_bits == 2) wanted.c_cflag |= CSTOPB;
    if (parity != 'n') wanted.c_cflag |= PARENB;
    if (parity == 'o') wanted.c_cflag |= PARODD;
    // A byte with a parity fault reads as 0, which no frame takes for data.
    if (parity != 'n') wanted.c_iflag |= INPCK;
    // A read of nothing then means that the other end has gone.
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    cfsetispeed(&wanted, speed);
    cfsetospeed(&wanted, speed);
    if (tcsetattr(descriptor, TCSANOW, &wanted) != 0) goto failed;
    // The call succeeds when any of it could be set: what counts is what the line does now.
    if (tcgetattr(descriptor, &got) != 0) goto failed;
    if (cfgetospeed(&got) != speed) {
        errno = EINVAL;
        goto failed;
    }
    // Two programs on one line would cut each other's frames.
    if (ioctl(descriptor, TIOCEXCL) != 0) goto failed;
    tcflush(descriptor, TCIOFLUSH);
    return descriptor;
failed:;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

int turnpike_input_open(const char *path) {
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int clock = CLOCK_BOOTTIME, code;
    if (descriptor < 0) return -1;
    // Grabbed: what a scanner types must not also reach a shell or the page's browser.
    if (ioctl(descriptor, EVIOCSCLOCKID, &clock) == 0 && ioctl(descriptor, EVIOCGRAB, 1) == 0) return descriptor;
    code = errno == EINVAL ? ENOTTY : errno;
    close(descriptor);
    errno = code;
    return -1;
}

int turnpike_input_read(int descriptor, struct turnpike_key *keys, int most) {
    struct input_event events[64];
    size_t room = most < 64 ? most : 64;
    ssize_t count = read(descriptor, events, room * sizeof events[0]);
    int kept = 0;
    if (count == 0) errno = ENODEV;
    if (count <= 0) return -1;
    for (size_t i = 0; i < count / sizeof events[0]; i++) {
        struct input_event *event = &events[i];
        long long at = (long long)event->input_event_sec * 1000000000 + (long long)event->input_event_usec * 1000;
        if (event->type == EV_KEY)
            keys[kept++] = (struct turnpike_key){event->code, event->value, at};
        if (event->type == EV_SYN && event->code == SYN_DROPPED)
            keys[kept++] = (struct turnpike_key){0, -1, at};
    }
    return kept;
}

int turnpike_serial_discard(int descriptor) { return tcflush(descriptor, TCOFLUSH); }

int turnpike_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void *turnpike_map_numbers(const char *path, int count) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return NULL;
    void *place = NULL;
    if (ftruncate(descriptor, (off_t)count * (off_t)sizeof(long long)) == 0) {
        place = mmap(NULL, (size_t)count * sizeof(long long), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (place == MAP_FAILED) place = NULL;
    }
    int code = errno;
    close(descriptor);
    errno = code;
    return place;
}

long long turnpike_read_number(const void *numbers, int index) {
    return __atomic_load_n((const long long *)numbers + index, __ATOMIC_RELAXED);
}

void turnpike_write_number(void *numbers, int index, long long value) {
    __atomic_store_n((long long *)numbers + index, value, __ATOMIC_RELAXED);
}

void turnpike_write_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
