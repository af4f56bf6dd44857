/* What the gate takes from where. */
#include "doors/gate/facts.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct facts facts;

static enum error
gather(void)
{
	facts_free(&facts);
	return facts_gather(&facts);
}

static void
stop(void)
{
	facts_free(&facts);
}

TestSuite(doors_gate_facts, .fini = stop);

Test(doors_gate_facts, asks_the_user_database_and_not_the_environment)
{
	cr_assert_eq(setenv("HOME", "/evil", 1), 0);
	cr_assert_eq(setenv("USER", "evil", 1), 0);
	cr_assert_eq(setenv("LOGNAME", "evil", 1), 0);
	cr_assert_eq(setenv("SHELL", "/evil", 1), 0);
	cr_assert_eq(gather(), OK);
	cr_expect_eq(facts.user.uid, getuid());
	cr_expect_null(strstr(facts.user.home, "evil"));
	cr_expect_null(strstr(facts.user.name, "evil"));
	cr_expect_null(strstr(facts.user.shell, "evil"));
}

Test(doors_gate_facts, tells_no_command_from_an_empty_one)
{
	cr_assert_eq(unsetenv("SSH_ORIGINAL_COMMAND"), 0);
	cr_assert_eq(gather(), OK);
	cr_expect_null(facts.command);
	cr_expect_eq(facts.kind, KIND_SHELL);
	cr_assert_eq(setenv("SSH_ORIGINAL_COMMAND", "", 1), 0);
	cr_assert_eq(gather(), OK);
	cr_expect_str_eq(facts.command, "");
	cr_expect_eq(facts.kind, KIND_COMMAND);
}

Test(doors_gate_facts, takes_the_address_or_none)
{
	static const struct {
		const char *connection, *address;
	} cases[] = {
	    {"192.0.2.1 51000 192.0.2.9 22", "192.0.2.1"},
	    {"2001:db8::1 51000 2001:db8::9 22", "2001:db8::1"},
	    {"fe80::1%eth0 1 fe80::2%eth0 22", "fe80::1%eth0"},
	    {"UNKNOWN 65535 UNKNOWN 65535", "UNKNOWN"},
	    {"", ""},
	    {" ", ""},
	    {"123456789.123456789.123456789.123456789.123456789.123456789.1234",
		""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_assert_eq(
		    setenv("SSH_CONNECTION", cases[i].connection, 1), 0);
		cr_assert_eq(gather(), OK);
		cr_expect_str_eq(facts.address, cases[i].address);
	}
	cr_assert_eq(unsetenv("SSH_CONNECTION"), 0);
	cr_assert_eq(gather(), OK);
	cr_expect_str_eq(facts.address, "");
}

Test(doors_gate_facts, take_a_missing_list_of_methods_for_none)
{
	cr_assert_eq(unsetenv("SSH_USER_AUTH"), 0);
	cr_assert_eq(gather(), OK);
	cr_expect_not(facts.login.believed);
	cr_expect_str_eq(facts.login.methods, "");
	cr_assert_eq(setenv("SSH_USER_AUTH", "/etc/passwd", 1), 0);
	cr_assert_eq(gather(), OK);
	cr_expect_not(facts.login.believed);
}

Test(doors_gate_facts, tells_who_sits_before_a_shell)
{
	facts = (struct facts){.terminal = -1, .kind = KIND_SHELL};
	cr_expect_not(facts_interactive(&facts));
	facts.terminal = 99;
	cr_expect(facts_interactive(&facts));
	facts.kind = KIND_COMMAND;
	cr_expect_not(facts_interactive(&facts));
	facts.terminal = -1;
}

/* Only root can become somebody whom the user database does not know. */
Test(doors_gate_facts, refuses_somebody_who_is_not_in_the_user_database)
{
	int status;
	pid_t child;

	if (getuid() != 0)
		cr_skip_test("needs root");
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(setresuid(54321, 54321, 54321) == 0 &&
			    facts_gather(&facts) == ERR_ABSENT
			? 0
			: 1);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
}

Test(doors_gate_facts, refuses_to_be_set_uid)
{
	int status;
	pid_t child;

	if (getuid() != 0)
		cr_skip_test("needs root");
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(seteuid(54321) == 0 && facts_gather(&facts) == ERR_UNSAFE
			? 0
			: 1);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
}
