// What the face gallery is measured against: a comparison with every template in plain C, by a loop or by the system's
// BLAS; and the time it takes merely to read as many bytes as the gallery's first pass.
//
//   FacePeer loop|blas TEMPLATES ROWS PROBES FIRST COUNT OUT    compares, row by row
//   FacePeer read BYTES COUNT OUT                               reads
//
// TEMPLATES and PROBES hold unit vectors of 512 floats. OUT gets whole numbers of 64 bits: nanoseconds by the clock and
// of the processor, and for a comparison also the best row and the best row of another person (two rows a person).
// Ends with 3 without a BLAS.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { length = 512, rows_a_person = 2 };

typedef void (*Sgemv)(int order, int transpose, int m, int n, float alpha, const float *a, int lda, const float *x,
                      int incx, float beta, float *y, int incy);

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

typedef struct {
    int64_t wall, processor;
} Span;

static Span begin(void) { return (Span){now(CLOCK_MONOTONIC), now(CLOCK_THREAD_CPUTIME_ID)}; }

static Span end(Span from) {
    int64_t processor = now(CLOCK_THREAD_CPUTIME_ID) - from.processor;
    return (Span){now(CLOCK_MONOTONIC) - from.wall, processor};
}

static void stop(const char *what) {
    fprintf(stderr, "FacePeer: %s\n", what);
    exit(1);
}

static float *load(const char *path, long first, long rows) {
    size_t bytes = (size_t)rows * length * sizeof(float);
    float *vectors = aligned_alloc(64, bytes);
    FILE *file = fopen(path, "rb");
    if (!vectors || !file || fseek(file, first * length * (long)sizeof(float), SEEK_SET) != 0) stop(path);
    if (fread(vectors, 1, bytes, file) != bytes) stop(path);
    fclose(file);
    return vectors;
}

static void save(const char *path, const int64_t *numbers, size_t count) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(numbers, sizeof *numbers, count, file) != count || fclose(file) != 0) stop(path);
}

// The compiler may add in any order, and so in vector registers.
static float product(const float *restrict a, const float *restrict b) {
#pragma clang fp reassociate(on)
    float sum = 0;
    for (int i = 0; i < length; i++) sum += a[i] * b[i];
    return sum;
}

typedef struct {
    long row, other;
    float best, second;
} Rank;

static inline void take(Rank *rank, long row, float cosine) {
    if (cosine <= rank->second) return;
    if (rank->row >= 0 && row / rows_a_person == rank->row / rows_a_person) {
        if (cosine > rank->best) *rank = (Rank){row, rank->other, cosine, rank->second};
    } else if (cosine > rank->best) {
        *rank = (Rank){row, rank->row, cosine, rank->best};
    } else {
        rank->other = row;
        rank->second = cosine;
    }
}

static void compare(char **arguments, Sgemv sgemv) {
    long rows = atol(arguments[1]), first = atol(arguments[3]), count = atol(arguments[4]);
    float *templates = load(arguments[0], 0, rows), *probes = load(arguments[2], first, count);
    float *cosines = calloc((size_t)rows, sizeof *cosines);
    int64_t *out = calloc((size_t)count * 4, sizeof *out);
    if (!cosines || !out) stop("out of memory");
    // Two rounds to warm up.
    for (long i = -2; i < count; i++) {
        const float *probe = probes + (i < 0 ? 0 : i) * length;
        Rank rank = {-1, -1, -2, -2};
        Span from = begin();
        if (sgemv) {
            sgemv(101, 111, (int)rows, length, 1, templates, length, probe, 1, 0, cosines, 1);
            for (long row = 0; row < rows; row++) take(&rank, row, cosines[row]);
        } else {
            for (long row = 0; row < rows; row++) take(&rank, row, product(templates + row * length, probe));
        }
        Span span = end(from);
        if (i < 0) continue;
        out[4 * i] = span.wall;
        out[4 * i + 1] = span.processor;
        out[4 * i + 2] = rank.row;
        out[4 * i + 3] = rank.other;
    }
    save(arguments[5], out, (size_t)count * 4);
}

static void readMemory(char **arguments) {
    size_t words = (size_t)atol(arguments[0]) / sizeof(uint64_t);
    long count = atol(arguments[1]);
    uint64_t *memory = aligned_alloc(64, (words * sizeof *memory + 63) / 64 * 64);
    int64_t *out = calloc((size_t)count * 2, sizeof *out);
    if (!memory || !out) stop("out of memory");
    memset(memory, 1, words * sizeof *memory);
    volatile uint64_t result = 0;
    for (long i = -2; i < count; i++) {
        Span from = begin();
        uint64_t sum = 0;
        for (size_t k = 0; k < words; k++) sum += memory[k];
        result = result + sum;
        Span span = end(from);
        if (i < 0) continue;
        out[2 * i] = span.wall;
        out[2 * i + 1] = span.processor;
    }
    save(arguments[2], out, (size_t)count * 2);
}

int main(int count, char **arguments) {
    if (count == 5 && strcmp(arguments[1], "read") == 0) {
        readMemory(arguments + 2);
        return 0;
    }
    if (count != 8) {
        fprintf(stderr, "usage: FacePeer loop|blas TEMPLATES ROWS PROBES FIRST COUNT OUT | read BYTES COUNT OUT\n");
        return 2;
    }
    Sgemv sgemv = NULL;
    if (strcmp(arguments[1], "blas") == 0) {
        void *library = dlopen("libopenblas.so.0", RTLD_NOW);
        if (library) sgemv = (Sgemv)dlsym(library, "cblas_sgemv");
        if (!sgemv) return 3;
        void (*threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
        if (threads) threads(1);
    }
    compare(arguments + 2, sgemv);
    return 0;
}
