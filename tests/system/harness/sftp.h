/*
 * Clients of sftp, each of its own make, and what they show to whoever is
 * refused.
 */
#ifndef SYSTEM_SFTP_H
#define SYSTEM_SFTP_H

#include "login.h"

/* What libssh says of a refused session at that port. */
const char *sftp_by_libssh(const struct user *u, enum how how, int port);

/* What paramiko says, by password, at SSHD_GUARDED. */
const char *sftp_by_paramiko(const struct user *u);

/* What sftp(1) shows, by password, at SSHD_GUARDED. */
const char *sftp_by_openssh(const struct user *u);

#endif
