#include "same.h"

#include <criterion/criterion.h>

#include "sshd.h"

void
same_try(const struct attempt *a, struct user *u, struct channel *plain,
    struct channel *gated)
{
	struct attempt way = *a;

	user_enroll(u);
	way.user = u;
	way.port = sshd_start(SSHD_DEBIAN);
	*plain = attempt(&way);
	way.port = SSHD_GUARDED;
	way.answers[0] = user_present_code(u);
	*gated = attempt(&way);
}

void
same_expect(const struct attempt *a, const char *shell)
{
	struct user u = user_new(shell);
	struct channel plain, gated;

	if (a->want == WANT_SHELL)
		user_put(&u, ".hushlogin", "");
	same_try(a, &u, &plain, &gated);
	cr_assert_str_eq(text_behind_prompt(gated.out), plain.out->bytes);
	cr_assert_str_eq(text_behind_prompt(gated.err), plain.err->bytes);
	cr_assert_eq(gated.status, plain.status);
	cr_assert_str_eq(gated.signal, plain.signal);
	cr_assert(
	    plain.out->size > 0 || plain.status != 0 || plain.signal[0] != '\0',
	    "the probe tells nothing");
}
