/*
 * Rule: bytes that no tally_encode() made MUST NOT become a tally; the record
 * is broken then, and denies.
 */
#include <string.h>

#include "base/bytes.h"
#include "core/record.h"
#include "core/steps.h"
#include "core/throttle.h"

#define TALLY_FORMAT 2 /* of the encoded bytes */

void
tally_init(struct tally *t, int64_t now)
{
	memset(t, 0, sizeof *t);
	throttle_init(&t->throttle, now);
}

const struct use *
tally_find(const struct tally *t, int64_t device)
{
	for (uint32_t i = 0; i < t->uses; i++)
		if (t->use[i].device == device)
			return &t->use[i];
	return NULL;
}

struct use *
tally_use(struct tally *t, int64_t device)
{
	for (uint32_t i = 0; i < t->uses; i++)
		if (t->use[i].device == device)
			return &t->use[i];
	if (t->uses >= DEVICES_MAX)
		return NULL;
	memset(&t->use[t->uses], 0, sizeof t->use[0]);
	t->use[t->uses].device = device;
	return &t->use[t->uses++];
}

static bool
record_has(const struct record *r, int64_t device)
{
	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].id == device)
			return true;
	return false;
}

void
tally_prune(struct tally *t, const struct record *r)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < t->uses; i++)
		if (record_has(r, t->use[i].device))
			t->use[kept++] = t->use[i];
	memset(&t->use[kept], 0, (t->uses - kept) * sizeof t->use[0]);
	t->uses = kept;
}

static bool
uses_sound(const struct tally *t)
{
	for (uint32_t i = 0; i < t->uses; i++)
		if (tally_find(t, t->use[i].device) != &t->use[i] ||
		    !steps_sound(&t->use[i]))
			return false;
	return true;
}

static bool
networks_sound(const struct tally *t)
{
	static const uint8_t zero[5];

	for (uint32_t i = 0; i < t->networks_seen; i++) {
		const struct network *n = &t->seen[i].network;

		if (n->family != 6 &&
		    (n->family != 4 ||
			memcmp(n->prefix + 3, zero, sizeof zero) != 0))
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (network_same(n, &t->seen[k].network))
				return false;
	}
	return true;
}

/*
 * What holds for every tally that the functions of core make.  Times need no
 * check: one later than now counts as now, wherever it is used.
 */
static bool
tally_sound(const struct tally *t)
{
	return t->uses <= DEVICES_MAX && t->networks_seen <= NETWORKS_MAX &&
	    t->recovery_used < 1U << RECOVERY_COUNT &&
	    throttle_sound(&t->throttle) && uses_sound(t) && networks_sound(t);
}

static void
throttle_encode(const struct throttle *t, struct writer *w)
{
	write_u32(w, (uint32_t)t->common);
	write_u32(w, (uint32_t)t->reserved);
	write_i64(w, t->filled);
	write_exact(w, t->spent, sizeof t->spent);
	write_u32(w, t->in_row);
	write_u32(w, t->failed);
	write_u32(w, (uint32_t)t->recovery);
	write_i64(w, t->recovery_filled);
}

static void
steps_encode(const struct use *u, struct writer *w)
{
	write_u64(w, u->spent);
	write_u64(w, u->floor);
	write_u8(w, (uint8_t)u->spans);
	for (uint32_t i = 0; i < u->spans; i++) {
		write_u64(w, u->span[i].first);
		write_u64(w, u->span[i].last);
	}
}

static void
uses_encode(const struct tally *t, struct writer *w)
{
	write_u8(w, (uint8_t)t->uses);
	for (uint32_t i = 0; i < t->uses; i++) {
		write_i64(w, t->use[i].device);
		steps_encode(&t->use[i], w);
		write_i64(w, t->use[i].last);
		write_u32(w, (uint32_t)t->use[i].skew);
	}
}

