/*
 * One text of the policy: libconfig's settings, judged row by row against the
 * table of options.  A part of daemon/config.c, which knows the files.
 */
#ifndef DAEMON_CONFIG_TEXT_H
#define DAEMON_CONFIG_TEXT_H

#include <stdbool.h>

#include "daemon/config.h"

/* What one file sets, as text, in the order of the options table. */
struct settings {
	bool set[CONFIG_OPTIONS_MAX];
	char value[CONFIG_OPTIONS_MAX][OPTION_VALUE_MAX];
};

/*
 * Adds a complaint, "path:line: ..." or, with line 0, "path: ..."; one that
 * does not fit any more is cut, the ones before it stand.
 */
void config_complain(struct config *c, const char *path, int line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * Reads text, which path is said to hold, into the policy and the sources of
 * c and into own.  What is wrong becomes a complaint.
 */
void config_take_text(
    struct config *c, struct settings *own, const char *path, const char *text);

#endif
