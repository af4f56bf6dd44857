/* The arguments of the gate, as the ForceCommand line of sshd gives them. */
#ifndef DOORS_GATE_ARGUMENTS_H
#define DOORS_GATE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define PATTERNS_MAX 16

/* Names of files, with %h %u %U %% in them; relative ones lie in the home. */
struct patterns {
	size_t count;
	const char *pattern[PATTERNS_MAX];
};

struct arguments {
	struct patterns keys;	    /* --keys=PATTERN */
	struct patterns principals; /* --principals=PATTERN */
	bool unlisted_shell;	    /* --unlisted-keys=shell */
	bool fallback_publickey;    /* --fallback=publickey */
	bool record;		    /* --record */
	bool help;		    /* --help */
	bool version;		    /* --version */
};

/*
 * Reads them; out points into argv.  ERR_FORMAT for an argument that is not
 * known, ERR_FULL for one pattern too many; *wrong is then that argument.
 */
enum error arguments_read(
    struct arguments *out, int argc, char **argv, const char **wrong);

/*
 * The file that pattern names for this user, in out of size bytes.
 * ERR_FORMAT for a token that is not known, ERR_LONG.
 */
enum error pattern_expand(char *out, size_t size, const char *pattern,
    const char *name, const char *home, unsigned long uid);

#endif
