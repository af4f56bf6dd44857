#include "daemon/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/spent.h"
#include "daemon/daemon.h"

#define RECORD_MIN 30	    /* bytes that the shortest record has */
#define AHEAD 1500	    /* steps: the most that others adjust a clock by */
#define UID_NONE UINT32_MAX /* (uid_t)-1 is nobody's */

enum error
import_start(struct import **slot, int fd, uint32_t records, bool skip_bad)
{
	struct import *im;
	enum error e = ERR_MEMORY;

	if (*slot != NULL)
		return ERR_EXISTS;
	if (records == 0 || records > IMPORT_RECORDS_MAX)
		return ERR_RANGE;
	im = calloc(1, sizeof *im);
	if (im == NULL)
		return ERR_MEMORY;
	im->slot = slot;
	*slot = im;
	im->entry = calloc(records, sizeof *im->entry);
	if (im->entry != NULL)
		e = sealed_map(&im->file, fd, IMPORT_SIZE_MAX);
	if (e == OK && im->file.size / RECORD_MIN < records)
		e = ERR_SHORT;
	im->records = records;
	im->skip_bad = skip_bad;
	im->phase = PHASE_READING;
	if (e != OK)
		import_end(&im);
	return e;
}

void
import_end(struct import **im)
{
	if (*im == NULL)
		return;
	*(*im)->slot = NULL;
	sealed_unmap(&(*im)->file);
	free((*im)->entry);
	explicit_bzero(*im, sizeof **im);
	free(*im);
	*im = NULL;
}

void
import_describe(const struct import *im, struct wire_import_reply *out)
{
	out->phase = (uint8_t)im->phase;
	out->done = im->read + im->checked;
	out->total = 2 * im->records;
	out->bad = im->bad;
	out->same = im->same;
	out->devices = im->devices;
	out->users = im->users;
}

/* ---- records ---- */

/* Reads the record at *at, and moves it on. */
static enum error
decode(const struct import *im, uint32_t *at, struct wire_import_record *out)
{
	struct reader r;

	reader_init(&r, im->file.bytes + *at, im->file.size - *at);
	get_import_record(&r, out);
	*at = (uint32_t)(im->file.size - r.left);
	return r.error == OK ? OK : ERR_FORMAT;
}

void
import_decode(const struct import *im, const struct import_entry *e,
    struct wire_import_record *out)
{
	uint32_t at = e->at;

	/* It was read before, and cannot have changed. */
	(void)decode(im, &at, out);
}

void
import_device(const struct wire_import_record *m, uint32_t index, int64_t now,
    struct device *out)
{
	memset(out, 0, sizeof *out);
	out->confirmed = true;
	out->created = now;
	out->form = (struct totp_form){
	    .algorithm = ALGORITHM_SHA1,
	    .digits = m->digits,
	    .period = m->period,
	};
	/* As enroll calls them; nine bytes at the most. */
	if (index == 0)
		(void)text_copy(out->label, sizeof out->label, "app");
	else
		(void)text_print(
		    out->label, sizeof out->label, "app-%u", index + 1);
	/* The message has no more room than a secret. */
	(void)secret_set(&out->secret, m->secret, m->secret_size);
}

/* ---- reading ---- */

static bool
is_code(const char *text, uint8_t digits)
{
	return strspn(text, "0123456789") == strlen(text) &&
	    (text[0] == '\0' || strlen(text) == digits);
}

static bool
scratch_sound(const struct wire_import_record *m)
{
	for (size_t i = 0; i < m->scratch_count; i++) {
		if (m->scratch[i].number < SCRATCH_MIN ||
		    m->scratch[i].number > SCRATCH_MAX)
			return false;
		for (size_t k = 0; k < i; k++)
			if (m->scratch[k].number == m->scratch[i].number)
				return false;
	}
	return true;
}

/* What can be said of a record alone. */
static enum import_why
vet(const struct wire_import_record *m, int64_t now)
{
	const struct totp_form form = {
	    .digits = m->digits, .period = m->period};

	if (!totp_form_valid(&form) || m->uid == UID_NONE || m->spent < 0 ||
	    m->used < 0 || !is_code(m->code, m->digits))
		return IMPORT_RANGE;
	if (m->secret_size < SECRET_MIN)
		return IMPORT_SHORT;
	if ((uint64_t)m->spent > totp_step(&form, now) + AHEAD)
		return IMPORT_AHEAD;
	return scratch_sound(m) ? IMPORT_GOOD : IMPORT_SCRATCH;
}

static bool
is_bad(uint8_t why)
{
	return why >= IMPORT_SHORT;
}

/* Settles what becomes of a record; a bad one is told. */
static void
settle(struct import *im, struct import_entry *e, enum import_why why,
    struct wire_import_reply *out)
{
	e->why = (uint8_t)why;
	if (why == IMPORT_SAME)
		im->same++;
	if (!is_bad(e->why))
		return;
	im->bad++;
	out->refusal[out->refusal_count++] =
	    (struct wire_import_refusal){e->record, e->why};
}

