/*
 * The cases: what a client is, what may become of it, and how one is tried.
 */
#ifndef SYSTEM_MATRIX_H
#define SYSTEM_MATRIX_H

#include <stdbool.h>

#define SESSION_DOOR "session" /* as doors are called in the document */
#define AUTH_DOOR "auth"

/* How somebody proves himself: the columns of matrix.def. */
enum way {
	WAY_SECRET,
	WAY_CODE,
	WAY_CONNECTION,
	WAY_TRUSTED,
	WAY_NONE,
	WAY_KEY,
};

/* Who types what, on the client's terminal. */
enum traits { ALONE, SHELL, LINES };

/* The questions of otpgate that come, and how they are answered. */
enum asks { UNASKED, CODE, INPUT, OFFERED, SETUP };

/* How a client comes to a connection on which a code was given. */
enum sharing { NOT, MASTER, UPSTREAM, OWN };

struct client {
	const char *driver;
	enum traits traits;
	enum sharing sharing;
};

struct outcome {
	bool came;
	enum asks asks;
	const char *says;
};

/* A case; the test fails unless the outcome is that one. */
void matrix_try(const char *door, const struct client *client, enum way way,
    const struct outcome *outcome);

#endif
