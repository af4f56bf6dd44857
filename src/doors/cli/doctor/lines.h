/*
 * Files of configuration with all that they include, as their reader meets
 * it: one line after the other, each with its place.
 */
#ifndef DOORS_CLI_DOCTOR_LINES_H
#define DOORS_CLI_DOCTOR_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define LINES_MAX 16384	     /* of all files together */
#define LINES_FILE_MAX 65536 /* bytes of one file */
#define LINES_DEPTH 8	     /* files that include files */

/* What a line that is shipped lets a site put there: see places.def. */
enum place {
	PLACE_NONE,
#define PLACE(place, text) PLACE_##place,
#include "doors/cli/doctor/places.def"
#undef PLACE
};

struct line {
	const char *file;
	int number;
	char *text; /* without blanks at its ends; never empty or a comment */
	enum place place; /* as the comment right above it names it */
};

struct source {
	char *path;
	int64_t changed; /* st_ctim, nanoseconds */
};

struct lines {
	struct line *line;
	size_t count, room;
	struct source **source;
	size_t sources;
	char failed[256]; /* the first file that could not be read, or "" */
};

/*
 * What a line is: true when it includes others, which were then read by
 * lines_add() with this depth.
 */
typedef bool lines_include(struct lines *l, const char *text, int depth);

/*
 * Appends the lines of the file at path.  A file that is not there adds
 * nothing; one that cannot be read or is too long is named in failed.
 */
void lines_add(
    struct lines *l, const char *path, lines_include *include, int depth);

void lines_free(struct lines *l);

/* Where line n stands: "file:number". */
void lines_place(const struct lines *l, size_t n, char *out, size_t size);

/* ---- what includes what ---- */

/*
 * sshd_config(5): Include, with patterns of glob(7) that are relative to
 * /etc/ssh.  pam.conf(5): @include and include, below /etc/pam.d; a substack is
 * a line like others.  Of a shipped file nothing is included.
 */
lines_include lines_of_sshd, lines_of_pam, lines_of_shipped;

/* ---- words of a line ---- */

/*
 * Copies the keyword that text begins with, in lower case, into out; what
 * follows it, behind blanks and one "=".  "" for a line without a value.
 */
const char *line_keyword(const char *text, char *out, size_t size);

/*
 * Copies the next word of *at, its double quotes taken off, into out and moves
 * *at behind it; false at the end, and out is "" for one that is too long.
 */
bool line_word(const char **at, char *out, size_t size);

#endif
