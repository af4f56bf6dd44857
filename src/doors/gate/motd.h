/*
 * What sshd shows before a login shell and cannot where a command is forced:
 * the message of the day, as pam_motd(8) shows it, and the last login.
 */
#ifndef DOORS_GATE_MOTD_H
#define DOORS_GATE_MOTD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "doors/gate/facts.h"

/* Shows both on the terminal, unless the home holds .hushlogin. */
void motd_show(const struct facts *facts);

struct last_login {
	int64_t time;	/* seconds since 1970 */
	char from[257]; /* address or name, "" where the login was local */
};

/*
 * The login of name before the present one, which is the newest on line
 * ("pts/3"), from wtmp(5) at path.  False when there is none.
 */
bool last_login_find(struct last_login *out, const char *path, const char *name,
    const char *line);

#endif
