#include <criterion/criterion.h>
#include <stdio.h>
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

TestSuite(daemon_answer_policy, .init = open_default, .fini = close_all);

static enum status
draft(const char *key, const char *value, struct wire_draft_reply *a)
{
	struct wire_draft_request q;

	memset(&q, 0, sizeof q);
	(void)snprintf(q.key, sizeof q.key, "%s", key);
	(void)snprintf(q.value, sizeof q.value, "%s", value);
	rig_connect(&f, 0);
	return send_draft(&f, &q, a);
}

Test(daemon_answer_policy, what_was_drafted_and_written_is_in_force_and_named)
{
	struct wire_empty_request q = {0};
	static struct wire_draft_reply a;
	struct wire_reload_request again = {0};
	struct wire_reload_reply reload;
	struct wire_policy_reply shown;
	size_t row = (size_t)(option_find("window") - option_table);

	cr_assert_eq(draft("window", "3", &a), STATUS_OK);
	rig_write(f.own, a.text);
	cr_assert_eq(send_reload(&f, &again, &reload), STATUS_OK);
	cr_expect_str_eq(reload.complaint, "");
	cr_assert_eq(send_policy(&f, &q, &shown), STATUS_OK);
	cr_expect_eq(shown.option_count, option_count);
	cr_expect_str_eq(shown.option[row].value, "3");
	cr_expect_not_null(
	    strstr(shown.option[row].source, "90-otpgate.conf:2"));
}

Test(daemon_answer_policy, the_bound_of_the_settings_is_told)
{
	struct wire_empty_request q = {0};
	struct wire_policy_reply shown;

	rig_connect(&f, 0);
	cr_assert_eq(send_policy(&f, &q, &shown), STATUS_OK);
	cr_expect_not_null(
	    strstr(shown.bound, "at most 0.99 times in 10,000 a day and 3.00"),
	    "%s", shown.bound);
	cr_expect_not_null(
	    strstr(shown.bound, "guesses a second at recovery codes"), "%s",
	    shown.bound);
}
