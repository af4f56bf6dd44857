#include "daemon/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "os/random.h"

#define BYTES 16

struct proof {
	uint64_t age; /* the higher, the newer; 0: a free place */
	uint32_t uid;
	int64_t made;
	char connection[WIRE_CONNECTION_MAX];
	char word[WIRE_PROOF_MAX];
};

struct proofs {
	uint64_t made; /* how many */
	struct proof at[PROOFS_MAX];
};

struct proofs *
proofs_new(void)
{
	return calloc(1, sizeof(struct proofs));
}

void
proofs_free(struct proofs **p)
{
	if (*p == NULL)
		return;
	explicit_bzero(*p, sizeof **p);
	free(*p);
	*p = NULL;
}

static void
end(struct proof *p)
{
	explicit_bzero(p, sizeof *p);
}

/* A clock that was set back makes none live longer. */
static bool
is_over(const struct proof *p, int64_t now)
{
	return now < p->made || now - p->made >= PROOF_TIME;
}

/* A free place; else the oldest of uid, when it has its fill, or of all. */
static struct proof *
make_room(struct proofs *p, uint32_t uid, int64_t now)
{
	struct proof *vacant = NULL, *own = NULL, *any = &p->at[0];
	uint32_t count = 0;

	for (size_t i = 0; i < PROOFS_MAX; i++) {
		struct proof *at = &p->at[i];

		if (at->age != 0 && is_over(at, now))
			end(at);
		if (at->age == 0)
			vacant = at;
		if (at->age < any->age)
			any = at;
		if (at->age == 0 || at->uid != uid)
			continue;
		count++;
		if (own == NULL || at->age < own->age)
			own = at;
	}
	if (count >= PROOFS_USER)
		return own;
	return vacant != NULL ? vacant : any;
}

static enum error
draw(char out[static WIRE_PROOF_MAX])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[BYTES];
	enum error e = random_bytes(bytes, sizeof bytes);

	_Static_assert(WIRE_PROOF_MAX == 2 * BYTES + 1, "two digits a byte");
	for (size_t i = 0; i < BYTES && e == OK; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[e == OK ? 2 * BYTES : 0] = '\0';
	explicit_bzero(bytes, sizeof bytes);
	return e;
}

enum error
proof_make(struct proofs *p, uint32_t uid, const char *connection, int64_t now,
    char out[static WIRE_PROOF_MAX])
{
	struct proof *at;
	enum error e = draw(out);

	if (e != OK)
		return e;
	at = make_room(p, uid, now);
	*at = (struct proof){.age = ++p->made, .uid = uid, .made = now};
	(void)text_copy(at->connection, sizeof at->connection, connection);
	(void)text_copy(at->word, sizeof at->word, out);
	return OK;
}

static struct proof *
find(struct proofs *p, const char *shown)
{
	if (strlen(shown) != WIRE_PROOF_MAX - 1)
		return NULL;
	for (size_t i = 0; i < PROOFS_MAX; i++)
		if (p->at[i].age != 0 &&
		    secret_equal(p->at[i].word, shown, WIRE_PROOF_MAX - 1))
			return &p->at[i];
	return NULL;
}

bool
proof_take(struct proofs *p, uint32_t uid, const char *connection, int64_t now,
    const char *shown)
{
	struct proof *at = find(p, shown);
	bool good;

	if (at == NULL)
		return false;
	good = at->uid == uid && strcmp(at->connection, connection) == 0 &&
	    !is_over(at, now);
	end(at);
	return good;
}

void
proofs_doubt(struct proofs *p, uint32_t uid)
{
	for (size_t i = 0; i < PROOFS_MAX; i++)
		if (p->at[i].age != 0 && p->at[i].uid == uid)
			end(&p->at[i]);
}
