/* The sshds of the machine: their files, their drop-in, their stack of PAM. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/doctor/machine.h"
#include "places.h"

/* ---- the drop-in ---- */

/* True for a line that every drop-in of that door has, and nobody else. */
static bool
is_of_drop_in(const char *text)
{
	char word[64];
	const char *value = line_keyword(text, word, sizeof word);

	return (strcmp(word, "forcecommand") == 0 &&
		   strstr(value, PATH_GATE) != NULL) ||
	    (strcmp(word, "authorizedkeyscommand") == 0 &&
		strstr(value, PATH_KEYS) != NULL) ||
	    (strcmp(word, "authenticationmethods") == 0 &&
		strstr(value, AUTH_STEP) != NULL);
}

/* Finds the first file that holds a drop-in, and all its lines. */
static void
find_drop_in(struct sshd *s)
{
	const struct lines *l = &s->config;
	size_t n = 0;

	while (n < l->count && !is_of_drop_in(l->line[n].text))
		n++;
	if (n == l->count)
		return;
	for (size_t i = l->count; i-- > 0;)
		if (l->line[i].file == l->line[n].file)
			s->drop_in[0] = i;
	for (size_t i = n; i < l->count; i++)
		if (l->line[i].file == l->line[n].file)
			s->drop_in[1] = i + 1;
}

/* Which drop-in it is: that which it is the same as the longest. */
static void
compare_drop_in(const struct machine *m, struct sshd *s)
{
	for (size_t d = DOOR_SESSION; d < DOORS && !s->same; d++) {
		struct difference difference = {.line = NO_LINE};

		s->same = shipped_compare(
		    &difference, &s->config, s->drop_in, &m->shipped[d]);
		if (s->door != DOOR_NONE && !s->same &&
		    difference.same <= s->difference.same)
			continue;
		s->door = (enum door)d;
		s->difference = difference;
	}
}

/* ---- one sshd ---- */

/* PAM's service: what sshd says, or, before 9.8, what it is called. */
static void
read_stack(const struct machine *m, struct sshd *s)
{
	const char *said = s->views == 0
	    ? ""
	    : settings_value(&s->view[0]->settings, "pamservicename");
	char path[sizeof PAM_DIRECTORY + sizeof s->service];

	(void)text_copy(s->service, sizeof s->service,
	    said[0] != '\0' ? said : s->listener.name);
	(void)text_print(path, sizeof path, PAM_DIRECTORY "%s", s->service);
	lines_add(&s->lines, path, lines_of_pam, 0);
	stack_find(&s->stack, &s->lines);
	stack_read(
	    &s->stack, &s->lines, s->stack.split ? &m->one_stack : &m->stack);
}

static void
look_at_sshd(const struct machine *m, struct sshd *s)
{
	s->asked = OK;
	lines_add(&s->config, listener_file(&s->listener, SSHD_CONFIG),
	    lines_of_sshd, 0);
	find_drop_in(s);
	if (s->drop_in[1] > 0)
		compare_drop_in(m, s);
	views_take(m, s);
	read_stack(m, s);
}

static void
read_shipped(struct machine *m)
{
	static const char *const drop_ins[DOORS] = {
	    [DOOR_SESSION] = PATH_DROP_IN,
	    [DOOR_STEPS] = PATH_DROP_INS "/00-otpgate-kbdint.conf",
	    [DOOR_ONE] = PATH_DROP_INS "/00-otpgate-one.conf",
	};

	for (size_t d = DOOR_SESSION; d < DOORS; d++)
		lines_add(&m->shipped[d], drop_ins[d], lines_of_shipped, 0);
	lines_add(&m->stack, PATH_STACKS "/otpgate-sshd", lines_of_shipped, 0);
	lines_add(&m->one_stack, PATH_STACKS "/otpgate-sshd-one",
	    lines_of_shipped, 0);
}

/* ---- all of them ---- */

/* True for one that was started as the machine's own is. */
static bool
is_own(const struct listener *l)
{
	return l->legible && !l->contained && l->count == 0 &&
	    strcmp(l->name, "sshd") == 0 && strcmp(l->program, PATH_SSHD) == 0;
}

void
sshds_look(struct machine *m)
{
	static const struct listener own = {
	    .program = PATH_SSHD, .name = "sshd", .legible = true};

	read_shipped(m);
	listeners_find(&m->listeners);
	m->sshd = calloc(m->listeners.count + 1, sizeof *m->sshd);
	if (m->sshd == NULL)
		return;
	m->sshd[m->sshds++].listener = own;
	for (size_t i = 0; i < m->listeners.count; i++) {
		const struct listener *l = &m->listeners.listener[i];
		struct sshd *s = &m->sshd[m->sshds];

		if (is_own(l) || !l->legible || l->contained)
			continue;
		s->listener = *l;
		(void)text_print(s->where, sizeof s->where,
		    "the sshd of process %d: ", (int)l->pid);
		m->sshds++;
	}
	for (size_t i = 0; i < m->sshds; i++)
		look_at_sshd(m, &m->sshd[i]);
}

static void
end_sshd(struct sshd *s)
{
	for (size_t i = 0; i < s->views; i++) {
		settings_free(&s->view[i]->settings);
		free(s->view[i]);
	}
	lines_free(&s->config);
	lines_free(&s->lines);
}

void
sshds_end(struct machine *m)
{
	for (size_t i = 0; i < m->sshds; i++)
		end_sshd(&m->sshd[i]);
	for (size_t d = 0; d < DOORS; d++)
		lines_free(&m->shipped[d]);
	lines_free(&m->stack);
	lines_free(&m->one_stack);
	free(m->sshd);
}
