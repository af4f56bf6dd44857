/*
 * Tries a case: somebody at a terminal starts the client, answers what it
 * asks, and looks at what came of it.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "doors.h"
#include "login.h"
#include "machine.h"
#include "matrix.h"
#include "run.h"
#include "setup.h"
#include "sshd.h"
#include "terminal.h"
#include "user.h"

#define DONE "42-in" /* what tests/system/clients/drivers says */
#define DEED "echo $((6*7))-in; exit\n"

/* Ansible is long silent, and longer on a machine that has much to do. */
#define PATIENCE (4 * DEADLINE)

struct trial {
	const struct client *client;
	const struct outcome *must;
	enum way way;
	const char *door;
	struct user user;
	const char *code;  /* that this case may spend */
	const char *place; /* the client's directory */
	struct terminal terminal;
};

/* ---- questions ---- */

enum question {
	Q_PASSWORD,
	Q_CODE,
	Q_OFFER,
	Q_DEMAND,
	Q_GO_ON,
	Q_CONNECTED,
	Q_SHELL,
	Q_PUTTY,
	Q_COUNT
};

static const char *const texts[Q_COUNT] = {
    [Q_PASSWORD] = "assword: ",
    [Q_CODE] = PROMPT,
    [Q_OFFER] = OFFER,
    [Q_DEMAND] = DEMAND,
    [Q_GO_ON] = GO_ON,
    [Q_CONNECTED] = "connected\r\n",
    [Q_SHELL] = SHELL_PROMPT,
    [Q_PUTTY] = "Press Return to begin session. ",
};

/*
 * How often each of otpgate's comes.  Who shares a connection of its own is
 * asked on the first session.
 */
static const unsigned int wanted[][Q_COUNT] = {
    [UNASKED] = {0},
    [CODE] = {[Q_CODE] = 1},
    [INPUT] = {[Q_CODE] = 1},
    [OFFERED] = {[Q_OFFER] = 1},
    [SETUP] = {[Q_DEMAND] = 1, [Q_GO_ON] = 1},
};

static unsigned int
asks(const struct trial *t, enum question q)
{
	if (t->way == WAY_CONNECTION && t->client->sharing == OWN)
		return q == Q_CODE ? 1 : 0;
	return wanted[t->must->asks][q];
}

#define GROUP "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define GROUPS 8 /* of four letters: 160 bits */

/* True where groups of four stand, with one blank between each two. */
static bool
is_key(const char *at)
{
	for (int i = 0; i < GROUPS; i++, at += 5)
		if (strspn(at, GROUP) != 4 || (i < GROUPS - 1 && at[4] != ' '))
			return false;
	return true;
}

/* The key that stands on the terminal, as one word. */
static void
read_key(struct trial *t)
{
	const char *at = t->terminal.seen->bytes;
	struct phone *p = &t->user.phone;

	*p = (struct phone){.algorithm = "sha1", .digits = 6, .period = 30};
	while (!is_key(at))
		cr_assert_neq(
		    *at++, '\0', "no key in: %s", t->terminal.seen->bytes);
	for (int i = 0; i < GROUPS; i++)
		memcpy(p->secret + 4 * i, at + 5 * i, 4);
}

/*
 * What somebody types where there is a shell without a prompt: when it is
 * there, and where that asks for a code itself, behind it.
 */
static const char *
line_at(const struct trial *t, enum question q)
{
	bool asks_itself =
	    strcmp(t->door, SESSION_DOOR) == 0 && asks(t, Q_CODE) > 0;

	return t->client->traits == LINES && asks_itself == (q == Q_CODE) ? DEED
									  : "";
}

static const char *
answer(struct trial *t, enum question q)
{
	switch (q) {
	case Q_PASSWORD:
		return text_format("%s\n", t->user.password);
	case Q_CODE:
		return t->must->asks == INPUT
		    ? ""
		    : text_format("%s\n%s", t->code, line_at(t, q));
	case Q_DEMAND:
		read_key(t);
		return text_format("%s\n", user_code(&t->user));
	case Q_CONNECTED:
		return line_at(t, q);
	case Q_SHELL:
		return t->client->traits == SHELL ? DEED : "";
	default:
		return "\n";
	}
}

/* The first question behind what was read before; Q_COUNT without one. */
static enum question
find_question(struct terminal *t)
{
	enum question found = Q_COUNT;
	const char *first = NULL;

	for (enum question q = 0; q < Q_COUNT; q++) {
		const char *hit = strstr(t->seen->bytes + t->at, texts[q]);

		if (hit != NULL && (first == NULL || hit < first)) {
			first = hit;
			found = q;
		}
	}
	if (first != NULL)
		t->at = (size_t)(first - t->seen->bytes) + strlen(texts[found]);
	return found;
}

static bool
read_more(struct terminal *t)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};

	cr_assert_eq(poll(&p, 1, PATIENCE), 1, "nothing comes after: %s",
	    t->seen->bytes);
	return text_read(t->seen, t->fd) > 0;
}

/* Answers until the client ends, or until that question. */
static void
converse(struct trial *t, unsigned int came[Q_COUNT], enum question last)
{
	do {
		enum question q;

		while ((q = find_question(&t->terminal)) != Q_COUNT) {
			came[q]++;
			if (q == last)
				return;
			terminal_type(&t->terminal, answer(t, q));
		}
	} while (read_more(&t->terminal));
}

/* ---- the person, and the client's surroundings ---- */

