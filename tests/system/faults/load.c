/*
 * otpgated killed under load: no code that was answered "accepted" is accepted
 * again.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "machine.h"
#include "peer.h"
#include "run.h"
#include "world.h"

TestSuite(load, .init = world_restore, .timeout = 300);

#define PEOPLE 200
#define WORKERS 8
#define UID_FROM 300000 /* nobody's */

/* One code of one of them, and what became of it. */
struct
try {
	struct user user;
	char code[16];
	bool accepted;
};

/* Shared by all processes. */
struct field {
	struct try try[PEOPLE];
	atomic_int next; /* the try that nobody took yet */
	atomic_int accepted;
};

static struct field *
field_new(void)
{
	struct field *f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	cr_assert_neq(f, MAP_FAILED);
	for (i = 0; i < PEOPLE; i++)
		f->try[i].user = peer_enroll(UID_FROM + i);
	/* All at once, so that none is too old at the end. */
	for (i = 0; i < PEOPLE; i++)
		strncpy(f->try[i].code, user_code(&f->try[i].user),
		    sizeof(f->try[i].code) - 1);
	return f;
}

/* Presents codes until otpgated is gone; tells when there is enough load. */
static _Noreturn void
work(struct field *f, int busy)
{
	int i;

	while ((i = atomic_fetch_add(&f->next, 1)) < PEOPLE) {
		struct try *t = &f->try[i];

		t->accepted = peer_try(t->user.uid, &t->user, t->code) ==
		    REASON_CODE_ACCEPTED;
		if (t->accepted &&
		    atomic_fetch_add(&f->accepted, 1) == PEOPLE / 3 &&
		    write(busy, "", 1) != 1)
			_exit(1);
	}
	_exit(0);
}

/* Starts the workers, kills otpgated in the middle of it all. */
static void
kill_under_load(struct field *f)
{
	pid_t pids[WORKERS];
	int busy[2], i;
	char byte;

	cr_assert_eq(pipe(busy), 0);
	for (i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		cr_assert_geq(pids[i], 0);
		if (pids[i] == 0)
			work(f, busy[1]);
	}
	cr_assert_eq(read(busy[0], &byte, 1), 1);
	machine_daemon_stop("KILL");
	for (i = 0; i < WORKERS; i++)
		run_wait(pids[i]);
}

Test(load, killed_under_load_no_answered_code_is_accepted_again)
{
	struct field *f = field_new();
	int again = 0, i;

	kill_under_load(f);
	machine_daemon_start(COMMAND("env"));
	for (i = 0; i < PEOPLE; i++) {
		struct try *t = &f->try[i];
		enum reason reason = peer_try(t->user.uid, &t->user, t->code);

		again += t->accepted && reason != REASON_CODE_USED;
	}
	cr_assert_geq(atomic_load(&f->accepted), PEOPLE / 3);
	cr_assert_eq(again, 0);
}
