/*
 * What arms a door, sshd's files and PAM's, as it was before a case changed it.
 *
 * Cases here change what all logins share, so they run one after the other.
 */
#ifndef SYSTEM_ARMED_H
#define SYSTEM_ARMED_H

#include <stdbool.h>

/* Keeps them, where that was not done, or puts them back; armed_only(). */
void armed_restore(void);

/* Puts them back, and has sshd read them. */
void armed_mend(void);

/* sshd reads its files again, and listens with them when this returns. */
void armed_reload(void);

/* Ends every sshd that listens but the machine's own. */
void armed_only(void);

/* Arms the auth door in the place of the other one, as the manual says. */
#define ARMED_KBDINT "/etc/ssh/sshd_config.d/00-otpgate-kbdint.conf"
void armed_auth_door(void);

/* ---- doctor ---- */

/* What "otpgate doctor --json" says. */
const char *doctor_json(void);

/* What report says of id with that severity, "" where it does not. */
const char *doctor_find(
    const char *report, const char *id, const char *severity);

/*
 * Fails unless doctor calls id an error, ends with 1, and "otpgate enable ssh"
 * refuses for it.
 */
void doctor_expect_error(const char *id);

/* Fails where doctor finds an error. */
void doctor_expect_none(void);

#endif
