#ifndef TURNPIKE_CQRENCODE_SHIM_H
#define TURNPIKE_CQRENCODE_SHIM_H

#include <errno.h>
#include <qrencode.h>
#include <stddef.h>

/*
 * Encodes a text at error correction M (15 % of the symbol may be unreadable), in the smallest version it fits, 8-bit
 * where its characters need that. Returns NULL on failure and puts errno into `code`: Swift cannot read errno reliably
 * after another call.
 */
static inline QRcode *turnpike_qr_encode(const char *text, int *code)
{
    QRcode *symbol = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

    *code = symbol == NULL ? errno : 0;
    return symbol;
}

#endif