/* A key that no file lists; otpgated is told to trust it. */
static void
trust_key(struct user *u)
{
	struct result r;

	user_add_key(u, "");
	run_fine(
	    COMMAND("rm", text_format("%s/.ssh/authorized_keys", u->home)));
	r = run_as(u->uid,
	    COMMAND("env", "SSH_CONNECTION=127.0.0.1 1 127.0.0.1 22",
		text_format("OTPGATE_CODE=%s", user_code(u)), "otpgate",
		"trust", text_format("%s.pub", u->key)),
	    NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
}

static void
meet(struct trial *t)
{
	t->user = t->way == WAY_NONE ? user_new("/bin/bash") : user_enrolled();
	t->code = t->way == WAY_NONE ? "" : user_code(&t->user);
	t->place = text_format(DOORS_SHARED "/%s", t->user.name);
	run_fine(COMMAND("mkdir", t->place));
	if (t->way == WAY_KEY)
		user_add_key(&t->user, "");
	if (t->way == WAY_TRUSTED)
		trust_key(&t->user);
}

/* name=value, as env(1) takes it. */
static const char *
variable(const char *name, const char *value)
{
	return text_format("%s=%s", name, value);
}

static void
start(const struct trial *t, struct terminal *terminal, const char *driver)
{
	const struct user *u = &t->user;
	const char *first =
	    t->must->asks == INPUT ? text_format("%s\n", t->code) : "";
	int port = doors_port(t->door);
	int internal = doors_port(text_format("%s-internal", t->door));

	terminal_start(terminal,
	    COMMAND("env", "-i", "-C", t->place, "PATH=/usr/sbin:/usr/bin:/bin",
		"LANG=C.UTF-8", "TERM=xterm", variable("HOME", t->place),
		variable("user", u->name), variable("home", u->home),
		variable("port", text_format("%d", port)),
		variable("internal_port", text_format("%d", internal)),
		variable("key", u->key),
		variable("code", t->way == WAY_CODE ? t->code : ""),
		variable("first", first), variable("shared", DOORS_SHARED),
		variable("spare", text_format("%d", sshd_port())),
		variable("lines", t->client->traits == LINES ? "yes" : ""),
		variable("libssh_client", LIBSSH_CLIENT),
		variable("connection", t->way == WAY_CONNECTION ? "yes" : ""),
		DRIVERS, driver));
}

/* ---- what came of it ---- */

/* t in one line, without the name that otpgate puts before each of its own. */
static const char *
in_one_line(const char *text)
{
	struct text *out = text_new();

	while (*text != '\0') {
		size_t blank = strspn(text, " \r\n");

		if (blank > 0)
			text_add(out, " ", 1);
		text += blank;
		if (strncmp(text, "otpgate: ", strlen("otpgate: ")) == 0)
			text += strlen("otpgate: ");
		else if (*text != '\0')
			text_add(out, text++, 1);
	}
	return out->bytes;
}

static void
judge(struct trial *t, const unsigned int came[Q_COUNT])
{
	const char *seen = t->terminal.seen->bytes;
	int status = terminal_finish(&t->terminal);

	cr_assert_eq(text_has(seen, DONE), t->must->came, "%s", seen);
	cr_assert_eq(status == 0, t->must->came, "status %d: %s", status, seen);
	cr_assert(text_has(in_one_line(seen), t->must->says),
	    "it does not say \"%s\": %s", t->must->says, seen);
	for (enum question q = Q_CODE; q <= Q_GO_ON; q++)
		cr_assert_eq(came[q], asks(t, q), "\"%s\" came %u times: %s",
		    texts[q], came[q], seen);
	cr_assert(came[Q_PASSWORD] == 0 ||
		(t->way != WAY_KEY && t->way != WAY_TRUSTED),
	    "%s", seen);
	if (!t->must->came)
		cr_assert_neq(
		    access(text_format("%s/copy", t->user.home), F_OK), 0);
}

/* A connection of another program's. */
static bool
is_shared(const struct trial *t)
{
	return t->way == WAY_CONNECTION && t->client->sharing != OWN;
}

/* Opens the connection that the client will use, with a code. */
static void
open_master(struct trial *t, struct terminal *master)
{
	struct trial m = *t;
	unsigned int came[Q_COUNT] = {0};

	m.must = &(const struct outcome){true, CODE, ""};
	m.client = &(const struct client){"", SHELL, NOT};
	start(&m, &m.terminal,
	    t->client->sharing == MASTER ? "ssh_master" : "plink_master");
	converse(&m, came, Q_SHELL);
	cr_assert_eq(came[Q_CODE], 1, "%s", m.terminal.seen->bytes);
	*master = m.terminal;
}

static void
close_master(struct terminal *master)
{
	terminal_hang_up(master);
	terminal_finish(master);
}

void
matrix_try(const char *door, const struct client *client, enum way way,
    const struct outcome *outcome)
{
	struct trial t = {
	    .client = client, .must = outcome, .way = way, .door = door};
	unsigned int came[Q_COUNT] = {0};
	struct terminal master;

	meet(&t);
	if (is_shared(&t))
		open_master(&t, &master);
	start(&t, &t.terminal, client->driver);
	if (client->traits == LINES && is_shared(&t))
		terminal_type(&t.terminal, DEED);
	converse(&t, came, Q_COUNT);
	judge(&t, came);
	if (is_shared(&t))
		close_master(&master);
}
