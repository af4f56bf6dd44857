/*
 * A store of its own for each test, in a directory of its own, and the few
 * things that nearly every test does with it.  All of these fail the test
 * when something goes wrong.
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <stdint.h>

#include "store/store.h"

#define FIXTURE_NOW INT64_C(1700000000)

struct fixture {
	char directory[64];
	char path[80]; /* of the store in it */
	struct seal *seal;
	struct store *store; /* NULL while it is closed */
};

/* A directory, a key and a store that is not open yet. */
void fixture_make(struct fixture *f);

/* The same, and opened. */
void fixture_open(struct fixture *f);

/* Closes the store if it is open, and opens it again. */
void fixture_reopen(struct fixture *f);

/* Closes what is open and removes the directory. */
void fixture_end(struct fixture *f);

/* How many names there are in the directory. */
int fixture_files(const struct fixture *f);

/* Begins a turn and enters a verb; keeps the verb and commits the turn. */
void fixture_enter(struct fixture *f);
void fixture_commit(struct fixture *f);

/* Loads, in a verb. */
void fixture_load(struct fixture *f, uint32_t uid, struct record *r);

/* A device that is told from others by number. */
void fixture_device(struct device *d, uint8_t number, bool confirmed);

/* A user with one confirmed device, in a turn of its own. */
void fixture_enroll(struct fixture *f, uint32_t uid);

/* Spends step for the first device of uid, in a turn of its own. */
void fixture_spend(struct fixture *f, uint32_t uid, uint64_t step);

/* The step that was spent for the first device of uid; 0 for none. */
uint64_t fixture_spent(struct fixture *f, uint32_t uid);

/* Loads in the verb that is open, and saves; tells the new version. */
uint64_t fixture_save(struct fixture *f, uint32_t uid);

/* Folds so many rows; tells how many wait. */
uint64_t fixture_fold(struct fixture *f, uint32_t rows);

/* The state of uid's record, loaded in a turn of its own. */
enum record_state fixture_state(struct fixture *f, uint32_t uid);

/*
 * Statements past the store, in a connection of their own, while it is
 * closed; and the number that one gives.
 */
void fixture_sql(struct fixture *f, const char *text);
int64_t fixture_number(struct fixture *f, const char *text);

#endif
