#include "doors/cli/doctor/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *
severity_word(enum severity s)
{
	static const char *const words[] = {
	    [SEVERITY_ERROR] = "error",
	    [SEVERITY_WARNING] = "warning",
	    [SEVERITY_OK] = "ok",
	};

	return words[s];
}

/* Adds whom to those of f. */
static void
join(struct finding *f, const char *whom)
{
	size_t used = strlen(f->whom);
	size_t length = strlen(whom);

	if (f->more > 0 || used + length + 3 > sizeof f->whom)
		f->more++;
	else
		(void)text_print(
		    f->whom + used, sizeof f->whom - used, ", %s", whom);
}

static struct finding *
find_same(struct report *r, const struct finding *fresh)
{
	for (size_t i = 0; i < r->count; i++) {
		struct finding *f = &r->finding[i];

		if (f->severity == fresh->severity && f->id == fresh->id &&
		    strcmp(f->text, fresh->text) == 0 &&
		    strcmp(f->mend, fresh->mend) == 0)
			return f;
	}
	return NULL;
}

void
found(struct report *r, enum severity s, const char *whom, const char *mend,
    const char *format, ...)
{
	struct finding fresh = {.severity = s, .id = r->id};
	struct finding *same;
	va_list arguments;
	size_t used;

	(void)text_print(fresh.text, sizeof fresh.text, "%s",
	    r->where == NULL ? "" : r->where);
	used = strlen(fresh.text);
	va_start(arguments, format);
	(void)vsnprintf(
	    fresh.text + used, sizeof fresh.text - used, format, arguments);
	va_end(arguments);
	(void)text_print(fresh.mend, sizeof fresh.mend, "%s", mend);
	(void)text_print(fresh.whom, sizeof fresh.whom, "%s", whom);
	same = find_same(r, &fresh);
	if (same != NULL)
		join(same, whom);
	else if (r->count < FINDINGS_MAX)
		r->finding[r->count++] = fresh;
	else
		r->full = true;
}

size_t
report_count(const struct report *r, enum severity s)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->finding[i].severity == s;
	return count;
}
