/*
 * Peers of otpgated's socket that are no doors of ours: of any uid, and with
 * any bytes.
 */
#ifndef SYSTEM_PEER_H
#define SYSTEM_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user.h"
#include "wire/ask.h"

#define SOME_UID 54321 /* nobody's: it has no account */

/* Connects as uid; the kernel tells otpgated so.  -1: it was not let in. */
int peer_open(uid_t uid);

/*
 * Connects as root and lets go of it open; false when nobody takes it and as
 * many wait as can.
 */
bool peer_knock(void);

/*
 * Stands in otpgated's place, which must not run: a process that serves each
 * connection, one after the other, and ends it then.
 */
pid_t peer_stand_in(void (*serve)(int fd));

/* The same, serving nobody. */
pid_t peer_cutter(void);

/* peer_open() as the doors have it. */
struct ask peer_ask(uid_t uid);

/* Sends one datagram; false when the other side is gone. */
bool peer_send(int fd, const void *bytes, size_t size);

/*
 * Waits for one datagram: its size; 0 when the other side ended the
 * connection.
 */
size_t peer_receive(int fd, void *bytes, size_t max);

/*
 * A descriptor whose end takes a minute: what it sent, nobody reads; *reader is
 * who should.
 */
int peer_slow_end(int *reader);

/* A login of u as a gate describes it, with a code or "". */
struct wire_login_request peer_login(uid_t uid, const char *code);

/*
 * What becomes of a code that peer gives for a login of u: REASON_UNDECIDED
 * when otpgated did not decide.
 */
enum reason peer_try(uid_t peer, const struct user *u, const char *code);

/*
 * Enrolls uid through the socket, as root, and confirms it: for cases that
 * need many people and no account.
 */
struct user peer_enroll(uid_t uid);

/* peer_login() without a code as the bytes of a request; how many. */
size_t peer_request(uid_t uid, uint8_t *bytes, size_t max);

#endif
