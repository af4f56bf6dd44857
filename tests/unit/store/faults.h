/*
 * A disk that fails: a file system of SQLite's that stands before the real
 * one.  The product is unchanged; the test makes this one the default.
 */
#ifndef TESTS_UNIT_STORE_FAULTS_H
#define TESTS_UNIT_STORE_FAULTS_H

/* What can fail, as bits. */
enum {
	FAULT_READ = 1,
	FAULT_WRITE = 2,
	FAULT_SYNC = 4,
	FAULT_TRUNCATE = 8,
	FAULT_OPEN = 16,
	FAULT_DELETE = 32,
	FAULT_CHANGE = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_DELETE,
	FAULT_ALL = 63
};

/*
 * Stands before the real file system from now on.  Nothing is really synced:
 * see power.h.
 */
void faults_install(void);

/*
 * The operations of these kinds fail with SQLite's code, once after of them
 * have worked: one of them, or that and all later ones when for_ever.
 */
void faults_set(int kinds, int after, int code, int for_ever);

/* All works again.  Returns whether something failed. */
int faults_clear(void);

/* Operations of these kinds since the last call. */
int faults_count(int kinds);

#endif
