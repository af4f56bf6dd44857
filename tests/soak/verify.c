/*
 * verify CLIENTS USERS
 *
 * Enrolls so many users through otpgated's socket, says "ready", and has so
 * many processes verify codes of them at once, until standard input ends:
 * right codes, the same right code by several at a time, right codes again,
 * wrong ones and none.  otpgated may be killed, stopped and hindered
 * meanwhile.  Then it has to be well, each user logs in once more, and a line
 * says what was seen:
 *
 *   accepted    codes that opened
 *   doubled     codes that opened twice
 *   lost        right codes that were refused as used or wrong, and opened for
 *               nobody before, nor may have: no answer to one was cut off
 *   let-in      logins without a right code that opened
 *   locked-out  users whose right code did not open in the end
 *
 * It runs as root, by which it may ask for every user.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "core/base32.h"
#include "core/totp.h"
#include "places.h"
#include "wire/ask.h"

#define CLIENTS_MAX 256
#define USERS_MAX 100000
#define UID_FIRST 2000000 /* nobody's */
#define STEPS 8		  /* remembered of a user: more than any window */
#define SETTLED 4	  /* steps after which no answer is under way */
#define PERIOD 30

/* What became of the codes of one user; a step stands in place step % STEPS. */
struct person {
	struct secret secret;
	_Atomic int64_t accepted[STEPS];
	_Atomic int64_t cut[STEPS];  /* asked, and no answer came */
	_Atomic int64_t used[STEPS]; /* "used already", not yet explained */
};

/* Shared by all processes. */
struct field {
	atomic_bool stop;
	atomic_ulong accepted, doubled, lost, let_in, locked_out;
	uint32_t users;
	struct person person[];
};

/* One process. */
struct client {
	struct field *field;
	struct totp *totp;
	uint64_t chance;
};

/* What otpgated said to one login. */
struct said {
	bool whole; /* an answer came */
	enum verdict verdict;
	enum reason reason;
};

static uint32_t
draw(struct client *c, uint32_t below)
{
	c->chance ^= c->chance << 13;
	c->chance ^= c->chance >> 7;
	c->chance ^= c->chance << 17;
	return (uint32_t)(c->chance % below);
}

static int64_t
step_now(void)
{
	return (int64_t)time(NULL) / PERIOD;
}

static void
code_of(const struct client *c, const struct person *p, int64_t step,
    char out[static CODE_TEXT_MAX])
{
	const struct totp_form form = {
	    .algorithm = ALGORITHM_SHA1, .digits = 6, .period = PERIOD};
	uint32_t code;

	if (totp_code(c->totp, &form, &p->secret, (uint64_t)step, &code) !=
		OK ||
	    text_print(out, CODE_TEXT_MAX, "%06u", code) != OK)
		errx(1, "a code could not be computed");
}

/* ---- one login ---- */

static struct said
log_in(uint32_t number, const char *code)
{
	struct wire_login_request q = {
	    .uid = UID_FIRST + number, .kind = KIND_COMMAND};
	struct said said = {.whole = false};
	struct wire_login_reply reply;
	enum status status;
	struct ask ask;

	(void)text_print(q.name, sizeof q.name, "n%u", number);
	(void)text_copy(q.service, sizeof q.service, SERVICE_SSH);
	(void)text_copy(q.methods, sizeof q.methods, "password");
	(void)text_copy(q.address, sizeof q.address, "127.0.0.1");
	(void)text_copy(q.code, sizeof q.code, code);
	if (ask_open(&ask, PATH_SOCKET) != OK)
		return said;
	if (ask_login(&ask, &q, &reply, &status) == OK) {
		said.whole = true;
		if (status == STATUS_OK)
			said = (struct said){true, (enum verdict)reply.verdict,
			    (enum reason)reply.reason};
	}
	ask_close(&ask);
	return said;
}

static bool
is_in(const struct said *s)
{
	return s->verdict == VERDICT_PASS || s->verdict == VERDICT_OFFER;
}

/* ---- the books ---- */

static bool
holds(_Atomic int64_t at[static STEPS], int64_t step)
{
	return at[step % STEPS] == step;
}

/* True when a code of that step, or of a later one, opened, or may have. */
static bool
is_explained(struct person *p, int64_t step)
{
	for (int64_t s = step; s < step + SETTLED; s++)
		if (holds(p->accepted, s) || holds(p->cut, s))
			return true;
	return false;
}

/* What was called used before, and nobody had used. */
static void
settle(struct field *f, struct person *p, int64_t now)
{
	for (int i = 0; i < STEPS; i++) {
		int64_t step = p->used[i];

		if (step == 0 || step + SETTLED > now ||
		    !atomic_compare_exchange_strong(&p->used[i], &step, 0))
			continue;
		if (!is_explained(p, step))
			f->lost++;
	}
}

static void
book_right(
    struct field *f, struct person *p, int64_t step, const struct said *s)
{
	if (!s->whole)
		p->cut[step % STEPS] = step;
	else if (is_in(s) && s->reason != REASON_CODE_ACCEPTED)
		f->let_in++;
	else if (is_in(s)) {
		f->accepted++;
		if (atomic_exchange(&p->accepted[step % STEPS], step) == step)
			f->doubled++;
	} else if (s->reason == REASON_CODE_USED)
		p->used[step % STEPS] = step;
	else if (s->reason == REASON_CODE_WRONG)
		f->lost++;
}

/* ---- the load ---- */

