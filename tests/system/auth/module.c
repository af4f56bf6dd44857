/*
 * The module by itself, in processes that are not sshd: what it does with
 * services, with words that it does not know, and to the process.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "text.h"
#include "user.h"
#include "world.h"

TestSuite(module, .init = world_restore, .timeout = 120);

#define SERVICE "otpgate-test"

/* A service of PAM with these lines; the policy's word on it is another's. */
static void
put_service(const char *name, const char *lines)
{
	machine_put(text_format("/etc/pam.d/%s", name), lines, 0644);
}

static void
set_services(const char *list)
{
	run_fine(COMMAND("otpgate", "policy", "set", "services", list));
}

/* ---- one conversation ---- */

struct talk {
	const char *answers[8];
	size_t questions;
	struct text *said;
};

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **out, void *data)
{
	struct talk *t = data;

	*out = calloc((size_t)count, sizeof(**out));
	for (int i = 0; i < count; i++) {
		const struct pam_message *m = messages[i];
		const char *answer;

		text_add(t->said, m->msg, strlen(m->msg));
		if (m->msg_style != PAM_PROMPT_ECHO_OFF &&
		    m->msg_style != PAM_PROMPT_ECHO_ON)
			continue;
		answer = t->questions < 8 ? t->answers[t->questions] : NULL;
		t->questions++;
		(*out)[i].resp = strdup(answer == NULL ? "" : answer);
	}
	return PAM_SUCCESS;
}

static int
authenticate(const char *service, const char *user, struct talk *t)
{
	struct pam_conv conv = {converse, t};
	pam_handle_t *pamh;
	int r;

	t->said = text_new();
	t->questions = 0;
	cr_assert_eq(pam_start(service, user, &conv, &pamh), PAM_SUCCESS);
	r = pam_authenticate(pamh, 0);
	pam_end(pamh, r);
	return r;
}

static int
authenticate_with(
    const char *service, const struct user *u, const char *code, struct talk *t)
{
	*t = (struct talk){.answers = {code}};
	return authenticate(service, u->name, t);
}

#define ANY_CODE "123456" /* where none is looked at */

#define ALONE "auth required pam_otpgate.so\n"

/* ---- services ---- */

Test(module, a_service_that_is_not_named_is_refused)
{
	struct user u = user_enrolled();
	struct talk t;
	long from = machine_log_mark();

	put_service(SERVICE, ALONE);
	cr_assert_neq(
	    authenticate_with(SERVICE, &u, user_code(&u), &t), PAM_SUCCESS);
	cr_assert_eq(t.questions, 0);
	machine_log_await(from, "service=" SERVICE, "service-not-named");
}

Test(module, a_service_that_is_named_asks)
{
	struct user u = user_enrolled();
	struct talk t;

	put_service(SERVICE, ALONE);
	set_services(SERVICE);
	cr_assert_eq(authenticate_with(SERVICE, &u, user_code(&u), &t),
	    PAM_SUCCESS, "%s", t.said->bytes);
	cr_assert_eq(t.questions, 1);
	cr_assert_neq(authenticate_with(SERVICE, &u, user_wrong_code(&u), &t),
	    PAM_SUCCESS);
}

/* It is PAM_IGNORE, which lets nobody in by itself. */
Test(module, where_it_does_not_check_it_does_not_let_in)
{
	struct user u = user_enrolled(), plain = user_new("/bin/bash");
	struct talk t;

	put_service(SERVICE, ALONE);
	set_services("!" SERVICE);
	cr_assert_neq(authenticate_with(SERVICE, &u, NULL, &t), PAM_SUCCESS);
	put_service(SERVICE, ALONE "auth required pam_permit.so\n");
	cr_assert_eq(authenticate_with(SERVICE, &u, NULL, &t), PAM_SUCCESS);
	cr_assert_eq(t.questions, 0);
	put_service(SERVICE, ALONE);
	set_services(SERVICE);
	cr_assert_neq(
	    authenticate_with(SERVICE, &plain, NULL, &t), PAM_SUCCESS);
	cr_assert_eq(t.questions, 0);
}

