/* The drop-in: that it is there, as shipped, and in force for everybody. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "doors/cli/doctor/match.h"
#include "places.h"

/* ---- the sshds, and their files ---- */

bool
check_listeners(const struct machine *m, struct report *r)
{
	for (size_t i = 0; i < m->listeners.count; i++) {
		const struct listener *l = &m->listeners.listener[i];

		if (l->contained)
			found(r, SEVERITY_WARNING, "",
			    "run \"otpgate doctor\" there",
			    "the sshd of process %d is a container's, and is "
			    "not looked at",
			    (int)l->pid);
		else if (!l->legible)
			found(r, SEVERITY_ERROR, "",
			    "end it, or start it with short options (\"-o "
			    "NAME=VALUE\" without blanks, \"-f\" with the "
			    "whole "
			    "path), an environment, and no mounts of its own",
			    "the sshd of process %d cannot be looked at: how "
			    "it was started cannot be told from its title",
			    (int)l->pid);
	}
	if (m->listeners.more)
		found(r, SEVERITY_ERROR, "", "",
		    "there are more sshds than could be looked at");
	return true;
}

bool
check_sshd_config(const struct machine *m, struct report *r)
{
	const struct sshd *s = m->now;

	if (s->asked != OK && s->views == 0)
		found(r, SEVERITY_ERROR, "",
		    "run \"sshd -t\", mend what it says, and run this again",
		    "sshd cannot be asked what it makes of its files (%s): %s",
		    error_text(s->asked), s->said);
	else if (s->asked != OK)
		found(r, SEVERITY_ERROR, "", "",
		    "sshd could not be asked about every login (%s): %s",
		    error_text(s->asked), s->said);
	if (s->config.failed[0] != '\0')
		found(r, SEVERITY_ERROR, "",
		    "make it a readable file of at most 64 KiB",
		    "%s cannot be read, so that nobody can tell what it sets",
		    s->config.failed);
	if (s->views_cut)
		found(r, SEVERITY_WARNING, "",
		    "look at the others with \"sshd -T -C user=NAME,...\"",
		    "only %zu logins were looked at; there are more accounts",
		    s->views);
	return true;
}

/* ---- the drop-in ---- */

static void
report_difference(const struct sshd *s, struct report *r)
{
	static const char mend[] =
	    "copy the shipped drop-in from " PATH_DROP_INS
	    " again, change only what its comments call yours, " RELOAD;
	const struct difference *d = &s->difference;
	char place[PLACE_MAX], line[SHOWN_LINE_MAX];

	if (d->line == NO_LINE) {
		found(r, SEVERITY_ERROR, "", mend,
		    "the drop-in lacks a line; shipped is: %s", d->shipped);
		return;
	}
	lines_place(&s->config, d->line, place, sizeof place);
	(void)text_escape_utf8(line, sizeof line, s->config.line[d->line].text);
	if (d->shipped == NULL)
		found(r, SEVERITY_ERROR, "", mend,
		    "%s has a line that is not shipped: %s", place, line);
	else
		found(r, SEVERITY_ERROR, "", mend,
		    "%s has: %s -- shipped is: %s", place, line, d->shipped);
}

/* A ForceCommand of their own that was meant for just these people. */
static bool
is_excepted(const struct machine *m, const struct view *v)
{
	bool guarded = false;

	if (v->gate != ERR_ABSENT || !v->named ||
	    settings_is(&v->settings, "forcecommand", "none"))
		return false;
	for (size_t i = 0; i < m->now->views; i++)
		guarded = guarded ||
		    (m->now->view[i]->account &&
			m->now->view[i]->gate != ERR_ABSENT);
	return guarded;
}

static void
check_gate_view(const struct machine *m, struct report *r, const struct view *v)
{
	char shown[SHOWN_LINE_MAX];

	(void)text_escape_utf8(
	    shown, sizeof shown, settings_value(&v->settings, "forcecommand"));
	if (v->gate == ERR_REFUSED)
		found(r, SEVERITY_ERROR, v->whom,
		    "write \"exec " PATH_GATE "\" and options of "
		    "otpgate-gate(8), and nothing for a shell, " RELOAD,
		    "the ForceCommand is not the gate and options that it "
		    "knows: %s",
		    shown);
	else if (v->gate == ERR_ABSENT && !is_excepted(m, v))
		found(r, SEVERITY_ERROR, v->whom,
		    "let the drop-in come first, with its \"Match all\" block, "
		    "and take out what is set before it, " RELOAD,
		    "the drop-in is not in force: such logins do not run the "
		    "gate; their ForceCommand is %s",
		    shown);
}

bool
check_drop_in(const struct machine *m, struct report *r)
{
	const struct sshd *s = m->now;

	if (s->drop_in[1] == 0)
		found(r, SEVERITY_ERROR, "",
		    "copy a drop-in from " PATH_DROP_INS " to " SSHD_DIRECTORY
		    ", let sshd's file begin with \"Include " SSHD_DIRECTORY
		    "/*.conf\", " RELOAD,
		    "the drop-in is not included: no file that sshd reads is "
		    "one of otpgate");
	else if (!s->same)
		report_difference(s, r);
	for (size_t i = 0; i < s->views && s->door == DOOR_SESSION; i++)
		check_gate_view(m, r, s->view[i]);
	return true;
}

/* ---- what is read before it ---- */

/* True for a keyword that the drop-in sets. */
static bool
is_set_there(const struct machine *m, const char *keyword)
{
	const struct lines *shipped = &m->shipped[m->now->door];
	char word[64];

	for (size_t n = 0; n < shipped->count; n++) {
		(void)line_keyword(shipped->line[n].text, word, sizeof word);
		if (strcasecmp(word, keyword) == 0 &&
		    strcmp(word, "match") != 0)
			return true;
	}
	return false;
}

