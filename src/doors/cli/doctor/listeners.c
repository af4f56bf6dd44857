#include "doors/cli/doctor/listeners.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "os/proc.h"

#define PROC "/proc/"
#define LISTENING " [listener] "

/* ---- a title ---- */

/* What tells nothing of a configuration; and what takes a value and does. */
#define SILENT "DeqrR46"
#define TELLING "foghpc"

/*
 * Takes the option at words[*i]; false where it cannot be understood: a value
 * with a blank in it looks like several words.
 */
static bool
take_option(struct listener *l, char *const *words, size_t count, size_t *i)
{
	char *word = words[*i], *value = word + 2;

	if (word[0] != '-' || word[1] == '\0')
		return false;
	if (strchr(SILENT, word[1]) != NULL)
		return word[1] != 'R' && strspn(value, SILENT) == strlen(value);
	if (strchr("EuC" TELLING, word[1]) == NULL || word[1] == 'C')
		return false;
	if (*value == '\0') {
		if (++*i == count)
			return false;
		value = words[*i];
	}
	if (*value == '-' || (word[1] == 'o' && strchr(value, '=') == NULL) ||
	    (word[1] == 'f' && *value != '/'))
		return false;
	if (strchr(TELLING, word[1]) == NULL)
		return true;
	if (l->count + 2 > LISTENER_WORDS_MAX)
		return false;
	l->at[l->count++] = (size_t)(word - l->text);
	if (value == words[*i])
		l->at[l->count++] = (size_t)(value - l->text);
	return true;
}

/* Cuts text at its blanks; LISTENER_WORDS_MAX for too many words. */
static size_t
cut_words(char *text, char **words)
{
	size_t count = 0;

	for (text += strspn(text, " "); *text != '\0';
	     text += strspn(text, " ")) {
		if (count == LISTENER_WORDS_MAX)
			break;
		words[count++] = text;
		text += strcspn(text, " ");
		if (*text == '\0')
			break;
		*text++ = '\0';
	}
	return count;
}

bool
listener_read(struct listener *out, const char *title)
{
	const char *colon = strstr(title, ": ");
	const char *end = strstr(title, LISTENING);
	char *words[LISTENER_WORDS_MAX];
	size_t count;

	memset(out, 0, sizeof *out);
	if (colon == NULL || (end == NULL && colon[2] != '/'))
		return false;
	if (end == NULL || end < colon + 2 ||
	    text_print(out->name, sizeof out->name, "%.*s",
		(int)(colon - title), title) != OK ||
	    text_print(out->text, sizeof out->text, "%.*s",
		(int)(end - colon) - 2, colon + 2) != OK)
		return true;
	count = cut_words(out->text, words);
	out->legible = count > 0 && count < LISTENER_WORDS_MAX;
	for (size_t i = 1; i < count && out->legible; i++)
		out->legible = take_option(out, words, count, &i);
	return true;
}

const char *
listener_word(const struct listener *l, size_t i)
{
	return l->text + l->at[i];
}

const char *
listener_file(const struct listener *l, const char *standard)
{
	for (size_t i = 0; i < l->count; i++) {
		const char *word = listener_word(l, i);

		if (text_starts(word, "-f"))
			return word[2] != '\0' ? word + 2
					       : listener_word(l, i + 1);
	}
	return standard;
}

/* ---- the machine ---- */

static bool
is_same(const struct listener *a, const struct listener *b)
{
	if (a->count != b->count || strcmp(a->name, b->name) != 0 ||
	    strcmp(a->program, b->program) != 0 || !a->legible || !b->legible ||
	    a->contained || b->contained)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(listener_word(a, i), listener_word(b, i)) != 0)
			return false;
	return true;
}

/* True where path of that process is not what it is here. */
static bool
differs(const char *pid, const char *path)
{
	char name[64];
	struct stat here, there;

	return text_print(name, sizeof name, PROC "self/%s", path) != OK ||
	    stat(name, &here) != 0 ||
	    text_print(name, sizeof name, PROC "%s/%s", pid, path) != OK ||
	    stat(name, &there) != 0 || here.st_dev != there.st_dev ||
	    here.st_ino != there.st_ino;
}

/* The program of a process, without what the kernel says of one that is gone */
static void
find_program(struct listener *l, const char *pid)
{
	char name[64], path[PATH_MAX];
	char *gone;
	ssize_t length;

	if (text_print(name, sizeof name, PROC "%s/exe", pid) != OK ||
	    (length = readlink(name, path, sizeof path - 1)) < 0)
		return;
	path[length] = '\0';
	if ((gone = strstr(path, " (deleted)")) != NULL)
		*gone = '\0';
	(void)text_copy(l->program, sizeof l->program, path);
}

static void
note_listener(struct listeners *all, const char *pid)
{
	char title[LISTENER_TEXT_MAX], name[64];
	struct listener l;
	struct stat st;

	if (text_print(name, sizeof name, PROC "%s", pid) != OK ||
	    stat(name, &st) != 0 || st.st_uid != 0 ||
	    !proc_title(strtol(pid, NULL, 10), title, sizeof title) ||
	    !listener_read(&l, title))
		return;
	find_program(&l, pid);
	if (strstr(title, LISTENING) == NULL &&
	    strstr(l.program, "/sshd") == NULL)
		return;
	l.pid = (pid_t)strtol(pid, NULL, 10);
	l.contained = differs(pid, "ns/pid") && differs(pid, "root");
	l.legible = l.legible && l.program[0] != '\0' &&
	    (l.contained || !differs(pid, "ns/mnt"));
	for (size_t i = 0; i < all->count; i++)
		if (is_same(&all->listener[i], &l))
			return;
	if (all->count == LISTENERS_MAX)
		all->more = true;
	else
		all->listener[all->count++] = l;
}

void
listeners_find(struct listeners *out)
{
	const struct dirent *entry;
	DIR *d = opendir(PROC);

	out->more = d == NULL;
	while (d != NULL && (entry = readdir(d)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			note_listener(out, entry->d_name);
	if (d != NULL)
		(void)closedir(d);
}
