/*
 * What is remembered.  The only code that knows SQLite.
 *
 * One process has the store open, alone (an exclusive lock).  A turn of the
 * daemon's loop is the transaction, a verb is a savepoint in it:
 *
 *     store_begin()
 *         store_enter()  load, save ...  store_leave(OK or an error)
 *         store_enter()  load, save ...  store_leave(...)
 *     store_commit()         only now may an answer leave
 *
 * What a login changes, the tally, is appended to a journal, so that its cost
 * does not grow with the number of users; store_fold() moves it into the
 * users' rows when there is time.  Journalled tallies not yet folded are kept
 * in memory and are read back from the journal when the store is opened.
 *
 * Rules:
 *   - A store MUST NOT be made by opening it: store_create() makes one, once.
 *     A lost store never means that nobody has a secret.
 *   - A row that does not decode or unseal MUST read as a broken record.
 *   - When a commit fails, memory MUST be read back from the disk, and nobody
 *     be told anything else than a refusal.
 *   - A device's id MUST NOT be used twice, also after its removal.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "core/record.h"
#include "store/seal.h"

#define STORE_SCHEMA 1      /* the version that this program writes */
#define STORE_PAGE 32       /* users of one listing page */
#define STORE_POLICY_MAX 16384 /* bytes of a kept policy */

struct store;

/*
 * Makes a new, empty store at path for seal's ids, mode 0600, durable when
 * it returns.  ERR_EXISTS when anything is at path, ERR_STORE, ERR_SYSTEM.
 */
enum error store_create(const char *path, const struct seal *seal);

/*
 * Opens the store; seal stays the caller's and must outlive it.
 * ERR_ABSENT nothing is there; ERR_UNSAFE no regular file, a symbolic link,
 * another owner than this process, or a mode wider than 0600; ERR_FORMAT not a
 * database, empty or cut off; ERR_FOREIGN of another id than the key's, or the
 * key of another store; ERR_VERSION made by a newer program; ERR_BUSY another
 * process has it; ERR_STORE anything else.  Older schemas are migrated in one
 * transaction.
 */
enum error store_open(
    struct store **out, const char *path, struct seal *seal);

/* Rolls back what is open, closes and sets *s to NULL.  NULL is fine. */
void store_close(struct store **s);

/*
 * SQLite's words on the last failure, for the log; never NULL.
 */
const char *store_complaint(const struct store *s);

/* A turn.  Lazy: nothing touches the disk until something is written. */
enum error store_begin(struct store *s);

/*
 * Makes all of the turn durable.  ERR_STORE when it could not: the turn is
 * undone, memory is as the disk, and every verb of it must be refused.
 * OK at once when nothing was written.
 */
enum error store_commit(struct store *s);

/* Undoes the turn; memory is as the disk afterwards. */
void store_rollback(struct store *s);

/* A verb in the turn.  ERR_STORE: the verb must not be answered with success. */
enum error store_enter(struct store *s);

/*
 * Ends it: with OK its changes stay in the turn, with anything else they are
 * undone.  ERR_STORE when SQLite gave the whole turn up: store_commit() will
 * then fail too.
 */
enum error store_leave(struct store *s, enum error result);

/*
 * The record of uid into *r, with its secrets: record_wipe() it.  OK also for
 * somebody unknown (RECORD_ABSENT, an empty tally that is full of tries as of
 * now) and for a record that does not decode or unseal (RECORD_BROKEN, no
 * devices).  ERR_STORE when it could not be read: treat it as broken.
 */
enum error store_load(
    struct store *s, uint32_t uid, int64_t now, struct record *r);

/*
 * Saves the tally of r, whose version must be the one that was loaded:
 * ERR_RACE when another one was saved since (compare and set).  On OK the
 * version in r is the new one.
 */
enum error store_save_tally(struct store *s, struct record *r);

/*
 * Adds d to r and to the store, with an id that was never used; d->id tells
 * it.  Makes the user's row where there is none.  ERR_FULL with DEVICES_MAX
 * there, ERR_EXISTS when the label or the secret stands there already.
 */
enum error store_add_device(
    struct store *s, struct record *r, struct device *d);

/* Marks a device of r confirmed.  ERR_ABSENT when r has none of that id. */
enum error store_confirm_device(
    struct store *s, struct record *r, int64_t device);

/* Takes a device of r away.  ERR_ABSENT when r has none of that id. */
enum error store_remove_device(
    struct store *s, struct record *r, int64_t device);

/* Puts count new recovery codes (hashed) in the place of the old ones. */
enum error store_set_recovery(struct store *s, struct record *r,
    const uint8_t hash[][RECOVERY_HASH], uint32_t count);

/* Remembers the name that a door of root brought. */
enum error store_set_name(
    struct store *s, struct record *r, const char *name);

/*
 * Forgets everything of uid; a broken record goes like a good one.
 * ERR_ABSENT when there is nothing to forget.
 */
enum error store_clear(struct store *s, uint32_t uid);

/*
 * Up to STORE_PAGE users with a uid of at least from, in the order of uids;
 * *count tells how many.  Broken ones are among them.
 */
enum error store_list(
    struct store *s, uint32_t from, uint32_t *uids, uint32_t *count);

/* How many users have a row. */
enum error store_count(struct store *s, uint64_t *users);

/* How many of those have a confirmed device. */
enum error store_count_enrolled(struct store *s, uint64_t *users);

/*
 * The last good policy as text: keep it, and read it back (size bytes,
 * terminated).  ERR_ABSENT when none was kept.
 */
enum error store_keep_policy(struct store *s, const char *text);
enum error store_kept_policy(struct store *s, char *out, size_t size);

/*
 * Folds up to rows journalled tallies into the users' rows, oldest first, in
 * a transaction of its own; call it between turns.  *left tells how many wait.
 */
enum error store_fold(struct store *s, uint32_t rows, uint64_t *left);

/* Tallies that wait to be folded. */
uint64_t store_unfolded(const struct store *s);

#endif
