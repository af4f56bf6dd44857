/* What a login would meet, by the same rule that a login meets. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/verdict.h"
#include "doors/cli/cli.h"
#include "doors/cli/groups.h"
#include "doors/cli/person.h"
#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "doors/cli/view.h"
#include "term/json.h"
#include "term/table.h"

static const struct {
	const char *word; /* JSON; an offer lets in, so it is a pass */
	const char *text;
} verdicts[VERDICT_COUNT] = {
    [VERDICT_DENY] = {"deny", "is refused"},
    [VERDICT_CHALLENGE] = {"challenge", "is asked for a code"},
    [VERDICT_SETUP] = {"setup", "has to set two-factor up first"},
    [VERDICT_OFFER] = {"pass", "passes; there is no second factor yet"},
    [VERDICT_PASS] = {"pass", "passes"},
};

static const char *
word_of(uint8_t reason)
{
#define REASON_WORD(name, word) [name] = word,
	static const char *const words[] = {REASON_LIST(REASON_WORD)};
#undef REASON_WORD

	return reason < REASON_COUNT ? words[reason] : "unknown";
}

/* A number that otpgated cannot have meant is no verdict but a refusal. */
static uint8_t
known(uint8_t verdict)
{
	return verdict < VERDICT_COUNT ? verdict : VERDICT_DENY;
}

static void
show_as_json(
    const struct wire_explain_reply *a, const struct wire_status_reply *state)
{
	struct json j;

	json_start(&j, stdout);
	json_open_object(&j, NULL);
	json_text(&j, "verdict", verdicts[known(a->verdict)].word);
	json_text(&j, "reason", word_of(a->reason));
	json_open_list(&j, "chain");
	for (size_t i = 0; i < a->link_count; i++) {
		json_open_object(&j, NULL);
		json_text(&j, "fact", a->link[i].fact);
		json_text(&j, "value", a->link[i].value);
		json_text(&j, "source", a->link[i].source);
		json_close_object(&j);
	}
	json_close_list(&j);
	json_truth(&j, "locked", state->user.locked != 0);
	json_number(&j, "tries", state->user.tries);
	json_number(&j, "wait", state->wait);
	json_close_object(&j);
	json_finish(&j);
}

static enum ending
show_chain(const struct wire_explain_reply *a, const char *name)
{
	static const char *const headings[] = {"FACT", "VALUE", "FROM", NULL};
	struct table *t = table_new(stdout, headings);
	enum error e = t == NULL ? ERR_MEMORY : OK;

	say("Such a login of %s %s (%s).", name,
	    verdicts[known(a->verdict)].text, word_of(a->reason));
	(void)putchar('\n');
	for (size_t i = 0; i < a->link_count && e == OK; i++) {
		const char *const cells[] = {
		    a->link[i].fact, a->link[i].value, a->link[i].source};

		e = table_row(t, cells);
	}
	table_end(&t);
	if (e != OK)
		complain("%s", error_text(e));
	return e == OK ? ENDING_DONE : ENDING_FAILED;
}

/* Why an asked login can still meet a refusal: the brake. */
static void
show_brake(const struct wire_status_reply *state, const struct person *p)
{
	char word[SHOWN_MAX];

	if (state->user.state != RECORD_GOOD)
		return;
	(void)putchar('\n');
	view_brake(state, person_word(p, word));
}

enum ending
do_explain(struct cli *c)
{
	const char *from = c->given.text[SLOT_FROM];
	struct wire_explain_request q = {0};
	struct wire_user_request about;
	struct wire_explain_reply a;
	struct wire_status_reply state;
	char shown[SHOWN_MAX];
	struct person p;
	enum status s;
	enum ending end;

	if (!person_given(c, &p))
		return ENDING_FAILED;
	about = person_request(c, &p);
	q.uid = about.uid;
	memcpy(q.name, about.name, sizeof q.name);
	if (text_copy(q.methods, sizeof q.methods,
		c->given.text[SLOT_METHOD]) != OK ||
	    text_copy(q.address, sizeof q.address, from == NULL ? "" : from) !=
		OK) {
		complain("a method or the address is too long");
		return ENDING_USAGE;
	}
	if (!groups_of_person(&p, &q))
		return ENDING_FAILED;
	s = query_explain(&q, &a);
	if (s == STATUS_RANGE)
		complain("--from is an address of IPv4 or of IPv6");
	if (s == STATUS_RANGE || !query_good(s) ||
	    !query_good(query_status(&about, &state)))
		return ENDING_FAILED;
	if (c->json) {
		show_as_json(&a, &state);
		return ENDING_DONE;
	}
	end = show_chain(&a, person_shown(&p, shown));
	show_brake(&state, &p);
	return end;
}
