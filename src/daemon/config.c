#include "daemon/config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/config_text.h"
#include "os/trusted_file.h"

static const char *
file_trouble(enum error e)
{
	switch (e) {
	case ERR_ABSENT:
		return "is not there; install it anew or restore it";
	case ERR_UNSAFE:
		return "must be a regular file that only its owner, root, can "
		       "write (chown root, chmod 0640)";
	case ERR_LONG:
		return "is longer than 65536 bytes";
	default:
		return "cannot be read; it must be readable by the group "
		       "otpgate (chgrp otpgate, chmod 0640)";
	}
}

static void
take_file(struct config *c, const struct config_place *place,
    struct settings *own, const char *path)
{
	char *text = malloc(CONFIG_FILE_MAX + 1);
	size_t size;
	enum error e;

	memset(own, 0, sizeof *own);
	if (text == NULL) {
		config_complain(c, path, 0, "%s", error_text(ERR_MEMORY));
		return;
	}
	e = trusted_file_read(
	    path, place->owner, 022, text, CONFIG_FILE_MAX, &size);
	if (e != OK)
		config_complain(c, path, 0, "%s", file_trouble(e));
	else if (strlen(text) != size)
		config_complain(c, path, 0, "holds a NUL byte");
	else
		config_take_text(c, own, path, text);
	free(text);
}

/* ---- all files ---- */

static int
is_conf(const struct dirent *d)
{
	size_t length = strlen(d->d_name);

	return d->d_name[0] != '.' && length > 5 &&
	    strcmp(d->d_name + length - 5, ".conf") == 0;
}