static void
check_words(const struct machine *m, struct report *r)
{
	const struct listener *l = &m->now->listener;
	char word[64];

	for (size_t i = 0; i < l->count; i++) {
		const char *setting = listener_word(l, i);

		if (setting[0] == '-' && setting[1] == 'o')
			setting += 2;
		(void)line_keyword(setting, word, sizeof word);
		if (is_set_there(m, word))
			found(r, SEVERITY_ERROR, "",
			    "start it without that option",
			    "it was started with -o and %s, which the drop-in "
			    "sets: what is set first wins",
			    word);
	}
}

bool
check_order(const struct machine *m, struct report *r)
{
	const struct sshd *s = m->now;
	char place[PLACE_MAX], word[64];

	if (s->door == DOOR_NONE)
		return false;
	for (size_t n = 0; n < s->drop_in[0]; n++) {
		(void)line_keyword(s->config.line[n].text, word, sizeof word);
		if (!is_set_there(m, word))
			continue;
		lines_place(&s->config, n, place, sizeof place);
		found(r, SEVERITY_ERROR, "",
		    "take that line out, or give the drop-in a name that sorts "
		    "first and let sshd's file begin with the line that "
		    "includes it, " RELOAD,
		    "%s sets %s before the drop-in does: what is set first "
		    "wins",
		    place, word);
	}
	check_words(m, r);
	return true;
}

/* Only what sshd can be asked about can be told to be harmless. */
bool
check_match(const struct machine *m, struct report *r)
{
	const struct sshd *s = m->now;
	char place[PLACE_MAX], line[SHOWN_VALUE_MAX], word[64];

	if (s->door == DOOR_NONE)
		return false;
	for (size_t n = 0; n < s->drop_in[1]; n++) {
		const struct line *l = &s->config.line[n];
		const char *criteria = line_keyword(l->text, word, sizeof word);

		if (strcmp(word, "match") != 0 || match_is_all(criteria) ||
		    match_is_tried(criteria))
			continue;
		lines_place(&s->config, n, place, sizeof place);
		found(r, SEVERITY_ERROR, "",
		    "move that block behind the drop-in (a file that sorts "
		    "later), or take it out, " RELOAD,
		    "%s cannot be looked at: %s -- before the drop-in only "
		    "\"User\" or \"Group\" with plain names can",
		    place, text_escape_utf8(line, sizeof line, l->text));
	}
	return true;
}

/* ---- what the drop-in sets ---- */

/* Whether the drop-in's door is for such logins. */
static bool
is_served(const struct machine *m, const struct view *v)
{
	return m->now->door != DOOR_SESSION || v->gate != ERR_ABSENT;
}

static void
check_setting(struct report *r, const struct view *v, const char *keyword,
    const char *value)
{
	const char *is = settings_value(&v->settings, keyword);
	char shown[SHOWN_VALUE_MAX];

	/* an older sshd does not know all of them */
	if (is[0] != '\0' && strcmp(is, value) != 0)
		found(r, SEVERITY_ERROR, v->whom,
		    "let the drop-in come first, and let nothing else set "
		    "that, " RELOAD,
		    "%s is %s, and the drop-in says %s", keyword,
		    text_escape_utf8(shown, sizeof shown, is), value);
}

static void
check_variables(struct report *r, const struct view *v, const char *words)
{
	char word[SHOWN_VALUE_MAX];

	while (line_word(&words, word, sizeof word))
		if (!settings_has_env(&v->settings, word))
			found(r, SEVERITY_ERROR, v->whom,
			    "let the drop-in come first, and put variables of "
			    "your own at the end of its two SetEnv "
			    "lines, " RELOAD,
			    "the drop-in's SetEnv line is not in force: "
			    "nothing sets %s, so that files and variables of "
			    "users come before the gate",
			    word);
}

static void
check_served(const struct machine *m, struct report *r, const struct view *v)
{
	const struct lines *shipped = &m->shipped[m->now->door];
	char word[64];

	for (size_t n = 0; n < shipped->count; n++) {
		const char *value =
		    line_keyword(shipped->line[n].text, word, sizeof word);

		if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0)
			check_setting(r, v, word, value);
		else if (strcmp(word, "setenv") == 0)
			check_variables(r, v, value);
	}
}

bool
check_settings(const struct machine *m, struct report *r)
{
	if (m->now->door == DOOR_NONE)
		return false;
	for (size_t i = 0; i < m->now->views; i++)
		if (is_served(m, m->now->view[i]))
			check_served(m, r, m->now->view[i]);
	return true;
}

/* ---- accounts that are excepted ---- */

bool
check_own_command(const struct machine *m, struct report *r)
{
	char shown[SHOWN_VALUE_MAX];

	for (size_t i = 0; i < m->now->views; i++) {
		const struct view *v = m->now->view[i];
		bool secret = v->account && machine_has_secret(m, v->uid);

		if (!is_excepted(m, v))
			continue;
		(void)text_escape_utf8(shown, sizeof shown,
		    settings_value(&v->settings, "forcecommand"));
		if (secret)
			found(r, SEVERITY_ERROR, v->whom,
			    "take the exception out of the drop-in, or clear "
			    "the second factor (otpgate clear USER)",
			    "has a second factor and is never asked for it: "
			    "the ForceCommand is %s",
			    shown);
		else
			found(r, SEVERITY_WARNING, v->whom, "",
			    "has a ForceCommand of its own, %s, and is asked "
			    "by nobody",
			    shown);
	}
	return machine_is_guarded(m);
}
