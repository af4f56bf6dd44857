/* Trusted keys: vouching for one, listing them, ending one. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/cli.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/question.h"
#include "doors/cli/say.h"
#include "doors/cli/trust_key.h"
#include "doors/cli/view.h"
#include "term/json.h"
#include "term/table.h"

#define ANYWHERE "any"
#define ID_MAX 24 /* bytes of an id as text */

/* ---- the key ---- */

/* Opening must not wait for the other end of a pipe. */
static FILE *
open_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	FILE *f = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0)
		f = NULL;
	else if (!S_ISREG(st.st_mode))
		errno = EINVAL;
	else
		f = fdopen(fd, "r");
	if (f == NULL)
		(void)close(fd);
	return f;
}

/* All of it, or of a terminal one line; what is too long fills text. */
static bool
read_whole(FILE *in, char text[static KEY_TEXT_MAX])
{
	size_t size;

	if (isatty(fileno(in)) != 0) {
		(void)fprintf(stderr, "The key, as its .pub file has it:\n");
		return fgets(text, KEY_TEXT_MAX, in) != NULL;
	}
	size = fread(text, 1, KEY_TEXT_MAX, in);
	if (size == KEY_TEXT_MAX || memchr(text, '\0', size) != NULL) {
		errno = size == KEY_TEXT_MAX ? EFBIG : EINVAL;
		return false;
	}
	text[size] = '\0';
	return ferror(in) == 0;
}

/* What was read may be a private key, by mistake: it is wiped. */
static bool
read_key(const struct cli *c, struct wire_trust_request *q)
{
	const char *name = c->given.text[SLOT_FILE];
	bool standard = name == NULL || strcmp(name, "-") == 0;
	char text[KEY_TEXT_MAX], shown[SHOWN_MAX];
	char buffer[KEY_TEXT_MAX];
	FILE *in = standard ? stdin : open_file(name);
	enum key_text state = KEY_TEXT_NONE;

	(void)text_escape_utf8(
	    shown, sizeof shown, standard ? "standard input" : name);
	if (in == NULL) {
		complain("%s: %s", shown, strerror(errno));
		return false;
	}
	(void)setvbuf(in, buffer, _IOFBF, sizeof buffer);
	errno = 0;
	if (!read_whole(in, text))
		complain("%s: %s", shown,
		    errno != 0 ? strerror(errno) : "there is no key in it");
	else if ((state = key_text_read(text, q->key, &q->key_size)) !=
	    KEY_TEXT_GOOD)
		complain("%s: %s", shown, key_text_words(state));
	(void)fclose(in); /* nothing was written */
	explicit_bzero(text, sizeof text);
	explicit_bzero(buffer, sizeof buffer);
	return state == KEY_TEXT_GOOD;
}

/* ---- trust ---- */

static bool
take_wishes(const struct cli *c, struct wire_trust_request *q)
{
	const char *time = c->given.text[SLOT_FOR];
	const char *from = c->given.text[SLOT_FROM];

	if (time != NULL && time_text_read(time, &q->seconds) != OK) {
		complain("--for wants minutes, hours or days, such as 90m, 8h "
			 "or 2d");
		return false;
	}
	if (from != NULL && !c->root) {
		complain("only root may name networks; without --from the key "
			 "is bound to the address of this login");
		return false;
	}
	if (from != NULL &&
	    text_copy(q->source, sizeof q->source, from) != OK) {
		complain("--from is too long");
		return false;
	}
	return true;
}

/* Root's own connection says nothing about where another user comes from. */
static bool
describe(const struct cli *c, struct person *p, struct wire_trust_request *q)
{
	memset(q, 0, sizeof *q);
	if (!person_given(c, p) || !take_wishes(c, q))
		return false;
	q->uid = p->uid;
	memcpy(q->name, p->name, sizeof q->name);
	if (p->uid == c->uid)
		person_address(q->address);
	return read_key(c, q);
}

static void
write_json(struct json *j, const struct wire_trusted_key *k)
{
	json_open_object(j, NULL);
	json_number(j, "id", k->id);
	json_text(j, "user", k->name);
	json_number(j, "uid", k->uid);
	json_text(j, "type", k->type);
	json_text(j, "fingerprint", k->fingerprint);
	json_text(j, "from", k->source[0] == '\0' ? ANYWHERE : k->source);
	json_time(j, "created", k->created);
	json_time(j, "expires", k->expires);
	json_close_object(j);
}

static void
say_trusted(const struct cli *c, const struct wire_trusted_key *k)
{
	char until[VIEW_TIME_MAX];
	struct json j;

	if (c->json) {
		json_start(&j, stdout);
		write_json(&j, k);
		json_finish(&j);
		return;
	}
	say("This key is trusted until %s, from %s:",
	    view_time(k->expires, until),
	    k->source[0] == '\0' ? "anywhere" : k->source);
	say("%s (%s)", k->fingerprint, k->type);
	say("To end it before: otpgate trust revoke %lld", (long long)k->id);
}

