/* What fish makes of bytes that are no ASCII, and back. */
#include "doors/gate/letters.h"

#include <criterion/criterion.h>

#include "base/text.h"

#define INTACT "OTPGATE_LETTERS=\303\244\342\202\254"
#define CHANGED "OTPGATE_LETTERS=\303\203\302\244\303\242\302\202\302\254"

static char own[64], command[64];

static enum error
restore(const char *letters, const char *text)
{
	char *environment[] = {own, command, NULL};

	(void)text_copy(own, sizeof own, letters);
	(void)text_copy(command, sizeof command, text);
	return letters_restore(environment);
}

Test(doors_gate_letters, that_arrived_are_left_alone)
{
	cr_assert_eq(restore(INTACT, "A=\303\244\377"), OK);
	cr_expect_str_eq(command, "A=\303\244\377");
}

Test(doors_gate_letters, that_were_changed_are_bytes_again)
{
	cr_assert_eq(
	    restore(CHANGED, "A=x\303\203\302\244\303\277\302\200y"), OK);
	cr_expect_str_eq(command, "A=x\303\244\377\200y");
}

Test(doors_gate_letters, that_cannot_have_been_bytes_are_refused)
{
	cr_expect_eq(restore(CHANGED, "A=\342\202\254"), ERR_FORMAT);
	cr_expect_eq(restore(CHANGED, "A=\303"), ERR_FORMAT);
	cr_expect_eq(restore(CHANGED, "A=\377"), ERR_FORMAT);
}

/* The shell makes these itself, in whatever way. */
Test(doors_gate_letters, of_what_is_not_handed_over_do_not_matter)
{
	cr_expect_eq(restore(CHANGED, "PWD=/\342\202\254"), OK);
}

Test(doors_gate_letters, that_were_changed_otherwise_are_refused)
{
	cr_expect_eq(restore("OTPGATE_LETTERS=??", "A=b"), ERR_FORMAT);
	cr_expect_eq(restore("OTPGATE_LETTERS=", "A=b"), ERR_FORMAT);
	cr_expect_eq(restore("OTPGATE_LETTER=x", "A=b"), ERR_ABSENT);
}
