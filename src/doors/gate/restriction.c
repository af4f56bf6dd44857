#include "doors/gate/restriction.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doors/gate/certificate.h"
#include "doors/gate/key.h"
#include "doors/gate/keyline.h"

/* What a search goes by, and what it has found so far. */
struct search {
	const struct facts *facts;
	const struct arguments *arguments;
	const struct trust *trust;
	const struct key *key;		       /* what lines must hold */
	const struct certificate *certificate; /* NULL for a plain key */
	bool listed;			       /* a line holds it */
	enum restriction answer;
	char *command;
};

/* ---- lines ---- */

/* A line that holds the key says command, or NULL for none. */
static void
take_answer(struct search *s, char *command)
{
	bool first = !s->listed;

	s->listed = true;
	if (first) {
		s->answer =
		    command == NULL ? RESTRICTION_NONE : RESTRICTION_COMMAND;
		s->command = command;
		return;
	}
	if ((command == NULL) != (s->command == NULL) ||
	    (command != NULL && strcmp(command, s->command) != 0))
		s->answer = RESTRICTION_CONFLICT;
	free(command);
}

/* False ends the search: what was found refuses. */
static bool
take_line(struct search *s, enum error e, const struct keyoptions *options)
{
	if (e == ERR_ABSENT)
		return true;
	if (e == OK)
		take_answer(s, options->command);
	else
		s->answer = e == ERR_MEMORY ? RESTRICTION_UNDECIDED
					    : RESTRICTION_OPTION;
	return s->answer == RESTRICTION_NONE ||
	    s->answer == RESTRICTION_COMMAND;
}

static bool
key_line(struct search *s, const char *line)
{
	struct keyoptions options;
	enum error e =
	    keyline_read(&options, line, s->key, s->certificate != NULL);

	return take_line(s, e, &options);
}

static bool
principal_line(struct search *s, const char *line)
{
	struct keyoptions options;
	enum error e = principal_line_read(&options, line, s->certificate);

	return take_line(s, e, &options);
}

/* For a login of which nothing is known: does any line restrict a key? */
static bool
any_line(struct search *s, const char *line)
{
	line += strspn(line, " \t");
	if (*line == '#' ||
	    (strcasestr(line, "command=") == NULL &&
		strcasestr(line, "cert-authority") == NULL))
		return true;
	s->answer = RESTRICTION_HIDDEN;
	return false;
}

/* ---- files ---- */

typedef bool line_reader(struct search *s, const char *line);

/*
 * Opens what sshd would: as the user, a regular file, through links.  What
 * cannot be read here could not be read by sshd.
 */
static FILE *
open_list(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	FILE *f = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		f = fdopen(fd, "r");
	if (f == NULL)
		(void)close(fd);
	return f;
}

static bool
read_list(struct search *s, const char *path, line_reader *take)
{
	FILE *f = open_list(path);
	char *line = NULL;
	size_t size = 0;
	bool on = true;

	if (f == NULL)
		return true;
	while (on && getline(&line, &size, f) >= 0)
		on = take(s, line);
	if (on && ferror(f) != 0) {
		s->answer = RESTRICTION_UNDECIDED;
		on = false;
	}
	free(line);
	(void)fclose(f);
	return on;
}

static bool
read_lists(struct search *s, const struct patterns *p, line_reader *take)
{
	const struct user *u = &s->facts->user;
	char path[PATH_MAX];

	for (size_t i = 0; i < p->count; i++) {
		if (pattern_expand(path, sizeof path, p->pattern[i], u->name,
			u->home, u->uid) != OK) {
			s->answer = RESTRICTION_PATTERN;
			return false;
		}
		if (!read_list(s, path, take))
			return false;
	}
	return true;
}

/* ---- keys ---- */

static void
search_lists(struct search *s, const struct key *key,
    const struct certificate *certificate)
{
	const struct arguments *a = s->arguments;

	s->key = key;
	s->certificate = certificate;
	if (!read_lists(s, &a->keys, key_line))
		return;
	if (certificate != NULL &&
	    !read_lists(s, &a->principals, principal_line))
		return;
	if (!s->listed)
		s->answer = a->unlisted_shell ||
			(certificate == NULL &&
			    s->trust->vouched(s->trust->context, key))
		    ? RESTRICTION_NONE
		    : RESTRICTION_UNLISTED;
}

/* What the lines say that vouch for whoever signed it. */
static void
search_authority(struct search *s, const struct certificate *certificate)
{
	struct key authority;

	s->answer = RESTRICTION_CERTIFICATE;
	if (key_copy(&authority, certificate->authority.at,
		certificate->authority.size) != OK)
		return;
	search_lists(s, &authority, certificate);
	key_free(&authority);
}

/*
 * The command within a certificate is the one: sshd lets it in only where
 * the lines that vouch for it say the same or nothing.
 */
static void
search_certificate(struct search *s, const struct key *key)
{
	struct certificate certificate;

	s->answer = RESTRICTION_CERTIFICATE;
	if (certificate_read(&certificate, key) != OK)
		return;
	if (certificate.command != NULL) {
		take_answer(s, certificate.command);
		certificate.command = NULL;
	} else {
		search_authority(s, &certificate);
	}
	certificate_free(&certificate);
}

static enum restriction
find_one(struct search *s, const char *blob, char **command)
{
	struct key key;

	if (key_read(&key, blob, strlen(blob)) != OK)
		return RESTRICTION_UNREADABLE;
	if (certificate_is(&key))
		search_certificate(s, &key);
	else
		search_lists(s, &key, NULL);
	key_free(&key);
	if (s->answer == RESTRICTION_COMMAND)
		*command = s->command;
	else
		free(s->command);
	return s->answer;
}

/* Adds what one more key of the login says: sshd merges them likewise. */
static enum restriction
merge(
    enum restriction so_far, enum restriction more, char **command, char *other)
{
	if (more != RESTRICTION_COMMAND)
		return more == RESTRICTION_NONE ? so_far : more;
	if (*command == NULL) {
		*command = other;
		return RESTRICTION_COMMAND;
	}
	if (strcmp(*command, other) != 0)
		so_far = RESTRICTION_CONFLICT;
	free(other);
	return so_far;
}

static enum restriction
find_hidden(const struct facts *facts, const struct arguments *a)
{
	struct search s = {.facts = facts, .answer = RESTRICTION_NONE};

	if (read_lists(&s, &a->keys, any_line))
		(void)read_lists(&s, &a->principals, any_line);
	return s.answer;
}

enum restriction
restriction_find(const struct facts *facts, const struct arguments *arguments,
    const struct trust *trust, char **command)
{
	enum restriction r = RESTRICTION_NONE;

	*command = NULL;
	if (!facts->login.believed)
		return find_hidden(facts, arguments);
	for (size_t i = 0; i < facts->login.keys; i++) {
		struct search s = {
		    .facts = facts, .arguments = arguments, .trust = trust};
		char *other = NULL;
		enum restriction one =
		    find_one(&s, facts->login.key[i].blob, &other);

		r = merge(r, one, command, other);
		if (r != RESTRICTION_NONE && r != RESTRICTION_COMMAND)
			break;
	}
	if (r != RESTRICTION_COMMAND) {
		free(*command);
		*command = NULL;
	}
	return r;
}
