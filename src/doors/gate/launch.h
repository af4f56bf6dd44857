/*
 * Handing over: the user's shell, command or sftp server takes the gate's
 * place in this process, exactly as sshd would have started it.
 *
 * Rules:
 *   - Nothing of the gate MUST remain: no descriptor, no signal's handling,
 *     no variable, no mode of the terminal.
 *   - The restricted command MUST win over whatever the client asked for.
 *
 * The working directory is the home already: sshd has entered it, or has said
 * that it could not.
 */
#ifndef DOORS_GATE_LAUNCH_H
#define DOORS_GATE_LAUNCH_H

#include "doors/gate/facts.h"

/* Arguments of one sftp server: what sshd's session.c takes, NULL included. */
#define LAUNCH_WORDS 10

/*
 * Starts what the client asked for, or forced, a key's command, where that is
 * not NULL.  Returns only when it could not, with the exit status that sshd
 * would give; the reason is then on standard error.
 */
int launch(const struct facts *facts, const char *forced);

/*
 * Cuts arguments at blanks, as sshd does for its own sftp server, into words
 * from the second on, with NULL at the end; more than fit are left out.
 */
void launch_split(char *arguments, char *words[static LAUNCH_WORDS]);

#endif
