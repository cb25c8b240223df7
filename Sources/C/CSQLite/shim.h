// What Swift cannot import from sqlite3.h: a cast macro and variadic-style control calls.
#ifndef TURNPIKE_CSQLITE_SHIM_H
#define TURNPIKE_CSQLITE_SHIM_H

#include <sqlite3.h>

// An empty blob must not become NULL, which is what a null pointer with length 0 would bind.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count,
                                    int copy) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, bytes, count, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, count == 0 ? "" : text, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

// Keeps the write-ahead log's file at its size when the last connection closes, so that the next start does not pay
// for growing it again.
static inline int csqlite_keep_wal(sqlite3 *database) {
    int on = 1;
    return sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
}

#endif
