/* How an sshd was started, from its title. */
#include "doors/cli/doctor/listeners.h"

#include <criterion/criterion.h>

#define BEHIND " [listener] 0 of 10-100 startups"

static struct listener l;

Test(listeners, the_machine_s_own)
{
	cr_assert(listener_read(&l, "sshd: /usr/sbin/sshd -D" BEHIND));
	cr_expect(l.legible);
	cr_expect_str_eq(l.name, "sshd");
	cr_expect_eq(l.count, 0);
	cr_expect_str_eq(listener_file(&l, "standard"), "standard");
}

Test(listeners, one_with_its_own_file)
{
	cr_assert(listener_read(&l,
	    "sshd2: /usr/sbin/sshd2 -f /etc/two -p2222 -De -o "
	    "UsePAM=no" BEHIND));
	cr_expect(l.legible);
	cr_expect_str_eq(l.name, "sshd2");
	cr_expect_eq(l.count, 5);
	cr_expect_str_eq(listener_word(&l, 2), "-p2222");
	cr_expect_str_eq(listener_word(&l, 4), "UsePAM=no");
	cr_expect_str_eq(listener_file(&l, "standard"), "/etc/two");
	cr_assert(listener_read(&l, "sshd: sshd -f/etc/one" BEHIND));
	cr_expect_str_eq(listener_file(&l, "standard"), "/etc/one");
}

/* Words that were joined, or cut, cannot be told from others. */
Test(listeners, what_cannot_be_told)
{
	static const char *const titles[] = {
	    "sshd: /usr/sbin/sshd -o Banner none" BEHIND,
	    "sshd: /usr/sbin/sshd -f etc/one" BEHIND,
	    "sshd: /usr/sbin/sshd -f" BEHIND,
	    "sshd: /usr/sbin/sshd -o -f" BEHIND,
	    "sshd: /usr/sbin/sshd -o Banner -D" BEHIND,
	    "sshd: /usr/sbin/sshd -R" BEHIND,
	    "sshd: /usr/sbin/sshd -x" BEHIND,
	    "sshd: /usr/sbin/sshd more" BEHIND,
	    "sshd: /usr/sbin/sshd -C user=a" BEHIND,
	    "sshd: /usr/sbin/sshd -f /etc/on",
	    "sshd: " BEHIND,
	};

	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		cr_expect(listener_read(&l, titles[i]), "%s", titles[i]);
		cr_expect(!l.legible, "%s", titles[i]);
	}
}

Test(listeners, sessions_are_none)
{
	cr_expect(!listener_read(&l, "sshd: alice [priv]"));
	cr_expect(!listener_read(&l, "sshd: alice@pts/0"));
	cr_expect(!listener_read(&l, "sshd: [accepted]"));
	cr_expect(!listener_read(&l, "bash"));
	cr_expect(!listener_read(&l, ""));
}
