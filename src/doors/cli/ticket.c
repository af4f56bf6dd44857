#include "doors/cli/ticket.h"

#include <stdio.h>
#include <string.h>

#include "doors/cli/query.h"
#include "doors/cli/say.h"
#include "term/json.h"

static void
show(const struct cli *c, const struct person *p,
    const struct wire_ticket_reply *a)
{
	char shown[SHOWN_MAX];
	struct json j;

	if (!c->json) {
		say("The ticket of %s, good for one set-up and for a day: %s",
		    person_shown(p, shown), a->ticket);
		return;
	}
	json_start(&j, stdout);
	json_open_object(&j, NULL);
	json_text(&j, "user", p->name);
	json_text(&j, "ticket", a->ticket);
	json_close_object(&j);
	json_finish(&j);
}

bool
ticket_make(const struct cli *c, const struct person *p)
{
	const struct wire_user_request q = person_request(c, p);
	struct wire_ticket_reply a;
	char shown[SHOWN_MAX];
	enum status s = query_ticket(&q, &a);

	if (s == STATUS_EXISTS)
		complain(
		    "%s has a second factor already", person_shown(p, shown));
	else if (query_good(s))
		show(c, p, &a);
	explicit_bzero(&a, sizeof a);
	return s == STATUS_OK;
}

enum ending
do_enroll_ticket(struct cli *c)
{
	struct person p;

	return person_given(c, &p) && ticket_make(c, &p) ? ENDING_DONE
							 : ENDING_FAILED;
}
