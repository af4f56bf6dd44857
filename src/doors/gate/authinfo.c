#include "doors/gate/authinfo.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "os/trusted_file.h"

#define PLACE "/tmp/sshauth." /* sshd's session.c: only this much is stable */
#define FORBIDDEN 07177	      /* all but the owner's reading and writing */

/*
 * Cuts the next word off *rest, which ends with a blank or with the line;
 * NULL when there is none.
 */
static char *
cut_word(char **rest)
{
	char *word = *rest;
	size_t length = strcspn(word, " ");

	if (length == 0)
		return NULL;
	*rest = word + length;
	if (**rest == ' ')
		*(*rest)++ = '\0';
	return word;
}

static enum error
add_method(struct authinfo *out, const char *method)
{
	size_t used = strlen(out->methods);

	if (strchr(method, ',') != NULL)
		return ERR_FORMAT;
	return text_print(out->methods + used, sizeof out->methods - used,
	    "%s%s", used == 0 ? "" : ",", method);
}

/* publickey TYPE BLOB, and for a FIDO key what else sshd says of it. */
static enum error
add_key(struct authinfo *out, char *rest)
{
	char *type = cut_word(&rest), *blob = cut_word(&rest);

	if (type == NULL || blob == NULL)
		return ERR_FORMAT;
	if (out->keys == AUTHINFO_KEYS)
		return ERR_LONG;
	out->key[out->keys].type = type;
	out->key[out->keys].blob = blob;
	out->keys++;
	return OK;
}

static enum error
add_line(struct authinfo *out, char *line)
{
	char *rest = line, *method = cut_word(&rest);
	enum error e = ERR_UNSET;

	if (method == NULL)
		return ERR_FORMAT;
	if ((e = add_method(out, method)) != OK)
		return e;
	return strcmp(method, "publickey") == 0 ? add_key(out, rest) : OK;
}

/* Every line ends with a newline, or the file was cut. */
static enum error
add_lines(struct authinfo *out, char *text, size_t size)
{
	enum error e = ERR_UNSET;

	if (size == 0)
		return ERR_SHORT;
	if (strlen(text) != size || text[size - 1] != '\n')
		return ERR_FORMAT;
	for (char *end; *text != '\0'; text = end + 1) {
		end = strchr(text, '\n');
		*end = '\0';
		if ((e = add_line(out, text)) != OK)
			return e;
	}
	return OK;
}

enum error
authinfo_parse(struct authinfo *out, char *text, size_t size)
{
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	e = add_lines(out, text, size);
	if (e != OK)
		memset(out, 0, sizeof *out);
	out->text = text;
	out->believed = e == OK;
	return e;
}

enum error
authinfo_read(struct authinfo *out, const char *path, uid_t owner)
{
	enum error e = ERR_UNSET;
	size_t size;
	char *text;

	memset(out, 0, sizeof *out);
	if (path == NULL)
		return ERR_ABSENT;
	if (!text_starts(path, PLACE) ||
	    strchr(path + sizeof PLACE - 1, '/') != NULL)
		return ERR_UNSAFE;
	text = malloc(AUTHINFO_MAX + 1);
	if (text == NULL)
		return ERR_MEMORY;
	e = trusted_file_read(
	    path, owner, FORBIDDEN, text, AUTHINFO_MAX, &size);
	if (e == OK)
		return authinfo_parse(out, text, size);
	free(text);
	return e;
}

void
authinfo_free(struct authinfo *info)
{
	free(info->text);
	memset(info, 0, sizeof *info);
}
