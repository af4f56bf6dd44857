#include "core/totp.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mask.h"

struct totp {
	EVP_MAC_CTX *hmac[ALGORITHM_COUNT];
};

static const struct {
	const char *name;
	size_t size; /* bytes of a digest */
} algorithms[ALGORITHM_COUNT] = {
    [ALGORITHM_SHA1] = {"SHA1", 20},
    [ALGORITHM_SHA256] = {"SHA256", 32},
    [ALGORITHM_SHA512] = {"SHA512", 64},
};

/*
 * Division by 10^digits as a multiplication: value / power is
 * value * inverse >> shift for every value below 2^31, where inverse is
 * 2^shift / power rounded up (Granlund and Montgomery, "Division by invariant
 * integers using multiplication", 1994, theorem 4.2).  A compiler may make a
 * divide instruction of "/" and "%", whose time depends on the value.
 */
static const struct {
	uint32_t power;
	uint32_t inverse;
	uint32_t shift;
} powers[TOTP_DIGITS_MAX + 1] = {
    [6] = {1000000, 2251799814, 51},
    [7] = {10000000, 3602879702, 55},
    [8] = {100000000, 2882303762, 58},
};

bool
totp_form_valid(const struct totp_form *form)
{
	return (unsigned int)form->algorithm < ALGORITHM_COUNT &&
	    form->digits >= TOTP_DIGITS_MIN &&
	    form->digits <= TOTP_DIGITS_MAX &&
	    (form->period == 30 || form->period == 60);
}

/* A context of HMAC over the named digest. */
static EVP_MAC_CTX *
hmac_new(EVP_MAC *mac, const char *digest)
{
	char name[16];
	OSSL_PARAM parameters[2];
	EVP_MAC_CTX *hmac = EVP_MAC_CTX_new(mac);

	if (hmac == NULL)
		return NULL;
	/* OSSL_PARAM takes text that may be written to. */
	memcpy(name, digest, strlen(digest) + 1);
	parameters[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	parameters[1] = OSSL_PARAM_construct_end();
	if (EVP_MAC_CTX_set_params(hmac, parameters) != 1) {
		EVP_MAC_CTX_free(hmac);
		return NULL;
	}
	return hmac;
}

struct totp *
totp_new(void)
{
	struct totp *t = calloc(1, sizeof *t);
	EVP_MAC *mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
	bool complete = t != NULL && mac != NULL;

	for (size_t i = 0; complete && i < ALGORITHM_COUNT; i++) {
		t->hmac[i] = hmac_new(mac, algorithms[i].name);
		complete = t->hmac[i] != NULL;
	}
	EVP_MAC_free(mac);
	if (!complete)
		totp_free(&t);
	return t;
}

void
totp_free(struct totp **t)
{
	if (*t == NULL)
		return;
	for (size_t i = 0; i < ALGORITHM_COUNT; i++)
		EVP_MAC_CTX_free((*t)->hmac[i]);
	free(*t);
	*t = NULL;
}

uint64_t
totp_step(const struct totp_form *form, int64_t now)
{
	return now < 0 ? 0 : (uint64_t)now / form->period;
}

uint32_t
totp_next(const struct totp_form *form, int64_t now)
{
	uint64_t into = now < 0 ? 0 : (uint64_t)now % form->period;

	return form->period - (uint32_t)into;
}

uint32_t
totp_truncate(const uint8_t *digest, size_t size)
{
	uint32_t offset = digest[size - 1] & 0xf;
	uint64_t value = 0;

	/* The offset is secret: read all sixteen places, keep the one. */
	for (uint32_t i = 0; i < 16; i++) {
		const uint8_t *at = digest + i;
		uint32_t word = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
		    (uint32_t)at[2] << 8 | at[3];

		value |= mask_equal(i, offset) & word;
	}
	return (uint32_t)value & 0x7fffffff;
}

uint32_t
totp_reduce(uint32_t value, uint32_t digits)
{
	uint64_t quotient =
	    (uint64_t)value * powers[digits].inverse >> powers[digits].shift;

	return value - (uint32_t)quotient * powers[digits].power;
}

/* HMAC of step, big-endian (RFC 4226 section 5.1), into digest. */
static bool
hmac_step(EVP_MAC_CTX *hmac, const struct secret *secret, uint64_t step,
    uint8_t digest[static EVP_MAX_MD_SIZE], size_t expected)
{
	static const uint8_t nobody[SECRET_MAX];
	uint8_t message[8];
	size_t size = 0;
	bool done;

	for (size_t i = 0; i < sizeof message; i++)
		message[i] = (uint8_t)(step >> (56 - 8 * i) & 0xff);
	done = EVP_MAC_init(hmac, secret->bytes, secret->size, NULL) == 1 &&
	    EVP_MAC_update(hmac, message, sizeof message) == 1 &&
	    EVP_MAC_final(hmac, digest, &size, EVP_MAX_MD_SIZE) == 1 &&
	    size == expected;
	/* The context outlives this call, what follows from the secret not. */
	return EVP_MAC_init(hmac, nobody, sizeof nobody, NULL) == 1 && done;
}

enum error
totp_code(struct totp *t, const struct totp_form *form,
    const struct secret *secret, uint64_t step, uint32_t *code)
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};
	enum error e = ERR_CRYPTO;

	*code = UINT32_MAX;
	if (!totp_form_valid(form) || secret->size == 0 ||
	    secret->size > SECRET_MAX)
		return ERR_RANGE;
	if (hmac_step(t->hmac[form->algorithm], secret, step, digest,
		algorithms[form->algorithm].size)) {
		*code = totp_reduce(
		    totp_truncate(digest, algorithms[form->algorithm].size),
		    form->digits);
		e = OK;
	}
	explicit_bzero(digest, sizeof digest);
	return e;
}
