/* PAM's stack beside the shipped one. */
#include "doors/cli/doctor/stack.h"

#include <criterion/criterion.h>

#include "unit/doors/cli/doctor/text_lines.h"

#define STEP                                       \
	"auth\t[authinfo_unavail=2 ignore=ignore " \
	"default=die]\tpam_otpgate.so step"
#define ASK "auth\trequisite\tpam_otpgate.so"
#define PERMIT "auth\tsufficient\tpam_permit.so"
#define LAST "auth\trequired\tpam_otpgate.so"
#define UNIX "auth [success=1 default=ignore] pam_unix.so nullok"
#define DENY "auth requisite pam_deny.so"
#define GOOD "auth required pam_permit.so"
#define SELINUX                                                    \
	"session [success=ok ignore=ignore module_unknown=ignore " \
	"default=bad] pam_selinux.so close"
#define BACKSTOP "session requisite pam_otpgate.so fallback=publickey"
#define SYSTEMD "-session optional pam_systemd.so"
#define JUMP "session [default=1] pam_permit.so"

static struct text_lines found, standard;
static struct stack s;

/* Beside the one for two steps, as it is shipped. */
static void
read_steps(const char *const text[])
{
	const struct lines *shipped =
	    LINES(&standard, STEP, ASK, PERMIT, "@include common-auth", LAST);

	standard.line[4].place = PLACE_DIALOGUE;
	stack_read(&s, text_lines(&found, text), shipped);
}

#define READ(...) read_steps((const char *const[]){__VA_ARGS__, NULL})

static void
expect_trouble(enum trouble_kind kind, size_t line)
{
	for (size_t i = 0; i < s.troubles; i++)
		if (s.trouble[i].kind == kind && s.trouble[i].line == line)
			return;
	cr_expect_fail("no trouble %d at %zu, but %zu, first %d at %zu",
	    (int)kind, line, s.troubles, (int)s.trouble[0].kind,
	    s.trouble[0].line);
}

Test(stack, the_shipped_one)
{
	READ("auth required pam_env.so", STEP, ASK, PERMIT, UNIX, DENY, GOOD,
	    LAST, "account required pam_nologin.so", SELINUX, BACKSTOP, JUMP,
	    SYSTEMD);
	cr_expect_eq(s.troubles, 0, "%d at %zu", (int)s.trouble[0].kind,
	    s.trouble[0].line);
	cr_expect(s.asks);
	cr_expect(s.backstop);
	cr_expect_not(s.split || s.records || s.dialogue);
}

Test(stack, white_space_is_folded)
{
	READ("auth [authinfo_unavail=2   ignore=ignore default=die] "
	     "pam_otpgate.so\tstep ",
	    "auth requisite pam_otpgate.so", "auth  sufficient pam_permit.so",
	    UNIX, DENY, GOOD, "auth required  pam_otpgate.so dialogue",
	    "session requisite pam_otpgate.so record",
	    "session requisite pam_otpgate.so");
	cr_expect_eq(s.troubles, 0, "%d at %zu", (int)s.trouble[0].kind,
	    s.trouble[0].line);
	cr_expect(s.dialogue);
	cr_expect(s.records);
}

Test(stack, one_without_ours)
{
	READ(UNIX, GOOD, SYSTEMD, "nonsense", "auth [open",
	    "auth required apam_otpgate.so");
	cr_expect_not(s.asks || s.backstop || s.records);
	cr_expect_eq(s.troubles, 0);
}

Test(stack, another_control)
{
	READ(STEP, "auth optional pam_otpgate.so", PERMIT, UNIX, DENY, GOOD,
	    LAST, BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 1);
	cr_expect_str_eq(s.trouble[0].shipped, ASK);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD,
	    "auth optional pam_otpgate.so", BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 6);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST,
	    "session optional pam_otpgate.so fallback=publickey");
	expect_trouble(TROUBLE_DIFFERS, 7);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST,
	    "-session requisite pam_otpgate.so fallback=publickey");
	expect_trouble(TROUBLE_DIFFERS, 7);
}

Test(stack, other_words)
{
	READ(STEP, ASK " service=x", PERMIT, UNIX, DENY, GOOD, LAST, BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 1);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST, BACKSTOP " service=x");
	expect_trouble(TROUBLE_DIFFERS, 7);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST " dialogue dialogue",
	    BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 6);
}

Test(stack, lines_that_are_not_there)
{
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, BACKSTOP);
	expect_trouble(TROUBLE_LACKS, NO_LINE);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST);
	expect_trouble(TROUBLE_LACKS, NO_LINE);
	READ(ASK, PERMIT, UNIX, DENY, GOOD, LAST, BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 0);
}

Test(stack, lines_that_are_more)
{
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST, LAST, BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 7);
	READ(STEP, "auth required pam_x.so", ASK, PERMIT, UNIX, LAST, BACKSTOP);
	expect_trouble(TROUBLE_DIFFERS, 1);
}

Test(stack, what_comes_before_and_ends_it)
{
	static const char *const ends[] = {"auth sufficient pam_permit.so",
	    "auth SUFFICIENT pam_permit.so", "auth [success=done] pam_x.so",
	    "auth [default=1] pam_x.so", "auth [default=die] pam_x.so",
	    "auth [default=reset] pam_x.so", "auth substack other",
	    "auth [success=ok", "-auth sufficient pam_x.so",
	    "auth [success=99999999999999999999] pam_x.so", "auth binding x"};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		READ(ends[i], STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST,
		    BACKSTOP);
		expect_trouble(TROUBLE_ENDS, 0);
	}
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST, JUMP, BACKSTOP);
	expect_trouble(TROUBLE_ENDS, 7);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST, BACKSTOP,
	    "session sufficient pam_permit.so", STACK_RECORD);
	expect_trouble(TROUBLE_ENDS, 8);
}

/* Within what "@include" stands for a line may jump, but not past ours. */
Test(stack, jumps_of_what_is_included)
{
	READ(STEP, ASK, PERMIT, "auth [success=2 default=ignore] pam_x.so",
	    "account required pam_x.so", DENY, GOOD, LAST, BACKSTOP);
	cr_expect_eq(s.troubles, 0);
	READ(STEP, ASK, PERMIT, "auth [success=3 default=ignore] pam_x.so",
	    "account required pam_x.so", DENY, GOOD, LAST, BACKSTOP);
	expect_trouble(TROUBLE_ENDS, 3);
	READ(STEP, ASK, PERMIT, "auth sufficient pam_x.so", DENY, LAST,
	    BACKSTOP);
	expect_trouble(TROUBLE_ENDS, 3);
}

Test(stack, what_comes_behind_and_undoes_it)
{
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST,
	    "auth [default=reset] pam_x.so", BACKSTOP);
	expect_trouble(TROUBLE_UNDOES, 7);
	READ(STEP, ASK, PERMIT, UNIX, DENY, GOOD, LAST, BACKSTOP,
	    "session [default=reset] pam_x.so");
	expect_trouble(TROUBLE_UNDOES, 8);
}
