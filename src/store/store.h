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
 * users' rows when there is time.  Which tally of the journal is a user's
 * newest is known from a table in SQLite's own memory, which a rollback undoes
 * like all else; it is read from the journal when the store is opened.
 *
 * Rules:
 *   - A store MUST NOT be made by opening it: store_create() makes one, once.
 *     A lost store never means that nobody has a secret.
 *   - A row that does not decode or unseal, or that was edited (store/mac.h),
 *     MUST read as a broken record.
 *   - When a commit fails, nobody MUST be told anything else than a refusal.
 *     What was refused can still be found done after a crash of the machine;
 *     what was answered is never found undone.
 *   - A device's id MUST NOT be used twice, also after its removal, and
 *     neither must a tally's version, also after the user was cleared.  Nor
 *     must a trusted key's id.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "core/policy.h"
#include "core/pubkey.h"
#include "core/record.h"
#include "store/seal.h"

#define STORE_SCHEMA 4	       /* the version that this program knows */
#define STORE_PAGE 32	       /* users of one listing page */
#define STORE_POLICY_MAX 16384 /* bytes of a kept policy, its NUL among them */
#define STORE_TRUSTED_MAX 1024 /* keys that one user vouches for at a time */

struct store;

/*
 * Makes a new, empty store at path for seal's ids, mode 0600, owned by this
 * process's user, durable when it returns.  Whatever ends it on the way, there
 * is either nothing at path or the whole store.  ERR_EXISTS when anything is
 * at path, or a log of SQLite's beside it, which would be replayed into the
 * new store; ERR_ABSENT without a directory; ERR_UNSAFE when others may write
 * to it; ERR_LONG; ERR_STORE; ERR_SYSTEM, with errno.
 */
enum error store_create(const char *path, const struct seal *seal);

/*
 * Opens the store; seal stays the caller's and must outlive it.
 * ERR_ABSENT nothing is there; ERR_UNSAFE no regular file, a symbolic link, a
 * second hard link, another owner than this process, a mode wider than 0600,
 * or a directory that others than root and this process may write to;
 * ERR_FORMAT not a database, empty, cut off, or not ours;
 * ERR_FOREIGN of another id than the key's, or
 * the key of another store; ERR_VERSION made by another version; ERR_BUSY
 * another process has it; ERR_MEMORY; ERR_LONG; ERR_SYSTEM, with errno, also
 * when it cannot be written; ERR_STORE anything else.
 * On an error *out is NULL and a file that is not this key's is unchanged.
 */
enum error store_open(struct store **out, const char *path, struct seal *seal);

/* Rolls back what is open, closes and sets *s to NULL.  NULL is fine. */
void store_close(struct store **s);

/*
 * SQLite's words on the last failure, for the log, with nothing of a record in
 * them; never NULL.  For NULL: on the last store_open() that failed.
 */
const char *store_complaint(const struct store *s);

/*
 * A turn.  Lazy: nothing touches the disk until something is written.  All
 * verbs below need one that is open: without it, and after SQLite gave it up,
 * they do nothing and return ERR_STORE.  ERR_STORE when one is open already.
 */
enum error store_begin(struct store *s);

/*
 * Makes all of the turn durable.  ERR_STORE when it could not: the turn is
 * undone, the store is as before it, and every verb of it must be refused.
 * OK at once when nothing was written.  The turn has ended either way.
 */
enum error store_commit(struct store *s);

/* Undoes the turn; nothing when none is open. */
void store_rollback(struct store *s);

/* A verb in the turn.  ERR_STORE: it must not be answered with success. */
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
 * now) and for a record that does not decode or unseal (RECORD_BROKEN, with
 * its name if that can be read, and no devices).  On ERR_STORE and ERR_CRYPTO,
 * when it could not be read, *r is a broken record too.
 */
enum error store_load(
    struct store *s, uint32_t uid, int64_t now, struct record *r);

/*
 * The verbs that change a record.  All save its tally as well, whose
 * version must be the one that was loaded: ERR_RACE when anything of the record
 * was saved since (compare and set).  ERR_BROKEN for a broken
 * record; ERR_STORE.  Whatever error comes, the verb must be left with it, and
 * r thrown away: it is no longer what the store has.
 */

/*
 * Saves the tally of r.  On OK the version in r is the new one, greater than
 * any that the store gave before.  Somebody of whom nothing was known has a
 * row from then on, so that tries before a set-up count.
 */
enum error store_save_tally(struct store *s, struct record *r);

/*
 * Adds d to r and to the store, with an id that was never used; d->id tells
 * it.  Makes the user's row where there is none.  ERR_FULL with DEVICES_MAX
 * there, ERR_EXISTS when the label, other than that of the device which it
 * renews, or the secret stands there already,
 * ERR_RANGE for a device without a secret, ERR_CRYPTO.
 */
enum error store_add_device(
    struct store *s, struct record *r, struct device *d);

/*
 * As many ids for devices as count, from *id on, which no device ever had; for
 * store_add_user().
 */
enum error store_next_devices(struct store *s, uint32_t count, int64_t *id);

/*
 * Adds r whole, with its name, its devices, whose ids are given, its recovery
 * codes and its tally, for somebody of whom nothing is known yet: ERR_EXISTS
 * when there is a row.  It costs a fraction of what the verbs one by one do,
 * so that many can be added in one turn, best in the order of uids.
 * ERR_BROKEN unless a device is confirmed; ERR_CRYPTO; ERR_STORE.
 */
