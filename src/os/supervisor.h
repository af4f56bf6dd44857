/*
 * What started this process and watches it: systemd, by sd_notify(3)'s protocol
 * (one datagram to the socket that $NOTIFY_SOCKET names), which needs no
 * library.  Where nothing watches, all of this does nothing.
 */
#ifndef OS_SUPERVISOR_H
#define OS_SUPERVISOR_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SUPERVISOR_READY "READY=1"
#define SUPERVISOR_ALIVE "WATCHDOG=1"
#define SUPERVISOR_STOPPING "STOPPING=1"

struct supervisor {
	int fd; /* -1: nothing watches */
	struct sockaddr_un address;
	socklen_t size;
	int64_t every; /* milliseconds between two signs of life; 0: none are
	                  wanted */
};

/* Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID. */
void supervisor_open(struct supervisor *s);

/* Tells it one of the words above, without waiting; a lost one is lost. */
void supervisor_tell(const struct supervisor *s, const char *word);

void supervisor_close(struct supervisor *s);

#endif
