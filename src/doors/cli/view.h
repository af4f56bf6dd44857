/*
 * How users and devices are shown, by every sentence that shows them.
 */
#ifndef DOORS_CLI_VIEW_H
#define DOORS_CLI_VIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "core/record.h"
#include "term/json.h"
#include "term/table.h"
#include "wire/message.h"

#define VIEW_TIME_MAX 32
#define VIEW_DAY 10 /* characters of a time that are its day */
#define VIEW_SKEW_MAX 16

/* The stored name, else the user database's, else the uid. */
const char *view_name(
    const struct wire_user *u, char out[static NAME_MAX_BYTES]);

/* "2025-03-01 17:45", in the caller's time zone; "never" for 0. */
const char *view_time(int64_t seconds, char out[static VIEW_TIME_MAX]);

/* "+3 s", "-12 s", "0 s". */
const char *view_skew(int32_t seconds, char out[static VIEW_SKEW_MAX]);

/*
 * "broken", "locked", "none" without a confirmed device, "no tries" when not
 * even the owner may try a code now, "good".
 */
const char *view_state(const struct wire_user *u);

/* Columns from which on a terminal holds the wide table of users. */
#define VIEW_WIDE 110

/*
 * The table of users, and a row of it.  Without wide it has what fits into 80
 * columns beside a name of 16: not from where a code came last, and how far
 * the device's clock was off.  NULL and ERR_MEMORY without memory.
 */
struct table *view_users(FILE *out, bool wide);
enum error view_user(struct table *t, const struct wire_user *u);

/*
 * Facts: wrong codes, and a lock, a wait or the tries that are left to the
 * owner.  word: USER as a sentence of the command has it.
 */
void view_brake(const struct wire_status_reply *a, const char *word);

/* The table of devices. */
void view_devices(FILE *out, const struct wire_device *device, size_t count);

/* One object each. */
void view_json_user(struct json *j, const char *key, const struct wire_user *u);
void view_json_device(
    struct json *j, const char *key, const struct wire_device *d);

/* Another object: all that a status reply says, in the one that is open. */
void view_json_status(struct json *j, const struct wire_status_reply *a);

#endif
