#include <criterion/criterion.h>
#include <string.h>

#include "daemon/options.h"

Test(daemon_options, every_default_parses_and_is_what_is_written)
{
	struct policy p;
	char value[OPTION_VALUE_MAX];

	option_defaults(&p);
	for (size_t i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		cr_expect_eq(
		    option_parse(o, o->standard, &p), OK, "%s", o->key);
		option_write(o, &p, value);
		cr_expect_str_eq(value, o->standard, "%s", o->key);
	}
}

Test(daemon_options, defaults_are_the_documented_ones)
{
	struct policy p;

	option_defaults(&p);
	cr_expect_not(p.enabled);
	cr_expect_not(p.ssh);
	cr_expect_eq(p.mode, POLICY_OPTIONAL);
	cr_expect_eq(p.setup, SETUP_LOGIN);
	cr_expect_eq(p.window, 1);
	cr_expect_eq(p.lookahead, 1);
	cr_expect_eq(p.digits, 6);
	cr_expect_eq(p.period, 30);
	cr_expect_eq(p.algorithm, ALGORITHM_SHA1);
	cr_expect_eq(p.deadline, 60);
	cr_expect_str_eq(p.passwordless, "publickey");
	cr_expect_str_eq(p.challenge_methods, "");
	cr_expect_str_eq(p.exempt_groups, "");
	cr_expect_str_eq(p.exempt_networks, "");
	cr_expect_str_eq(p.admin_groups, "sudo,wheel,root");
}

Test(daemon_options, values_outside_are_refused_and_change_nothing)
{
	static const struct {
		const char *key, *value;
		enum error want;
	} rows[] = {
	    {"enabled", "yes", ERR_FORMAT},
	    {"enabled", "", ERR_FORMAT},
	    {"enabled", "TRUE", ERR_FORMAT},
	    {"policy", "Required", ERR_RANGE},
	    {"policy", "", ERR_RANGE},
	    {"policy", "required optional", ERR_RANGE},
	    {"setup", "Ticket", ERR_RANGE},
	    {"setup", "", ERR_RANGE},
	    {"window", "11", ERR_RANGE},
	    {"window", "-1", ERR_FORMAT},
	    {"window", "1 ", ERR_FORMAT},
	    {"window", "01", ERR_FORMAT},
	    {"window", "", ERR_FORMAT},
	    {"lookahead", "2", ERR_RANGE},
	    {"digits", "5", ERR_RANGE},
	    {"digits", "9", ERR_RANGE},
	    {"period", "45", ERR_RANGE},
	    {"period", "29", ERR_RANGE},
	    {"period", "61", ERR_RANGE},
	    {"algorithm", "md5", ERR_RANGE},
	    {"issuer", "a:b", ERR_FORMAT},
	    {"issuer", "a\"b", ERR_FORMAT},
	    {"issuer", "a\nb", ERR_FORMAT},
	    {"issuer", "12345678901234567890123456789012345678901", ERR_RANGE},
	    {"deadline", "9", ERR_RANGE},
	    {"deadline", "601", ERR_RANGE},
	    {"challenge_methods", "publickey,", ERR_FORMAT},
	    {"challenge_methods", ",publickey", ERR_FORMAT},
	    {"challenge_methods", "key", ERR_RANGE},
	    {"passwordless", "gssapi-", ERR_RANGE},
	    {"exempt_groups", "!staff", ERR_FORMAT},
	    {"exempt_groups", "staff,", ERR_FORMAT},
	    {"exempt_networks", "10.0.0.1/8", ERR_FORMAT},
	    {"exempt_networks", "staff", ERR_FORMAT},
	    {"admin_groups", "sudo,!wheel", ERR_FORMAT},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct option *o = option_find(rows[i].key);
		struct policy p, before;

		option_defaults(&p);
		before = p;
		cr_expect_eq(option_parse(o, rows[i].value, &p), rows[i].want,
		    "%s = %s", rows[i].key, rows[i].value);
		cr_expect_eq(memcmp(&p, &before, sizeof p), 0, "%s = %s",
		    rows[i].key, rows[i].value);
	}
}

Test(daemon_options, the_edges_of_a_range_are_inside)
{
	static const struct {
		const char *key, *value;
	} rows[] = {
	    {"window", "0"},
	    {"window", "10"},
	    {"lookahead", "0"},
	    {"digits", "8"},
	    {"period", "60"},
	    {"algorithm", "sha512"},
	    {"issuer", "1234567890123456789012345678901234567890"},
	    {"deadline", "10"},
	    {"deadline", "600"},
	    {"challenge_methods", "publickey,hostbased"},
	    {"passwordless", ""},
	    {"passwordless", "publickey,hostbased,gssapi-with-mic"},
	    {"exempt_groups", "staff,!domain users"},
	    {"exempt_networks", "10.0.0.0/8,!10.1.0.0/16,::1"},
	    {"admin_groups", ""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy p;

		option_defaults(&p);
		cr_expect_eq(
		    option_parse(option_find(rows[i].key), rows[i].value, &p),
		    OK, "%s = %s", rows[i].key, rows[i].value);
	}
}

Test(daemon_options, an_unknown_key_has_no_row)
{
	cr_expect_null(option_find("enable"));
	cr_expect_null(option_find(""));
}

Test(daemon_options, settings_are_written_as_libconfig_reads_them)
{
	char out[OPTION_VALUE_MAX];

	cr_expect_eq(
	    option_setting(option_find("window"), "3", out, sizeof out), OK);
	cr_expect_str_eq(out, "window = 3;");
	cr_expect_eq(
	    option_setting(option_find("policy"), "required", out, sizeof out),
	    OK);
	cr_expect_str_eq(out, "policy = \"required\";");
	cr_expect_eq(option_setting(option_find("challenge_methods"),
			 "publickey,hostbased", out, sizeof out),
	    OK);
	cr_expect_str_eq(
	    out, "challenge_methods = ( \"publickey\", \"hostbased\" );");
	cr_expect_eq(option_setting(option_find("challenge_methods"),
			 "publickey,hostbased", out, 30),
	    ERR_LONG);
}
