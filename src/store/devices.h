/* A user's devices as bytes, secrets sealed.  Private to store/. */
#ifndef STORE_DEVICES_H
#define STORE_DEVICES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "core/record.h"
#include "store/seal.h"

/* Bytes that encoded devices need at the most. */
#define DEVICES_SIZE (2 + DEVICES_MAX * (34 + LABEL_MAX + SEALED_MAX))

/*
 * The devices of r into out, which holds DEVICES_SIZE; *size tells how many
 * bytes, none for no devices.  ERR_CRYPTO; ERR_RANGE for a device without a
 * secret.
 */
enum error devices_encode(
    struct seal *seal, const struct record *r, uint8_t *out, size_t *size);

/*
 * The devices of r->uid out of bytes into r, none for no bytes at all.
 * ERR_BROKEN for bytes that devices_encode() did not make, or not for this
 * uid; ERR_CRYPTO.  r then holds devices that count for nothing: wipe them.
 */
enum error devices_decode(
    struct seal *seal, struct record *r, const uint8_t *bytes, size_t size);

#endif
