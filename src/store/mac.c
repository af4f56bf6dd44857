#include "store/mac.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/secret.h"

#define WHOLE 32 /* bytes that HMAC-SHA256 gives */

struct mac {
	EVP_MAC_CTX *context;
};

static enum error
key_in(struct mac *m, const uint8_t key[static MAC_KEY])
{
	char digest[] = "SHA256";
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_construct_end(),
	};

	m->context = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
	EVP_MAC_free(hmac); /* the context holds it */
	return m->context != NULL &&
		EVP_MAC_init(m->context, key, MAC_KEY, params) == 1
	    ? OK
	    : ERR_CRYPTO;
}

enum error
mac_new(struct mac **out, const uint8_t key[static MAC_KEY])
{
	struct mac *m = calloc(1, sizeof *m);
	enum error e = m == NULL ? ERR_MEMORY : key_in(m, key);

	if (e != OK)
		mac_free(&m);
	*out = m;
	return e;
}

void
mac_free(struct mac **m)
{
	if (*m == NULL)
		return;
	EVP_MAC_CTX_free((*m)->context); /* wipes the key */
	free(*m);
	*m = NULL;
}

/* One part, its length before it: no two lists of parts are the same bytes. */
static bool
add(struct mac *m, const void *bytes, size_t size)
{
	uint8_t length[8];
	struct writer w;

	writer_init(&w, length, sizeof length);
	write_u64(&w, size);
	return EVP_MAC_update(m->context, length, sizeof length) == 1 &&
	    (size == 0 || EVP_MAC_update(m->context, bytes, size) == 1);
}

enum error
mac_make(
    struct mac *m, const struct mac_text *t, uint8_t out[static RECORD_MAC])
{
	uint8_t uid[4], whole[WHOLE];
	size_t size = 0;
	struct writer w;
	/* Without a key it takes the one before, from the start. */
	bool done = EVP_MAC_init(m->context, NULL, 0, NULL) == 1;

	writer_init(&w, uid, sizeof uid);
	write_u32(&w, t->uid);
	done = done && add(m, t->scope, strlen(t->scope)) &&
	    add(m, uid, sizeof uid);
	for (size_t i = 0; i < t->count; i++)
		done = done && add(m, t->part[i].bytes, t->part[i].size);
	done = done &&
	    EVP_MAC_final(m->context, whole, &size, sizeof whole) == 1 &&
	    size == sizeof whole;
	if (!done)
		return ERR_CRYPTO;
	memcpy(out, whole, RECORD_MAC);
	return OK;
}

enum error
mac_check(struct mac *m, const struct mac_text *t,
    const uint8_t got[static RECORD_MAC])
{
	uint8_t right[RECORD_MAC];
	enum error e = mac_make(m, t, right);

	if (e != OK)
		return e;
	return secret_equal(right, got, RECORD_MAC) ? OK : ERR_BROKEN;
}
