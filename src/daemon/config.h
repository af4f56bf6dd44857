/*
 * The policy's files: otpgate.conf, then those of conf.d in the order
 * of their names (*.conf), the last setting wins.  libconfig reads them,
 * options.def says what may stand in them.
 *
 * Rules:
 *   - An unknown key, a wrong type, a value out of range, a file that sets
 *     nothing, or a switch that otpgate.conf does not set MUST refuse the whole
 *     policy: a policy that was cut off must not read as one that is off.
 *   - All complaints are collected, each with file and line, before refusing.
 *   - Only files of their owner, which nobody else can write, are read; they
 *     cannot include others.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "core/policy.h"
#include "daemon/options.h"

#define CONFIG_FILE_MAX 65536 /* bytes of one file */
#define CONFIG_FILES_MAX 64   /* files in conf.d */
#define CONFIG_COMPLAINT_MAX 4096
#define CONFIG_SOURCE_MAX 160 /* "file:line" */
#define CONFIG_OPTIONS_MAX 32

/* Where the files are, and whose they must be. */
struct config_place {
	const char *file;      /* otpgate.conf */
	const char *directory; /* conf.d, or NULL: only the file is read */
	uid_t owner;	       /* (uid_t)-1: anybody's */
	const char *own_path;  /* 90-otpgate.conf, which policy set writes */
	const char *draft;     /* read in own_path's place; NULL: the disk */
};

struct config {
	struct policy policy;
	char source[CONFIG_OPTIONS_MAX][CONFIG_SOURCE_MAX]; /* "default" */
	char complaint[CONFIG_COMPLAINT_MAX]; /* a line each; "" when good */
};

/*
 * Reads all.  OK, or ERR_REFUSED with every complaint in c->complaint; the
 * policy in c must then not be used.
 */
enum error config_load(struct config *c, const struct config_place *place);

/* Reads one text that config_render() made. */
enum error config_parse(struct config *c, const char *text);

/* Writes all of a policy as text that config_parse() reads.  ERR_LONG. */
enum error config_render(const struct policy *p, char *out, size_t size);

/* A setting that is to be; a list of them ends with one whose key is NULL. */
struct config_change {
	const char *key, *value;
};

/*
 * What 90-otpgate.conf, at place->own_path, would hold with the changes beside
 * what it sets now, into out.  OK; ERR_ABSENT no such key, ERR_REFUSED it
 * cannot be: c->complaint says why.  c holds the policy that would result.
 */
enum error config_draft(struct config *c, const struct config_place *place,
    const struct config_change *change, char *out, size_t size);

#endif
