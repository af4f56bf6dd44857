/*
 * The table of options: one row says how an option is written, what it may
 * be, and where it goes.  The parser, `otpgate policy`, the shipped
 * otpgate.conf and the manual's check are all made from it.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "core/policy.h"

enum option_kind {
	OPTION_SWITCH,
	OPTION_NUMBER,
	OPTION_WORD,
	OPTION_TEXT,
	OPTION_METHODS,
	OPTION_GROUPS,	 /* core/exempt.h; "!" negates */
	OPTION_NETWORKS, /* likewise */
	OPTION_NAMES,	 /* of groups, none negated */
	OPTION_SERVICES	 /* core/service.h */
};

struct option {
	const char *key;
	enum option_kind kind;
	size_t offset;	       /* of the field in struct policy */
	size_t size;	       /* of that field */
	unsigned int min, max; /* OPTION_NUMBER; OPTION_TEXT: of its length */
	const char *words;     /* OPTION_WORD: in the order of the enum;
	                          OPTION_NUMBER: the only ones, "" for all */
	const char *standard;  /* the default, as text */
	bool must;	       /* otpgate.conf has to say it */
	const char *help;
};

#define OPTION_VALUE_MAX POLICY_LIST_MAX /* bytes of a value as text */

/* All of them: OPTION_COUNT rows, in the order in which they are shown. */
extern const struct option option_table[];
extern const size_t option_count;

/* The row of key, or NULL. */
const struct option *option_find(const char *key);

/* Writes every default into p. */
void option_defaults(struct policy *p);

/*
 * Reads text as o's value into p: "true", "false"; a number; a word; text;
 * methods, groups, networks or services with commas between.  ERR_FORMAT when
 * it is none, ERR_RANGE when it is outside the range; p is then untouched.
 */
enum error option_parse(
    const struct option *o, const char *text, struct policy *p);

/* Writes o's value of p as option_parse() reads it; OPTION_VALUE_MAX bytes. */
void option_write(const struct option *o, const struct policy *p,
    char out[static OPTION_VALUE_MAX]);

/*
 * Writes what o may be, for messages: "a number from 0 to 10".
 */
void option_expects(const struct option *o, char out[static OPTION_VALUE_MAX]);

/*
 * More about why option_parse() does not take text, to stand behind what
 * option_expects() says; "" where that says it all.
 */
const char *option_advice(const struct option *o, const char *text);

/* Writes "key = value;" as libconfig reads it.  ERR_LONG. */
enum error option_setting(
    const struct option *o, const char *value, char *out, size_t size);

#endif
