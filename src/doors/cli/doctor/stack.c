#include "doors/cli/doctor/stack.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "doors/cli/doctor/shipped.h"

/* ---- one line ---- */

struct part {
	char type[32], control[256], module[256];
	const char *words; /* behind the module */
};

/* A control in brackets has blanks in it. */
static bool
read_control(const char **at, char *out, size_t size)
{
	size_t length;

	*at += strspn(*at, " \t");
	if (**at != '[')
		return line_word(at, out, size);
	length = strcspn(*at, "]");
	if ((*at)[length] == '\0' ||
	    text_print(out, size, "%.*s", (int)length + 1, *at) != OK)
		return false;
	*at += length + 1;
	return true;
}

static bool
read_parts(struct part *out, const char *text)
{
	memset(out, 0, sizeof *out);
	text += *text == '-'; /* silent where the module is missing */
	if (!line_word(&text, out->type, sizeof out->type) ||
	    !read_control(&text, out->control, sizeof out->control) ||
	    !line_word(&text, out->module, sizeof out->module))
		return false;
	out->words = text;
	return true;
}

/* True when the module is ours, wherever it lies. */
static bool
is_ours(const struct part *p)
{
	const char *slash = strrchr(p->module, '/');

	return strcmp(slash == NULL ? p->module : slash + 1, STACK_MODULE) == 0;
}

static bool
has_word(const char *words, const char *wanted)
{
	char word[64];

	while (line_word(&words, word, sizeof word))
		if (strcmp(word, wanted) == 0)
			return true;
	return false;
}

/* ---- what a line can do to others ---- */

/*
 * How many lines control can jump over; -1 where it can end the stack, undo
 * what others said, or is not understood.
 */
static long
jump_of(const char *control)
{
	static const char *const plain[] = {
	    "required", "requisite", "optional"};
	static const char *const actions[] = {"ok", "bad", "ignore"};
	long jump = 0;
	char word[64];

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (strcasecmp(control, plain[i]) == 0)
			return 0;
	if (*control++ != '[')
		return -1;
	for (control += strspn(control, " \t"); *control != ']';
	     control += strspn(control, " \t")) {
		size_t length = strcspn(control, " \t]");
		const char *value = memchr(control, '=', length);
		bool known = false;
		char *end;
		long n;

		if (value == NULL ||
		    text_print(word, sizeof word, "%.*s",
			(int)(control + length - value) - 1, value + 1) != OK)
			return -1;
		for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
			known = known || strcasecmp(word, actions[i]) == 0;
		n = known ? 0 : strtol(word, &end, 10);
		if (!known && (n < 1 || *end != '\0'))
			return -1;
		jump = n > jump ? n : jump;
		control += length;
	}
	return jump;
}

/* True where what text says can no longer be refused by what came before. */
static bool
undoes(const struct part *p)
{
	return strstr(p->control, "reset") != NULL;
}

/* ---- the stack ---- */

static void
report(struct stack *s, enum trouble_kind kind, size_t n, const char *shipped)
{
	if (s->troubles < TROUBLES_MAX)
		s->trouble[s->troubles++] = (struct trouble){kind, n, shipped};
}

/* The parts of line n, where it is one of type. */
static bool
read_line(const struct lines *l, size_t n, const char *type, struct part *p)
{
	return read_parts(p, l->line[n].text) && strcasecmp(p->type, type) == 0;
}

/* The next line of ours of type, from n on; l->count for none. */
static size_t
next_ours(const struct lines *l, size_t n, const char *type)
{
	struct part p;

	while (n < l->count && !(read_line(l, n, type, &p) && is_ours(&p)))
		n++;
	return n;
}

/*
 * The lines of type from n up to end, which is ours, must all lead there:
 * near where they may jump, but no further.
 */
