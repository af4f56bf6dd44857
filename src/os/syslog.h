/*
 * A sink for base/log.h that sends to syslog without ever waiting: syslog(3)
 * blocks while the receiver's queue is full, and a daemon that every login
 * depends on must not stand still for its log.
 */
#ifndef OS_SYSLOG_H
#define OS_SYSLOG_H

#include "base/log.h"

/* Sets the name that lines carry; call it once, before the first line. */
void syslog_open(const char *name);

/* The sink: facility authpriv (RFC 3164 form, as /dev/log takes it). */
void syslog_sink(enum log_level level, const char *line);

/*
 * Sends one line under that name, for code in a process that is not ours:
 * nothing stays open.
 */
void syslog_once(const char *name, enum log_level level, const char *line);

#endif