/* A line that tells the step, or splits, lets nobody in by any control. */
Test(module, the_other_lines_let_nobody_in)
{
	struct user u = user_enrolled();
	const char *const lines[] = {"auth sufficient pam_otpgate.so step\n",
	    "auth sufficient pam_otpgate.so split\n",
	    "auth required pam_otpgate.so step\n"};
	struct talk t;

	set_services(SERVICE);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		put_service(SERVICE, lines[i]);
		cr_assert_neq(authenticate_with(SERVICE, &u, ANY_CODE, &t),
		    PAM_SUCCESS, "%s", lines[i]);
		put_service(SERVICE,
		    text_format("%sauth required pam_deny.so\n", lines[i]));
		cr_assert_neq(authenticate_with(SERVICE, &u, ANY_CODE, &t),
		    PAM_SUCCESS, "%s", lines[i]);
	}
}

/* ---- programs that are not sshd, in the name of it ---- */

#define UNIX "auth requisite pam_unix.so\n"

/* What a stack called name makes of u, in a directory of its own. */
static int
authenticate_as(const char *name, const char *lines, const char *told,
    const struct user *u, struct talk *t)
{
	const char *dir = text_format(MACHINE_RUN "/pam-%d", (int)u->uid);
	struct pam_conv conv = {converse, t};
	pam_handle_t *pamh;
	int r;

	(void)mkdir(dir, 0755);
	machine_put(text_format("%s/%s", dir, name), lines, 0644);
	t->said = text_new();
	t->questions = 0;
	cr_assert_eq(
	    pam_start_confdir(name, u->name, &conv, dir, &pamh), PAM_SUCCESS);
	if (told != NULL)
		cr_assert_eq(pam_putenv(pamh, told), PAM_SUCCESS);
	r = pam_authenticate(pamh, 0);
	pam_end(pamh, r);
	return r;
}

/* Any program of that name: the password alone does not do. */
static void
expect_asked(const char *name, const char *lines)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct talk t = {.answers = {u.password}};

	cr_assert_neq(authenticate_as(name, lines, NULL, &u, &t), PAM_SUCCESS,
	    "%s: %s", name, lines);
	cr_assert_gt(t.questions, 1, "%s", t.said->bytes);
	t = (struct talk){.answers = {u.password, code}};
	cr_assert_eq(authenticate_as(name, lines, NULL, &u, &t), PAM_SUCCESS,
	    "%s: %s", name, t.said->bytes);
}

Test(module, a_service_called_sshd_that_is_not_sshd_is_asked)
{
	expect_asked("sshd", UNIX ALONE);
	expect_asked("sshd", machine_get(SSHD_STACKS "otpgate-sshd"));
}

Test(module, service_ssh_of_another_program_is_asked)
{
	expect_asked(SERVICE, UNIX "auth required pam_otpgate.so service=ssh");
	expect_asked(SERVICE,
	    sshd_replace(machine_get(SSHD_STACKS "otpgate-sshd"),
		"pam_otpgate.so", "pam_otpgate.so service=ssh"));
}

/* Else a code would be enough where nobody has proved a password. */
Test(module, what_was_proved_is_sshd_s_to_say)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct talk t = {.answers = {code, code, code, code, code, code}};

	cr_assert_neq(
	    authenticate_as("sshd", machine_get(SSHD_STACKS "otpgate-sshd"),
		"SSH_AUTH_INFO_0=password", &u, &t),
	    PAM_SUCCESS);
	t.answers[0] = u.password;
	cr_assert_eq(
	    authenticate_as("sshd", machine_get(SSHD_STACKS "otpgate-sshd"),
		"SSH_AUTH_INFO_0=password", &u, &t),
	    PAM_SUCCESS);
}

/* pamtester gives what sshd gives, and then takes it away. */
Test(module, the_session_of_another_program_is_refused)
{
	struct user u = user_new("/bin/bash");
	const char *const as_sshd[] = {"pamtester", "-Itty=ssh",
	    "-ESSH_CONNECTION=127.0.0.1 1 127.0.0.1 22",
	    "-ESSH_AUTH_INFO_0=password", SERVICE, u.name, "open_session",
	    NULL};
	long from = machine_log_mark();

	put_service(SERVICE,
	    "session required pam_permit.so\n"
	    "session requisite pam_otpgate.so service=ssh\n");
	run_fine(as_sshd);
	cr_assert_neq(
	    run(COMMAND("pamtester", SERVICE, u.name, "open_session")).status,
	    0);
	machine_log_await(from, "event=pam-refused", "not-sshd");
	put_service(SERVICE,
	    "session required pam_permit.so\n"
	    "session requisite pam_otpgate.so\n");
	run_fine(COMMAND("pamtester", SERVICE, u.name, "open_session"));
	machine_log_await(from, "event=pam-ignored", "not-sshd");
}

