#include "doors/gate/kind.h"

#include <stddef.h>
#include <string.h>

#define BLANKS " \t"

/* A word of a command line; quotes are not looked at. */
struct word {
	const char *at;
	size_t length;
};

static struct word
word_at(const char *text)
{
	text += strspn(text, BLANKS);
	return (struct word){text, strcspn(text, BLANKS)};
}

static bool
word_is(struct word w, const char *text)
{
	return w.length == strlen(text) && memcmp(w.at, text, w.length) == 0;
}

/* The part after the last slash. */
static struct word
word_base(struct word w)
{
	for (size_t i = w.length; i > 0; i--)
		if (w.at[i - 1] == '/')
			return (struct word){w.at + i, w.length - i};
	return w;
}

/* True when one of the words after first is an option of one letter. */
static bool
has_letter(struct word first, char letter)
{
	struct word w = word_at(first.at + first.length);

	for (; w.length > 0; w = word_at(w.at + w.length))
		if (w.length == 2 && w.at[0] == '-' && w.at[1] == letter)
			return true;
	return false;
}

const char *
kind_internal_sftp(const char *command)
{
	static const char name[] = "internal-sftp";
	const size_t length = sizeof name - 1;

	if (command == NULL || strncmp(command, name, length) != 0)
		return NULL;
	command += length;
	return *command == '\0' || strchr(BLANKS, *command) != NULL ? command
								    : NULL;
}

enum kind
kind_of(const char *command)
{
	static const char *const git[] = {"git-upload-pack", "git-receive-pack",
	    "git-upload-archive", "git-lfs-transfer"};
	struct word first, base;

	if (command == NULL)
		return KIND_SHELL;
	first = word_at(command);
	base = word_base(first);
	if (kind_internal_sftp(command) != NULL || word_is(base, "sftp-server"))
		return KIND_SFTP;
	if (word_is(base, "scp") &&
	    (has_letter(first, 't') || has_letter(first, 'f')))
		return KIND_SCP;
	if (word_is(base, "rsync") &&
	    word_is(word_at(first.at + first.length), "--server"))
		return KIND_RSYNC;
	if (word_is(base, "mosh-server"))
		return KIND_MOSH;
	for (size_t i = 0; i < sizeof git / sizeof git[0]; i++)
		if (word_is(base, git[i]))
			return KIND_GIT;
	return KIND_COMMAND;
}

bool
kind_askable(enum kind kind)
{
	return kind == KIND_SHELL || kind == KIND_COMMAND;
}
