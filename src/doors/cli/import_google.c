/*
 * Whose a file is.  One in a home, .google_authenticator, or one that was
 * named by itself, is its owner's, for only he can have made it.  A file that
 * root owns and that is named for a user is that user's; so is one in a
 * directory of such files, if nobody else owns it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/import.h"
#include "doors/cli/import_google.h"
#include "doors/cli/lines.h"
#include "doors/cli/say.h"

#define IN_HOME ".google_authenticator"
#define GOOGLE_SIZE_MAX 65536 /* bytes: users write such files */

/* A file, and how its user is found. */
struct found {
	int dir;	   /* where it is */
	const char *entry; /* its name there */
	const char *user;  /* for whom it is named; NULL: not known */
	const char *shown; /* what people are told */
	bool in_home;	   /* its directory's owner must be its own */
	bool by_owner;	   /* it is its owner's, also without that name */
	bool follow;	   /* a link at its end */
};

static const char *
take_owner(struct wire_import_record *m, uid_t owner)
{
	const struct passwd *p = getpwuid(owner);

	if (p == NULL)
		return "its owner is no user";
	m->uid = owner;
	if (text_copy(m->name, sizeof m->name, p->pw_name) != OK)
		return "the user's name is too long";
	return NULL;
}

/* One that is named for a user: root's, or the user's own. */
static const char *
take_named(const struct batch *b, const char *name, uid_t owner,
    struct wire_import_record *m)
{
	if (!accounts_find(&b->accounts, name, &m->uid))
		return "there is no user of that name here";
	if (text_copy(m->name, sizeof m->name, name) != OK)
		return "the user's name is too long";
	if (owner != 0 && owner != m->uid)
		return "it is named for one user, and belongs to another";
	return NULL;
}

static const char *
take_person(const struct batch *b, const struct found *f, uid_t owner,
    struct wire_import_record *m)
{
	struct stat home;
	uint32_t uid;

	if (f->in_home && (fstat(f->dir, &home) != 0 || home.st_uid != owner))
		return "it belongs to another user than its directory";
	/* Looked up first, for asking by uid can take long. */
	if (f->in_home && f->user != NULL &&
	    accounts_find(&b->accounts, f->user, &uid) && uid == owner)
		return take_named(b, f->user, owner, m);
	if (f->in_home || (f->by_owner && owner != 0))
		return take_owner(m, owner);
	return take_named(b, f->user, owner, m);
}

static void
read_found(struct batch *b, const struct found *f)
{
	const char *file;
	struct wire_import_record m;
	struct lines l;
	const char *why =
	    lines_open(&l, f->dir, f->entry, f->follow, GOOGLE_SIZE_MAX);

	if (why != NULL && l.absent && f->in_home)
		return;
	file = batch_name(b, f->shown);
	memset(&m, 0, sizeof m);
	if (why == NULL) {
		why = take_person(b, f, l.owner, &m);
		if (why == NULL)
			google_read_lines(b, file, &l, &m);
		if (!lines_close(&l) && why == NULL)
			why = "it cannot be read to its end";
	}
	if (why != NULL)
		batch_refuse(b, file, 0, why);
	explicit_bzero(&m, sizeof m);
}

/* ---- directories ---- */

static void
read_entry(struct batch *b, int dir, const char *path, const char *name)
{
	char shown[4096];
	struct found f = {.dir = dir, .entry = name, .user = name};
	int home = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	f.in_home = home >= 0;
	if (f.in_home) {
		f.dir = home;
		f.entry = IN_HOME;
	}
	/* What is cut is only shown. */
	(void)text_print(shown, sizeof shown, "%s/%s%s", path, name,
	    f.in_home ? "/" IN_HOME : "");
	f.shown = shown;
	read_found(b, &f);
	if (home >= 0)
		(void)close(home);
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Whoever can write in it decides for whom a file is named. */
static const char *
vet_directory(int dir)
{
	struct stat st;

	if (fstat(dir, &st) != 0)
		return "it cannot be read";
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "others than root can write in it; name the files one "
		       "by one";
	return NULL;
}

static bool
read_directory(struct batch *b, int dir, const char *path)
{
	char shown[SHOWN_MAX];
	struct dirent **entry = NULL;
	const char *why = vet_directory(dir);
	int count = 0;

	if (why == NULL)
		count = scandir(path, &entry, is_visible, alphasort);
	if (count < 0)
		why = strerror(errno);
	if (why == NULL)
		accounts_read(&b->accounts);
	for (int i = 0; i < count; i++) {
		read_entry(b, dir, path, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	if (why != NULL)
		complain(
		    "%s: %s", text_escape_utf8(shown, sizeof shown, path), why);
	return why == NULL;
}

/* ---- one file ---- */

static bool
read_file(struct batch *b, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	char directory[4096] = ".";
	struct found f = {.entry = name,
	    .user = name,
	    .shown = path,
	    .in_home = strcmp(name, IN_HOME) == 0,
	    .by_owner = true,
	    .follow = true};

	if (slash != NULL)
		(void)text_print(directory, sizeof directory, "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	f.dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f.in_home && faccessat(f.dir, name, F_OK, 0) != 0) {
		(void)close(f.dir);
		f.dir = -1;
	}
	if (f.dir < 0) {
		char shown[SHOWN_MAX];

		complain("%s: %s", text_escape_utf8(shown, sizeof shown, path),
		    strerror(errno));
		return false;
	}
	read_found(b, &f);
	(void)close(f.dir);
	return true;
}

bool
import_read_google(struct batch *b, const char *path)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good;

	if (dir < 0)
		return read_file(b, path);
	good = read_directory(b, dir, path);
	(void)close(dir);
	return good;
}
