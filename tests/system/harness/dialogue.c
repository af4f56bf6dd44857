#include "dialogue.h"

#include <criterion/criterion.h>
#include <libssh/libssh.h>
#include <string.h>

#define ANSWERS 12

/* The next answer: the list's, and "" behind its last one. */
static const char *
next_answer(const struct dialogue_try *t, size_t *at)
{
	const char *answer = *at < ANSWERS ? t->answers[*at] : NULL;

	(*at)++;
	return answer == NULL ? "" : answer;
}

static void
add_text(struct text *said, const char *text)
{
	if (text != NULL)
		text_add(said, text, strlen(text));
}

static int
answer_all(
    ssh_session ssh, const struct dialogue_try *t, struct dialogue_end *e)
{
	int result = ssh_userauth_kbdint(ssh, NULL, NULL);
	size_t at = 0;

	while (result == SSH_AUTH_INFO) {
		int count = ssh_userauth_kbdint_getnprompts(ssh);

		add_text(e->said, ssh_userauth_kbdint_getname(ssh));
		add_text(e->said, ssh_userauth_kbdint_getinstruction(ssh));
		for (int i = 0; i < count; i++) {
			add_text(e->said,
			    ssh_userauth_kbdint_getprompt(
				ssh, (unsigned int)i, NULL));
			cr_assert_eq(ssh_userauth_kbdint_setanswer(ssh,
					 (unsigned int)i, next_answer(t, &at)),
			    0);
		}
		e->questions += (size_t)count;
		result = ssh_userauth_kbdint(ssh, NULL, NULL);
	}
	return result;
}

static int
prove(ssh_session ssh, const struct dialogue_try *t, struct dialogue_end *e)
{
	int result = SSH_AUTH_DENIED;

	if (t->first)
		result = answer_all(ssh, t, e);
	if (t->password != NULL && result != SSH_AUTH_SUCCESS) {
		result = ssh_userauth_password(ssh, NULL, t->password);
		e->password =
		    result == SSH_AUTH_PARTIAL || result == SSH_AUTH_SUCCESS;
	}
	if (t->dialogue && !t->first && result != SSH_AUTH_SUCCESS)
		result = answer_all(ssh, t, e);
	return result;
}

/* Whether a command runs, which is all that counts. */
static bool
runs(ssh_session ssh)
{
	ssh_channel c = ssh_channel_new(ssh);
	char out[16] = "";
	bool in = ssh_channel_open_session(c) == SSH_OK &&
	    ssh_channel_request_exec(c, IN) == SSH_OK &&
	    ssh_channel_read(c, out, sizeof(out) - 1, 0) > 0;

	ssh_channel_free(c);
	return in && strcmp(out, "in\n") == 0;
}

struct dialogue_end
dialogue_try(const struct dialogue_try *t)
{
	struct dialogue_end e = {.said = text_new()};
	struct login l;

	login_connect(&l, t->user, t->port);
	if (prove(l.ssh, t, &e) == SSH_AUTH_SUCCESS)
		e.in = runs(l.ssh);
	login_close(&l);
	return e;
}

bool
dialogue_runs(const struct user *u, enum how how, int port)
{
	struct login l;
	bool in;

	login_connect(&l, u, port);
	in = login_prove(&l, u, how) == SSH_AUTH_SUCCESS && runs(l.ssh);
	login_close(&l);
	return in;
}