static void
networks_encode(const struct tally *t, struct writer *w)
{
	write_u8(w, (uint8_t)t->networks_seen);
	for (uint32_t i = 0; i < t->networks_seen; i++) {
		write_u8(w, t->seen[i].network.family);
		write_exact(w, t->seen[i].network.prefix,
		    sizeof t->seen[i].network.prefix);
		write_i64(w, t->seen[i].last);
	}
}

enum error
tally_encode(const struct tally *t, uint8_t *out, size_t max, size_t *size)
{
	struct writer w;

	*size = 0;
	if (!tally_sound(t))
		return ERR_RANGE;
	writer_init(&w, out, max);
	write_u8(&w, TALLY_FORMAT);
	write_u64(&w, t->version);
	throttle_encode(&t->throttle, &w);
	write_u16(&w, t->recovery_used);
	write_i64(&w, t->last);
	write_text(&w, t->last_from);
	uses_encode(t, &w);
	networks_encode(t, &w);
	news_write(&t->news, &w);
	if (w.error != OK)
		return w.error;
	*size = w.used;
	return OK;
}

static int32_t
read_i32(struct reader *r)
{
	uint32_t v = read_u32(r);
	int32_t out;

	memcpy(&out, &v, sizeof out);
	return out;
}

/* A count of entries, which max bounds before any of them is read. */
static uint32_t
read_count(struct reader *r, uint32_t max)
{
	uint32_t count = read_u8(r);

	if (count <= max)
		return count;
	r->error = ERR_RANGE;
	return 0;
}

static void
throttle_decode(struct throttle *t, struct reader *r)
{
	t->common = read_i32(r);
	t->reserved = read_i32(r);
	t->filled = read_i64(r);
	read_exact(r, t->spent, sizeof t->spent);
	t->in_row = read_u32(r);
	t->failed = read_u32(r);
	t->recovery = read_i32(r);
	t->recovery_filled = read_i64(r);
}

static void
steps_decode(struct use *u, struct reader *r)
{
	u->spent = read_u64(r);
	u->floor = read_u64(r);
	u->spans = read_count(r, SPANS_MAX);
	for (uint32_t i = 0; i < u->spans; i++) {
		u->span[i].first = read_u64(r);
		u->span[i].last = read_u64(r);
	}
}

static void
uses_decode(struct tally *t, struct reader *r)
{
	t->uses = read_count(r, DEVICES_MAX);
	for (uint32_t i = 0; i < t->uses; i++) {
		t->use[i].device = read_i64(r);
		steps_decode(&t->use[i], r);
		t->use[i].last = read_i64(r);
		t->use[i].skew = read_i32(r);
	}
}

static void
networks_decode(struct tally *t, struct reader *r)
{
	t->networks_seen = read_count(r, NETWORKS_MAX);
	for (uint32_t i = 0; i < t->networks_seen; i++) {
		t->seen[i].network.family = read_u8(r);
		read_exact(r, t->seen[i].network.prefix,
		    sizeof t->seen[i].network.prefix);
		t->seen[i].last = read_i64(r);
	}
}

static enum error
tally_read(struct tally *t, struct reader *r)
{
	uint8_t format = read_u8(r);
	enum error e;

	if (r->error == OK && format != TALLY_FORMAT)
		return ERR_VERSION;
	t->version = read_u64(r);
	throttle_decode(&t->throttle, r);
	t->recovery_used = read_u16(r);
	t->last = read_i64(r);
	read_text(r, t->last_from, sizeof t->last_from);
	uses_decode(t, r);
	networks_decode(t, r);
	news_read(&t->news, r);
	e = reader_finish(r);
	if (e != OK)
		return e;
	return tally_sound(t) ? OK : ERR_RANGE;
}

enum error
tally_decode(struct tally *t, const uint8_t *bytes, size_t size)
{
	struct reader r;
	enum error e;

	memset(t, 0, sizeof *t);
	reader_init(&r, bytes, size);
	e = tally_read(t, &r);
	if (e != OK)
		memset(t, 0, sizeof *t);
	return e;
}
