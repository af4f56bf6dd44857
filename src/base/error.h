/*
 * Errors are numbers inside and sentences at the edge.
 *
 * Zero is a failure, so that memory nobody wrote, and a branch nobody thought
 * of, never read as success.  A function that returns an enum error starts
 * its result at ERR_UNSET and assigns OK last.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#define ERROR_LIST(X)                                     \
	X(ERR_UNSET, "nothing was decided")               \
	X(OK, "done")                                     \
	X(ERR_MEMORY, "out of memory")                    \
	X(ERR_SHORT, "shorter than it must be")           \
	X(ERR_LONG, "longer than it may be")              \
	X(ERR_TRAILING, "bytes follow the end")           \
	X(ERR_FORMAT, "malformed")                        \
	X(ERR_RANGE, "out of range")                      \
	X(ERR_VERSION, "of another version")              \
	X(ERR_ABSENT, "not there")                        \
	X(ERR_EXISTS, "there already")                    \
	X(ERR_FULL, "no room for one more")               \
	X(ERR_BROKEN, "damaged")                          \
	X(ERR_FOREIGN, "of another owner or id")          \
	X(ERR_UNSAFE, "owner or mode not safe")           \
	X(ERR_RACE, "changed in the meantime")            \
	X(ERR_CRYPTO, "the cryptographic library failed") \
	X(ERR_STORE, "the store failed")                  \
	X(ERR_SYSTEM, "the system refused")               \
	X(ERR_REFUSED, "refused")                         \
	X(ERR_DOWN, "nobody listens")                     \
	X(ERR_BUSY, "too busy")                           \
	X(ERR_TIMEOUT, "the time ran out")                \
	X(ERR_CLOSED, "the other side ended it")          \
	X(ERR_INTERRUPTED, "interrupted")

#define ERROR_ENUM(name, text) name,
enum error { ERROR_LIST(ERROR_ENUM) };
#undef ERROR_ENUM

/*
 * A few words in English for e, without capital or stop; never NULL, valid
 * for ever.  For a number that is no error: "unknown error".
 */
const char *error_text(enum error e);

#endif
