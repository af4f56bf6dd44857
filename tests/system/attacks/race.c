/*
 * One code, many processes at one instant: exactly one of them gets in.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peer.h"
#include "run.h"

TestSuite(race, .timeout = 300);

#define PROCESSES 64
#define ROUNDS 200
#define UID_FROM 200000 /* nobody's */

/* Shared by all processes. */
struct arena {
	pthread_barrier_t barrier; /* the parent is one of them */
	struct user user;
	char code[16];
	uid_t peer; /* who the processes are */
	bool over;
	atomic_int accepted;
};

static void
meet(struct arena *a)
{
	(void)pthread_barrier_wait(&a->barrier);
}

static struct arena *
arena_new(void)
{
	struct arena *a = mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_t attr;

	cr_assert_neq(a, MAP_FAILED);
	cr_assert_eq(pthread_barrierattr_init(&attr), 0);
	cr_assert_eq(
	    pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
	cr_assert_eq(
	    pthread_barrier_init(&a->barrier, &attr, PROCESSES + 1), 0);
	return a;
}

/* One of the processes: each round once, until it is over. */
static _Noreturn void
racer(struct arena *a)
{
	for (;;) {
		meet(a);
		if (a->over)
			_exit(0);
		if (peer_try(a->peer, &a->user, a->code) ==
		    REASON_CODE_ACCEPTED)
			atomic_fetch_add(&a->accepted, 1);
		meet(a);
	}
}

static void
start_racers(struct arena *a, pid_t pids[static PROCESSES])
{
	int i;

	for (i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		cr_assert_geq(pids[i], 0);
		if (pids[i] == 0)
			racer(a);
	}
}

/* Each round has a user of its own, so that none waits for a new step. */
static void
run_round(struct arena *a, uid_t uid, bool as_root)
{
	a->user = peer_enroll(uid);
	a->peer = as_root ? 0 : uid;
	strncpy(a->code, user_code(&a->user), sizeof(a->code) - 1);
	atomic_store(&a->accepted, 0);
	meet(a);
	meet(a);
}

static void
expect_one_each(bool as_root)
{
	struct arena *a = arena_new();
	pid_t pids[PROCESSES];
	uid_t uid = UID_FROM + (as_root ? ROUNDS : 0), last = uid + ROUNDS;
	int i, wrong = 0;

	start_racers(a, pids);
	for (; uid < last; uid++) {
		run_round(a, uid, as_root);
		wrong += atomic_load(&a->accepted) != 1;
	}
	a->over = true;
	meet(a);
	for (i = 0; i < PROCESSES; i++)
		run_wait(pids[i]);
	cr_assert_eq(
	    wrong, 0, "%d of %d rounds did not accept one", wrong, ROUNDS);
}

Test(race, sixty_four_processes_of_the_user_and_one_code)
{
	expect_one_each(false);
}

Test(race, sixty_four_processes_of_root_and_one_code)
{
	expect_one_each(true);
}
