/* PAM's stack for sshd: which lines of it are ours. */
#include "doors/cli/doctor/stack.h"

#include <criterion/criterion.h>
#include <string.h>

static struct stack s;

/* Reads lines, each a copy: struct line has no const text. */
static void
read_stack(const char *const text[])
{
	static struct line line[16];
	struct lines l = {.line = line};

	for (; text[l.count] != NULL; l.count++) {
		line[l.count].file = "f";
		line[l.count].text = strdup(text[l.count]);
	}
	stack_read(&s, &l);
	for (size_t n = 0; n < l.count; n++)
		free(line[n].text);
}

#define READ(...) read_stack((const char *const[]){__VA_ARGS__, NULL})

#define STEP                                       \
	"auth\t[authinfo_unavail=2 ignore=ignore " \
	"default=die]\tpam_otpgate.so "            \
	"step"
#define ASK "auth requisite pam_otpgate.so"
#define PERMIT "auth sufficient pam_permit.so"
#define UNIX "auth [success=1 default=ignore] pam_unix.so nullok"
#define BACKSTOP "session requisite pam_otpgate.so fallback=publickey"
#define SYSTEMD "-session optional pam_systemd.so"

Test(stack, the_shipped_ones)
{
	READ(STEP, ASK, PERMIT, UNIX, "auth requisite pam_deny.so",
	    "auth required pam_permit.so", ASK, BACKSTOP, SYSTEMD);
	cr_expect(s.step);
	cr_expect(s.ask);
	cr_expect_not(s.split);
	cr_expect_not(s.preceded);
	cr_expect_not(s.permits);
	cr_expect(s.backstop);
	cr_expect_not(s.late);
	cr_expect_str_eq(s.module, "pam_otpgate.so");
	READ("auth requisite pam_otpgate.so split", UNIX, ASK, BACKSTOP);
	cr_expect(s.split);
	cr_expect(s.ask);
	cr_expect_not(s.step);
	cr_expect_not(s.preceded);
}

Test(stack, one_without_ours)
{
	READ(UNIX, "auth required pam_permit.so", SYSTEMD, "nonsense",
	    "auth [open");
	cr_expect_not(s.step || s.split || s.ask || s.backstop || s.preceded);
	cr_expect_str_eq(s.module, "");
}

Test(stack, what_stands_before)
{
	READ(UNIX, STEP, ASK);
	cr_expect(s.preceded);
	READ(STEP, UNIX, ASK, SYSTEMD, BACKSTOP);
	cr_expect_not(s.preceded);
	cr_expect(s.late);
}

Test(stack, a_permit_that_no_step_guards)
{
	READ(ASK, PERMIT, UNIX);
	cr_expect(s.permits);
	READ(PERMIT, STEP, ASK);
	cr_expect(s.permits);
	READ(STEP, ASK, PERMIT);
	cr_expect_not(s.permits);
}

Test(stack, a_line_that_records_is_no_backstop)
{
	READ("session required /opt/pam_otpgate.so record");
	cr_expect_not(s.backstop);
	cr_expect_str_eq(s.module, "/opt/pam_otpgate.so");
	READ("session required pam_otpgate.sox", "auth x apam_otpgate.so");
	cr_expect_not(s.backstop);
	cr_expect_not(s.ask);
}
