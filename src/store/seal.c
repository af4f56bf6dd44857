/*
 * Rules:
 *   - The key of the file MUST NOT be used for anything but deriving others
 *     (HKDF, RFC 5869), each with a label of its own and the store's id as
 *     salt: what one use gives away says nothing about another.
 *   - Plain text MUST NOT leave seal_open() before its tag was verified.
 */
#include "store/seal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "base/bytes.h"
#include "base/text.h"
#include "os/random.h"
#include "store/mac.h"

#define SEAL_WORD "otpgate-seal "
#define SEAL_VERSION "1 "
#define SEAL_BOUND 12 /* bytes of authenticated data: uid and device */
#define LABEL_SIZE 32

struct seal {
	uint8_t store_id[SEAL_ID];
	uint8_t key[SEAL_KEY]; /* as in the file */
	uint8_t key_id[SEAL_ID];
	uint8_t cipher_key[SEAL_KEY];
	uint8_t recovery_key[RECOVERY_KEY];
	struct mac *mac;
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *sealer; /* both keyed once and kept warm */
	EVP_CIPHER_CTX *opener;
};

/* HKDF-SHA256 of the key for one use. */
static enum error
derive(struct seal *s, EVP_KDF *kdf, const char *use, uint8_t *out, size_t size)
{
	char digest[] = "SHA256";
	char label[LABEL_SIZE];
	EVP_KDF_CTX *context;
	OSSL_PARAM params[5];
	int done;

	if (text_copy(label, sizeof label, use) != OK)
		return ERR_LONG;
	context = EVP_KDF_CTX_new(kdf);
	if (context == NULL)
		return ERR_MEMORY;
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_KEY, s->key, sizeof s->key);
	params[2] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_SALT, s->store_id, sizeof s->store_id);
	params[3] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_INFO, label, strlen(label));
	params[4] = OSSL_PARAM_construct_end();
	done = EVP_KDF_derive(context, out, size, params);
	EVP_KDF_CTX_free(context);
	return done == 1 ? OK : ERR_CRYPTO;
}

