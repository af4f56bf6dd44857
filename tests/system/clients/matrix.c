/*
 * A test for each cell of matrix.def, called by door and policy, client and
 * way: session_optional/sftp_code.
 */
#include "matrix.h"

#include <criterion/criterion.h>

#define OUTCOME(word, mark, came, asks, says, text, reason) \
	static const struct outcome outcome_##word = {came, asks, says};
#define CLIENT(word, title, traits, sharing) \
	static const struct client client_##word = {#word, traits, sharing};
#define NOTE(text)
#define SESSION(client, se, cd, co, tr, no, re, ke)
#define AUTH(client, se, co, tr, no, re, ke)
#include "matrix.def"
#undef OUTCOME
#undef CLIENT
#undef SESSION
#undef AUTH

#define OUTCOME(word, mark, came, asks, says, text, reason)
#define CLIENT(word, title, traits, sharing)

TestSuite(session_optional, .timeout = 300);
TestSuite(session_required, .timeout = 300);
TestSuite(auth_optional, .timeout = 300);
TestSuite(auth_required, .timeout = 300);

#define CASE(door, policy, client, name, way, outcome)                        \
	Test(door##_##policy, client##_##name)                                \
	{                                                                     \
		matrix_try(#door, &client_##client, way, &outcome_##outcome); \
	}

/* "absent" in a cell is no case: the client has no such way. */
#define NO_CASE(door, policy, client, name, way, outcome)
#define IS_absent ~, NO_CASE
#define SECOND(first, second, ...) second
#define CHOSEN(...) SECOND(__VA_ARGS__, CASE, ~)
#define CELL(door, policy, client, name, way, outcome) \
	CHOSEN(IS_##outcome)(door, policy, client, name, way, outcome)

/* How a code comes by another way does not depend on the policy. */
#define WAYS(door, client, co, tr)                                   \
	CELL(door, optional, client, connection, WAY_CONNECTION, co) \
	CELL(door, optional, client, trusted, WAY_TRUSTED, tr)

#define USERS(door, policy, client, se, no, ke)            \
	CELL(door, policy, client, secret, WAY_SECRET, se) \
	CELL(door, policy, client, none, WAY_NONE, no)     \
	CELL(door, policy, client, key, WAY_KEY, ke)

#define SESSION(client, se, cd, co, tr, no, re, ke)         \
	CELL(session, optional, client, code, WAY_CODE, cd) \
	WAYS(session, client, co, tr)                       \
	USERS(session, optional, client, se, no, ke)        \
	USERS(session, required, client, se, re, ke)

#define AUTH(client, se, co, tr, no, re, ke)      \
	WAYS(auth, client, co, tr)                \
	USERS(auth, optional, client, se, no, ke) \
	USERS(auth, required, client, se, re, ke)

#include "matrix.def"
