/* The auth door: PAM's stack for sshd, and what sshd makes of it. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "places.h"

#define SHIPPED "(" PATH_STACKS "; pam_otpgate(8) has its lines)"
#define STEPS "password,keyboard-interactive:pam"

/* ---- the stack ---- */

static bool
has_lines(const struct machine *m)
{
	const struct stack *s = &m->pam;

	return s->step || s->split || s->ask || s->backstop;
}

static void
check_module(const struct machine *m, struct report *r)
{
	const char *module = m->pam.module;
	char shown[SHOWN_VALUE_MAX];

	if (module[0] != '/')
		module = PATH_MODULE;
	if (access(module, R_OK) != 0)
		found(r, SEVERITY_ERROR, "",
		    "install otpgate again, or give configure --with-pamdir=",
		    "PAM's stack for sshd names " STACK_MODULE
		    ", and %s is not there: no password lets in",
		    text_escape_utf8(shown, sizeof shown, module));
}

static void
check_lines(const struct stack *s, struct report *r)
{
	static const char whole[] =
	    "put the shipped stack in the place of \"@include common-auth\" "
	    "in " SSHD_STACK " " SHIPPED;

	if (s->preceded)
		found(r, SEVERITY_ERROR, "", whole,
		    "something stands before the lines of " STACK_MODULE
		    ", common-auth most likely: the step of the code asks for "
		    "the password again, and lets in for it");
	if (s->permits)
		found(r, SEVERITY_ERROR, "", whole,
		    "pam_permit.so suffices, and no line with \"step\" stands "
		    "before it: it lets in without the password");
	if (!s->ask)
		found(r, SEVERITY_ERROR, "", whole,
		    "no line of auth asks for a code: whoever has a second "
		    "factor is refused with the right password");
	else if (!s->step && !s->split)
		found(r, SEVERITY_WARNING, "", whole,
		    "no line tells the step of the password from that of the "
		    "code");
}

static void
check_backstop(const struct stack *s, struct report *r)
{
	static const char line[] =
	    "put \"session requisite " STACK_MODULE " fallback=publickey\" "
	    "before \"@include common-session\" in " SSHD_STACK;

	if (!s->backstop)
		found(r, SEVERITY_ERROR, "", line,
		    "the session has no line of " STACK_MODULE
		    ": a password alone lets in where sshd is told so by a "
		    "Match block or another AuthenticationMethods");
	else if (s->late)
		found(r, SEVERITY_WARNING, "", line,
		    "the session's line of " STACK_MODULE
		    " stands behind one that serves users: that comes before a "
		    "login is refused");
}

bool
check_pam_stack(const struct machine *m, struct report *r)
{
	if (!has_lines(m))
		return false;
	check_module(m, r);
	check_lines(&m->pam, r);
	check_backstop(&m->pam, r);
	return true;
}

/* ---- what sshd makes of it ---- */

static bool
is_on(const struct view *v, const char *keyword)
{
	return settings_is(&v->settings, keyword, "yes");
}

/* Why the two steps do not follow one another, or NULL. */
static const char *
broken_steps(const struct view *v)
{
	if (strstr(settings_value(&v->settings, "authenticationmethods"),
		STEPS) == NULL)
		return "AuthenticationMethods has no " STEPS
		       ": the code is never asked for, and who has a second "
		       "factor is refused with the right password";
	if (!is_on(v, "kbdinteractiveauthentication"))
		return "KbdInteractiveAuthentication is off, and sshd drops "
		       "what needs it: no password lets in";
	return NULL;
}

static void
check_view(const struct machine *m, struct report *r, const struct view *v)
{
	static const char mend[] =
	    "copy a drop-in of " PATH_DROP_INS " to " SSHD_DIRECTORY
	    ", let it come first, and reload sshd";
	const char *why = m->pam.step ? broken_steps(v) : NULL;

	if (!is_on(v, "usepam") && settings_value(&v->settings, "usepam")[0])
		why = "UsePAM is off: nobody asks for a code";
	if (why != NULL)
		found(r, SEVERITY_ERROR, v->whom, mend, "%s", why);
	else if (!is_on(v, "passwordauthentication") && m->pam.step)
		found(r, SEVERITY_WARNING, v->whom, "",
		    "PasswordAuthentication is off, and sshd drops what needs "
		    "it: only keys let in");
}

bool
check_auth_door(const struct machine *m, struct report *r)
{
	if (!machine_asks_by_pam(m) && !machine_wants_pam(m))
		return false;
	if (!machine_asks_by_pam(m))
		found(r, SEVERITY_ERROR, "",
		    "put the shipped stack in the place of \"@include "
		    "common-auth\" in " SSHD_STACK " " SHIPPED,
		    "sshd has a step for the code, and PAM's stack for sshd no "
		    "line that asks for one: it asks for the password twice");
	for (size_t i = 0; i < m->views && machine_asks_by_pam(m); i++)
		if (m->view[i]->gate == ERR_ABSENT)
			check_view(m, r, m->view[i]);
	return true;
}
