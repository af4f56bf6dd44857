/* What a connection of sshd carries from one session to the next. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/daemon/rig.h"
#include "unit/os/proc.h"

#define LISTENER 2 /* no process of the test's has that number */

static struct rig f;
static struct proc proc;
static struct wire_enroll_reply phone;
static struct wire_login_reply a;

/* A process that waits; in the test's /proc it is a connection's sshd. */
static pid_t
connection_new(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	PROC(&proc, .pid = pid, .parent = LISTENER, .name = "sshd",
	    .title = "sshd: alice [priv]", .start = 10);
	return pid;
}

/* From now on the test's own process comes by that connection. */
static void
come_by(pid_t sshd)
{
	PROC(&proc, .pid = getpid(), .parent = sshd, .name = "gate",
	    .uid = 1000);
}

static pid_t first, second;

static void
open_machine(void)
{
	rig_open(&f, POLICY_ON "services = (\"cockpit\", \"!sudo\");");
	rig_enroll(&f, 1000, &phone);
	proc_open(&proc);
	PROC(&proc, .pid = LISTENER, .parent = 1, .name = "sshd", .start = 5);
	f.daemon.origins->proc = proc.path;
	first = connection_new();
	second = connection_new();
	come_by(first);
}

static void
close_machine(void)
{
	(void)kill(first, SIGKILL);
	(void)kill(second, SIGKILL);
	rig_close(&f);
	proc_close(&proc);
}

TestSuite(daemon_answer_session, .init = open_machine, .fini = close_machine);

/* The code of a step that nobody used, the older first. */
static const char *
next_code(void)
{
	static char code[CODE_TEXT_MAX];
	static int64_t ahead;

	rig_code(&phone, f.now + 30 * ahead++, code);
	return code;
}

static void
log_in_to(const char *service, const char *code)
{
	struct wire_login_request q = {
	    .uid = 1000, .kind = KIND_SHELL, .methods = "password"};

	(void)text_copy(q.service, sizeof q.service, service);
	(void)text_copy(q.code, sizeof q.code, code);
	rig_connect(&f, 1000);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
}

static void
expect(enum verdict verdict, enum reason reason)
{
	cr_expect_eq(a.verdict, verdict, "%s", verdict_word(a.verdict));
	cr_expect_eq(a.reason, reason, "%s", reason_word(a.reason));
}

static void
verify(void)
{
	log_in_to(SERVICE_SSH, next_code());
	expect(VERDICT_PASS, REASON_CODE_ACCEPTED);
}

Test(daemon_answer_session, a_second_session_of_a_connection_is_not_asked)
{
	verify();
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_PASS, REASON_CONNECTION);
}

/* The sessions of a connection can all come with one code. */
Test(daemon_answer_session, what_comes_with_a_second_session_is_not_spent)
{
	const char *code;

	verify();
	code = next_code();
	log_in_to(SERVICE_SSH, code);
	expect(VERDICT_PASS, REASON_CONNECTION);
	come_by(second);
	log_in_to(SERVICE_SSH, code);
	expect(VERDICT_PASS, REASON_CODE_ACCEPTED);
}

Test(daemon_answer_session, another_connection_is_asked)
{
	verify();
	come_by(second);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_answer_session, a_connection_that_has_ended_is_forgotten)
{
	verify();
	cr_assert_eq(kill(first, SIGKILL), 0);
	cr_assert_eq(waitpid(first, NULL, 0), first);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_answer_session, the_same_number_of_another_start_is_asked)
{
	verify();
	PROC(&proc, .pid = first, .parent = LISTENER, .name = "sshd",
	    .start = 11);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

/* The socket of a process that has connected, and ended. */
static int
ended_peer(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0), fd;
	pid_t child;

	(void)text_print(
	    name.sun_path, sizeof name.sun_path, "%s/socket", f.directory);
	cr_assert_eq(bind(listener, (struct sockaddr *)&name, sizeof name), 0);
	cr_assert_eq(listen(listener, 1), 0);
	child = fork();
	if (child == 0)
		_exit(connect(socket(AF_UNIX, SOCK_SEQPACKET, 0),
		    (struct sockaddr *)&name, sizeof name));
	cr_assert_eq(waitpid(child, NULL, 0), child);
	fd = accept(listener, NULL, NULL);
	cr_assert_geq(fd, 0);
	(void)close(listener);
	return fd;
}

