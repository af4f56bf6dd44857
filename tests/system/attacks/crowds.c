/*
 * Peers that are many, slow or silent: they get in their own way only.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "login.h"
#include "peer.h"
#include "run.h"

TestSuite(crowds, .timeout = 120);

/*
 * Root's command and other people's logins, while uid does its worst.  The
 * command must answer, and the login be let in.
 */
static void
expect_others_served(struct user *other)
{
	const char *code = user_code(other);
	struct channel c;

	run_fine(COMMAND("otpgate", "show", other->name));
	c = ATTEMPT(.user = other, .what = IN, .answers = {code});
	expect_in(&c);
}

Test(crowds, a_thousand_silent_connections_of_one_uid)
{
	struct user bad = user_new("/bin/bash"), other = user_enrolled();
	static int fds[1000];
	size_t i, n = sizeof(fds) / sizeof(fds[0]);

	for (i = 0; i < n; i++)
		fds[i] = peer_open(bad.uid);
	expect_others_served(&other);
	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* The user himself, too: his silent ones give way to his login. */
Test(crowds, a_thousand_silent_connections_do_not_shut_out_their_own_user)
{
	struct user u = user_enrolled();
	static int fds[1000];
	size_t i, n = sizeof(fds) / sizeof(fds[0]);
	const char *code = user_code(&u);
	struct channel c;

	for (i = 0; i < n; i++)
		fds[i] = peer_open(u.uid);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* At the limit of waiting gates the oldest gives way, not the newest. */
Test(crowds, gates_that_wait_at_the_prompt_do_not_shut_out_their_own_user)
{
	struct user u = user_enrolled();
	struct wire_login_request request = peer_login(u.uid, "");
	struct wire_login_reply reply;
	struct ask waiting[40];
	enum status status;
	const char *code = user_code(&u);
	struct channel c;
	size_t i, n = sizeof(waiting) / sizeof(waiting[0]);

	for (i = 0; i < n; i++) {
		waiting[i] = peer_ask(u.uid);
		cr_assert_eq(
		    ask_login(&waiting[i], &request, &reply, &status), OK);
		cr_assert_eq(reply.verdict, VERDICT_CHALLENGE);
	}
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	for (i = 0; i < n; i++)
		ask_close(&waiting[i]);
}

/* The queue towards it fills, and it loses its connection. */
Test(crowds, a_peer_that_never_reads)
{
	struct user bad = user_new("/bin/bash"), other = user_enrolled();
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(bad.uid, bytes, sizeof(bytes));
	int fd = peer_open(bad.uid), i;

	for (i = 0; i < 100000 && peer_send(fd, bytes, size); i++)
		;
	cr_assert_lt(i, 100000, "otpgated keeps replies without end");
	expect_others_served(&other);
	close(fd);
}

/* Its request may be answered or not: nobody is there any more. */
Test(crowds, a_peer_that_goes_away_before_its_answer)
{
	struct user u = user_enrolled();
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = peer_request(u.uid, bytes, sizeof(bytes));
	int i;

	for (i = 0; i < 1000; i++) {
		int fd = peer_open(u.uid);

		(void)peer_send(fd, bytes, size);
		close(fd);
	}
	expect_others_served(&u);
}

/* Nobody keeps a connection by saying nothing. */
Test(crowds, a_silent_connection_is_ended)
{
	int fd = peer_open(SOME_UID);
	uint8_t byte;

	cr_assert_eq(peer_receive(fd, &byte, 1), 0);
	close(fd);
}

Test(crowds, a_gate_that_was_answered_and_then_says_nothing_is_ended)
{
	struct wire_login_request request = peer_login(SOME_UID, "");
	struct wire_login_reply reply;
	struct ask a = peer_ask(SOME_UID);
	enum status status;
	uint8_t byte;

	cr_assert_eq(ask_login(&a, &request, &reply, &status), OK);
	cr_assert_neq(reply.verdict, VERDICT_CHALLENGE);
	cr_assert_eq(peer_receive(a.fd, &byte, 1), 0);
	ask_close(&a);
}