/* A draft that is not on the disk yet takes its place by its name. */
static int
add_draft(char names[][NAME_MAX + 1], int count, const char *own_path)
{
	const char *slash = strrchr(own_path, '/');
	const char *name = slash == NULL ? own_path : slash + 1;
	int at = 0;

	while (at < count && strcmp(names[at], name) < 0)
		at++;
	if (at < count && strcmp(names[at], name) == 0)
		return count;
	memmove(
	    names[at + 1], names[at], (size_t)(count - at) * sizeof names[0]);
	(void)text_copy(names[at], sizeof names[at], name);
	return count + 1;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The names in conf.d, sorted as bytes; -1 after a complaint. */
static int
list_directory(
    struct config *c, const char *directory, char names[][NAME_MAX + 1])
{
	struct dirent **found = NULL;
	int count = scandir(directory, &found, is_conf, NULL);
	int taken = -1;

	if (count < 0) {
		/* What is lost with it may be what turned two-factor on. */
		config_complain(c, directory, 0, "%s",
		    errno == ENOENT ? "is missing: make the directory, it may "
				      "be empty"
				    : file_trouble(ERR_SYSTEM));
		return -1;
	}
	if (count > CONFIG_FILES_MAX)
		config_complain(c, directory, 0, "holds more than %d files",
		    CONFIG_FILES_MAX);
	else
		taken = count;
	for (int i = 0; i < count; i++) {
		if (taken > 0)
			(void)text_copy(
			    names[i], NAME_MAX + 1, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	if (taken > 0)
		qsort(names, (size_t)taken, NAME_MAX + 1, compare_names);
	return taken;
}

static void
take_directory(struct config *c, const struct config_place *place)
{
	char(*names)[NAME_MAX + 1] =
	    calloc(CONFIG_FILES_MAX + 1, sizeof *names);
	struct settings own;
	int count;

	if (names == NULL) {
		config_complain(
		    c, place->directory, 0, "%s", error_text(ERR_MEMORY));
		return;
	}
	count = list_directory(c, place->directory, names);
	if (count >= 0 && place->draft != NULL)
		count = add_draft(names, count, place->own_path);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];

		(void)text_print(
		    path, sizeof path, "%s/%s", place->directory, names[i]);
		memset(&own, 0, sizeof own);
		if (place->draft != NULL && strcmp(path, place->own_path) == 0)
			config_take_text(c, &own, path, place->draft);
		else
			take_file(c, place, &own, path);
	}
	free(names);
}

static void
config_start(struct config *c)
{
	memset(c, 0, sizeof *c);
	option_defaults(&c->policy);
	for (size_t i = 0; i < option_count; i++)
		(void)text_copy(c->source[i], sizeof c->source[i], "default");
}

/* What no file can say alone. */
static void
check_whole(struct config *c)
{
	size_t mode = (size_t)(option_find("policy") - option_table);

	if (c->policy.mode == POLICY_REQUIRED &&
	    !(c->policy.enabled && c->policy.ssh))
		config_complain(c, c->source[mode], 0,
		    "policy cannot be 'required' while enabled or ssh is "
		    "false");
}

/* Whether main, the file that must stand alone, says what it must. */
static void
check_musts(struct config *c, const struct settings *main, const char *path)
{
	for (size_t i = 0; i < option_count; i++)
		if (option_table[i].must && !main->set[i])
			config_complain(c, path, 0,
			    "does not set %s; it must be true or false",
			    option_table[i].key);
}

enum error
config_load(struct config *c, const struct config_place *place)
{
	struct settings own;

	config_start(c);
	take_file(c, place, &own, place->file);
	if (c->complaint[0] == '\0')
		check_musts(c, &own, place->file);
	if (place->directory != NULL)
		take_directory(c, place);
	if (c->complaint[0] == '\0')
		check_whole(c);
	return c->complaint[0] == '\0' ? OK : ERR_REFUSED;
}

enum error
config_parse(struct config *c, const char *text)
{
	struct settings own;

	memset(&own, 0, sizeof own);
	config_start(c);
	config_take_text(c, &own, "kept policy", text);
	if (c->complaint[0] == '\0')
		check_whole(c);
	return c->complaint[0] == '\0' ? OK : ERR_REFUSED;
}

/* ---- writing ---- */

static enum error
append_setting(
    const struct option *o, const char *value, char *out, size_t size)
{
	size_t used = strlen(out);
	enum error e = option_setting(o, value, out + used, size - used);

	if (e != OK)
		return e;
	used = strlen(out);
	return text_print(out + used, size - used, "\n");
}

enum error
config_render(const struct policy *p, char *out, size_t size)
{
	char value[OPTION_VALUE_MAX];
	enum error e = OK;

	out[0] = '\0';
	for (size_t i = 0; i < option_count && e == OK; i++) {
		option_write(&option_table[i], p, value);
		e = append_setting(&option_table[i], value, out, size);
	}
	return e;
}

static enum error
write_own(const struct settings *own, char *out, size_t size)
{
	enum error e = text_print(out, size,
	    "# Written by otpgate enable, disable and policy set: "
	    "changes made by hand are lost.\n");

	for (size_t i = 0; i < option_count && e == OK; i++)
		if (own->set[i])
			e = append_setting(
			    &option_table[i], own->value[i], out, size);
	return e;
}

/* Whether each change is one that can be, in any policy. */
static enum error
check_changes(struct config *c, const struct config_change *change)
{
	for (; change->key != NULL; change++) {
		const struct option *o = option_find(change->key);
		char expects[OPTION_VALUE_MAX];

		if (o == NULL)
			return ERR_ABSENT;
		if (option_parse(o, change->value, &c->policy) == OK)
			continue;
		option_expects(o, expects);
		config_complain(c, change->key, 0, "must be %s%s", expects,
		    option_advice(o, change->value));
		return ERR_REFUSED;
	}
	return OK;
}

static void
apply(const struct config_change *change, struct settings *own)
{
	for (; change->key != NULL; change++) {
		size_t row = (size_t)(option_find(change->key) - option_table);

		own->set[row] = true;
		(void)text_copy(
		    own->value[row], sizeof own->value[row], change->value);
	}
}

enum error
config_draft(struct config *c, const struct config_place *place,
    const struct config_change *change, char *out, size_t size)
{
	struct config_place drafted = *place;
	struct settings own;
	enum error e;

	config_start(c);
	out[0] = '\0';
	if ((e = check_changes(c, change)) != OK)
		return e;
	take_file(c, place, &own, place->own_path);
	config_start(c); /* a damaged file of ours is written anew */
	apply(change, &own);
	if (write_own(&own, out, size) != OK) {
		config_complain(c, place->own_path, 0, "would be too long");
		return ERR_REFUSED;
	}
	drafted.draft = out;
	return config_load(c, &drafted);
}
