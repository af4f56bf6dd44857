#include "plant.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

static void
plant(const struct user *u, const struct plant *p, const char *mark)
{
	const char *hit = strstr(p->content, "%s");

	user_put(u, p->file,
	    text_format("%.*s%s%s\n", (int)(hit - p->content), p->content, mark,
		hit + 2));
	if (p->make != NULL)
		run_fine(COMMAND("sh", "-e", "-c",
		    text_format("cd %s; %s", u->home, p->make)));
	if (p->environment != NULL)
		user_put(u, ".pam_environment", p->environment);
}

void
plant_expect_closed(const struct plant *p)
{
	struct user u = user_new(p->shell);
	const char *mark = text_format("%s/mark", u.home);
	struct channel c;

	user_enroll(&u);
	plant(&u, p, mark);
	c = ATTEMPT(.user = &u, .what = IN);
	cr_assert_neq(c.status, 0);
	cr_assert_neq(access(mark, F_OK), 0, "it ran before the gate");
	c = ATTEMPT(.user = &u, .port = sshd_start(sshd_gate_without(p->names)),
	    .what = IN);
	cr_assert_eq(access(mark, F_OK), 0,
	    "the drop-in does not need %s: %s%s", p->names[0], c.out->bytes,
	    c.err->bytes);
}
