/*
 * Devices for many users, who will get them by some other way: a list of names
 * comes in, a list of secrets goes out.
 *
 * Rules:
 *   - A name that cannot be enrolled MUST be told, and keeps no other from it.
 *   - Nobody MUST be enrolled twice: the second secret would take the place of
 *     the first, which was printed already.
 */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/accounts.h"
#include "doors/cli/cli.h"
#include "doors/cli/enroll.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "os/clock.h"
#include "term/progress.h"
#include "term/sentence.h"

/* The names, one after the other, each with its NUL. */
struct names {
	char *text;
	size_t size, count;
};

struct enrolling {
	struct accounts accounts;
	struct wire_enroll_request q;
	struct json json;
	struct progress bar;
	void *seen;    /* uids, tsearch(3) */
	size_t failed; /* names */
	bool broken;   /* otpgated cannot be asked any more */
};

/* ---- names ---- */

static bool
names_read(struct names *n)
{
	FILE *out = open_memstream(&n->text, &n->size);
	char *line = NULL;
	size_t room = 0;
	bool good = out != NULL;

	while (good && getline(&line, &room, stdin) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '\0')
			continue;
		good = fwrite(line, strlen(line) + 1, 1, out) == 1;
		n->count++;
	}
	good = good && ferror(stdin) == 0;
	free(line);
	if (out != NULL && fclose(out) != 0)
		good = false;
	return good;
}

/* ---- one of them ---- */

static int
compare(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;

	return x < y ? -1 : x > y;
}

/* False when uid was there before, or there is no memory. */
static bool
is_first(struct enrolling *en, uint32_t uid)
{
	/* The number itself stands in the place of a pointer to it. */
	const void *key = (const void *)((uintptr_t)uid + 1);

	return tfind(key, &en->seen, compare) == NULL &&
	    tsearch(key, &en->seen, compare) != NULL;
}

static const char *
take_name(struct enrolling *en, const char *name)
{
	struct wire_enroll_request *q = &en->q;

	if (!accounts_find(&en->accounts, name, &q->uid))
		return "there is no such user";
	if (text_copy(q->name, sizeof q->name, name) != OK ||
	    !enroll_account(q, name))
		return "the name is too long";
	return is_first(en, q->uid) ? NULL : "this user was named before";
}

static void
enroll(struct enrolling *en, const char *name)
{
	static char sentence[SENTENCE_MAX];
	struct wire_enroll_reply a;
	char shown[SHOWN_MAX];
	const char *why = take_name(en, name);
	enum status s = STATUS_OK;

	memset(&a, 0, sizeof a);
	if (why == NULL)
		s = query_enroll(&en->q, &a);
	if (why == NULL && s == STATUS_OK)
		enroll_json(&en->json, &a);
	else if (why == NULL)
		why = sentence_status(sentence, s);
	explicit_bzero(&a, sizeof a);
	en->broken = s == STATUS_UNREACHED;
	if (why == NULL || en->broken)
		return;
	progress_end(&en->bar);
	complain("%s: %s", text_escape_utf8(shown, sizeof shown, name), why);
	en->failed++;
}

/* ---- all of them ---- */

static void
enroll_all(struct enrolling *en, const struct names *n)
{
	const char *name = n->text;

	for (size_t i = 0; i < n->count && !en->broken; i++) {
		enroll(en, name);
		name += strlen(name) + 1;
		progress_show(&en->bar, i + 1, n->count, clock_milliseconds());
	}
	progress_end(&en->bar);
}

static void
keep(void *key)
{
	(void)key; /* a number */
}

static enum ending
enroll_names(struct enrolling *en, const struct names *n)
{
	progress_start(&en->bar, stderr, "Enrolling");
	if (isatty(STDOUT_FILENO))
		en->bar.out = NULL; /* the list stands there */
	accounts_read(&en->accounts);
	json_start(&en->json, stdout);
	json_open_list(&en->json, NULL);
	enroll_all(en, n);
	/* One that broke off stays open: no reader takes it for the whole. */
	if (!en->broken) {
		json_close_list(&en->json);
		json_finish(&en->json);
	}
	accounts_free(&en->accounts);
	tdestroy(en->seen, keep);
	return en->broken || en->failed > 0 ? ENDING_FAILED : ENDING_DONE;
}

enum ending
do_enroll_many(struct cli *c)
{
	struct enrolling en;
	struct names n = {NULL, 0, 0};
	enum ending end = ENDING_FAILED;

	memset(&en, 0, sizeof en);
	if (!enroll_form(&c->given, &en.q))
		return ENDING_USAGE;
	person_address(en.q.address);
	if (names_read(&n))
		end = enroll_names(&en, &n);
	else
		complain("the names cannot be read");
	free(n.text);
	return end;
}
