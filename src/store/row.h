/*
 * A user's row as bytes: all of a record but its tally, and what the MACs
 * cover.  The tally's MAC covers the row's, so that the two belong together.
 * Private to store/.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "core/record.h"
#include "store/devices.h"
#include "store/mac.h"
#include "store/seal.h"

#define TICKET_SIZE (8 + RECOVERY_HASH) /* when it ends, and its hash */
#define TALLY_CLOSED (TALLY_SIZE + RECORD_MAC)

/* What stands in the columns; the bytes are those of whoever made it. */
struct row {
	const char *name;
	int64_t confirmed;
	struct mac_part devices;
	struct mac_part recovery;
	struct mac_part ticket;
};

/* Room for a row that is made of a record. */
struct row_bytes {
	uint8_t devices[DEVICES_SIZE];
	uint8_t ticket[TICKET_SIZE];
};

/*
 * The row of r, with secrets sealed, into row and its bytes; and its MAC into
 * r.  ERR_CRYPTO; ERR_RANGE for a device without a secret.
 */
enum error row_encode(
    struct seal *s, struct record *r, struct row_bytes *bytes, struct row *row);

/* The MAC of uid's row.  ERR_CRYPTO. */
enum error row_mac(struct seal *s, uint32_t uid, const struct row *row,
    uint8_t out[static RECORD_MAC]);

/*
 * A tally of r's user as bytes with its MAC, into out, which holds
 * TALLY_CLOSED; tally_encode()'s errors and ERR_CRYPTO.
 */
enum error tally_close(struct seal *s, const struct record *r,
    const struct tally *t, uint8_t *out, size_t *size);

/*
 * The tally of r out of such bytes.  ERR_BROKEN when they were not made by
 * this key, for this user and this row, or were changed since; ERR_CRYPTO.
 */
enum error tally_open(
    struct seal *s, struct record *r, const uint8_t *bytes, size_t size);

#endif
