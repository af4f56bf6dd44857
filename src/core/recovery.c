#include "core/recovery.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

enum error
recovery_hash(uint8_t out[static RECOVERY_HASH],
    const uint8_t key[static RECOVERY_KEY], uint32_t uid,
    const uint8_t code[static RECOVERY_BYTES])
{
	uint8_t message[4 + RECOVERY_BYTES];
	size_t size = 0;
	enum error e = ERR_CRYPTO;

	for (size_t i = 0; i < 4; i++)
		message[i] = (uint8_t)(uid >> (24 - 8 * i) & 0xff);
	memcpy(message + 4, code, RECOVERY_BYTES);
	if (EVP_Q_mac(NULL, OSSL_MAC_NAME_HMAC, NULL, "SHA256", NULL, key,
		RECOVERY_KEY, message, sizeof message, out, RECOVERY_HASH,
		&size) != NULL &&
	    size == RECOVERY_HASH)
		e = OK;
	explicit_bzero(message, sizeof message);
	return e;
}

enum error
recovery_find(const struct record *r, const uint8_t key[static RECOVERY_KEY],
    const uint8_t code[static RECOVERY_BYTES], int *index)
{
	uint8_t hash[RECOVERY_HASH];
	enum error e;

	*index = -1;
	e = recovery_hash(hash, key, r->uid, code);
	for (uint32_t i = 0; e == OK && i < r->recovery_count; i++)
		if (secret_equal(hash, r->recovery[i], RECOVERY_HASH))
			*index = (int)i;
	explicit_bzero(hash, sizeof hash);
	return e;
}