enum error store_add_user(struct store *s, struct record *r);

/*
 * Counts so many users as enrolled: those that store_add_user() added in this
 * verb, which is not over before.
 */
enum error store_count_added(struct store *s, uint32_t users);

/*
 * Marks a device of r confirmed, and takes the one away that it renews.
 * ERR_ABSENT when r has none of that id.
 */
enum error store_confirm_device(
    struct store *s, struct record *r, int64_t device);

/*
 * Takes a device of r away, and what the tally knows of it.  ERR_ABSENT when r
 * has none of that id.
 */
enum error store_remove_device(
    struct store *s, struct record *r, int64_t device);

/*
 * Puts count new recovery codes (hashed) in the place of the old ones; none of
 * them is spent.  ERR_RANGE over RECOVERY_COUNT.
 */
enum error store_set_recovery(struct store *s, struct record *r,
    const uint8_t hash[][RECOVERY_HASH], uint32_t count);

/*
 * Keeps the hash of a ticket for r's user until that time, in the place of an
 * older one; 0 ends it, and hash is not looked at.
 */
enum error store_set_ticket(struct store *s, struct record *r, int64_t until,
    const uint8_t hash[RECOVERY_HASH]);

/*
 * Remembers the name that a door of root brought; writes only when it is a
 * new one.  ERR_ABSENT when the user has no row: nobody is remembered for a
 * name alone; ERR_LONG.
 */
enum error store_set_name(struct store *s, struct record *r, const char *name);

/*
 * Forgets everything of uid, trusted keys too; a broken record goes like a
 * good one.  ERR_ABSENT when there is nothing to forget.
 */
enum error store_clear(struct store *s, uint32_t uid);

/* A public key that a user vouched for. */
struct trusted {
	int64_t id; /* never used again */
	uint32_t uid;
	char name[NAME_MAX_BYTES]; /* of the user, as it was then */
	char type[PUBKEY_TYPE_MAX];
	char fingerprint[FINGERPRINT_MAX];
	char source[POLICY_LIST_MAX]; /* core/pubkey.h; "": from anywhere */
	int64_t created;
	int64_t expires; /* from then on it is none */
	size_t size;
	uint8_t key[PUBKEY_MAX];
};

/*
 * Keeps t, whose type and fingerprint are told by its key, in the place of an
 * older one of the same key; t->id tells the new id.  What has ended at
 * t->created goes: all of t's user, and some of others.  ERR_FULL with
 * STORE_TRUSTED_MAX there; ERR_RANGE unless the key is PUBKEY_GOOD and the
 * source a good one; ERR_CRYPTO; ERR_STORE.
 */
enum error store_trust(struct store *s, struct trusted *t);

/*
 * The trusted key of uid with that fingerprint, ended or not.  ERR_ABSENT;
 * ERR_BROKEN for a row that store_trust() did not make; ERR_STORE.
 */
enum error store_find_trusted(struct store *s, uint32_t uid,
    const char *fingerprint, struct trusted *out);

/*
 * The first trusted key with an id above after that has not ended at now; of
 * *uid, or for NULL of anybody.  The errors of store_find_trusted(); with
 * ERR_BROKEN out->id tells which one it is.
 */
enum error store_next_trusted(struct store *s, const uint32_t *uid,
    int64_t after, int64_t now, struct trusted *out);

/*
 * Ends one, of *uid, or for NULL whosever it is; owner tells whose it was.
 * ERR_ABSENT when there is none of that id.
 */
enum error store_revoke(
    struct store *s, const uint32_t *uid, int64_t id, uint32_t *owner);

/* How many of uid's have not ended. */
enum error store_count_trusted(
    struct store *s, uint32_t uid, int64_t now, uint32_t *count);

/* Ends all of uid's; *ended tells how many there were. */
enum error store_end_trust(struct store *s, uint32_t uid, uint32_t *ended);

/*
 * Up to STORE_PAGE users with a uid of at least from, in the order of uids;
 * *count tells how many.  Broken ones are among them.
 */
enum error store_list(
    struct store *s, uint32_t from, uint32_t *uids, uint32_t *count);

/* How many users have a row.  Takes the same time however many there are. */
enum error store_count(struct store *s, uint64_t *users);

/* How many of those have a confirmed device. */
enum error store_count_enrolled(struct store *s, uint64_t *users);

/*
 * The last good policy as text: keep it, and read it back (size bytes,
 * terminated).  ERR_LONG from STORE_POLICY_MAX on; ERR_ABSENT when none was
 * kept; ERR_FORMAT when it does not fit.
 */
enum error store_keep_policy(struct store *s, const char *text);
enum error store_kept_policy(struct store *s, char *out, size_t size);

/*
 * Folds up to rows journalled tallies into the users' rows, oldest first, in
 * a turn of its own; call it between turns.  *left tells how many wait.
 * ERR_STORE: nothing was folded, nothing is lost.  Each row may cost a page
 * written at random: with a million users 256 of them can hold logins up for
 * some tens of milliseconds.
 * What waits takes 12 bytes of memory for each user among them.
 */
enum error store_fold(struct store *s, uint32_t rows, uint64_t *left);

/*
 * Tallies that wait to be folded, at most: those that newer ones of the same
 * user have replaced, and those that were undone, are counted too.
 */
uint64_t store_unfolded(const struct store *s);

#endif
