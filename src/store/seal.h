/*
 * The seal: secrets at rest are AES-256-GCM under a key that is not in the
 * store.  The key file and the store are made together, each carrying the
 * other's id, so that one can never be taken for the other's.
 *
 * Rules:
 *   - A nonce MUST be random and never chosen by a caller.
 *   - uid and device id are authenticated data: a sealed secret that was moved
 *     to another user or device MUST NOT open.
 *   - The key MUST be wiped when the daemon ends.
 * What is not secret but must not be edited carries a MAC: store/mac.h, which
 * says what that stops and what not.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"
#include "core/recovery.h"

#define SEAL_ID 16 /* bytes of an id */
#define SEAL_KEY 32
#define SEAL_NONCE 12
#define SEAL_TAG 16
#define SEALED_MAX (SEAL_NONCE + SECRET_MAX + SEAL_TAG)

/*
 * The text of a key file: "otpgate-seal 1 STORE-ID KEY\n", both in lower-case
 * hexadecimal; nothing may stand before or after it.
 */
#define SEAL_FILE_SIZE (15 + 2 * SEAL_ID + 1 + 2 * SEAL_KEY + 1)

struct mac;
struct seal; /* owned by whoever called seal_new() or seal_read() */

/*
 * A new key for a new store, both random.  ERR_SYSTEM when the kernel gave no
 * random bytes, ERR_CRYPTO, ERR_MEMORY; *out is then NULL.
 */
enum error seal_new(struct seal **out);

/*
 * Reads the text of a key file.  ERR_SHORT for an empty one, ERR_VERSION for
 * one of another version, ERR_FORMAT for any other text; ERR_MEMORY,
 * ERR_CRYPTO.  Wipes nothing of the caller's; on an error *out is NULL.
 */
enum error seal_read(struct seal **out, const char *text, size_t size);

/* Writes the key file's text: SEAL_FILE_SIZE bytes and a NUL. */
void seal_write(const struct seal *s, char out[static SEAL_FILE_SIZE + 1]);

/* Wipes, frees and sets *s to NULL.  NULL is fine. */
void seal_free(struct seal **s);

/* The id of the store that this key belongs to. */
const uint8_t *seal_store_id(const struct seal *s);

/* The id of this key, derived from it, which the store carries. */
const uint8_t *seal_key_id(const struct seal *s);

/* Authenticates rows and tallies (store/mac.h), under a derived key. */
struct mac *seal_mac(const struct seal *s);

/* The key for recovery codes, RECOVERY_KEY bytes, derived from the key. */
const uint8_t *seal_recovery_key(const struct seal *s);

/*
 * Seals a secret; out holds SEALED_MAX, *size tells how many.  ERR_RANGE for
 * an empty one, ERR_CRYPTO.
 */
enum error seal_close(struct seal *s, uint32_t uid, int64_t device,
    const struct secret *secret, uint8_t *out, size_t *size);

/*
 * Opens it again.  ERR_BROKEN when it was not sealed by this key for this uid
 * and device, or was changed, cut or lengthened since; ERR_CRYPTO when the
 * library failed.  The secret is then empty.
 */
enum error seal_open(struct seal *s, uint32_t uid, int64_t device,
    const uint8_t *sealed, size_t size, struct secret *secret);

#endif
