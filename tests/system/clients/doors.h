/*
 * The doors, each an sshd of its own, and what all cases share.
 */
#ifndef SYSTEM_DOORS_H
#define SYSTEM_DOORS_H

/* The port of a door ("session"); with sshd's own sftp ("session-internal"). */
int doors_port(const char *name);

/* A shell script that makes what the clients of all cases share. */
#define DOORS_SHARED MACHINE_RUN "/clients"

#endif
