#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"
#include "wire/message.h"

static uint8_t bytes[WIRE_REPLY_MAX];

/* Some value in every byte of a struct would break its strings: fill fields. */
static void
fill_user(struct wire_user *u)
{
	memset(u, 0, sizeof *u);
	u->uid = 4294967295u;
	(void)text_copy(u->name, sizeof u->name, "Zo\xc3\xab");
	u->state = 2;
	u->devices = 8;
	u->tries = 10;
	u->since = INT64_MIN;
	u->last = INT64_MAX;
	(void)text_copy(u->last_from, sizeof u->last_from, "2001:db8::1");
	u->skew = -30;
}

Test(wire_message, a_listing_comes_back_as_it_went)
{
	static struct wire_list_reply out, in;
	struct writer w;
	struct reader r;

	out.next = 7;
	out.user_count = WIRE_PAGE;
	for (size_t i = 0; i < WIRE_PAGE; i++)
		fill_user(&out.user[i]);
	writer_init(&w, bytes, sizeof bytes);
	put_list_reply(&w, &out);
	cr_assert_eq(w.error, OK, "the longest page fits a reply");
	reader_init(&r, bytes, w.used);
	get_list_reply(&r, &in);
	cr_assert_eq(reader_finish(&r), OK);
	cr_expect_eq(in.next, 7);
	cr_expect_eq(in.user_count, WIRE_PAGE);
	for (size_t i = 0; i < WIRE_PAGE; i++)
		cr_expect_eq(
		    memcmp(&in.user[i], &out.user[i], sizeof in.user[i]), 0);
}

/* As many groups as there can be, of the longest names that fit a list. */
static void
fill_groups(struct wire_group out[POLICY_GROUPS_MAX], size_t *count)
{
	size_t each = POLICY_LIST_MAX / POLICY_GROUPS_MAX - 1;

	*count = POLICY_GROUPS_MAX;
	for (size_t i = 0; i < POLICY_GROUPS_MAX; i++)
		memset(out[i].name, 'g', each);
}

Test(wire_message, the_largest_of_the_requests_with_lists_fit_a_datagram)
{
	static struct wire_draft_request draft;
	static struct wire_explain_request explain;
	static struct wire_reload_request reload;
	struct writer w;

	memset(draft.key, 'k', sizeof draft.key - 1);
	memset(draft.value, 'v', sizeof draft.value - 1);
	memset(draft.name, 'n', sizeof draft.name - 1);
	memset(draft.proof, 'p', sizeof draft.proof - 1);
	draft.member_count = WIRE_NUMBERS;
	memset(explain.name, 'n', sizeof explain.name - 1);
	memset(explain.methods, 'm', sizeof explain.methods - 1);
	memset(explain.address, 'a', sizeof explain.address - 1);
	explain.gid_count = WIRE_NUMBERS;
	fill_groups(reload.group, &reload.group_count);
	writer_init(&w, bytes, WIRE_REQUEST_MAX - 2);
	put_draft_request(&w, &draft);
	cr_expect_eq(w.error, OK);
	writer_init(&w, bytes, WIRE_REQUEST_MAX - 2);
	put_explain_request(&w, &explain);
	cr_expect_eq(w.error, OK);
	writer_init(&w, bytes, WIRE_REQUEST_MAX - 2);
	put_reload_request(&w, &reload);
	cr_expect_eq(w.error, OK);
}

Test(wire_message, the_largest_of_every_reply_fits_a_datagram)
{
	static struct wire_enroll_reply enroll;
	static struct wire_draft_reply draft;
	static struct wire_policy_reply policy;
	static struct wire_explain_reply explain;
	struct writer w;

	memset(enroll.secret, 'A', sizeof enroll.secret - 1);
	memset(enroll.uri, 'u', sizeof enroll.uri - 1);
	memset(enroll.account, 'a', sizeof enroll.account - 1);
	enroll.qr_size = sizeof enroll.qr;
	memset(draft.text, 't', sizeof draft.text - 1);
	memset(draft.complaint, 'c', sizeof draft.complaint - 1);
	fill_groups(draft.exempt, &draft.exempt_count);
	fill_groups(draft.admin, &draft.admin_count);
	draft.enrolled_count = WIRE_NUMBERS;
	draft.forced_count = WIRE_GUARDS;
	for (size_t i = 0; i < WIRE_GUARDS; i++)
		memset(
		    draft.forced[i].word, 'w', sizeof draft.forced[i].word - 1);
	policy.option_count = WIRE_OPTIONS;
	for (size_t i = 0; i < WIRE_OPTIONS; i++) {
		struct wire_option *o = &policy.option[i];

		memset(o->key, 'k', sizeof o->key - 1);
		memset(o->value, 'v', sizeof o->value - 1);
		memset(o->source, 's', sizeof o->source - 1);
	}
	explain.link_count = WIRE_LINKS;
	for (size_t i = 0; i < WIRE_LINKS; i++) {
		struct wire_link *l = &explain.link[i];

		memset(l->fact, 'k', sizeof l->fact - 1);
		memset(l->value, 'v', sizeof l->value - 1);
		memset(l->source, 's', sizeof l->source - 1);
	}
	writer_init(&w, bytes, sizeof bytes - 3);
	put_enroll_reply(&w, &enroll);
	cr_expect_eq(w.error, OK);
	writer_init(&w, bytes, sizeof bytes - 3);
	put_draft_reply(&w, &draft);
	cr_expect_eq(w.error, OK);
	writer_init(&w, bytes, sizeof bytes - 3);
	put_policy_reply(&w, &policy);
	cr_expect_eq(w.error, OK);
	writer_init(&w, bytes, sizeof bytes - 3);
	put_explain_reply(&w, &explain);
	cr_expect_eq(w.error, OK);
}

