#define _GNU_SOURCE
#include "CSecret.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int turnpike_secret_hash(const char *secret, char *hash, size_t size) {
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    // The random bytes come from the system, the cost is the one it recommends.
    if (!crypt_gensalt_rn("$y$", 0, NULL, 0, salt, sizeof salt)) return errno;
    struct crypt_data *data = calloc(1, sizeof *data);
    if (!data) return ENOMEM;
    char *made = crypt_r(secret, salt, data);
    int result = !made || made[0] == '*' ? EINVAL : strlen(made) >= size ? ERANGE : 0;
    if (result == 0) strcpy(hash, made);
    explicit_bzero(data, sizeof *data);
    free(data);
    return result;
}

int turnpike_secret_matches(const char *secret, const char *hash) {
    if (hash[0] != '$') return -1;
    struct crypt_data *data = calloc(1, sizeof *data);
    if (!data) return -1;
    char *made = crypt_r(secret, hash, data);
    int result = -1;
    if (made && made[0] != '*') {
        size_t length = strlen(made);
        unsigned char other = strlen(hash) != length;
        for (size_t index = 0; !other && index < length; index++) other |= (unsigned char)(made[index] ^ hash[index]);
        result = other == 0;
    }
    explicit_bzero(data, sizeof *data);
    free(data);
    return result;
}
