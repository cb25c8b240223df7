// The limit the journal is measured against: plain SQLite in C, write-ahead log, synchronous=FULL, the same table and
// row, no hashing and no threads. Prints one line: p50, p90, p99 of a commit in nanoseconds, rows a second, and bytes
// written a row.
//
//   JournalPeer FILE ROWS WARMUP ROWS-A-COMMIT
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int64_t written(void) {
    char text[1024];
    FILE *file = fopen("/proc/self/io", "r");
    if (!file) return 0;
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[count] = 0;
    char *line = strstr(text, "\nwrite_bytes: ");
    return line ? atoll(line + 14) : 0;
}

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void check(int code, int expected, sqlite3 *database, const char *what) {
    if (code == expected) return;
    fprintf(stderr, "JournalPeer: %s: %s\n", what, database ? sqlite3_errmsg(database) : "failed");
    exit(1);
}

static void run(sqlite3_stmt *statement, sqlite3 *database) {
    check(sqlite3_step(statement), SQLITE_DONE, database, "step");
    sqlite3_reset(statement);
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: JournalPeer FILE ROWS WARMUP ROWS-A-COMMIT\n");
        return 2;
    }
    const char *path = arguments[1];
    int rows = atoi(arguments[2]), warmup = atoi(arguments[3]), group = atoi(arguments[4]);
    sqlite3 *database = NULL;
    check(sqlite3_open(path, &database), SQLITE_OK, database, "open");
    check(sqlite3_exec(database,
              "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
              "CREATE TABLE records(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, line BLOB NOT NULL,"
              " hash BLOB NOT NULL) STRICT", NULL, NULL, NULL), SQLITE_OK, database, "set up");
    sqlite3_stmt *insert, *begin, *commit;
    check(sqlite3_prepare_v2(database, "INSERT INTO records VALUES(?, ?, ?, ?)", -1, &insert, NULL), SQLITE_OK, database, "prepare");
    check(sqlite3_prepare_v2(database, "BEGIN IMMEDIATE", -1, &begin, NULL), SQLITE_OK, database, "prepare");
    check(sqlite3_prepare_v2(database, "COMMIT", -1, &commit, NULL), SQLITE_OK, database, "prepare");
    char line[300], hash[32];
    memset(line, 'x', sizeof line);
    memset(hash, 'h', sizeof hash);
    int commits = rows / group, warm = warmup / group;
    int64_t *samples = malloc(sizeof *samples * (size_t)commits);
    int64_t sequence = 0, start = 0, bytes = 0;
    for (int i = -warm; i < commits; i++) {
        if (i == 0) {
            start = now();
            bytes = written();
        }
        int64_t from = now();
        if (group > 1) run(begin, database);
        for (int k = 0; k < group; k++) {
            sqlite3_bind_int64(insert, 1, ++sequence);
            sqlite3_bind_int64(insert, 2, 1767225600000LL + sequence);
            sqlite3_bind_blob(insert, 3, line, sizeof line, SQLITE_STATIC);
            sqlite3_bind_blob(insert, 4, hash, sizeof hash, SQLITE_STATIC);
            run(insert, database);
        }
        if (group > 1) run(commit, database);
        if (i >= 0) samples[i] = now() - from;
    }
    double seconds = (double)(now() - start) / 1e9, total = (double)commits * group;
    double bytesEach = (double)(written() - bytes) / total;
    qsort(samples, (size_t)commits, sizeof *samples, compare);
    printf("%lld %lld %lld %.0f %.0f\n", (long long)samples[commits / 2], (long long)samples[commits * 9LL / 10],
           (long long)samples[commits * 99LL / 100], total / seconds, bytesEach);
    sqlite3_finalize(insert);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    sqlite3_close(database);
    return 0;
}
