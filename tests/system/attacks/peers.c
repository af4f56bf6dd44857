/*
 * Peers of otpgated's socket: the kernel says who they are, not they.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "os/local_socket.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"

TestSuite(peers, .timeout = 120);

/* ---- who may act for whom ---- */

/* What otpgated says to a login of uid that peer describes, with a code. */
static enum status
login_status(
    uid_t peer, uid_t uid, const char *code, struct wire_login_reply *reply)
{
	struct wire_login_request request = peer_login(uid, code);
	struct ask a = peer_ask(peer);
	enum status status;

	cr_assert_eq(ask_login(&a, &request, reply, &status), OK);
	ask_close(&a);
	return status;
}

/* ---- descriptors ---- */

/* Read with its message, or thrown away with its connection. */
static void
expect_no_wait(bool unread)
{
	static const uint8_t request[] = {1, 3};
	struct user u = user_enrolled();
	struct ask a = peer_ask(u.uid);
	struct wire_login_reply reply;
	int reader, fd = peer_slow_end(&reader);

	if (unread)
		(void)send(a.fd, "", 0, MSG_NOSIGNAL); /* ends it */
	(void)socket_send_passed(a.fd, request, sizeof request, fd);
	(void)close(fd);
	cr_expect_eq(login_status(u.uid, u.uid, "", &reply), STATUS_OK);
	(void)close(reader);
	ask_close(&a);
}

Test(peers, nobody_waits_for_the_end_of_a_descriptor)
{
	expect_no_wait(false);
}

Test(peers, nobody_waits_for_the_end_of_one_that_was_not_read)
{
	expect_no_wait(true);
}

Test(peers, a_user_may_ask_about_himself)
{
	struct user u = user_enrolled();
	struct wire_login_reply reply;

	cr_assert_eq(login_status(u.uid, u.uid, "", &reply), STATUS_OK);
	cr_assert_eq(reply.verdict, VERDICT_CHALLENGE);
}

Test(peers, root_may_ask_about_anybody)
{
	struct user u = user_enrolled();
	struct wire_login_reply reply;

	cr_assert_eq(login_status(0, u.uid, "", &reply), STATUS_OK);
	cr_assert_eq(reply.verdict, VERDICT_CHALLENGE);
}

Test(peers, a_process_of_another_uid_claims_a_user_in_vain)
{
	struct user u = user_enrolled(), other = user_new("/bin/bash");
	const char *code = user_code(&u);
	struct wire_login_reply reply;
	struct channel c;

	cr_assert_eq(
	    login_status(other.uid, u.uid, code, &reply), STATUS_NOT_ALLOWED);
	cr_assert_eq(reply.verdict, VERDICT_DENY);
	/* The code is not spent. */
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
}

/* There he has as many uids as subuid(5) gives him. */
Test(peers, a_users_own_namespace_sets_up_no_secret)
{
	struct user u = user_new("/bin/bash");
	struct result r = run_as(u.uid,
	    COMMAND("unshare", "-c", "otpgate", "enroll", "--json"), NULL);

	cr_assert_neq(r.status, 0);
	cr_assert(text_has(r.err->bytes, "only root may"), "%s", r.err->bytes);
	cr_assert_not(text_has(r.out->bytes, "otpauth"));
	r = run_as(u.uid, COMMAND("otpgate", "enroll", "--json"), NULL);
	cr_assert(text_has(r.out->bytes, "otpauth"), "%s", r.err->bytes);
}

Test(peers, the_account_of_otpgated_itself_is_nobody_special)
{
	struct user u = user_enrolled();
	struct wire_login_reply reply;
	uid_t uid = (uid_t)atol(run_fine(COMMAND("id", "-u", "otpgate")));

	cr_assert_eq(login_status(uid, u.uid, "", &reply), STATUS_NOT_ALLOWED);
}

Test(peers, wrong_codes_of_another_uid_cost_a_user_nothing)
{
	struct user u = user_enrolled(), other = user_new("/bin/bash");
	const char *wrong = user_wrong_code(&u), *code;
	struct wire_login_reply reply;
	struct channel c;
	int i;

	for (i = 0; i < 20; i++)
		cr_assert_eq(login_status(other.uid, u.uid, wrong, &reply),
		    STATUS_NOT_ALLOWED);
	code = user_code(&u);
	c = ATTEMPT(.user = &u, .what = IN, .answers = {code});
	expect_in(&c);
	cr_assert_not(text_has(c.err->bytes, "wrong code"));
}