static void
check_way(struct stack *s, const struct lines *l, const char *type,
    const size_t span[static 2], bool jumps)
{
	size_t left = 0;
	struct part p;

	for (size_t n = span[1]; n-- > span[0];) {
		char word[64];
		const char *at = l->line[n].text + (l->line[n].text[0] == '-');
		long jump;

		if (!line_word(&at, word, sizeof word) ||
		    strcasecmp(word, type) != 0)
			continue;
		jump =
		    read_parts(&p, l->line[n].text) ? jump_of(p.control) : -1;
		if (jump < 0 || (jump > 0 && (!jumps || (size_t)jump > left)))
			report(s, TROUBLE_ENDS, n, NULL);
		left++;
	}
}

static void
check_behind(
    struct stack *s, const struct lines *l, const char *type, size_t from)
{
	struct part p;

	for (size_t n = from; n < l->count; n++)
		if (read_line(l, n, type, &p) && !is_ours(&p) && undoes(&p))
			report(s, TROUBLE_UNDOES, n, NULL);
}

/* True for the line that stands for what the machine has. */
static bool
stands_for_others(const char *text)
{
	return text_starts(text, "@include");
}

/*
 * Lines of ours follow one another as they are shipped, with nothing between
 * but what "@include" stands for.
 */
static void
check_auth(struct stack *s, const struct lines *l, const struct lines *shipped)
{
	size_t n = next_ours(l, 0, "auth");

	check_way(s, l, "auth", (const size_t[]){0, n}, false);
	for (size_t k = 0; k < shipped->count; k++) {
		const struct line *wanted = &shipped->line[k];
		struct part p;

		if (stands_for_others(wanted->text)) {
			size_t next = next_ours(l, n, "auth");

			check_way(
			    s, l, "auth", (const size_t[]){n, next}, true);
			n = next;
			continue;
		}
		while (n < l->count && !read_line(l, n, "auth", &p))
			n++;
		if (n == l->count ||
		    !line_is_shipped(
			l->line[n].text, wanted->text, wanted->place)) {
			report(s,
			    n == l->count ? TROUBLE_LACKS : TROUBLE_DIFFERS,
			    n == l->count ? NO_LINE : n, wanted->text);
			return;
		}
		n++;
	}
	check_behind(s, l, "auth", n);
	if ((n = next_ours(l, n, "auth")) < l->count)
		report(s, TROUBLE_DIFFERS, n, NULL);
}

static void
check_session(struct stack *s, const struct lines *l)
{
	size_t last = 0;

	for (size_t n = next_ours(l, 0, "session"); n < l->count;
	     n = next_ours(l, n + 1, "session")) {
		const char *text = l->line[n].text;

		last = n;
		if (!line_is_shipped(text, STACK_BACKSTOP, PLACE_NONE) &&
		    !line_is_shipped(text, STACK_FALLBACK, PLACE_NONE) &&
		    !line_is_shipped(text, STACK_RECORD, PLACE_NONE))
			report(s, TROUBLE_DIFFERS, n, STACK_FALLBACK);
	}
	check_way(s, l, "session", (const size_t[]){0, last}, false);
	if (s->backstop || s->records)
		check_behind(s, l, "session", last);
	if (s->asks && !s->backstop)
		report(s, TROUBLE_LACKS, NO_LINE, STACK_FALLBACK);
}

void
stack_find(struct stack *out, const struct lines *l)
{
	struct part p;

	memset(out, 0, sizeof *out);
	for (size_t n = 0; n < l->count; n++) {
		if (!read_parts(&p, l->line[n].text) || !is_ours(&p))
			continue;
		if (strcasecmp(p.type, "auth") == 0) {
			out->asks = true;
			out->split = out->split || has_word(p.words, "split");
			out->dialogue =
			    out->dialogue || has_word(p.words, "dialogue");
		} else if (strcasecmp(p.type, "session") == 0) {
			if (has_word(p.words, "record"))
				out->records = true;
			else
				out->backstop = true;
		}
	}
}

void
stack_read(
    struct stack *out, const struct lines *l, const struct lines *shipped)
{
	stack_find(out, l);
	if (out->asks)
		check_auth(out, l, shipped);
	check_session(out, l);
}