static enum error
derive_all(struct seal *s)
{
	uint8_t mac_key[MAC_KEY];
	const struct {
		const char *use;
		uint8_t *out;
		size_t size;
	} uses[] = {
	    {"otpgate 1 secrets", s->cipher_key, sizeof s->cipher_key},
	    {"otpgate 1 recovery", s->recovery_key, sizeof s->recovery_key},
	    {"otpgate 1 mac", mac_key, sizeof mac_key},
	    {"otpgate 1 key id", s->key_id, sizeof s->key_id},
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	enum error e = kdf == NULL ? ERR_CRYPTO : OK;

	for (size_t i = 0; e == OK && i < sizeof uses / sizeof uses[0]; i++)
		e = derive(s, kdf, uses[i].use, uses[i].out, uses[i].size);
	EVP_KDF_free(kdf);
	if (e == OK)
		e = mac_new(&s->mac, mac_key);
	explicit_bzero(mac_key, sizeof mac_key);
	return e;
}

/* The contexts, keyed; a nonce is all that a use adds. */
static enum error
warm(struct seal *s)
{
	s->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	s->sealer = EVP_CIPHER_CTX_new();
	s->opener = EVP_CIPHER_CTX_new();
	if (s->sealer == NULL || s->opener == NULL)
		return ERR_MEMORY;
	if (s->cipher == NULL ||
	    EVP_EncryptInit_ex2(
		s->sealer, s->cipher, s->cipher_key, NULL, NULL) != 1 ||
	    EVP_DecryptInit_ex2(
		s->opener, s->cipher, s->cipher_key, NULL, NULL) != 1)
		return ERR_CRYPTO;
	return OK;
}

static enum error
seal_make(struct seal **out, const uint8_t store_id[static SEAL_ID],
    const uint8_t key[static SEAL_KEY])
{
	struct seal *s = calloc(1, sizeof *s);
	enum error e = ERR_UNSET;

	*out = NULL;
	if (s == NULL)
		return ERR_MEMORY;
	memcpy(s->store_id, store_id, SEAL_ID);
	memcpy(s->key, key, SEAL_KEY);
	e = derive_all(s);
	if (e == OK)
		e = warm(s);
	if (e != OK)
		seal_free(&s);
	*out = s;
	return e;
}

enum error
seal_new(struct seal **out)
{
	uint8_t store_id[SEAL_ID];
	uint8_t key[SEAL_KEY];
	enum error e = ERR_UNSET;

	*out = NULL;
	e = random_bytes(store_id, sizeof store_id);
	if (e == OK)
		e = random_bytes(key, sizeof key);
	if (e == OK)
		e = seal_make(out, store_id, key);
	explicit_bzero(key, sizeof key);
	return e;
}

void
seal_free(struct seal **s)
{
	if (*s == NULL)
		return;
	mac_free(&(*s)->mac);
	EVP_CIPHER_CTX_free((*s)->sealer);
	EVP_CIPHER_CTX_free((*s)->opener);
	EVP_CIPHER_free((*s)->cipher);
	explicit_bzero(*s, sizeof **s);
	free(*s);
	*s = NULL;
}

/* The value of a lower-case hexadecimal digit; -1 for anything else. */
static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static enum error
hex_read(uint8_t *out, size_t size, const char *text)
{
	for (size_t i = 0; i < size; i++) {
		int high = hex_value(text[2 * i]);
		int low = hex_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return ERR_FORMAT;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return OK;
}

static char *
hex_write(char *out, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
	return out;
}

/* Whether text starts with word; at and left move on behind it. */
static bool
skip(const char **at, size_t *left, const char *word)
{
	size_t size = strlen(word);

	if (*left < size || memcmp(*at, word, size) != 0)
		return false;
	*at += size;
	*left -= size;
	return true;
}

enum error
seal_read(struct seal **out, const char *text, size_t size)
{
	uint8_t store_id[SEAL_ID];
	uint8_t key[SEAL_KEY];
	enum error e = ERR_UNSET;

	*out = NULL;
	if (size == 0)
		return ERR_SHORT;
	if (!skip(&text, &size, SEAL_WORD))
		return ERR_FORMAT;
	if (!skip(&text, &size, SEAL_VERSION))
		return ERR_VERSION;
	if (size != 2 * SEAL_ID + 1 + 2 * SEAL_KEY + 1 ||
	    text[2 * SEAL_ID] != ' ' || text[size - 1] != '\n')
		return ERR_FORMAT;
	e = hex_read(store_id, sizeof store_id, text);
	if (e == OK)
		e = hex_read(key, sizeof key, text + 2 * SEAL_ID + 1);
	if (e == OK)
		e = seal_make(out, store_id, key);
	explicit_bzero(key, sizeof key);
	return e;
}

void
seal_write(const struct seal *s, char out[static SEAL_FILE_SIZE + 1])
{
	static const char head[] = SEAL_WORD SEAL_VERSION;
	char *at = out;

	memcpy(at, head, sizeof head - 1);
	at = hex_write(at + sizeof head - 1, s->store_id, SEAL_ID);
	*at++ = ' ';
	at = hex_write(at, s->key, SEAL_KEY);
	*at++ = '\n';
	*at = '\0';
}

const uint8_t *
seal_store_id(const struct seal *s)
{
	return s->store_id;
}

const uint8_t *
seal_key_id(const struct seal *s)
{
	return s->key_id;
}

struct mac *
seal_mac(const struct seal *s)
{
	return s->mac;
}

const uint8_t *
seal_recovery_key(const struct seal *s)
{
	return s->recovery_key;
}

/* What is authenticated beside the secret: whose it is. */
static void
bind(uint8_t out[static SEAL_BOUND], uint32_t uid, int64_t device)
{
	struct writer w;

	writer_init(&w, out, SEAL_BOUND);
	write_u32(&w, uid);
	write_i64(&w, device);
}

enum error
seal_close(struct seal *s, uint32_t uid, int64_t device,
    const struct secret *secret, uint8_t *out, size_t *size)
{
	uint8_t bound[SEAL_BOUND];
	uint8_t *text = out + SEAL_NONCE;
	uint8_t *tag;
	int n;

	*size = 0;
	if (secret->size == 0 || secret->size > SECRET_MAX)
		return ERR_RANGE;
	tag = text + secret->size;
	if (random_bytes(out, SEAL_NONCE) != OK)
		return ERR_CRYPTO;
	bind(bound, uid, device);
	if (EVP_EncryptInit_ex2(s->sealer, NULL, NULL, out, NULL) != 1 ||
	    EVP_EncryptUpdate(s->sealer, NULL, &n, bound, SEAL_BOUND) != 1 ||
	    EVP_EncryptUpdate(
		s->sealer, text, &n, secret->bytes, (int)secret->size) != 1 ||
	    EVP_EncryptFinal_ex(s->sealer, tag, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		s->sealer, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG, tag) != 1)
		return ERR_CRYPTO;
	*size = SEAL_NONCE + secret->size + SEAL_TAG;
	return OK;
}

enum error
seal_open(struct seal *s, uint32_t uid, int64_t device, const uint8_t *sealed,
    size_t size, struct secret *secret)
{
	uint8_t bound[SEAL_BOUND];
	uint8_t tag[SEAL_TAG];
	size_t length;
	enum error e = ERR_CRYPTO;
	int n;

	secret_wipe(secret);
	if (size <= SEAL_NONCE + SEAL_TAG || size > SEALED_MAX)
		return ERR_BROKEN;
	length = size - SEAL_NONCE - SEAL_TAG;
	memcpy(tag, sealed + SEAL_NONCE + length, SEAL_TAG);
	bind(bound, uid, device);
	if (EVP_DecryptInit_ex2(s->opener, NULL, NULL, sealed, NULL) == 1 &&
	    EVP_CIPHER_CTX_ctrl(
		s->opener, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG, tag) == 1 &&
	    EVP_DecryptUpdate(s->opener, NULL, &n, bound, SEAL_BOUND) == 1 &&
	    EVP_DecryptUpdate(s->opener, secret->bytes, &n, sealed + SEAL_NONCE,
		(int)length) == 1)
		e = EVP_DecryptFinal_ex(s->opener, tag, &n) == 1 ? OK
								 : ERR_BROKEN;
	if (e == OK)
		secret->size = length;
	else
		secret_wipe(secret);
	return e;
}