enum ending
do_trust(struct cli *c)
{
	struct proof proof = {c, 0};
	struct wire_trust_request q;
	struct wire_trust_reply a;
	struct person p;
	enum ending end = ENDING_FAILED;
	enum status s;

	if (!describe(c, &p, &q))
		return ENDING_FAILED;
	while (s = query_trust(&q, &a), !proof_done(s, a.reason)) {
		if (s == STATUS_ABSENT)
			complain("without a second factor nobody can vouch "
				 "for a key; to set it up, run: otpgate "
				 "enroll");
		else if (s == STATUS_FULL)
			complain("as many keys are trusted as can be; to see "
				 "them, run: otpgate trust list");
		else if (proof_next(&proof, s, a.reason, a.wait, q.proof))
			continue;
		goto out;
	}
	say_trusted(c, &a.key);
	end = ENDING_DONE;
out:
	explicit_bzero(&q, sizeof q);
	return end;
}

/* ---- list ---- */

struct listing {
	bool as_json;
	bool of_all;
	struct json json;
	struct table *table;
};

static bool
begin(struct listing *l)
{
	static const char *const headings[] = {
	    ">ID", "UNTIL", "FROM", "KEY", NULL};
	static const char *const of_all[] = {
	    ">ID", "USER", "UNTIL", "FROM", "KEY", NULL};

	if (l->as_json) {
		json_start(&l->json, stdout);
		json_open_list(&l->json, NULL);
		return true;
	}
	l->table = table_new(stdout, l->of_all ? of_all : headings);
	return l->table != NULL;
}

static bool
add(struct listing *l, const struct wire_trusted_key *k)
{
	char id[ID_MAX], until[VIEW_TIME_MAX];
	const char *cells[6] = {id};
	size_t n = 1;

	if (l->as_json) {
		write_json(&l->json, k);
		return true;
	}
	(void)text_print(id, sizeof id, "%lld", (long long)k->id);
	if (l->of_all)
		cells[n++] = k->name;
	cells[n++] = view_time(k->expires, until);
	cells[n++] = k->source[0] == '\0' ? ANYWHERE : k->source;
	cells[n++] = k->fingerprint;
	return table_row(l->table, cells) == OK;
}

/* Page by page; false, after a complaint, when one could not be had. */
static bool
list(struct listing *l, struct wire_trusted_request *q)
{
	struct wire_trusted_reply page;
	bool begun = false;

	do {
		if (!query_good(query_trusted(q, &page)))
			return false;
		begun = begun || begin(l);
		for (size_t i = 0; begun && i < page.key_count; i++)
			begun = add(l, &page.key[i]);
		if (!begun) {
			complain("%s", error_text(ERR_MEMORY));
			return false;
		}
		/* a page that leads back would never end */
		if (page.next != 0 && page.next <= q->after)
			return false;
		q->after = page.next;
	} while (q->after != 0);
	return true;
}

enum ending
do_trust_list(struct cli *c)
{
	struct listing l = {.as_json = c->json};
	struct wire_trusted_request q;
	struct person p;
	bool whole;

	memset(&q, 0, sizeof q);
	if (!person_given(c, &p))
		return ENDING_FAILED;
	l.of_all = c->root && c->given.text[SLOT_USER] == NULL;
	q.uid = p.uid;
	q.all = l.of_all;
	whole = list(&l, &q);
	table_end(&l.table);
	if (whole && l.as_json) {
		json_close_list(&l.json);
		json_finish(&l.json);
	}
	return whole ? ENDING_DONE : ENDING_FAILED;
}

/* ---- revoke ---- */

enum ending
do_trust_revoke(struct cli *c)
{
	const char *word = c->given.text[SLOT_ID];
	struct wire_revoke_request q;
	struct wire_empty_reply a;
	struct person p;
	uint64_t id;
	enum status s;

	memset(&q, 0, sizeof q);
	if (!person_given(c, &p))
		return ENDING_FAILED;
	if (text_number(word, 1, INT64_MAX, &id) != OK) {
		complain("ID is a number that \"otpgate trust list\" shows");
		return ENDING_USAGE;
	}
	q.uid = p.uid;
	q.all = c->root && c->given.text[SLOT_USER] == NULL;
	q.id = (int64_t)id;
	person_address(q.address);
	s = query_revoke(&q, &a);
	if (s == STATUS_ABSENT) {
		complain("there is no trusted key %s; to see them, run: "
			 "otpgate trust list",
		    word);
		return ENDING_FAILED;
	}
	if (!query_good(s))
		return ENDING_FAILED;
	say("The key %s is not trusted any more.", word);
	return ENDING_DONE;
}
