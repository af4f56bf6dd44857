#include "doors/cli/doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "doors/cli/doctor/checks.h"
#include "doors/cli/say.h"
#include "os/syslog.h"
#include "term/json.h"

#define COLUMN 9 /* behind the longest severity */

static const struct {
	const char *id;
	bool (*look)(const struct machine *m, struct report *r);
	enum { MACHINE, SSHD } scope;
	const char *good;
} checks[] = {
#define CHECK(name, id, scope, good) {id, check_##name, scope, good},
#include "doors/cli/doctor/checks.def"
#undef CHECK
};

/* Check number i, of each sshd where it is about one. */
static void
look(size_t i, struct machine *m, struct report *r)
{
	size_t before = r->count,
	       times = checks[i].scope == SSHD ? m->sshds : 1;
	bool looked = false;

	r->id = checks[i].id;
	for (size_t k = 0; k < times; k++) {
		m->now = &m->sshd[k];
		r->where = m->now->where;
		looked = checks[i].look(m, r) || looked;
	}
	r->where = NULL;
	if (looked && r->count == before)
		found(r, SEVERITY_OK, "", "", "%s", checks[i].good);
}

/* The report on the machine, to be freed; NULL, said, without memory. */
static struct report *
examine(void)
{
	struct report *r = calloc(1, sizeof *r);
	struct machine *m = r == NULL ? NULL : machine_look();

	if (m == NULL) {
		complain("%s", error_text(ERR_MEMORY));
		free(r);
		return NULL;
	}
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		look(i, m, r);
	machine_end(&m);
	return r;
}

/* ---- showing it ---- */

/* "alice, bob and 3 more: ", or nothing. */
static void
put_whom(const struct finding *f, char *out, size_t size)
{
	out[0] = '\0';
	if (f->whom[0] == '\0')
		return;
	if (f->more > 0)
		(void)text_print(
		    out, size, "%s and %u more: ", f->whom, f->more);
	else
		(void)text_print(out, size, "%s: ", f->whom);
}

static void
show_finding(const struct finding *f)
{
	char head[64], whom[FINDING_WHOM_MAX + 32];
	char text[FINDING_TEXT_MAX + sizeof whom];

	(void)text_print(head, sizeof head, "%-*s%s: ", COLUMN,
	    severity_word(f->severity), f->id);
	put_whom(f, whom, sizeof whom);
	(void)text_print(text, sizeof text, "%s%s", whom, f->text);
	say_hung(stdout, head, COLUMN, text);
	if (f->mend[0] == '\0')
		return;
	(void)text_print(text, sizeof text, "To mend it: %s", f->mend);
	say_wrapped(stdout, COLUMN, text);
}

static void
show(const struct report *r)
{
	size_t errors = report_count(r, SEVERITY_ERROR);
	size_t warnings = report_count(r, SEVERITY_WARNING);

	for (size_t i = 0; i < r->count; i++)
		show_finding(&r->finding[i]);
	(void)putchar('\n');
	say("%zu error%s, %zu warning%s.%s", errors, errors == 1 ? "" : "s",
	    warnings, warnings == 1 ? "" : "s",
	    r->full ? " There was more than is listed." : "");
}

static void
show_as_json(const struct report *r)
{
	struct json j;

	json_start(&j, stdout);
	json_open_object(&j, NULL);
	json_number(&j, "errors", (int64_t)report_count(r, SEVERITY_ERROR));
	json_number(&j, "warnings", (int64_t)report_count(r, SEVERITY_WARNING));
	json_truth(&j, "complete", !r->full);
	json_open_list(&j, "findings");
	for (size_t i = 0; i < r->count; i++) {
		const struct finding *f = &r->finding[i];

		json_open_object(&j, NULL);
		json_text(&j, "id", f->id);
		json_text(&j, "severity", severity_word(f->severity));
		json_text(&j, "whom", f->whom[0] == '\0' ? NULL : f->whom);
		json_number(&j, "more", f->more);
		json_text(&j, "text", f->text);
		json_text(&j, "mend", f->mend[0] == '\0' ? NULL : f->mend);
		json_close_object(&j);
	}
	json_close_list(&j);
	json_close_object(&j);
	json_finish(&j);
}

/* What did not fit into the list could be an error. */
static bool
is_good(const struct report *r)
{
	return report_count(r, SEVERITY_ERROR) == 0 && !r->full;
}

enum ending
do_doctor(struct cli *c)
{
	struct report *r = examine();
	bool good;

	if (r == NULL)
		return ENDING_FAILED;
	if (c->json)
		show_as_json(r);
	else
		show(r);
	good = is_good(r);
	free(r);
	return good ? ENDING_DONE : ENDING_FAILED;
}

/* ---- before SSH is turned on ---- */

static void
complain_finding(const struct finding *f, bool force)
{
	char whom[FINDING_WHOM_MAX + 32];

	put_whom(f, whom, sizeof whom);
	complain(
	    "%s%s: %s%s", force ? "passed over: " : "", f->id, whom, f->text);
	if (!force && f->mend[0] != '\0')
		complain("to mend it: %s", f->mend);
}

static void
log_finding(const struct finding *f)
{
	struct log_line l;

	log_start(&l, LOG_LEVEL_WARNING, "forced");
	log_text(&l, "finding", f->id);
	log_text(&l, "whom", f->whom);
	log_text(&l, "text", f->text);
	log_end(&l);
}

bool
doctor_allows(struct cli *c, bool force)
{
	struct report *r = examine();
	bool good;

	(void)c;
	if (r == NULL)
		return false;
	syslog_open("otpgate");
	log_open(syslog_sink);
	for (size_t i = 0; i < r->count; i++) {
		const struct finding *f = &r->finding[i];

		if (f->severity != SEVERITY_ERROR)
			continue;
		complain_finding(f, force);
		if (force)
			log_finding(f);
	}
	good = is_good(r);
	free(r);
	if (!good && !force)
		complain("two-factor was not turned on for SSH; \"otpgate "
			 "doctor\" shows all that was looked at, and --force "
			 "turns it on all the same");
	return good || force;
}
