#include <criterion/criterion.h>
#include <string.h>

#include "unit/daemon/rig.h"

static struct rig f;

static void
open_default(void)
{
	rig_open(&f, POLICY_ON);
}

static void
close_all(void)
{
	rig_close(&f);
}

TestSuite(daemon_answer, .init = open_default, .fini = close_all);

/* What the bytes are answered with; the verb of the reply must be reply. */
static enum status
answer_bytes(const void *bytes, size_t size, enum verb reply)
{
	static uint8_t copy[WIRE_REQUEST_MAX + 1];
	struct writer w;
	struct reader r;

	writer_init(&w, copy, sizeof copy);
	write_exact(&w, bytes, size);
	return rig_send(&f, &w, reply, &r);
}

/* A request of verb about uid 1000 whose other fields are empty or zero. */
static size_t
empty_request(enum verb verb, uint32_t uid, uint8_t *out, size_t max)
{
	struct wire_login_request login = {
	    .uid = uid, .service = SERVICE_SSH, .kind = KIND_SHELL};
	struct wire_code_request code = {.code = "123456"};
	struct wire_user_request user = {.uid = uid};
	struct wire_unlock_request unlock = {.uid = uid};
	struct wire_enroll_request enroll = {.uid = uid};
	struct wire_confirm_request confirm = {.uid = uid};
	struct wire_list_request list = {.from = 0};
	struct wire_explain_request explain = {.uid = uid};
	struct wire_draft_request draft = {.key = "window", .value = "2"};
	struct wire_reload_request reload = {0};
	struct writer w;

	writer_init(&w, out, max);
	put_request_header(&w, verb);
	switch (verb) {
	case VERB_login:
		put_login_request(&w, &login);
		break;
	case VERB_code:
		put_code_request(&w, &code);
		break;
	case VERB_status:
	case VERB_recovery:
	case VERB_clear:
		put_user_request(&w, &user);
		break;
	case VERB_unlock:
		put_unlock_request(&w, &unlock);
		break;
	case VERB_enroll:
		put_enroll_request(&w, &enroll);
		break;
	case VERB_confirm:
		put_confirm_request(&w, &confirm);
		break;
	case VERB_list:
		put_list_request(&w, &list);
		break;
	case VERB_explain:
		put_explain_request(&w, &explain);
		break;
	case VERB_draft:
		put_draft_request(&w, &draft);
		break;
	case VERB_reload:
		put_reload_request(&w, &reload);
		break;
	default:
		break;
	}
	return w.used;
}

Test(daemon_answer, short_long_and_foreign_headers_are_refused)
{
	const uint8_t nothing[1] = {0};
	const uint8_t half[] = {WIRE_VERSION};
	const uint8_t newer[] = {WIRE_VERSION + 1, VERB_health};
	const uint8_t none[] = {WIRE_VERSION, VERB_NONE};
	const uint8_t beyond[] = {WIRE_VERSION, VERB_COUNT};
	const uint8_t last[] = {WIRE_VERSION, 255};

	cr_expect_eq(answer_bytes(nothing, 0, VERB_NONE), STATUS_MALFORMED);
	cr_expect_eq(answer_bytes(half, 1, VERB_NONE), STATUS_MALFORMED);
	cr_expect_eq(answer_bytes(newer, 2, VERB_NONE), STATUS_VERSION);
	cr_expect_eq(answer_bytes(none, 2, VERB_NONE), STATUS_UNKNOWN_VERB);
	cr_expect_eq(answer_bytes(beyond, 2, VERB_NONE), STATUS_UNKNOWN_VERB);
	cr_expect_eq(answer_bytes(last, 2, VERB_NONE), STATUS_UNKNOWN_VERB);
}

Test(daemon_answer, every_verb_refuses_a_cut_and_a_trailing_byte)
{
	uint8_t bytes[WIRE_REQUEST_MAX];

	for (int v = VERB_NONE + 1; v < VERB_COUNT; v++) {
		enum verb verb = (enum verb)v;
		size_t size = empty_request(verb, 1000, bytes, sizeof bytes);

		rig_connect(&f, 0);
		for (size_t cut = 2; cut < size; cut++)
			cr_expect_eq(answer_bytes(bytes, cut, verb),
			    STATUS_MALFORMED, "%s cut to %zu", verb_word(verb),
			    cut);
		bytes[size] = 0;
		cr_expect_eq(answer_bytes(bytes, size + 1, verb),
		    STATUS_MALFORMED, "%s with a byte more", verb_word(verb));
	}
}

Test(daemon_answer, root_s_verbs_are_root_s_alone)
{
	static const enum verb roots[] = {VERB_health, VERB_list, VERB_clear,
	    VERB_unlock, VERB_explain, VERB_policy, VERB_draft, VERB_reload};
	uint8_t bytes[WIRE_REQUEST_MAX];

	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
		size_t size =
		    empty_request(roots[i], 1000, bytes, sizeof bytes);

		rig_connect(&f, 1000);
		cr_expect_eq(answer_bytes(bytes, size, roots[i]),
		    STATUS_NOT_ALLOWED, "%s", verb_word(roots[i]));
		rig_connect(&f, 0);
		cr_expect_neq(answer_bytes(bytes, size, roots[i]),
		    STATUS_NOT_ALLOWED, "%s", verb_word(roots[i]));
	}
}

Test(daemon_answer, nobody_asks_about_somebody_else)
{
	static const enum verb selves[] = {
	    VERB_login, VERB_status, VERB_enroll, VERB_confirm, VERB_recovery};
	uint8_t bytes[WIRE_REQUEST_MAX];

	for (size_t i = 0; i < sizeof selves / sizeof selves[0]; i++) {
		size_t size =
		    empty_request(selves[i], 1000, bytes, sizeof bytes);

		rig_connect(&f, 1001);
		cr_expect_eq(answer_bytes(bytes, size, selves[i]),
		    STATUS_NOT_ALLOWED, "%s", verb_word(selves[i]));
		rig_connect(&f, 1000);
		cr_expect_neq(answer_bytes(bytes, size, selves[i]),
		    STATUS_NOT_ALLOWED, "%s", verb_word(selves[i]));
		rig_connect(&f, 0);
		cr_expect_neq(answer_bytes(bytes, size, selves[i]),
		    STATUS_NOT_ALLOWED, "%s as root", verb_word(selves[i]));
	}
}

Test(daemon_answer, a_refusal_is_logged_and_names_the_peer)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	size_t size = empty_request(VERB_clear, 1000, bytes, sizeof bytes);

	rig_connect(&f, 1001);
	cr_expect_eq(answer_bytes(bytes, size, VERB_clear), STATUS_NOT_ALLOWED);
	cr_expect(f.caller.logged);
	cr_expect_not_null(
	    strstr(f.caller.line.text, "event=request-refused by=1001"));
	cr_expect_not_null(
	    strstr(f.caller.line.text, "verb=clear status=not-allowed"));
}
