#include "plant.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <string.h>

#include "login.h"
#include "run.h"
#include "sshd.h"

static void
plant(const struct user *u, const struct plant *p)
{
	if (p->file != NULL) {
		const char *hit = strstr(p->content, "%s");

		user_put(u, p->file,
		    text_format("%.*s%s/mark%s\n", (int)(hit - p->content),
			p->content, u->home, hit + 2));
	}
	if (p->make != NULL)
		run_fine(COMMAND("sh", "-e", "-c",
		    text_format("cd %s; %s", u->home, p->make)));
	if (p->environment != NULL)
		user_put(u, ".pam_environment", p->environment);
}

static bool
is_marked(const struct user *u, const struct plant *p)
{
	glob_t found;
	int result = glob(
	    text_format("%s/%s", u->home, p->mark == NULL ? "mark" : p->mark),
	    0, NULL, &found);

	globfree(&found);
	cr_assert(result == 0 || result == GLOB_NOMATCH);
	return result == 0;
}

void
plant_expect_closed(const struct plant *p)
{
	struct user u = user_new(p->shell);
	struct channel c;

	user_enroll(&u);
	plant(&u, p);
	c = ATTEMPT(.user = &u, .what = IN);
	cr_assert_neq(c.status, 0);
	cr_assert_not(is_marked(&u, p), "it ran before the gate");
	c = ATTEMPT(.user = &u, .port = sshd_start(sshd_gate_without(p->names)),
	    .what = IN);
	cr_assert(is_marked(&u, p), "the drop-in does not need %s: %s%s",
	    p->names[0], c.out->bytes, c.err->bytes);
}