/* By uid: the store is written in its order.  Of one, as they came. */
static int
compare(const void *a, const void *b)
{
	const struct import_entry *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return x->record < y->record ? -1 : 1;
}

static enum error
read_slice(struct import *im, struct daemon *d, struct wire_import_reply *out)
{
	struct wire_import_record m;
	enum error e = OK;

	for (uint32_t n = 0; n < IMPORT_SLICE && im->read < im->records; n++) {
		struct import_entry *entry = &im->entry[im->read];

		entry->record = im->read++;
		entry->at = im->at;
		e = decode(im, &im->at, &m);
		if (e != OK)
			break;
		entry->uid = m.uid;
		entry->spent = (uint64_t)m.spent;
		settle(im, entry, vet(&m, daemon_now(d)), out);
	}
	explicit_bzero(&m, sizeof m);
	if (e != OK || im->read < im->records)
		return e;
	if (im->at != im->file.size)
		return ERR_FORMAT;
	qsort(im->entry, im->records, sizeof *im->entry, compare);
	im->phase = PHASE_CHECKING;
	return OK;
}

/* ---- checking ---- */

static bool
same_secret(const struct device *d, const struct wire_import_record *m)
{
	return d->secret.size == m->secret_size &&
	    secret_equal(d->secret.bytes, m->secret, m->secret_size);
}

/* The user of e as the store has it; what is pending counts for nothing. */
static void
meet_user(struct import *im, struct daemon *d, struct import_entry *e)
{
	struct record *r = &im->user;
	uint32_t kept = 0;

	/* What cannot be read is a broken record. */
	(void)store_load(d->store, e->uid, daemon_now(d), r);
	for (uint32_t i = 0; i < r->devices; i++)
		if (r->device[i].confirmed)
			r->device[kept++] = r->device[i];
	r->devices = im->own = kept;
	im->scratch_count = 0;
}

static bool
scratch_fits(const struct import *im, const struct wire_import_record *m)
{
	if (im->scratch_count + m->scratch_count > RECOVERY_COUNT)
		return false;
	for (size_t i = 0; i < m->scratch_count; i++)
		for (uint32_t k = 0; k < im->scratch_count; k++)
			if (im->scratch[k] == m->scratch[i].number)
				return false;
	return true;
}

/* What a record is beside those of its user before it. */
static enum import_why
hold(const struct import *im, const struct wire_import_record *m)
{
	const struct record *r = &im->user;

	if (r->state == RECORD_BROKEN)
		return IMPORT_BROKEN;
	for (uint32_t i = 0; i < r->devices; i++)
		if (same_secret(&r->device[i], m))
			return i < im->own ? IMPORT_SAME : IMPORT_TWICE;
	if (im->own > 0)
		return IMPORT_GUARDED;
	if (r->devices >= DEVICES_MAX)
		return IMPORT_FULL;
	return scratch_fits(im, m) ? IMPORT_GOOD : IMPORT_SCRATCH;
}

/* The record will be a device of its user. */
static enum error
count_in(struct import *im, struct daemon *d, struct import_entry *e,
    const struct wire_import_record *m)
{
	struct record *r = &im->user;
	struct device *device = &r->device[r->devices];
	uint64_t step = 0, number = 0;
	enum error result = OK;

	import_device(m, r->devices - im->own, daemon_now(d), device);
	for (const char *c = m->code; *c != '\0'; c++)
		number = number * 10 + (uint64_t)(*c - '0');
	if (m->code[0] != '\0')
		result = spent_find(d->totp, device, (uint32_t)number, m->used,
		    daemon_now(d), &step);
	if (e->spent < step)
		e->spent = step;
	im->users += r->devices == im->own;
	im->devices++;
	r->devices++;
	for (size_t i = 0; i < m->scratch_count; i++)
		im->scratch[im->scratch_count++] = m->scratch[i].number;
	return result;
}

static enum error
check_slice(struct import *im, struct daemon *d, struct wire_import_reply *out)
{
	struct wire_import_record m;
	enum error e = OK;

	for (uint32_t n = 0;
	     e == OK && n < IMPORT_SLICE && im->checked < im->records; n++) {
		struct import_entry *entry = &im->entry[im->checked++];

		if (im->checked == 1 || im->user.uid != entry->uid)
			meet_user(im, d, entry);
		entry->version = im->user.tally.version;
		if (entry->why != IMPORT_GOOD)
			continue;
		import_decode(im, entry, &m);
		settle(im, entry, hold(im, &m), out);
		if (entry->why == IMPORT_GOOD)
			e = count_in(im, d, entry, &m);
	}
	explicit_bzero(&m, sizeof m);
	if (e != OK || im->checked < im->records)
		return e;
	record_wipe(&im->user);
	im->phase = im->bad > 0 && !im->skip_bad ? PHASE_REFUSED : PHASE_READY;
	return OK;
}

enum error
import_stage(struct import *im, struct daemon *d, struct wire_import_reply *out)
{
	enum error e = OK;

	if (im->phase == PHASE_READING)
		e = read_slice(im, d, out);
	else if (im->phase == PHASE_CHECKING)
		e = check_slice(im, d, out);
	import_describe(im, out);
	return e;
}
