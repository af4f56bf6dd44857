/*
 * Messages that no door of ours sends: each is refused whole, and nothing
 * else happens.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "login.h"
#include "peer.h"

TestSuite(messages, .timeout = 120);

/* What otpgated says to size bytes from peer. */
static enum status
status_of(uid_t peer, const void *bytes, size_t size)
{
	uint8_t reply[WIRE_REPLY_MAX];
	int fd = peer_open(peer);
	size_t got;

	cr_assert(peer_send(fd, bytes, size));
	got = peer_receive(fd, reply, sizeof(reply));
	close(fd);
	/* version, verb, status; the end of the connection is a refusal. */
	return got >= 3 ? (enum status)reply[2] : STATUS_REFUSED;
}

Test(messages, a_whole_message_is_answered)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof(bytes));

	cr_assert_eq(status_of(SOME_UID, bytes, size), STATUS_OK);
}

Test(messages, a_message_of_one_byte)
{
	cr_assert_eq(status_of(SOME_UID, "\001", 1), STATUS_MALFORMED);
}

/* Without its uid, which comes first, a message is about nobody. */
Test(messages, a_message_that_is_cut_off_anywhere)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof(bytes)), cut;

	for (cut = 2; cut < size; cut++)
		cr_assert_eq(status_of(SOME_UID, bytes, cut),
		    cut < 6 ? STATUS_NOT_ALLOWED : STATUS_MALFORMED,
		    "cut at %zu", cut);
}

Test(messages, a_message_with_trailing_bytes)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof(bytes));

	bytes[size] = 0;
	cr_assert_eq(status_of(SOME_UID, bytes, size + 1), STATUS_MALFORMED);
}

/* More than a request can have: otpgated has no room for it. */
Test(messages, a_message_that_is_too_long)
{
	static uint8_t bytes[65536];

	peer_request(SOME_UID, bytes, sizeof(bytes));
	cr_assert_eq(status_of(SOME_UID, bytes, sizeof(bytes)), STATUS_REFUSED);
}

Test(messages, a_verb_that_nobody_knows)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof(bytes));

	bytes[1] = 250;
	cr_assert_eq(status_of(SOME_UID, bytes, size), STATUS_UNKNOWN_VERB);
}

Test(messages, another_version)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(SOME_UID, bytes, sizeof(bytes));

	bytes[0] = WIRE_VERSION + 1;
	cr_assert_eq(status_of(SOME_UID, bytes, size), STATUS_VERSION);
}

/* The same bytes for all who run this; no run differs from another. */
Test(messages, ten_thousand_messages_of_noise)
{
	struct user u = user_enrolled();
	uint32_t state = 1;
	const char *code;
	struct channel c;
	int i;

	for (i = 0; i < 10000; i++) {
		uint8_t bytes[256];
		size_t k, size;
		int fd = peer_open(u.uid);

		for (k = 0; k < sizeof(bytes); k++) {
			state = state * 1664525U + 1013904223U;
			bytes[k] = (uint8_t)(state >> 24);
		}
		size = 1 + bytes[0] % (sizeof(bytes) - 1);
		bytes[0] = i % 4 == 0 ? bytes[0] : WIRE_VERSION;
		bytes[1] = (uint8_t)(bytes[1] % VERB_COUNT);
		(void)peer_send(fd, bytes, size);
		close(fd);
	}
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
}
