#include "store/row.h"

#include <string.h>

#include "base/bytes.h"

/* ---- the row ---- */

static size_t
ticket_encode(const struct record *r, uint8_t out[static TICKET_SIZE])
{
	struct writer w;

	writer_init(&w, out, TICKET_SIZE);
	if (r->ticket_until != 0) {
		write_i64(&w, r->ticket_until);
		write_exact(&w, r->ticket, RECOVERY_HASH);
	}
	return w.used;
}

enum error
row_mac(struct seal *s, uint32_t uid, const struct row *row,
    uint8_t out[static RECORD_MAC])
{
	uint8_t confirmed[8];
	struct writer w;
	const struct mac_text text = {"row", uid, 5,
	    {{row->name, strlen(row->name)}, {confirmed, sizeof confirmed},
		row->devices, row->recovery, row->ticket}};

	writer_init(&w, confirmed, sizeof confirmed);
	write_i64(&w, row->confirmed);
	return mac_make(seal_mac(s), &text, out);
}

enum error
row_encode(
    struct seal *s, struct record *r, struct row_bytes *bytes, struct row *row)
{
	size_t size;
	enum error e = devices_encode(s, r, bytes->devices, &size);

	if (e != OK)
		return e;
	*row = (struct row){
	    .name = r->name,
	    .confirmed = record_confirmed(r),
	    .devices = {bytes->devices, size},
	    .recovery = {r->recovery,
		(size_t)r->recovery_count * RECOVERY_HASH},
	    .ticket = {bytes->ticket, ticket_encode(r, bytes->ticket)},
	};
	return row_mac(s, r->uid, row, r->row);
}

/* ---- the tally ---- */

/* Its version stands in the bytes. */
static struct mac_text
tally_text(const struct record *r, const uint8_t *bytes, size_t size)
{
	return (struct mac_text){
	    "tally", r->uid, 2, {{r->row, sizeof r->row}, {bytes, size}}};
}

enum error
tally_close(struct seal *s, const struct record *r, const struct tally *t,
    uint8_t *out, size_t *size)
{
	struct mac_text text;
	enum error e = tally_encode(t, out, TALLY_SIZE, size);

	if (e != OK)
		return e;
	text = tally_text(r, out, *size);
	e = mac_make(seal_mac(s), &text, out + *size);
	*size += RECORD_MAC;
	return e;
}

enum error
tally_open(struct seal *s, struct record *r, const uint8_t *bytes, size_t size)
{
	struct mac_text text;
	enum error e = ERR_UNSET;

	if (size <= RECORD_MAC || size > TALLY_CLOSED)
		return ERR_BROKEN;
	text = tally_text(r, bytes, size - RECORD_MAC);
	e = mac_check(seal_mac(s), &text, bytes + size - RECORD_MAC);
	if (e != OK)
		return e;
	return tally_decode(&r->tally, bytes, size - RECORD_MAC) == OK
	    ? OK
	    : ERR_BROKEN;
}
