#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/pam/methods.h"
#include "doors/pam/pam.h"
#include "os/group.h"

#define SSHD "sshd"
#define BUFFER_MIN 4096	   /* of an entry of the user database */
#define BUFFER_MAX 1048576 /* of the longest one that is believed */

static const char *
item_of(pam_handle_t *pamh, int type)
{
	const void *item = NULL;

	if (pam_get_item(pamh, type, &item) != PAM_SUCCESS || item == NULL)
		return "";
	return item;
}

/* Of PAM's own environment. */
static const char *
variable_of(pam_handle_t *pamh, const char *name)
{
	const char *value = pam_getenv(pamh, name);

	return value == NULL ? "" : value;
}

/* ---- what the call is about ---- */

static bool
take_service(struct door *d)
{
	const char *name = d->line.service;

	if (name == NULL)
		name = item_of(d->pamh, PAM_SERVICE);
	if (strcmp(name, SSHD) == 0)
		name = SERVICE_SSH;
	d->ssh = strcmp(name, SERVICE_SSH) == 0;
	return text_copy(d->service, sizeof d->service, name) == OK &&
	    name[0] != '\0';
}

/*
 * sshd alone sets both of these.  A service that counts as it may be another
 * program's, which knows no steps.
 */
static bool
is_step(const struct door *d)
{
	return d->ssh && d->connection[0] != '\0' &&
	    strcmp(item_of(d->pamh, PAM_TTY), "ssh") == 0;
}

bool
door_has_password(const struct door *d)
{
	return told_has(d->told, TOLD_PASSWORD);
}

/*
 * Only sshd says how a login has proved itself; others just ask.  What is
 * proved at this moment is the code, behind a password, or both.
 */
static void
take_methods(struct door *d, enum phase_kind phase)
{
	const char *now = NULL;

	d->connection = variable_of(d->pamh, "SSH_CONNECTION");
	d->step = is_step(d);
	if (!d->step)
		d->connection = "";
	d->told = d->step ? variable_of(d->pamh, "SSH_AUTH_INFO_0") : "";
	if (!d->step)
		now = TOLD_PASSWORD;
	else if (phase == PHASE_AUTH)
		now = door_has_password(d) ? TOLD_DIALOGUE : TOLD_PASSWORD;
	told_methods(d->methods, d->told, now);
}

int
door_open(struct door *d, pam_handle_t *pamh, int flags, enum phase_kind phase,
    int argc, const char **argv)
{
	const char *unknown, *user;
	char said[160];

	memset(d, 0, sizeof *d);
	d->pamh = pamh;
	d->ask.fd = -1;
	d->phase = phase == PHASE_AUTH ? "auth" : "session";
	d->silent = ((unsigned int)flags & PAM_SILENT) != 0;
	if (!pam_line_read(&d->line, phase, argc, argv, &unknown)) {
		(void)text_print(
		    said, sizeof said, "unknown argument %s", unknown);
		return door_refuse(d, PAM_SERVICE_ERR, said);
	}
	if (!take_service(d))
		return door_refuse(d, PAM_SERVICE_ERR, "service-name");
	take_methods(d, phase);
	/* One that is no address is of no network. */
	(void)text_copy(
	    d->address, sizeof d->address, item_of(pamh, PAM_RHOST));
	if (d->line.act == ACT_STEP)
		return PAM_SUCCESS;
	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || user == NULL ||
	    text_copy(d->user, sizeof d->user, user) != OK)
		return door_refuse(d, PAM_USER_UNKNOWN, "user-name");
	return PAM_SUCCESS;
}

/* ---- the user ---- */

/* Who has more groups than one can tell has none that is known. */
static void
take_groups(struct door *d, gid_t own)
{
	uint32_t found[WIRE_NUMBERS];
	size_t count;

	if (group_list(d->user, own, found, WIRE_NUMBERS, &count) != OK)
		count = 0;
	for (size_t i = 0; i < count; i++)
		d->gid[i].value = found[i];
	d->gid_count = count;
}

/* A buffer for getpwnam_r(3), twice as large where it was too small. */
static int
look_up(const char *name, struct passwd *entry, char **buffer)
{
	struct passwd *found = NULL;
	int e = ERANGE;

	for (size_t size = BUFFER_MIN; e == ERANGE && size <= BUFFER_MAX;
	     size *= 2) {
		free(*buffer);
		*buffer = malloc(size);
		if (*buffer == NULL)
			return PAM_BUF_ERR;
		e = getpwnam_r(name, entry, *buffer, size, &found);
	}
	return found != NULL ? PAM_SUCCESS : PAM_USER_UNKNOWN;
}

int
door_find_user(struct door *d)
{
	struct passwd entry;
	char *buffer = NULL;
	int r = look_up(d->user, &entry, &buffer);

	/* As the database writes it: who logs in may write it otherwise. */
	if (r == PAM_SUCCESS &&
	    text_copy(d->user, sizeof d->user, entry.pw_name) != OK)
		r = PAM_USER_UNKNOWN;
	if (r == PAM_SUCCESS) {
		d->uid = entry.pw_uid;
		take_groups(d, entry.pw_gid);
	}
	free(buffer);
	return r;
}
