/* That doors/dialogue.c obeys otpgated and nobody else. */
#include "doors/dialogue.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

/* What the two others do, step by step, and what was seen of them. */
struct script {
	struct {
		enum error read;
		const char *typed;
		enum error send;
		enum status status;
		enum verdict verdict;
	} step[4];
	size_t at;
	size_t told;
	char sent[4][CODE_TEXT_MAX];
	uint32_t seconds;
};

static void
tell(void *context, const struct wire_login_reply *reply)
{
	struct script *s = context;

	(void)reply;
	s->told++;
}

static enum error
read_answer(void *context, uint32_t seconds, char out[static CODE_TEXT_MAX])
{
	struct script *s = context;

	s->seconds = seconds;
	(void)text_copy(out, CODE_TEXT_MAX, s->step[s->at].typed);
	return s->step[s->at].read;
}

static enum error
send_answer(void *context, const struct wire_code_request *request,
    struct wire_login_reply *reply, enum status *status)
{
	struct script *s = context;
	size_t i = s->at++;

	(void)text_copy(s->sent[i], CODE_TEXT_MAX, request->code);
	reply->verdict = (uint8_t)s->step[i].verdict;
	*status = s->step[i].status;
	return s->step[i].send;
}

static struct dialogue_end
run(struct script *s, enum verdict first)
{
	const struct dialogue d = {s, tell, read_answer, send_answer};
	struct wire_login_reply reply = {
	    .verdict = (uint8_t)first, .deadline = 60};

	return dialogue_run(&d, &reply);
}

Test(doors_dialogue, asks_nothing_when_the_verdict_is_final)
{
	static const enum verdict final[] = {
	    VERDICT_DENY, VERDICT_SETUP, VERDICT_OFFER, VERDICT_PASS};

	for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
		struct script s = {0};

		cr_expect_eq(run(&s, final[i]).verdict, final[i]);
		cr_expect_eq(s.at, 0);
		cr_expect_eq(s.told, 1);
	}
}

Test(doors_dialogue, denies_a_verdict_that_is_none)
{
	struct script s = {0};

	cr_expect_eq(run(&s, VERDICT_COUNT).verdict, VERDICT_DENY);
}

Test(doors_dialogue, asks_until_otpgated_is_satisfied)
{
	struct script s = {
	    .step = {{OK, "000000", OK, STATUS_OK, VERDICT_CHALLENGE},
		{OK, "123456", OK, STATUS_OK, VERDICT_PASS}}};

	cr_expect_eq(run(&s, VERDICT_CHALLENGE).verdict, VERDICT_PASS);
	cr_expect_str_eq(s.sent[0], "000000");
	cr_expect_str_eq(s.sent[1], "123456");
	cr_expect_eq(s.told, 3);
	cr_expect_eq(s.seconds, 60);
}

Test(doors_dialogue, ends_when_otpgated_denies)
{
	struct script s = {
	    .step = {{OK, "000000", OK, STATUS_OK, VERDICT_DENY}}};

	cr_expect_eq(run(&s, VERDICT_CHALLENGE).verdict, VERDICT_DENY);
	cr_expect_eq(s.at, 1);
}

/* What cannot be a code is a try all the same: otpgated counts it. */
Test(doors_dialogue, sends_an_impossible_answer_as_an_empty_one)
{
	struct script s = {
	    .step = {{ERR_LONG, "left", OK, STATUS_OK, VERDICT_CHALLENGE},
		{ERR_FORMAT, "left", OK, STATUS_OK, VERDICT_DENY}}};

	cr_expect_eq(run(&s, VERDICT_CHALLENGE).verdict, VERDICT_DENY);
	cr_expect_eq(s.at, 2);
	cr_expect_str_eq(s.sent[0], "");
	cr_expect_str_eq(s.sent[1], "");
}

Test(doors_dialogue, refuses_when_nobody_answers)
{
	static const enum error errors[] = {ERR_TIMEOUT, ERR_CLOSED, ERR_DOWN,
	    ERR_INTERRUPTED, ERR_SYSTEM, ERR_UNSET};

	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct script s = {.step = {{errors[i], "123456", OK, STATUS_OK,
				       VERDICT_PASS}}};
		struct dialogue_end end = run(&s, VERDICT_CHALLENGE);

		cr_expect_eq(end.verdict, VERDICT_DENY);
		cr_expect_eq(end.read, errors[i]);
		cr_expect_eq(s.at, 0, "nothing may be sent");
	}
}

/* A reply that says "pass" counts only when it came whole and as OK. */
Test(doors_dialogue, refuses_when_the_reply_is_none)
{
	struct script cut = {
	    .step = {{OK, "123456", ERR_CLOSED, STATUS_REFUSED, VERDICT_PASS}}};
	struct script refused = {
	    .step = {{OK, "123456", OK, STATUS_NOT_COMMITTED, VERDICT_PASS}}};
	struct dialogue_end end = run(&cut, VERDICT_CHALLENGE);

	cr_expect_eq(end.verdict, VERDICT_DENY);
	cr_expect_eq(end.send, ERR_CLOSED);
	end = run(&refused, VERDICT_CHALLENGE);
	cr_expect_eq(end.verdict, VERDICT_DENY);
	cr_expect_eq(end.status, STATUS_NOT_COMMITTED);
}