/* Every verb about somebody else, and every verb of root's. */
Test(peers, a_user_may_not_use_roots_verbs)
{
	struct user u = user_new("/bin/bash"), other = user_enrolled();
	struct wire_user_request about = {.uid = other.uid};
	const struct wire_empty_request nothing = {.reserved = 0};
	const struct wire_reload_request again = {.group_count = 0};
	const struct wire_list_request from = {.from = 0};
	struct wire_unlock_request unlock = {0};
	struct wire_unlock_reply unlocked;
	struct wire_empty_reply empty;
	struct wire_list_reply list;
	struct wire_health_reply health;
	struct wire_reload_reply reload;
	struct wire_status_reply whose;
	struct ask a = peer_ask(u.uid);
	enum status status;

	cr_assert_eq(ask_clear(&a, &about, &empty, &status), OK);
	cr_assert_eq(status, STATUS_NOT_ALLOWED);
	cr_assert_eq(ask_unlock(&a, &unlock, &unlocked, &status), OK);
	cr_assert_eq(status, STATUS_NOT_ALLOWED);
	cr_assert_eq(ask_status(&a, &about, &whose, &status), OK);
	cr_assert_eq(status, STATUS_NOT_ALLOWED);
	cr_assert_eq(ask_list(&a, &from, &list, &status), OK);
	cr_assert_eq(status, STATUS_NOT_ALLOWED);
	cr_assert_eq(ask_health(&a, &nothing, &health, &status), OK);
	cr_assert_eq(status, STATUS_NOT_ALLOWED);
	cr_assert_eq(ask_reload(&a, &again, &reload, &status), OK);
	cr_assert_eq(status, STATUS_NOT_ALLOWED);
	ask_close(&a);
}

/*
 * A process that root owns and that is called sshd: su(1), run through a link
 * of that name.  What it starts is nobody's login.
 */
Test(peers, a_root_process_that_is_called_sshd_claims_no_connection)
{
	struct user u = user_enrolled();
	const char *dir = text_format("/tmp/fake-%s", u.name);
	const char *script = text_format(
	    "mkdir %s && cd %s && "
	    "ln -s /usr/bin/su sshd && ./sshd -s /bin/sh %s -c "
	    "'SSH_USER_AUTH=none SSH_CONNECTION=\"127.0.0.1 1 127.0.0.1 22\" "
	    "SSH_ORIGINAL_COMMAND=\"echo in\" "
	    "HOME=/usr/share/otpgate/empty " MACHINE_GATE "'",
	    dir, dir, u.name);
	struct login l;
	struct channel c;
	struct result r;

	/* A login of u that was challenged and let in is there meanwhile. */
	login_open(&l, &u, BY_PASSWORD, SSHD_GUARDED);
	channel_open(&c, &l, false);
	channel_ask(&c, WANT_COMMAND, "cat");
	channel_await(&c, PROMPT);
	channel_send(&c, text_format("%s\nthrough\n", user_code(&u)));
	channel_await(&c, "through");
	r = run(COMMAND("sh", "-c", script));
	cr_assert_eq(r.status, GATE_REFUSED, "%d: %s", r.status, r.err->bytes);
	cr_assert(text_has(r.err->bytes, PROMPT), "%s", r.err->bytes);
	cr_assert_str_empty(r.out->bytes);
	channel_end_input(&c);
	channel_finish(&c);
	login_close(&l);
}

/* ---- one login a connection ---- */

/* A second set of tries on one connection would be a way around the limit. */
Test(peers, one_connection_is_one_login_with_three_tries)
{
	struct user u = user_enrolled();
	struct wire_login_request request = peer_login(u.uid, "");
	struct wire_code_request code;
	struct wire_login_reply reply;
	struct ask a = peer_ask(u.uid);
	enum status status;
	int i;

	memset(&code, 0, sizeof(code));
	strncpy(code.code, user_wrong_code(&u), sizeof(code.code) - 1);
	cr_assert_eq(ask_login(&a, &request, &reply, &status), OK);
	for (i = 0; i < 3; i++) {
		cr_assert_eq(ask_code(&a, &code, &reply, &status), OK);
		cr_assert_eq(status, STATUS_OK);
		cr_assert_eq(reply.reason, REASON_CODE_WRONG);
	}
	cr_assert_eq(reply.verdict, VERDICT_DENY);
	cr_assert_eq(ask_code(&a, &code, &reply, &status), OK);
	cr_assert_eq(status, STATUS_NO_CHALLENGE);
	cr_assert_eq(ask_login(&a, &request, &reply, &status), OK);
	cr_assert_neq(status, STATUS_OK);
	ask_close(&a);
}

Test(peers, a_code_without_a_login_is_refused)
{
	struct user u = user_enrolled();
	struct wire_code_request code;
	struct wire_login_reply reply;
	struct ask a = peer_ask(u.uid);
	enum status status;

	memset(&code, 0, sizeof(code));
	strncpy(code.code, user_code(&u), sizeof(code.code) - 1);
	cr_assert_eq(ask_code(&a, &code, &reply, &status), OK);
	cr_assert_eq(status, STATUS_NO_CHALLENGE);
	ask_close(&a);
}