/* Whoever has the peer's number by now may have come otherwise. */
Test(daemon_answer_session, a_peer_that_has_ended_inherits_nothing)
{
	struct wire_login_request q = {.uid = 1000,
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .methods = "password"};

	verify();
	rig_connect(&f, 1000);
	f.caller.fd = ended_peer();
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	(void)close(f.caller.fd);
}

Test(daemon_answer_session, a_wrong_code_verifies_nothing)
{
	log_in_to(SERVICE_SSH, "000000");
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_answer_session, other_services_neither_verify_nor_are_verified)
{
	log_in_to("cockpit", next_code());
	expect(VERDICT_PASS, REASON_CODE_ACCEPTED);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	verify();
	log_in_to("cockpit", "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

Test(daemon_answer_session, a_service_is_as_the_policy_says)
{
	log_in_to("sudo", "");
	expect(VERDICT_PASS, REASON_SERVICE_OFF);
	log_in_to("cockpit", "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	log_in_to("sud", "");
	expect(VERDICT_DENY, REASON_SERVICE_UNNAMED);
	log_in_to("", "");
	expect(VERDICT_DENY, REASON_SERVICE_UNNAMED);
}

/* ---- another factor than the one that a code was given of ---- */

Test(daemon_answer_session, a_cleared_factor_leaves_no_connection_verified)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_empty_reply nothing;

	verify();
	rig_connect(&f, 0);
	cr_assert_eq(send_clear(&f, &q, &nothing), STATUS_OK);
	rig_enroll(&f, 1000, &phone);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

static struct wire_enroll_reply
enroll_as_root(const char *renews)
{
	struct wire_enroll_request q = {.uid = 1000, .account = "alice"};
	struct wire_confirm_request answer = {.uid = 1000};
	struct wire_enroll_reply shown;
	struct wire_recovery_reply codes;

	(void)text_copy(q.renews, sizeof q.renews, renews);
	rig_connect(&f, 0);
	cr_assert_eq(send_enroll(&f, &q, &shown), STATUS_OK);
	rig_code(&shown, f.now, answer.code);
	cr_assert_eq(send_confirm(&f, &answer, &codes), STATUS_OK);
	cr_assert_eq(codes.reason, REASON_CODE_ACCEPTED);
	return shown;
}

Test(daemon_answer_session, nor_does_a_device_that_was_renewed_or_removed)
{
	struct wire_remove_request q = {.uid = 1000};
	struct wire_remove_reply gone;
	struct wire_enroll_reply more;

	verify();
	more = enroll_as_root("");
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_PASS, REASON_CONNECTION);
	(void)text_copy(q.label, sizeof q.label, more.device.label);
	rig_connect(&f, 0);
	cr_assert_eq(send_remove(&f, &q, &gone), STATUS_OK);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	verify();
	(void)enroll_as_root("app");
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
}

/* ---- root's PAM ---- */

#define HERE "192.0.2.1 5000 192.0.2.2 22"
#define THERE "192.0.2.1 5001 192.0.2.2 22"

static enum status
session(uint32_t peer, const char *methods, const char *told, uint8_t decides)
{
	struct wire_session_request q = {
	    .uid = 1000, .service = SERVICE_SSH, .decides = decides};

	(void)text_copy(q.methods, sizeof q.methods, methods);
	(void)text_copy(q.told, sizeof q.told, told);
	rig_connect(&f, peer);
	return send_session(&f, &q, &a);
}

Test(daemon_answer_session, a_password_opens_no_session_without_a_code)
{
	cr_assert_eq(session(0, "password", "password\n", 1), STATUS_OK);
	expect(VERDICT_DENY, REASON_HAS_SECRET);
	cr_expect_not_null(strstr(f.caller.line.text, "event=session"));
	verify();
	cr_assert_eq(session(0, "password", "password\n", 1), STATUS_OK);
	expect(VERDICT_DENY, REASON_HAS_SECRET);
}

/* A session with the password, and that proof. */
static void
open_with(uint32_t uid, const char *connection, const char *proof)
{
	struct wire_session_request q = {.uid = uid,
	    .service = SERVICE_SSH,
	    .methods = "password,keyboard-interactive/pam",
	    .decides = 1};

	(void)text_copy(q.connection, sizeof q.connection, connection);
	(void)text_copy(q.proof, sizeof q.proof, proof);
	rig_connect(&f, 0);
	cr_assert_eq(send_session(&f, &q, &a), STATUS_OK);
}

/* What PAM's door of that peer has in its hand when a code was right. */
static const char *
proof_of(uint32_t peer, const char *service, const char *connection)
{
	static char proof[WIRE_PROOF_MAX];
	struct wire_login_request q = {
	    .uid = 1000, .kind = KIND_LOGIN, .methods = "password"};

	(void)text_copy(q.service, sizeof q.service, service);
	(void)text_copy(q.connection, sizeof q.connection, connection);
	(void)text_copy(q.code, sizeof q.code, next_code());
	rig_connect(&f, peer);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	expect(VERDICT_PASS, REASON_CODE_ACCEPTED);
	(void)text_copy(proof, sizeof proof, a.proof);
	return proof;
}

Test(daemon_answer_session, a_code_s_proof_opens_one_session)
{
	const char *proof = proof_of(0, SERVICE_SSH, HERE);

	open_with(1000, HERE, proof);
	expect(VERDICT_PASS, REASON_CONNECTION);
	open_with(1000, HERE, proof);
	expect(VERDICT_DENY, REASON_HAS_SECRET);
	cr_expect_not_null(strstr(f.caller.line.text, "proof=unknown"));
	cr_expect_null(strstr(f.caller.line.text, proof));
}

Test(daemon_answer_session, a_proof_of_another_connection_opens_none)
{
	open_with(1000, THERE, proof_of(0, SERVICE_SSH, HERE));
	expect(VERDICT_DENY, REASON_HAS_SECRET);
}

/* A user's own process, another service, no sshd: no session follows. */
Test(daemon_answer_session, proofs_are_for_sshd_s_pam_alone)
{
	cr_expect_str_eq(proof_of(1000, SERVICE_SSH, HERE), "");
	cr_expect_str_eq(proof_of(0, "cockpit", HERE), "");
}

Test(daemon_answer_session, and_for_logins_that_come_by_sshd)
{
	cr_expect_str_eq(proof_of(0, SERVICE_SSH, ""), "");
}

/* Nor does a code of PAM's door count for what a gate asks later. */
Test(daemon_answer_session, a_code_of_pam_s_door_is_carried_by_its_proof_alone)
{
	(void)proof_of(0, SERVICE_SSH, HERE);
	log_in_to(SERVICE_SSH, "");
	expect(VERDICT_CHALLENGE, REASON_HAS_SECRET);
	open_with(1000, HERE, "");
	expect(VERDICT_DENY, REASON_HAS_SECRET);
}

Test(daemon_answer_session, another_factor_leaves_no_proof)
{
	struct wire_user_request q = {.uid = 1000};
	struct wire_empty_reply nothing;
	const char *proof = proof_of(0, SERVICE_SSH, HERE);

	rig_connect(&f, 0);
	cr_assert_eq(send_clear(&f, &q, &nothing), STATUS_OK);
	rig_enroll(&f, 1000, &phone);
	open_with(1000, HERE, proof);
	expect(VERDICT_DENY, REASON_HAS_SECRET);
}

Test(daemon_answer_session, nor_does_a_renewal)
{
	const char *proof = proof_of(0, SERVICE_SSH, HERE);

	(void)enroll_as_root("app");
	open_with(1000, HERE, proof);
	expect(VERDICT_DENY, REASON_HAS_SECRET);
}

/* The code is not spent then, and its proof is never told. */
Test(daemon_answer_session, a_turn_that_is_not_committed_tells_no_proof)
{
	struct wire_login_request q = {.uid = 1000,
	    .kind = KIND_LOGIN,
	    .service = SERVICE_SSH,
	    .methods = "password",
	    .connection = HERE};

	(void)text_copy(q.code, sizeof q.code, next_code());
	rig_connect(&f, 0);
	f.no_turn = true;
	(void)send_login(&f, &q, &a);
	f.no_turn = false;
	cr_expect_neq(a.verdict, VERDICT_PASS);
	cr_expect_str_eq(a.proof, "");
}

static struct wire_recovery_reply
set_up_as_pam(void)
{
	struct wire_login_request q = {.uid = 1001,
	    .kind = KIND_LOGIN,
	    .service = SERVICE_SSH,
	    .methods = "password",
	    .terminal = 1,
	    .connection = HERE};
	struct wire_enroll_request wish = {.uid = 1001, .account = "bob"};
	struct wire_confirm_request answer = {.uid = 1001};
	struct wire_enroll_reply shown;
	struct wire_recovery_reply end;

	rig_connect(&f, 0);
	cr_assert_eq(send_login(&f, &q, &a), STATUS_OK);
	expect(VERDICT_SETUP, REASON_SETUP_REQUIRED);
	cr_assert_eq(send_enroll(&f, &wish, &shown), STATUS_OK);
	rig_code(&shown, f.now, answer.code);
	cr_assert_eq(send_confirm(&f, &answer, &end), STATUS_OK);
	cr_assert_eq(end.verdict, VERDICT_PASS);
	return end;
}

Test(daemon_answer_session, a_set_up_has_a_proof_as_well)
{
	struct wire_recovery_reply end;
	struct wire_reload_request groups = {0};
	struct wire_reload_reply said;

	rig_write(f.policy, POLICY_ON "policy = \"required\";");
	rig_connect(&f, 0);
	cr_assert_eq(send_reload(&f, &groups, &said), STATUS_OK);
	end = set_up_as_pam();
	open_with(1001, HERE, end.proof);
	expect(VERDICT_PASS, REASON_CONNECTION);
}

Test(daemon_answer_session, a_key_opens_one)
{
	cr_assert_eq(session(0, "publickey", "publickey a b\n", 1), STATUS_OK);
	expect(VERDICT_PASS, REASON_PASSWORDLESS);
}

Test(daemon_answer_session, nobody_can_be_asked_after_it)
{
	struct wire_code_request q = {.code = "123456"};

	cr_assert_eq(session(0, "password", "password\n", 1), STATUS_OK);
	cr_expect_eq(send_code(&f, &q, &a), STATUS_NO_CHALLENGE);
}

Test(daemon_answer_session, only_root_opens_one)
{
	cr_expect_eq(session(1000, "publickey", "publickey a b\n", 1),
	    STATUS_NOT_ALLOWED);
}

static const char *
told(uint32_t uid)
{
	static struct wire_connection_reply reply;
	struct wire_connection_request q = {.uid = uid};

	rig_connect(&f, uid);
	cr_assert_eq(send_connection(&f, &q, &reply), STATUS_OK);
	return reply.recorded ? reply.told : NULL;
}

Test(daemon_answer_session, what_root_tells_is_told_on_to_that_connection)
{
	cr_expect_null(told(1000));
	cr_assert_eq(session(0, "password", "password\n", 0), STATUS_OK);
	cr_expect_str_eq(told(1000), "password\n");
	cr_expect_null(told(1001), "another user");
	come_by(second);
	cr_expect_null(told(1000), "another connection");
}

Test(daemon_answer_session, what_is_too_long_to_be_told_is_recorded_as_that)
{
	cr_assert_eq(session(0, "publickey", "", 0), STATUS_OK);
	cr_expect_str_eq(told(1000), "");
}

/* It must not look as if there were nothing to record. */
Test(daemon_answer_session, a_connection_that_is_not_seen_is_not_recorded)
{
	f.daemon.origins->proc = "/nowhere";
	cr_expect_eq(session(0, "publickey", "publickey a b\n", 0),
	    STATUS_NO_CONNECTION);
	f.daemon.origins->proc = proc.path;
	cr_expect_null(told(1000));
	cr_expect_eq(session(0, "publickey", "publickey a b\n", 0), STATUS_OK);
}

Test(daemon_answer_session, records_by_the_policy_which_needed_no_password)
{
	cr_assert_eq(session(0, "publickey", "publickey a b\n", 0), STATUS_OK);
	cr_expect(origin_find(f.daemon.origins, getpid(), 1000)->keyed);
	cr_assert_eq(session(0, "hostbased", "hostbased\n", 0), STATUS_OK);
	cr_expect_not(origin_find(f.daemon.origins, getpid(), 1000)->keyed);
}
