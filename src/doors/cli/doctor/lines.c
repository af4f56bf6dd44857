#include "doors/cli/doctor/lines.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/text.h"
#include "os/trusted_file.h"

#define SSHD_DIR "/etc/ssh/"
#define PAM_DIR "/etc/pam.d/"

/* ---- words ---- */

const char *
line_keyword(const char *text, char *out, size_t size)
{
	size_t length = strcspn(text, " \t=");

	(void)text_print(out, size, "%.*s", (int)length, text);
	for (char *at = out; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	text += length;
	text += strspn(text, " \t");
	if (*text == '=')
		text += 1 + strspn(text + 1, " \t");
	return text;
}

bool
line_word(const char **at, char *out, size_t size)
{
	const char *start = *at + strspn(*at, " \t");
	bool quoted = *start == '"';
	size_t length;

	start += quoted;
	length = strcspn(start, quoted ? "\"" : " \t");
	*at = start + length;
	if (quoted && **at == '"')
		(*at)++;
	if (text_print(out, size, "%.*s", (int)length, start) != OK)
		out[0] = '\0';
	return length > 0 || quoted;
}

/* ---- lines ---- */

static void
note_failed(struct lines *l, const char *path)
{
	if (l->failed[0] == '\0')
		(void)text_escape_utf8(l->failed, sizeof l->failed, path);
}

static struct source *
add_source(struct lines *l, const char *path)
{
	struct source **bigger =
	    realloc(l->source, (l->sources + 1) * sizeof(struct source *));
	struct source *s = calloc(1, sizeof *s);
	struct stat st;

	if (bigger != NULL)
		l->source = bigger;
	if (s != NULL)
		s->path = strdup(path);
	if (bigger == NULL || s == NULL || s->path == NULL) {
		free(s);
		return NULL;
	}
	if (stat(path, &st) == 0)
		s->changed = (int64_t)st.st_ctim.tv_sec * 1000000000 +
		    st.st_ctim.tv_nsec;
	l->source[l->sources++] = s;
	return s;
}

static bool
add_line(struct lines *l, const struct line *fresh)
{
	if (l->count == l->room) {
		size_t room = l->room * 2 + 64;
		struct line *bigger =
		    realloc(l->line, room * sizeof(struct line));

		if (room > LINES_MAX || bigger == NULL) {
			l->line = bigger == NULL ? l->line : bigger;
			return false;
		}
		l->line = bigger;
		l->room = room;
	}
	l->line[l->count] = *fresh;
	l->line[l->count].text = strdup(fresh->text);
	if (l->line[l->count].text == NULL)
		return false;
	l->count++;
	return true;
}

/* The next line at *at, cut off and trimmed; NULL behind the last. */
static char *
cut_line(char **at)
{
	char *text = *at + strspn(*at, " \t\r");
	size_t length = strcspn(text, "\n");

	if (**at == '\0')
		return NULL;
	*at = text + length;
	if (**at == '\n')
		(*at)++;
	while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

/* Where text is a comment that names a place of the site's own. */
static enum place
place_named(const char *text)
{
	static const struct {
		const char *text;
		enum place place;
	} named[] = {
#define PLACE(place, text) {"# " text, PLACE_##place},
#include "doors/cli/doctor/places.def"
#undef PLACE
	};

	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (strcmp(text, named[i].text) == 0)
			return named[i].place;
	return PLACE_NONE;
}

static bool
add_lines(struct lines *l, char *text, const char *file, lines_include *include,
    int depth)
{
	struct line fresh = {.file = file, .place = PLACE_NONE};

	while ((fresh.text = cut_line(&text)) != NULL) {
		fresh.number++;
		if (fresh.text[0] == '\0' || fresh.text[0] == '#') {
			fresh.place = place_named(fresh.text);
			continue;
		}
		if (!include(l, fresh.text, depth + 1) && !add_line(l, &fresh))
			return false;
		fresh.place = PLACE_NONE;
	}
	return true;
}

/* PAM cuts at a "#", and reads on where a line ends with a backslash. */
static void
join_lines(char *text)
{
	for (char *at = text; (at = strchr(at, '#')) != NULL;)
		memset(at, ' ', strcspn(at, "\n"));
	while ((text = strchr(text, '\\')) != NULL) {
		size_t end = 1 + strspn(text + 1, " \t\r");

		if (text[end] == '\n')
			text[0] = text[end] = ' ';
		text += end;
	}
}

/* Names of packages are links as often as not: what they lead to counts. */
static enum error
read_text(const char *path, char *text)
{
	char real[PATH_MAX];
	size_t size;

	if (realpath(path, real) == NULL)
		return errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	return trusted_file_read(
	    real, (uid_t)-1, 0, text, LINES_FILE_MAX, &size);
}

void
lines_add(struct lines *l, const char *path, lines_include *include, int depth)
{
	char *text = malloc(LINES_FILE_MAX + 1);
	struct source *s;
	enum error e = text == NULL ? ERR_MEMORY : read_text(path, text);

	if (e == OK) {
		s = depth < LINES_DEPTH ? add_source(l, path) : NULL;
		if (include == lines_of_pam)
			join_lines(text);
		if (s == NULL || !add_lines(l, text, s->path, include, depth))
			e = ERR_MEMORY;
	}
	if (e != OK && e != ERR_ABSENT)
		note_failed(l, path);
	free(text);
}

void
lines_free(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->line[i].text);
	for (size_t i = 0; i < l->sources; i++) {
		free(l->source[i]->path);
		free(l->source[i]);
	}
	free(l->line);
	free(l->source);
	memset(l, 0, sizeof *l);
}

void
lines_place(const struct lines *l, size_t n, char *out, size_t size)
{
	char file[256];

	(void)text_print(out, size, "%s:%d",
	    text_escape_utf8(file, sizeof file, l->line[n].file),
	    l->line[n].number);
}

/* ---- what includes what ---- */

static void
add_matches(struct lines *l, const char *pattern, int depth)
{
	char whole[PATH_MAX];
	glob_t hits;

	if (text_print(whole, sizeof whole, "%s%s",
		pattern[0] == '/' ? "" : SSHD_DIR, pattern) != OK) {
		note_failed(l, pattern);
		return;
	}
	if (glob(whole, 0, NULL, &hits) != 0)
		return;
	for (size_t i = 0; i < hits.gl_pathc; i++)
		lines_add(l, hits.gl_pathv[i], lines_of_sshd, depth);
	globfree(&hits);
}

bool
lines_of_sshd(struct lines *l, const char *text, int depth)
{
	char word[PATH_MAX];
	const char *at = line_keyword(text, word, sizeof word);

	if (strcmp(word, "include") != 0)
		return false;
	while (line_word(&at, word, sizeof word))
		add_matches(l, word, depth);
	return true;
}

static void
add_stack(struct lines *l, const char *name, int depth)
{
	char path[PATH_MAX];

	if (text_print(path, sizeof path, "%s%s", name[0] == '/' ? "" : PAM_DIR,
		name) == OK)
		lines_add(l, path, lines_of_pam, depth);
}

bool
lines_of_shipped(struct lines *l, const char *text, int depth)
{
	(void)l;
	(void)text;
	(void)depth;
	return false;
}

/* "TYPE include FILE" takes the lines of that type alone. */
static void
keep_type(struct lines *l, size_t from, const char *type)
{
	size_t kept = from;
	char word[64];

	for (size_t n = from; n < l->count; n++) {
		const char *at = l->line[n].text;

		if (line_word(&at, word, sizeof word) &&
		    strcasecmp(word + (*word == '-'), type) == 0)
			l->line[kept++] = l->line[n];
		else
			free(l->line[n].text);
	}
	l->count = kept;
}

bool
lines_of_pam(struct lines *l, const char *text, int depth)
{
	char first[64], control[64], name[256];
	size_t from = l->count;
	bool whole;

	if (!line_word(&text, first, sizeof first))
		return false;
	whole = strcmp(first, "@include") == 0;
	if (!whole &&
	    (!line_word(&text, control, sizeof control) ||
		strcasecmp(control, "include") != 0))
		return false;
	if (line_word(&text, name, sizeof name))
		add_stack(l, name, depth);
	if (!whole)
		keep_type(l, from, first + (*first == '-'));
	return true;
}
