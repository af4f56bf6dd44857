#include "doors/cli/doctor/mounts.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* Copies the field that *at begins with, and moves *at behind its blanks. */
static bool
take_field(const char **at, char *out, size_t size)
{
	size_t length = strcspn(*at, " \n");

	if (text_print(out, size, "%.*s", (int)length, *at) != OK)
		out[0] = '\0'; /* none is better than the half of one */
	*at += length;
	*at += strspn(*at, " ");
	return length > 0;
}

static bool
is_octal(const char *text)
{
	for (size_t i = 0; i < 3; i++)
		if (text[i] < '0' || text[i] > '7')
			return false;
	return text[0] < '4';
}

/* "\040" is a blank. */
static void
undo_escapes(char *text)
{
	char *out = text;

	while (*text != '\0') {
		if (*text == '\\' && is_octal(text + 1)) {
			*out++ = (char)((text[1] - '0') * 64 +
			    (text[2] - '0') * 8 + (text[3] - '0'));
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

bool
mounts_next(const char **at, struct mount *out)
{
	bool good = false;

	while (!good && **at != '\0') {
		char source[2];

		(void)take_field(at, source, sizeof source);
		good = take_field(at, out->place, sizeof out->place) &&
		    take_field(at, out->type, sizeof out->type) &&
		    take_field(at, out->options, sizeof out->options);
		*at += strcspn(*at, "\n");
		*at += **at == '\n';
	}
	if (good)
		undo_escapes(out->place);
	return good;
}

static bool
lies_below(const char *path, const char *place)
{
	size_t length = strlen(place);

	if (length > 0 && place[length - 1] == '/')
		length--;
	return memcmp(place, "", 1) != 0 && strlen(path) >= length &&
	    memcmp(path, place, length) == 0 &&
	    (path[length] == '/' || path[length] == '\0');
}

/* Of two at one place the later hides the former. */
bool
mounts_find(const char *table, const char *path, struct mount *out)
{
	struct mount m;
	bool any = false;

	while (mounts_next(&table, &m)) {
		if (!lies_below(path, m.place) ||
		    (any && strlen(m.place) < strlen(out->place)))
			continue;
		*out = m;
		any = true;
	}
	return any;
}

bool
mount_is_remote(const struct mount *m)
{
	static const char *const types[] = {"nfs", "nfs4", "cifs", "smb3",
	    "smbfs", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "ocfs2",
	    "gfs2", "davfs", "autofs", "fuse.sshfs", "fuse.glusterfs",
	    "fuse.ceph", "fuse.ceph-fuse", "fuse.davfs2", "fuse.s3fs",
	    "fuse.rclone", "fuse.curlftpfs", "fuse.smbnetfs"};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(m->type, types[i]) == 0)
			return true;
	return false;
}

/* The value of an option, up to the comma behind it; NULL without it. */
static const char *
find_option(const char *options, const char *name)
{
	while (*options != '\0') {
		size_t length = strcspn(options, ",");

		if (text_starts(options, name))
			return options + strlen(name);
		options += length;
		options += *options == ',';
	}
	return NULL;
}

bool
mount_hides(const struct mount *m, unsigned long group)
{
	const char *hidden = find_option(m->options, "hidepid=");
	const char *spared = find_option(m->options, "gid=");
	char number[32];
	uint64_t gid;

	if (strcmp(m->type, "proc") != 0 || hidden == NULL ||
	    text_starts(hidden, "0") || text_starts(hidden, "off"))
		return false;
	if (spared == NULL)
		return true;
	(void)text_print(
	    number, sizeof number, "%.*s", (int)strcspn(spared, ","), spared);
	return text_number(number, 0, UINT32_MAX, &gid) != OK || gid != group;
}