/* Six digits that no step of the window has. */
static void
wrong_code(const struct client *c, const struct person *p,
    char out[static CODE_TEXT_MAX])
{
	int64_t step = step_now();
	char right[CODE_TEXT_MAX];
	bool same = true;

	for (uint32_t code = 0; same; code++) {
		same = false;
		(void)text_print(out, CODE_TEXT_MAX, "%06u", code);
		for (int64_t s = step - 3; s <= step + 3; s++) {
			code_of(c, p, s, right);
			same = same || strcmp(right, out) == 0;
		}
	}
}

/* The first user of each hundred is never right, and soon held back. */
static void
try_without(struct client *c)
{
	uint32_t number = draw(c, c->field->users) / 100 * 100;
	char code[CODE_TEXT_MAX] = "";
	struct said s;

	if (draw(c, 2) == 0)
		wrong_code(c, &c->field->person[number], code);
	s = log_in(number, code);
	if (is_in(&s))
		c->field->let_in++;
}

static void
try_right(struct client *c)
{
	uint32_t number = draw(c, c->field->users);
	struct person *p = &c->field->person[number];
	int64_t step = step_now();
	char code[CODE_TEXT_MAX];
	struct said s;

	if (number % 100 == 0)
		return;
	settle(c->field, p, step);
	code_of(c, p, step, code);
	s = log_in(number, code);
	book_right(c->field, p, step, &s);
	if (draw(c, 4) != 0)
		return;
	s = log_in(number, code);
	book_right(c->field, p, step, &s);
}

static _Noreturn void
run(struct client *c)
{
	while (!c->field->stop)
		if (draw(c, 10) == 0)
			try_without(c);
		else
			try_right(c);
	_exit(0);
}

/* ---- before and after ---- */

static void
need(enum error e, enum status s, const char *what)
{
	if (e != OK || s != STATUS_OK)
		errx(1, "%s: %s, %s", what, error_text(e), status_word(s));
}

static void
enroll(const struct client *c, uint32_t number)
{
	struct person *p = &c->field->person[number];
	struct wire_enroll_request q = {
	    .uid = UID_FIRST + number, .digits = 6, .period = PERIOD};
	struct wire_confirm_request confirm = {.uid = q.uid};
	struct wire_enroll_reply a;
	struct wire_recovery_reply done;
	enum status status = STATUS_REFUSED;
	struct ask ask;
	enum error e;

	need(ask_open(&ask, PATH_SOCKET), STATUS_OK, "otpgated");
	(void)text_print(q.name, sizeof q.name, "n%u", number);
	(void)text_copy(q.account, sizeof q.account, q.name);
	e = ask_enroll(&ask, &q, &a, &status);
	need(e, status, "enroll");
	need(base32_decode(p->secret.bytes, sizeof p->secret.bytes,
		 &p->secret.size, a.secret),
	    STATUS_OK, "secret");
	(void)text_copy(confirm.name, sizeof confirm.name, q.name);
	(void)text_copy(confirm.label, sizeof confirm.label, a.device.label);
	code_of(c, p, step_now() - 1, confirm.code);
	e = ask_confirm(&ask, &confirm, &done, &status);
	need(e, status, "confirm");
	ask_close(&ask);
}

static void
check_locked_out(struct client *c, uint32_t number)
{
	struct person *p = &c->field->person[number];
	int64_t step = step_now();
	char code[CODE_TEXT_MAX];
	struct said s;

	settle(c->field, p, step + STEPS);
	code_of(c, p, step, code);
	s = log_in(number, code);
	book_right(c->field, p, step, &s);
	if (s.verdict == VERDICT_PASS)
		return;
	c->field->locked_out++;
	fprintf(stderr, "user %u: %s\n", number, reason_word(s.reason));
}

/* After a step in which nobody gave a code. */
static void
check_end(struct client *c)
{
	int64_t step = step_now();
	struct timespec second = {.tv_sec = 1};

	while (step_now() < step + 2)
		(void)nanosleep(&second, NULL);
	for (uint32_t i = 0; i < c->field->users; i++)
		if (i % 100 != 0)
			check_locked_out(c, i);
}

static struct field *
field_new(uint32_t users)
{
	size_t size = sizeof(struct field) + users * sizeof(struct person);
	struct field *f = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (f == MAP_FAILED)
		err(1, "mmap");
	f->users = users;
	return f;
}

static void
start(struct client *c, uint32_t clients)
{
	for (uint32_t i = 0; i < clients; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		c->chance = UINT64_C(88172645463325252) + i;
		if (pid == 0)
			run(c);
	}
}

static void
await_end_of_input(void)
{
	char byte;
	ssize_t n;

	do
		n = read(STDIN_FILENO, &byte, 1);
	while (n > 0 || (n < 0 && errno == EINTR));
}

int
main(int argc, char **argv)
{
	uint64_t clients, users;
	struct client c = {.field = NULL};
	struct field *f;
	int status, crashed = 0;

	if (argc != 3 || text_number(argv[1], 1, CLIENTS_MAX, &clients) != OK ||
	    text_number(argv[2], 100, USERS_MAX, &users) != OK)
		errx(2, "usage: verify CLIENTS USERS");
	(void)signal(SIGPIPE, SIG_IGN);
	c.totp = totp_new();
	c.field = f = field_new((uint32_t)users);
	if (c.totp == NULL)
		errx(1, "no memory");
	for (uint32_t i = 0; i < f->users; i++)
		enroll(&c, i);
	printf("ready\n");
	(void)fflush(stdout);
	start(&c, (uint32_t)clients);
	await_end_of_input();
	f->stop = true;
	while (wait(&status) > 0)
		crashed += status != 0;
	check_end(&c);
	printf("accepted %lu doubled %lu lost %lu let-in %lu locked-out %lu\n",
	    f->accepted, f->doubled, f->lost, f->let_in, f->locked_out);
	totp_free(&c.totp);
	return crashed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
