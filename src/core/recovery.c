#include "core/recovery.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

#define MESSAGE_MAX (4 + RECOVERY_BYTES)

static void
write_number(uint8_t out[static 4], uint32_t number)
{
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(number >> (24 - 8 * i) & 0xff);
}

/* HMAC of the uid and size bytes of a code. */
static enum error
code_hash(uint8_t out[static RECOVERY_HASH],
    const uint8_t key[static RECOVERY_KEY], uint32_t uid, const uint8_t *code,
    size_t code_size)
{
	uint8_t message[MESSAGE_MAX];
	size_t size = 0;
	enum error e = ERR_CRYPTO;

	write_number(message, uid);
	memcpy(message + 4, code, code_size);
	if (EVP_Q_mac(NULL, OSSL_MAC_NAME_HMAC, NULL, "SHA256", NULL, key,
		RECOVERY_KEY, message, 4 + code_size, out, RECOVERY_HASH,
		&size) != NULL &&
	    size == RECOVERY_HASH)
		e = OK;
	explicit_bzero(message, sizeof message);
	return e;
}

enum error
recovery_hash(uint8_t out[static RECOVERY_HASH],
    const uint8_t key[static RECOVERY_KEY], uint32_t uid,
    const uint8_t code[static RECOVERY_BYTES])
{
	return code_hash(out, key, uid, code, RECOVERY_BYTES);
}

/* A message of another length than a recovery code's: no two are alike. */
enum error
scratch_hash(uint8_t out[static RECOVERY_HASH],
    const uint8_t key[static RECOVERY_KEY], uint32_t uid, uint32_t number)
{
	uint8_t code[4];
	enum error e = ERR_UNSET;

	write_number(code, number);
	e = code_hash(out, key, uid, code, sizeof code);
	explicit_bzero(code, sizeof code);
	return e;
}

/* Compares with all of the set, whatever matched. */
static int
set_find(const struct record *r, const uint8_t hash[static RECOVERY_HASH])
{
	int index = -1;

	for (uint32_t i = 0; i < r->recovery_count; i++)
		if (secret_equal(hash, r->recovery[i], RECOVERY_HASH))
			index = (int)i;
	return index;
}

enum error
recovery_find(const struct record *r, const uint8_t key[static RECOVERY_KEY],
    const uint8_t code[static RECOVERY_BYTES], int *index)
{
	uint8_t hash[RECOVERY_HASH];
	enum error e = recovery_hash(hash, key, r->uid, code);

	*index = e == OK ? set_find(r, hash) : -1;
	explicit_bzero(hash, sizeof hash);
	return e;
}

enum error
scratch_find(const struct record *r, const uint8_t key[static RECOVERY_KEY],
    uint32_t number, int *index)
{
	uint8_t hash[RECOVERY_HASH];
	enum error e = scratch_hash(hash, key, r->uid, number);

	*index = e == OK ? set_find(r, hash) : -1;
	explicit_bzero(hash, sizeof hash);
	return e;
}
