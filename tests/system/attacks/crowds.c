/*
 * Peers that are many, slow or silent: they get in their own way only.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>
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

/* More than otpgated takes in all: only a limit for each uid can help. */
#define SILENT 5000

static void
open_silent(uid_t uid, int fds[static SILENT])
{
	const struct rlimit files = {SILENT + 100, SILENT + 100};
	size_t i;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	for (i = 0; i < SILENT; i++)
		fds[i] = peer_open(uid);
}

Test(crowds, thousands_of_silent_connections_of_one_uid)
{
	struct user bad = user_new("/bin/bash"), other = user_enrolled();
	static int fds[SILENT];

	open_silent(bad.uid, fds);
	expect_others_served(&other);
}

/* Then nobody has a place under a uid that is his own invention. */
Test(crowds, in_a_crowd_a_users_own_namespace_is_not_served)
{
	const struct rlimit files = {SILENT + 100, SILENT + 100};
	struct user u = user_enrolled();
	struct result r;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
	r = run_as(u.uid, COMMAND("unshare", "-c", "otpgate", "status"), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	for (uid_t i = 0; i < 1100; i++)
		cr_assert_geq(peer_open(SOME_UID + i / 40), 0);
	r = run_as(u.uid, COMMAND("unshare", "-c", "otpgate", "status"), NULL);
	cr_assert_neq(r.status, 0);
	r = run_as(u.uid, COMMAND("otpgate", "status"), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
}

/* The user himself, too: his silent ones give way to his login. */
Test(crowds, thousands_of_silent_connections_and_a_login_of_the_same_user)
{
	struct user u = user_enrolled();
	static int fds[SILENT];

	open_silent(u.uid, fds);
	expect_others_served(&u);
}

#define WAITING 16 /* gates of one user, at most */

/* At the limit the oldest gives way, not the newest. */
Test(crowds, the_oldest_of_the_gates_that_wait_gives_way)
{
	struct user u = user_enrolled();
	struct wire_login_request request = peer_login(u.uid, "");
	struct wire_code_request code;
	struct wire_login_reply reply;
	struct ask waiting[WAITING + 1];
	enum status status;
	uint8_t byte;
	size_t i;

	for (i = 0; i <= WAITING; i++) {
		waiting[i] = peer_ask(u.uid);
		cr_assert_eq(
		    ask_login(&waiting[i], &request, &reply, &status), OK);
		cr_assert_eq(reply.verdict, VERDICT_CHALLENGE);
	}
	cr_assert_eq(peer_receive(waiting[0].fd, &byte, 1), 0);
	memset(&code, 0, sizeof(code));
	strncpy(code.code, user_code(&u), sizeof(code.code) - 1);
	cr_assert_eq(ask_code(&waiting[1], &code, &reply, &status), OK);
	cr_assert_eq(reply.verdict, VERDICT_PASS);
	for (i = 0; i <= WAITING; i++)
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
