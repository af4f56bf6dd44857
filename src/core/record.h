/*
 * What is known of one user: the record.
 *
 * Two halves.  The devices and the set of recovery codes change when somebody
 * changes a factor.  The tally is all that a mere login changes: it is small,
 * replaced whole, and compared by its version when it is saved, so that two
 * verifications can never build on the same state.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"
#include "core/code.h"
#include "core/network.h"
#include "core/news.h"
#include "core/rule.h"
#include "core/totp.h"

#define DEVICES_MAX 8
#define LABEL_MAX 33	   /* bytes of a device's label, its NUL among them */
#define NAME_MAX_BYTES 256 /* bytes of a user's name, its NUL among them */
#define NETWORKS_MAX 8	   /* networks remembered of a user */
#define RECORD_MAC 16	   /* bytes of a MAC of the store's */
#define SPANS_MAX 8	   /* spans of spent steps remembered of a device */
#define THROTTLE_HOURS 25  /* hours that any 24 hours can touch */

struct device {
	int64_t id; /* never used again, not even after a removal */
	bool
	    confirmed; /* a code of it was given; until then it opens nothing */
	bool vouched;  /* made by root, or with a code or a ticket */
	char label[LABEL_MAX];
	struct totp_form form;
	struct secret secret;
	int64_t created; /* seconds since 1970 */
	int64_t renews;	 /* the device it replaces once confirmed; 0: none */
};

/* Steps, both ends included. */
struct span {
	uint64_t first;
	uint64_t last;
};

/* What logins changed of one device; core/steps.h. */
struct use {
	int64_t device;
	uint64_t spent; /* this step and all before it are refused; 0: none */
	uint64_t floor; /* the part of that which no clock takes back */
	uint32_t spans; /* entries of span, in order, apart, above floor */
	struct span span[SPANS_MAX]; /* steps that opened */
	int64_t last; /* when a code of it was accepted last; 0: never */
	int32_t skew; /* seconds the device was off then, late is negative */
};

struct seen_network {
	struct network network;
	int64_t last; /* when the owner succeeded from it */
};

/* The rate limit on wrong codes; core/throttle.h. */
struct throttle {
	int32_t common;	  /* thirds of tries that anybody may use */
	int32_t reserved; /* thirds of tries kept for the owner's networks */
	int64_t filled;	  /* up to when both are filled: an hour begins there */
	/* units spent in that hour and in each before it: [0] from networks
	   that are not the owner's, [1] from the owner's */
	uint8_t spent[2][THROTTLE_HOURS];
	uint32_t in_row;  /* units spent since the last success */
	uint32_t failed;  /* tries failed since the last success */
	int32_t recovery; /* wrong recovery codes that will still be counted */
	int64_t recovery_filled;
};

struct tally {
	uint64_t version; /* of this state; saving compares it */
	struct throttle throttle;
	uint16_t recovery_used;	     /* bit i: recovery code i is spent */
	int64_t last;		     /* last success; 0: never */
	char last_from[ADDRESS_MAX]; /* its address, "" where unknown */
	uint32_t uses;		     /* entries of use */
	struct use use[DEVICES_MAX];
	uint32_t networks_seen; /* entries of seen */
	struct seen_network seen[NETWORKS_MAX];
	struct news news; /* what the owner was not told yet */
};

struct record {
	uint32_t uid;
	enum record_state state;
	char name[NAME_MAX_BYTES]; /* "" until a door of root brought it */
	uint32_t devices;
	struct device device[DEVICES_MAX];
	uint32_t recovery_count; /* codes of the set, spent ones included */
	uint8_t recovery[RECOVERY_COUNT][RECOVERY_HASH];
	int64_t ticket_until; /* when the ticket ends; 0: there is none */
	uint8_t ticket[RECOVERY_HASH];
	uint8_t row[RECORD_MAC]; /* of all above, as the store has it */
	struct tally tally;
};

/* Wipes all of it: it holds secrets. */
void record_wipe(struct record *r);

/*
 * The state that follows from the devices: good with a confirmed one; broken
 * when a count, a form or the size of a secret is none that we make.
 */
enum record_state record_judge(const struct record *r);

/* How many devices are confirmed. */
uint32_t record_confirmed(const struct record *r);

/* The device with that id or that label, or NULL. */
struct device *record_device(struct record *r, int64_t id);
struct device *record_labelled(struct record *r, const char *label);

/* Recovery codes that are not spent. */
uint32_t record_recovery_left(const struct record *r);

/* A tally of somebody new: the budget is full. */
void tally_init(struct tally *t, int64_t now);

/* The entry of a device, or NULL: no code of it was accepted yet. */
const struct use *tally_find(const struct tally *t, int64_t device);

/* The entry of a device, made where it is missing; NULL if none is free. */
struct use *tally_use(struct tally *t, int64_t device);

/* Drops the entries of devices that the record no longer has. */
void tally_prune(struct tally *t, const struct record *r);

/* Bytes that an encoded tally needs at the most. */
#define TALLY_SIZE 2048

/*
 * A tally as bytes, for the store, and back.  Encoding gives ERR_FULL when out
 * is too small, ERR_RANGE for numbers that could not be decoded again.
 * Decoding gives ERR_VERSION, ERR_FORMAT, ERR_LONG, ERR_RANGE, ERR_SHORT or
 * ERR_TRAILING, and an empty tally, for bytes that no tally_encode() made.
 */
enum error tally_encode(
    const struct tally *t, uint8_t *out, size_t max, size_t *size);
enum error tally_decode(struct tally *t, const uint8_t *bytes, size_t size);

#endif
