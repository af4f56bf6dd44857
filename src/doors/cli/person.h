/*
 * Whom a sentence is about: names of the user database and uids.
 */
#ifndef DOORS_CLI_PERSON_H
#define DOORS_CLI_PERSON_H

#include "core/network.h"
#include "core/record.h"
#include "doors/cli/cli.h"
#include "wire/message.h"

struct person {
	uint32_t uid;
	char name[NAME_MAX_BYTES]; /* "" for a uid without an account */
};

/*
 * The user that word names: a name of the user database or, where there is
 * none of that name, a uid, so that what is left of a deleted account can be
 * seen and cleared.  False, after a complaint, when it is neither.
 */
bool person_find(const char *word, struct person *out);

/*
 * The USER that was given, else who runs the command.  False, after a
 * complaint, when there is none such or somebody else's was asked for without
 * being root.
 */
bool person_given(const struct cli *c, struct person *out);

/* What p is called in sentences, escaped; SHOWN_MAX bytes at out. */
const char *person_shown(const struct person *p, char *out);

/* How a sentence of the command names p: USER; the same size. */
const char *person_word(const struct person *p, char *out);

/*
 * The address that the login of this process came from, for the log; "" where
 * there is none.  It is sshd's word, in an environment that is the user's own.
 */
void person_address(char out[static ADDRESS_MAX]);

/*
 * The request about p, from that address, with the name in it where a door of
 * root asks.
 */
struct wire_user_request person_request(
    const struct cli *c, const struct person *p);

#endif
