/*
 * Programs that sshd would run: nobody but root can put another one in their
 * place.
 */
#ifndef OS_ROOT_PROGRAM_H
#define OS_ROOT_PROGRAM_H

#include "base/error.h"

/*
 * Whether path, through links, is a file that this process may run, and it and
 * each directory above it are root's, writable by nobody else: what sshd asks
 * of its AuthorizedKeysCommand (sshd_config(5)).  ERR_FORMAT for a path that is
 * not absolute, ERR_ABSENT when nothing is there, ERR_UNSAFE, ERR_SYSTEM.
 */
enum error root_program_check(const char *path);

#endif
