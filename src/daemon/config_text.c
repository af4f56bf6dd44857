#include "daemon/config_text.h"

#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Adds a line; what does not fit any more is told by the lines before. */
void
config_complain(
    struct config *c, const char *path, int line, const char *format, ...)
{
	size_t used = strlen(c->complaint);
	char text[512], shown[CONFIG_SOURCE_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	(void)text_escape(shown, sizeof shown, path);
	if (line > 0)
		(void)text_print(c->complaint + used,
		    sizeof c->complaint - used, "%s:%d: %s\n", shown, line,
		    text);
	else
		(void)text_print(c->complaint + used,
		    sizeof c->complaint - used, "%s: %s\n", shown, text);
}

/* ---- one setting ---- */

/* Joins the strings of a list with commas. */
static enum error
list_text(const config_setting_t *s, char *out, size_t size)
{
	int count = config_setting_length(s);

	out[0] = '\0';
	for (int i = 0; i < count; i++) {
		const char *word = config_setting_get_string_elem(s, i);
		size_t used = strlen(out);

		if (word == NULL || *word == '\0' || strchr(word, ',') != NULL)
			return ERR_FORMAT;
		if (text_print(out + used, size - used, "%s%s",
			i == 0 ? "" : ",", word) != OK)
			return ERR_LONG;
	}
	return OK;
}

/* The value of s as option_parse() takes it; ERR_FORMAT for another type. */
static enum error
setting_text(
    const struct option *o, const config_setting_t *s, char *out, size_t size)
{
	int type = config_setting_type(s);

	switch (o->kind) {
	case OPTION_SWITCH:
		if (type != CONFIG_TYPE_BOOL)
			return ERR_FORMAT;
		return text_copy(
		    out, size, config_setting_get_bool(s) ? "true" : "false");
	case OPTION_NUMBER:
		if (type != CONFIG_TYPE_INT)
			return ERR_FORMAT;
		return text_print(out, size, "%d", config_setting_get_int(s));
	case OPTION_WORD:
	case OPTION_TEXT:
		if (type != CONFIG_TYPE_STRING)
			return ERR_FORMAT;
		return text_copy(out, size, config_setting_get_string(s));
	case OPTION_METHODS:
	case OPTION_GROUPS:
	case OPTION_NETWORKS:
	case OPTION_NAMES:
	case OPTION_SERVICES:
		if (type != CONFIG_TYPE_LIST && type != CONFIG_TYPE_ARRAY)
			return ERR_FORMAT;
		return list_text(s, out, size);
	}
	return ERR_FORMAT;
}

static void
take_setting(struct config *c, struct settings *own, const char *path,
    const config_setting_t *s)
{
	const char *key = config_setting_name(s);
	const struct option *o = option_find(key);
	int line = (int)config_setting_source_line(s);
	char value[OPTION_VALUE_MAX], expects[OPTION_VALUE_MAX];
	char shown[64];
	size_t row;

	if (o == NULL) {
		config_complain(c, path, line, "unknown key '%s'",
		    text_escape(shown, sizeof shown, key));
		return;
	}
	option_expects(o, expects);
	switch (setting_text(o, s, value, sizeof value)) {
	case OK:
		break;
	case ERR_LONG:
		config_complain(c, path, line, "%s is longer than %zu bytes",
		    key, sizeof value - 1);
		return;
	default:
		config_complain(c, path, line, "%s must be %s", key, expects);
		return;
	}
	if (option_parse(o, value, &c->policy) != OK) {
		config_complain(c, path, line, "%s must be %s, not '%s'%s", key,
		    expects, text_escape(shown, sizeof shown, value),
		    option_advice(o, value));
		return;
	}
	row = (size_t)(o - option_table);
	own->set[row] = true;
	(void)text_copy(own->value[row], sizeof own->value[row], value);
	(void)text_print(
	    c->source[row], sizeof c->source[row], "%s:%d", path, line);
}

/* ---- one file ---- */

/* libconfig would read other files, whoever can write them. */
static int
include_line(const char *text)
{
	int line = 1;

	for (const char *at = text; *at != '\0'; line++) {
		size_t length = strcspn(at, "\n");

		if (text_starts(at + strspn(at, " \t"), "@include"))
			return line;
		at += length;
		at += *at == '\n';
	}
	return 0;
}

void
config_take_text(
    struct config *c, struct settings *own, const char *path, const char *text)
{
	config_t parsed;
	const config_setting_t *root;
	int include = include_line(text);
	int count;

	if (include > 0) {
		config_complain(c, path, include,
		    "@include is not allowed; put the file into conf.d");
		return;
	}
	config_init(&parsed);
	if (config_read_string(&parsed, text) != CONFIG_TRUE) {
		config_complain(c, path, config_error_line(&parsed), "%s",
		    config_error_text(&parsed));
		config_destroy(&parsed);
		return;
	}
	root = config_root_setting(&parsed);
	count = config_setting_length(root);
	if (count == 0)
		config_complain(c, path, 0,
		    "sets nothing; a file that was emptied or cut off is "
		    "refused");
	for (int i = 0; i < count; i++)
		take_setting(
		    c, own, path, config_setting_get_elem(root, (unsigned)i));
	config_destroy(&parsed);
}
