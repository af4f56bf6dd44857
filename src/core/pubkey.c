#include "core/pubkey.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/text.h"
#include "core/exempt.h"

#define SHA256_SIZE 32
#define CERTIFICATE "-cert-v01@openssh.com"

/* A string of RFC 4251 section 5, read in place. */
struct part {
	const uint8_t *at;
	size_t size;
};

static struct part
read_part(struct reader *r)
{
	struct part p = {NULL, 0};
	uint32_t size = read_u32(r);

	if (r->error == OK && size > r->left)
		r->error = ERR_SHORT;
	if (r->error != OK)
		return p;
	p = (struct part){r->at, size};
	r->at += size;
	r->left -= size;
	return p;
}

static bool
part_is(struct part p, const char *text)
{
	return p.size == strlen(text) && memcmp(p.at, text, p.size) == 0;
}

/* ---- the forms of keys ---- */

struct form {
	const char *type;
	enum pubkey_state (*judge)(struct reader *r, const struct form *form);
	const char *curve; /* its name; NULL: Ed25519 */
	size_t point;	   /* bytes of a point on it */
	bool token;	   /* of a security key: for what it was made follows */
};

/* A number in the only form that RFC 4251 has for a positive one. */
static bool
number_good(struct part p)
{
	if (p.size == 0 || (p.at[0] & 0x80) != 0)
		return false;
	return p.at[0] != 0 || (p.size > 1 && (p.at[1] & 0x80) != 0);
}

/* Of one that is good. */
static size_t
number_bits(struct part p)
{
	size_t zeros = p.at[0] == 0;
	size_t bits = (p.size - zeros) * 8;

	for (unsigned int mask = 0x80; (p.at[zeros] & mask) == 0; mask >>= 1)
		bits--;
	return bits;
}

/*
 * An even modulus is a product that everybody can take apart, and an exponent
 * of 1 lets everybody sign.
 */
static enum pubkey_state
judge_rsa(struct reader *r, const struct form *form)
{
	struct part e = read_part(r), n = read_part(r);

	(void)form;
	if (r->error != OK || !number_good(e) || !number_good(n))
		return PUBKEY_MALFORMED;
	if ((e.at[e.size - 1] & 1) == 0 || number_bits(e) < 2 ||
	    (n.at[n.size - 1] & 1) == 0 || number_bits(n) < PUBKEY_BITS_MIN)
		return PUBKEY_WEAK;
	return number_bits(n) <= PUBKEY_BITS_MAX ? PUBKEY_GOOD
						 : PUBKEY_MALFORMED;
}

static enum pubkey_state
judge_weak(struct reader *r, const struct form *form)
{
	(void)r;
	(void)form;
	return PUBKEY_WEAK;
}

/* One that is not compressed (SEC 1 section 2.3.3): sshd takes no other. */
static bool
point_good(struct part p, const struct form *form)
{
	return p.size == form->point &&
	    (form->curve == NULL || p.at[0] == 0x04);
}

static enum pubkey_state
judge_curve(struct reader *r, const struct form *form)
{
	bool good = form->curve == NULL || part_is(read_part(r), form->curve);
	struct part application;

	good = point_good(read_part(r), form) && good;
	if (form->token) {
		application = read_part(r);
		good = good && r->error == OK && application.size > 0 &&
		    memchr(application.at, '\0', application.size) == NULL;
	}
	return good && r->error == OK ? PUBKEY_GOOD : PUBKEY_MALFORMED;
}

static const struct form forms[] = {
    {"ssh-rsa", judge_rsa, NULL, 0, false},
    {"ssh-dss", judge_weak, NULL, 0, false},
    {"ssh-ed25519", judge_curve, NULL, 32, false},
    {"ecdsa-sha2-nistp256", judge_curve, "nistp256", 65, false},
    {"ecdsa-sha2-nistp384", judge_curve, "nistp384", 97, false},
    {"ecdsa-sha2-nistp521", judge_curve, "nistp521", 133, false},
    {"sk-ssh-ed25519@openssh.com", judge_curve, NULL, 32, true},
    {"sk-ecdsa-sha2-nistp256@openssh.com", judge_curve, "nistp256", 65, true},
};

static const struct form *
form_of(struct part type)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (part_is(type, forms[i].type))
			return &forms[i];
	return NULL;
}

static enum pubkey_state
judge_unknown(struct part type)
{
	size_t length = strlen(CERTIFICATE);

	return type.size > length &&
		memcmp(type.at + type.size - length, CERTIFICATE, length) == 0
	    ? PUBKEY_CERTIFICATE
	    : PUBKEY_UNKNOWN;
}

enum pubkey_state
pubkey_judge(
    const uint8_t *bytes, size_t size, char type[static PUBKEY_TYPE_MAX])
{
	const struct form *form;
	enum pubkey_state state;
	struct reader r;
	struct part name;

	type[0] = '\0';
	if (size > PUBKEY_MAX)
		return PUBKEY_MALFORMED;
	reader_init(&r, bytes, size);
	name = read_part(&r);
	if (r.error != OK || name.size == 0)
		return PUBKEY_MALFORMED;
	form = form_of(name);
	if (form == NULL)
		return judge_unknown(name);
	state = form->judge(&r, form);
	if (state == PUBKEY_GOOD && reader_finish(&r) != OK)
		state = PUBKEY_MALFORMED;
	if (state == PUBKEY_GOOD)
		(void)text_copy(type, PUBKEY_TYPE_MAX, form->type);
	return state;
}

/* ---- fingerprints and sources ---- */

enum error
pubkey_fingerprint(
    char out[static FINGERPRINT_MAX], const uint8_t *bytes, size_t size)
{
	uint8_t hash[SHA256_SIZE];
	char text[BASE64_TEXT(SHA256_SIZE)];
	size_t hash_size = 0;

	out[0] = '\0';
	if (EVP_Q_digest(NULL, "SHA256", NULL, bytes, size, hash, &hash_size) !=
		1 ||
	    hash_size != sizeof hash)
		return ERR_CRYPTO;
	/* Without the padding. */
	return text_print(out, FINGERPRINT_MAX, "SHA256:%.43s",
	    base64_encode(text, hash, sizeof hash));
}

bool
pubkey_source_good(const char *list)
{
	return strspn(list, "0123456789abcdefABCDEF.:/,!") == strlen(list) &&
	    (list[0] == '\0' || list_of_networks(list) == LIST_GOOD);
}