Test(module, service_ssh_is_sshd_by_another_name)
{
	struct user u = user_enrolled();
	struct talk t;
	long from = machine_log_mark();

	put_service(SERVICE,
	    "auth required pam_otpgate.so service=ssh split\n"
	    "auth required pam_otpgate.so service=ssh\n");
	cr_assert_eq(authenticate_with(
			 SERVICE, &u, text_format("pw%s", user_code(&u)), &t),
	    PAM_SUCCESS);
	machine_log_await(from, "service=ssh", "code-accepted");
}

/* ---- arguments ---- */

Test(module, an_unknown_argument_refuses_and_is_named)
{
	struct user u = user_enrolled();
	const char *const words[] = {"nonsense", "step split", "record",
	    "fallback=publickey", "service="};
	struct talk t;

	set_services(SERVICE);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		long from = machine_log_mark();

		put_service(SERVICE,
		    text_format("auth required pam_otpgate.so %s\n", words[i]));
		cr_assert_neq(authenticate_with(SERVICE, &u, ANY_CODE, &t),
		    PAM_SUCCESS, "%s", words[i]);
		cr_assert_eq(t.questions, 0);
		machine_log_await(
		    from, "unknown argument", i == 1 ? "split" : words[i]);
	}
}

Test(module, a_user_who_is_not_there_is_refused)
{
	struct talk t = {.answers = {"123456"}};

	put_service(SERVICE, ALONE);
	set_services(SERVICE);
	cr_assert_neq(
	    authenticate(SERVICE, "nobody-of-that-name", &t), PAM_SUCCESS);
	cr_assert_eq(t.questions, 0);
}

/* ---- what it leaves of the process ---- */

static size_t
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static const char *
environment(void)
{
	extern char **environ;
	const char *all = "";

	for (char **e = environ; *e != NULL; e++)
		all = text_format("%s%s\n", all, *e);
	return all;
}

/* What a child of this moment would begin with. */
static const char *
signals(void)
{
	const char *status = machine_get("/proc/self/status");
	const char *at = strstr(status, "SigBlk:");

	return text_format("%.*s", (int)(strstr(at, "CapInh:") - at), at);
}

/* The log's line and the dialogue each open something. */
Test(module, nothing_of_the_process_is_changed)
{
	struct user u = user_enrolled();
	struct talk t;
	size_t open;
	const char *before, *masks;

	put_service(SERVICE, ALONE);
	set_services(SERVICE);
	authenticate_with(SERVICE, &u, "", &t); /* libpam's own first time */
	open = descriptors();
	before = environment();
	masks = signals();
	cr_assert_neq(authenticate_with(SERVICE, &u, "", &t), PAM_SUCCESS);
	cr_assert_eq(
	    authenticate_with(SERVICE, &u, user_code(&u), &t), PAM_SUCCESS);
	cr_assert_eq(descriptors(), open);
	cr_assert_str_eq(environment(), before);
	cr_assert_str_eq(signals(), masks);
}

/* Calls that take every way through the module, that of the proof as well. */
Test(module, valgrind_finds_nothing)
{
	struct user u = user_enrolled();
	struct result r;

	put_service(SERVICE,
	    "auth required pam_otpgate.so service=ssh split\n"
	    "auth required pam_otpgate.so service=ssh\n"
	    "session required pam_permit.so\n"
	    "session required pam_otpgate.so service=ssh\n");
	r = run_input(COMMAND("valgrind", "--quiet", "--leak-check=full",
			  "--errors-for-leak-kinds=definite,indirect,possible",
			  "--error-exitcode=9", "pamtester", "-Itty=ssh",
			  "-ESSH_CONNECTION=127.0.0.1 1 127.0.0.1 22",
			  "-ESSH_AUTH_INFO_0=password", SERVICE, u.name,
			  "authenticate", "open_session", "close_session"),
	    text_format("pw%s\n", user_code(&u)));
	cr_assert_neq(r.status, 9, "%s", r.err->bytes);
	cr_assert_not(
	    text_has(r.err->bytes, "pam_otpgate"), "%s", r.err->bytes);
	cr_assert_eq(r.status, 0, "%s%s", r.out->bytes, r.err->bytes);
}