Test(wire_message, a_count_or_length_beyond_the_struct_is_refused)
{
	struct wire_list_reply list;
	struct wire_code_request code;
	struct writer w;
	struct reader r;

	writer_init(&w, bytes, sizeof bytes);
	write_u32(&w, 0);
	write_u16(&w, WIRE_PAGE + 1);
	reader_init(&r, bytes, w.used);
	get_list_reply(&r, &list);
	cr_expect_eq(r.error, ERR_LONG);
	cr_expect_eq(list.user_count, 0);

	writer_init(&w, bytes, sizeof bytes);
	write_u16(&w, CODE_TEXT_MAX);
	memset(bytes + w.used, '1', CODE_TEXT_MAX);
	reader_init(&r, bytes, w.used + CODE_TEXT_MAX);
	get_code_request(&r, &code);
	cr_expect_eq(r.error, ERR_LONG);
	cr_expect_str_eq(code.code, "");
}

Test(wire_message, a_nul_within_a_text_is_refused)
{
	struct wire_code_request code;
	struct writer w;
	struct reader r;

	writer_init(&w, bytes, sizeof bytes);
	write_blob(&w, "123\000456", 7);
	reader_init(&r, bytes, w.used);
	get_code_request(&r, &code);
	cr_expect_eq(r.error, ERR_FORMAT);
}

Test(wire_message, a_request_s_header_is_judged_before_its_message)
{
	static const struct {
		uint8_t header[2];
		size_t size;
		enum status want;
	} rows[] = {
	    {{WIRE_VERSION, VERB_login}, 2, STATUS_OK},
	    {{WIRE_VERSION, VERB_COUNT - 1}, 2, STATUS_OK},
	    {{WIRE_VERSION, VERB_COUNT}, 2, STATUS_UNKNOWN_VERB},
	    {{WIRE_VERSION, VERB_NONE}, 2, STATUS_UNKNOWN_VERB},
	    {{WIRE_VERSION + 1, VERB_login}, 2, STATUS_VERSION},
	    {{0, VERB_login}, 2, STATUS_VERSION},
	    {{WIRE_VERSION, VERB_login}, 1, STATUS_MALFORMED},
	    {{WIRE_VERSION, VERB_login}, 0, STATUS_MALFORMED},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct reader r;
		enum verb verb = VERB_login;

		reader_init(&r, rows[i].header, rows[i].size);
		cr_expect_eq(
		    get_request_header(&r, &verb), rows[i].want, "row %zu", i);
		if (rows[i].want != STATUS_OK)
			cr_expect_eq(verb, VERB_NONE, "row %zu", i);
	}
}

Test(wire_message, a_reply_must_answer_the_verb_that_was_asked)
{
	static const struct {
		uint8_t header[3];
		size_t size;
		enum error want;
	} rows[] = {
	    {{WIRE_VERSION, VERB_code, STATUS_OK}, 3, OK},
	    {{WIRE_VERSION, VERB_code, STATUS_NO_CHALLENGE}, 3, OK},
	    {{WIRE_VERSION, VERB_login, STATUS_OK}, 3, ERR_FORMAT},
	    {{WIRE_VERSION, VERB_NONE, STATUS_VERSION}, 3, OK},
	    {{WIRE_VERSION, VERB_NONE, STATUS_OK}, 3, ERR_FORMAT},
	    {{WIRE_VERSION, VERB_code, STATUS_COUNT}, 3, ERR_FORMAT},
	    {{WIRE_VERSION + 1, VERB_code, STATUS_OK}, 3, ERR_VERSION},
	    {{WIRE_VERSION, VERB_code, STATUS_OK}, 2, ERR_SHORT},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct reader r;
		enum status status = STATUS_OK;

		reader_init(&r, rows[i].header, rows[i].size);
		cr_expect_eq(get_reply_header(&r, VERB_code, &status),
		    rows[i].want, "row %zu", i);
		if (rows[i].want != OK)
			cr_expect_eq(status, STATUS_REFUSED, "row %zu", i);
	}
}

Test(wire_message, zero_denies_in_everything_that_crosses)
{
	cr_expect_eq(VERDICT_DENY, 0);
	cr_expect_eq(REASON_UNDECIDED, 0);
	cr_expect_eq(STATUS_REFUSED, 0);
	cr_expect_eq(VERB_NONE, 0);
	cr_expect_eq(KIND_UNKNOWN, 0);
}

Test(wire_message, every_number_has_its_word)
{
	for (int i = 0; i < STATUS_COUNT; i++)
		cr_expect_str_neq(status_word((enum status)i), "unknown");
	for (int i = 0; i < VERB_COUNT; i++)
		cr_expect_str_neq(verb_word((enum verb)i), "unknown");
	cr_expect_str_eq(status_word(STATUS_COUNT), "unknown");
	cr_expect_str_eq(verb_word(VERB_COUNT), "unknown");
	cr_expect_str_eq(kind_word(KIND_COUNT), "unknown");
	cr_expect_str_eq(kind_word(KIND_SFTP), "sftp");
}
