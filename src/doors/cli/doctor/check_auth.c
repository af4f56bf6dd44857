/* The auth door: PAM's stacks, and the methods that sshd lets in by. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "places.h"

/* ---- the stack ---- */

static void
check_module(struct report *r)
{
	if (access(PATH_MODULE, R_OK) != 0)
		found(r, SEVERITY_ERROR, "",
		    "install otpgate again, or give configure --with-pamdir=",
		    "PAM's stack names " STACK_MODULE ", and " PATH_MODULE
		    " is not there: no password lets in");
}

static void
report_trouble(const struct sshd *s, struct report *r, const struct trouble *t)
{
	static const char *const kinds[] = {
	    [TROUBLE_NONE] = "is not understood",
	    [TROUBLE_DIFFERS] = "is not as shipped",
	    [TROUBLE_LACKS] = "",
	    [TROUBLE_ENDS] = "comes before a line of otpgate, and can end or "
			     "jump the stack, so that nobody is asked",
	    [TROUBLE_UNDOES] = "comes behind a line of otpgate, and can undo "
			       "its refusal",
	};
	static const char mend[] =
	    "take the lines from " PATH_STACKS " as they are; pam_otpgate(8) "
	    "says where each stands";
	char place[PLACE_MAX], line[SHOWN_LINE_MAX];

	if (t->line == NO_LINE) {
		found(r, SEVERITY_ERROR, "", mend,
		    PAM_DIRECTORY "%s lacks a line; shipped is: %s", s->service,
		    t->shipped);
		return;
	}
	lines_place(&s->lines, t->line, place, sizeof place);
	(void)text_escape_utf8(line, sizeof line, s->lines.line[t->line].text);
	found(r, SEVERITY_ERROR, "", mend, "%s %s: %s%s%s", place,
	    kinds[t->kind], line, t->shipped == NULL ? "" : " -- shipped is: ",
	    t->shipped == NULL ? "" : t->shipped);
}

bool
check_pam_stack(const struct machine *m, struct report *r)
{
	const struct sshd *s = m->now;

	if (s->lines.failed[0] != '\0')
		found(r, SEVERITY_ERROR, "",
		    "make it a readable file of at most 64 KiB",
		    "%s cannot be read, so that nobody can tell what PAM does",
		    s->lines.failed);
	if (!s->stack.asks && !s->stack.backstop && !s->stack.records)
		return s->lines.failed[0] != '\0';
	check_module(r);
	for (size_t i = 0; i < s->stack.troubles; i++)
		report_trouble(s, r, &s->stack.trouble[i]);
	return true;
}

/* The session's line and the gate's word are of no use alone. */
bool
check_record(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->now->views; i++) {
		const struct view *v = m->now->view[i];

		if (v->gate != OK ||
		    v->line.words.record == m->now->stack.records)
			continue;
		if (v->line.words.record)
			found(r, SEVERITY_ERROR, v->whom,
			    "put \"" STACK_RECORD "\" before \"@include "
			    "common-session\" in " PAM_DIRECTORY "sshd, or "
			    "take --record off both ForceCommand "
			    "lines, " RELOAD,
			    "the gate believes PAM's record alone (--record), "
			    "and PAM's session records nothing: every login "
			    "counts as one by password");
		else
			found(r, SEVERITY_ERROR, v->whom,
			    "put --record on both ForceCommand lines of the "
			    "drop-in, " RELOAD,
			    "PAM records how each login proved itself, and "
			    "the gate believes the user's own file: its "
			    "ForceCommand lacks --record");
	}
	return machine_is_guarded(m);
}

/* ---- the methods ---- */

/* True where the methods of list, one after the other, hold a code. */
static bool
has_code(const struct sshd *s, const char *list)
{
	const char *step = strstr(list, AUTH_STEP);
	const char *password = strstr(list, "password");

	if (strcmp(list, "any") == 0)
		return false;
	if (password == NULL && strstr(list, "keyboard-interactive") == NULL)
		return true;
	if (s->stack.split)
		return password != NULL || step != NULL;
	return step != NULL &&
	    (password != NULL ? password < step : s->stack.dialogue);
}

static void
check_methods(const struct sshd *s, struct report *r, const struct view *v)
{
	const char *value =
	    settings_value(&v->settings, "authenticationmethods");
	char list[SHOWN_VALUE_MAX], shown[SHOWN_VALUE_MAX];

	for (value += strspn(value, " "); *value != '\0';
	     value += strspn(value, " ")) {
		size_t length = strcspn(value, " ");

		(void)text_print(list, sizeof list, "%.*s", (int)length, value);
		value += length;
		if (!has_code(s, list))
			found(r, SEVERITY_ERROR, v->whom,
			    "let the drop-in come first, and take other lines "
			    "with AuthenticationMethods out, " RELOAD,
			    "AuthenticationMethods has the list %s, which "
			    "asks for no code",
			    text_escape_utf8(shown, sizeof shown, list));
	}
}

bool
check_auth_door(const struct machine *m, struct report *r)
{
	const struct sshd *s = m->now;

	if (s->door != DOOR_STEPS && s->door != DOOR_ONE)
		return false;
	if (!s->stack.asks)
		found(r, SEVERITY_ERROR, "",
		    "put the shipped stack (" PATH_STACKS
		    ") in the place of \"@include common-auth\"; "
		    "pam_otpgate(8) says how",
		    "sshd asks PAM for the code, and " PAM_DIRECTORY
		    "%s has no line that asks for one: it asks for the "
		    "password twice",
		    s->service);
	for (size_t i = 0; i < s->views; i++) {
		const struct view *v = s->view[i];

		check_methods(s, r, v);
		if (settings_is(&v->settings, "passwordauthentication", "no") &&
		    s->door == DOOR_STEPS)
			found(r, SEVERITY_WARNING, v->whom, "",
			    "PasswordAuthentication is off, and sshd drops "
			    "what needs it: only keys let in");
	}
	return true;
}

/* ---- other services ---- */

static bool
check_service(void *context, const char *name)
{
	struct report *r = context;
	char path[sizeof PAM_DIRECTORY + NAME_MAX_BYTES];
	char shown[SHOWN_VALUE_MAX];
	struct lines lines = {.count = 0};
	struct stack stack;

	if (name[0] == '!' || strcmp(name, "ssh") == 0 ||
	    text_print(path, sizeof path, PAM_DIRECTORY "%s", name) != OK)
		return true;
	lines_add(&lines, path, lines_of_pam, 0);
	stack_find(&stack, &lines);
	if (!stack.asks)
		found(r, SEVERITY_ERROR, "",
		    "put \"auth required " STACK_MODULE "\" there, behind what "
		    "asks for the password, or take the service out of the "
		    "policy (services)",
		    "the policy names the service, and %s has no line that "
		    "asks for a code",
		    text_escape_utf8(shown, sizeof shown, path));
	lines_free(&lines);
	return true;
}

bool
check_services(const struct machine *m, struct report *r)
{
	const char *services = machine_option(m, "services", "");

	if (!m->policy_known || services[0] == '\0')
		return false;
	(void)machine_each_word(services, check_service, r);
	return true;
}
