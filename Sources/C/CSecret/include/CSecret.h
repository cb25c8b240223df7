// Hashes of secrets that people type, by the system's crypt(3). Plain types only.
#ifndef TURNPIKE_CSECRET_H
#define TURNPIKE_CSECRET_H

#include <stddef.h>

// A new salted yescrypt hash of `secret`, with its end of string. 0, or an error number.
int turnpike_secret_hash(const char *secret, char *hash, size_t size);

// 1 if `hash` is one of `secret`, 0 if not, -1 if it is no hash that this system knows.
int turnpike_secret_matches(const char *secret, const char *hash);

#endif
