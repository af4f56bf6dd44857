/*
 * Root's connections.  What is enrolled here is the uid 0 of the whole machine,
 * so this runs apart from other logins of root.
 */
#include <criterion/criterion.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "world.h"

TestSuite(root_connection, .init = world_restore, .timeout = 120);

static struct channel
session(struct login *l, const char *answer)
{
	struct channel c;

	channel_open(&c, l, false);
	channel_ask(&c, WANT_COMMAND, IN);
	if (answer != NULL) {
		channel_await(&c, PROMPT);
		channel_send(&c, answer);
		channel_send(&c, "\n");
	}
	if (!c.closed)
		channel_end_input(&c);
	channel_finish(&c);
	return c;
}

/* One listener stands right above both. */
Test(root_connection, another_of_root_is_asked)
{
	struct user u = user_new_root("/bin/bash");
	struct login one, other;
	struct channel c;

	user_enroll(&u);
	login_open(&one, &u, BY_PASSWORD, SSHD_GUARDED);
	login_open(&other, &u, BY_PASSWORD, SSHD_GUARDED);
	c = session(&one, user_code(&u));
	expect_in(&c);
	c = session(&one, NULL);
	expect_in(&c);
	cr_assert_eq(channel_prompts(&c), 0);
	c = session(&other, NULL);
	expect_refused(&c, "a code is needed");
	cr_assert_eq(channel_prompts(&c), 1);
	login_close(&one);
	login_close(&other);
	user_delete(&u);
}
