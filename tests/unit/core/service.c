#include "core/service.h"

#include <criterion/criterion.h>

Test(core_service, a_list_says_of_each_name_on_or_off)
{
	static const char list[] = "cockpit,!sudo,login";

	cr_expect_eq(list_of_services(list), LIST_GOOD);
	cr_expect_eq(service_state(list, "cockpit"), SERVICE_ON);
	cr_expect_eq(service_state(list, "sudo"), SERVICE_OFF);
	cr_expect_eq(service_state(list, "login"), SERVICE_ON);
}

Test(core_service, what_is_not_named_is_neither)
{
	cr_expect_eq(list_of_services(""), LIST_GOOD);
	cr_expect_eq(service_state("", "sudo"), SERVICE_UNNAMED);
	cr_expect_eq(service_state("sudo", "sud"), SERVICE_UNNAMED);
	cr_expect_eq(service_state("sudo", "sudo-i"), SERVICE_UNNAMED);
	cr_expect_eq(service_state("sudo", ""), SERVICE_UNNAMED);
}

Test(core_service, what_is_named_twice_is_on)
{
	cr_expect_eq(service_state("sudo,!sudo", "sudo"), SERVICE_ON);
	cr_expect_eq(service_state("!sudo,sudo", "sudo"), SERVICE_ON);
}

/* Half a list must not switch off what the other half may have said. */
Test(core_service, a_malformed_list_switches_nothing_off)
{
	cr_expect_eq(service_state("!sudo,", "sudo"), SERVICE_UNNAMED);
	cr_expect_eq(service_state("!sudo,,login", "sudo"), SERVICE_UNNAMED);
}

Test(core_service, ssh_has_a_switch_of_its_own)
{
	cr_expect_eq(list_of_services("ssh"), LIST_MALFORMED);
	cr_expect_eq(list_of_services("sudo,!sshd"), LIST_MALFORMED);
	cr_expect_eq(list_of_services("sshfs"), LIST_GOOD);
}

Test(core_service, names_are_those_of_files_of_pam)
{
	static const char *const bad[] = {"!", ",", "sudo,", "Sudo", "su do",
	    "../sudo", "!!sudo", "a\"b", "login,,sudo"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(
		    list_of_services(bad[i]), LIST_MALFORMED, "%s", bad[i]);
	cr_expect_eq(list_of_services("systemd-user,xrdp-sesman"), LIST_GOOD);
}

Test(core_service, of_a_list_there_are_at_most_so_many)
{
	char list[POLICY_GROUPS_MAX * 2 + 3] = "a";

	for (size_t i = 1; i < POLICY_GROUPS_MAX; i++) {
		list[i * 2 - 1] = ',';
		list[i * 2] = 'a';
	}
	cr_expect_eq(list_of_services(list), LIST_GOOD);
	list[POLICY_GROUPS_MAX * 2 - 1] = ',';
	list[POLICY_GROUPS_MAX * 2] = 'a';
	cr_expect_eq(list_of_services(list), LIST_TOO_MANY);
}
