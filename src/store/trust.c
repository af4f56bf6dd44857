/*
 * Trusted keys: what users vouched for with a code.
 *
 * Rules:
 *   - What is read is not trusted: a key that cannot be vouched for, or that is
 *     not the one of its fingerprint, MUST NOT come out.
 */
#include "store/store.h"

#include <string.h>

#include "base/bytes.h"
#include "store/mac.h"
#include "store/query.h"

/* The columns of TRUSTED_COLUMNS. */
enum {
	COLUMN_ID,
	COLUMN_UID,
	COLUMN_NAME,
	COLUMN_FINGERPRINT,
	COLUMN_KEY,
	COLUMN_SOURCE,
	COLUMN_CREATED,
	COLUMN_EXPIRES,
	COLUMN_MAC
};

/* Sets what follows from the key.  ERR_RANGE, ERR_CRYPTO. */
static enum error
describe(struct trusted *t)
{
	if (t->size > sizeof t->key || !pubkey_source_good(t->source) ||
	    pubkey_judge(t->key, t->size, t->type) != PUBKEY_GOOD)
		return ERR_RANGE;
	return pubkey_fingerprint(t->fingerprint, t->key, t->size);
}

/* The id is the row's, which nobody vouches for. */
static enum error
authenticate(
    struct store *s, const struct trusted *t, uint8_t out[static RECORD_MAC])
{
	uint8_t times[16];
	struct writer w;
	const struct mac_text text = {"trusted", t->uid, 4,
	    {{t->name, strlen(t->name)}, {t->key, t->size},
		{t->source, strlen(t->source)}, {times, sizeof times}}};

	writer_init(&w, times, sizeof times);
	write_i64(&w, t->created);
	write_i64(&w, t->expires);
	return mac_make(seal_mac(s->seal), &text, out);
}

/* OK when the row is as store_trust() made it. */
static enum error
check_row(const struct query *q, const struct trusted *t)
{
	uint8_t right[RECORD_MAC];
	size_t size;
	const uint8_t *mac = row_blob(q, COLUMN_MAC, &size);
	enum error e = authenticate(q->store, t, right);

	if (e != OK)
		return e;
	return size == sizeof right && secret_equal(mac, right, sizeof right)
	    ? OK
	    : ERR_BROKEN;
}

static enum error
read_row(const struct query *q, struct trusted *t)
{
	char fingerprint[FINGERPRINT_MAX];
	size_t size;
	const uint8_t *key = row_blob(q, COLUMN_KEY, &size);

	memset(t, 0, sizeof *t);
	t->id = row_integer(q, COLUMN_ID);
	t->uid = (uint32_t)row_integer(q, COLUMN_UID);
	t->created = row_integer(q, COLUMN_CREATED);
	t->expires = row_integer(q, COLUMN_EXPIRES);
	if (size == 0 || size > sizeof t->key ||
	    row_text(q, COLUMN_NAME, t->name, sizeof t->name) != OK ||
	    row_text(q, COLUMN_SOURCE, t->source, sizeof t->source) != OK ||
	    row_text(q, COLUMN_FINGERPRINT, fingerprint, sizeof fingerprint) !=
		OK)
		return ERR_BROKEN;
	memcpy(t->key, key, size);
	t->size = size;
	return describe(t) == OK && strcmp(t->fingerprint, fingerprint) == 0
	    ? check_row(q, t)
	    : ERR_BROKEN;
}

static enum error
take_row(struct query *q, struct trusted *out)
{
	enum error e = ERR_ABSENT;
	enum error end;

	if (query_row(q))
		e = read_row(q, out);
	end = query_end(q);
	return end == OK ? e : end;
}

enum error
store_find_trusted(
    struct store *s, uint32_t uid, const char *fingerprint, struct trusted *out)
{
	struct query q;

	query_start(&q, s, SQL_FIND_TRUSTED);
	query_integer(&q, uid);
	query_text(&q, fingerprint);
	return take_row(&q, out);
}

enum error
store_next_trusted(struct store *s, const uint32_t *uid, int64_t after,
    int64_t now, struct trusted *out)
{
	struct query q;

	query_start(
	    &q, s, uid == NULL ? SQL_NEXT_TRUSTED : SQL_NEXT_TRUSTED_OF);
	query_integer(&q, after);
	query_integer(&q, now);
	if (uid != NULL)
		query_integer(&q, *uid);
	return take_row(&q, out);
}

enum error
store_count_trusted(struct store *s, uint32_t uid, int64_t now, uint32_t *count)
{
	struct query q;
	int64_t n = 0;
	enum error e = ERR_UNSET;

	query_start(&q, s, SQL_COUNT_TRUSTED);
	query_integer(&q, uid);
	query_integer(&q, now);
	if (query_row(&q))
		n = row_integer(&q, 0);
	e = query_end(&q);
	*count = e == OK && n > 0 ? (uint32_t)n : 0;
	return e;
}

/* What has ended, and the same key where it stands already. */
static enum error
make_room(struct store *s, const struct trusted *t)
{
	struct query q;
	uint32_t count = 0;
	enum error e = ERR_UNSET;

	query_start(&q, s, SQL_END_OLD);
	query_integer(&q, t->created);
	if ((e = query_run(&q)) != OK)
		return e;
	query_start(&q, s, SQL_END_OLD_OF);
	query_integer(&q, t->uid);
	query_integer(&q, t->created);
	if ((e = query_run(&q)) != OK)
		return e;
	query_start(&q, s, SQL_END_SAME);
	query_integer(&q, t->uid);
	query_text(&q, t->fingerprint);
	if ((e = query_run(&q)) != OK)
		return e;
	e = store_count_trusted(s, t->uid, t->created, &count);
	return e == OK && count >= STORE_TRUSTED_MAX ? ERR_FULL : e;
}

enum error
store_trust(struct store *s, struct trusted *t)
{
	uint8_t mac[RECORD_MAC];
	struct query q;
	enum error e = describe(t);

	if (e == OK)
		e = authenticate(s, t, mac);
	if (e == OK)
		e = make_room(s, t);
	if (e != OK)
		return e;
	query_start(&q, s, SQL_TRUST);
	query_integer(&q, t->uid);
	query_text(&q, t->name);
	query_text(&q, t->fingerprint);
	query_blob(&q, t->key, t->size);
	query_text(&q, t->source);
	query_integer(&q, t->created);
	query_integer(&q, t->expires);
	query_blob(&q, mac, sizeof mac);
	if (query_row(&q))
		t->id = row_integer(&q, 0);
	return query_change(&q, ERR_STORE);
}

enum error
store_revoke(struct store *s, const uint32_t *uid, int64_t id, uint32_t *owner)
{
	struct query q;
	enum error e = ERR_ABSENT;
	enum error end;

	query_start(&q, s, SQL_END_ONE);
	query_integer(&q, id);
	if (uid != NULL) /* what is not bound is NULL */
		query_integer(&q, *uid);
	if (query_row(&q)) {
		*owner = (uint32_t)row_integer(&q, 0);
		e = OK;
	}
	end = query_run(&q);
	return end == OK ? e : end;
}

enum error
store_end_trust(struct store *s, uint32_t uid, uint32_t *ended)
{
	struct query q;
	enum error e = ERR_UNSET;

	*ended = 0;
	query_start(&q, s, SQL_END_TRUST);
	query_integer(&q, uid);
	e = query_run(&q);
	if (e == OK)
		*ended = (uint32_t)sqlite3_changes(s->database);
	return e;
}
