#include "store/devices.h"

#include "base/bytes.h"

#define DEVICES_FORMAT 3 /* of the encoded bytes */
#define CONFIRMED 1
#define VOUCHED 2

static enum error
device_encode(
    struct seal *seal, uint32_t uid, const struct device *d, struct writer *w)
{
	uint8_t sealed[SEALED_MAX];
	size_t size;
	enum error e = ERR_UNSET;

	e = seal_close(seal, uid, d->id, &d->secret, sealed, &size);
	if (e != OK)
		return e;
	write_i64(w, d->id);
	write_u8(w,
	    (uint8_t)((d->confirmed ? CONFIRMED : 0) |
		(d->vouched ? VOUCHED : 0)));
	write_text(w, d->label);
	write_u8(w, (uint8_t)d->form.algorithm);
	write_u8(w, (uint8_t)d->form.digits);
	write_u16(w, (uint16_t)d->form.period);
	write_i64(w, d->created);
	write_i64(w, d->renews);
	write_blob(w, sealed, size);
	return w->error;
}

enum error
devices_encode(
    struct seal *seal, const struct record *r, uint8_t *out, size_t *size)
{
	struct writer w;
	enum error e = OK;

	writer_init(&w, out, DEVICES_SIZE);
	*size = 0;
	if (r->devices == 0)
		return OK; /* as in a row that was just made */
	write_u8(&w, DEVICES_FORMAT);
	write_u8(&w, (uint8_t)r->devices);
	for (uint32_t i = 0; e == OK && i < r->devices; i++)
		e = device_encode(seal, r->uid, &r->device[i], &w);
	*size = e == OK ? w.used : 0;
	return e;
}

static enum error
device_decode(
    struct seal *seal, uint32_t uid, struct device *d, struct reader *r)
{
	uint8_t sealed[SEALED_MAX];
	uint8_t flags;
	uint8_t algorithm;
	size_t size;

	d->id = read_i64(r);
	flags = read_u8(r);
	read_text(r, d->label, sizeof d->label);
	algorithm = read_u8(r);
	d->form.digits = read_u8(r);
	d->form.period = read_u16(r);
	d->created = read_i64(r);
	d->renews = read_i64(r);
	read_blob(r, sealed, sizeof sealed, &size);
	if (r->error != OK || flags > (CONFIRMED | VOUCHED) ||
	    algorithm >= ALGORITHM_COUNT)
		return ERR_BROKEN;
	d->confirmed = (flags & CONFIRMED) != 0;
	d->vouched = (flags & VOUCHED) != 0;
	d->form.algorithm = (enum algorithm)algorithm;
	return seal_open(seal, uid, d->id, sealed, size, &d->secret);
}

enum error
devices_decode(
    struct seal *seal, struct record *r, const uint8_t *bytes, size_t size)
{
	struct reader in;
	uint8_t format, count;
	enum error e = OK;

	r->devices = 0;
	if (size == 0)
		return OK;
	reader_init(&in, bytes, size);
	format = read_u8(&in);
	if (format != DEVICES_FORMAT)
		return ERR_BROKEN;
	count = read_u8(&in);
	if (count > DEVICES_MAX)
		return ERR_BROKEN;
	while (e == OK && r->devices < count)
		e = device_decode(seal, r->uid, &r->device[r->devices++], &in);
	return e == OK && reader_finish(&in) != OK ? ERR_BROKEN : e;
}
