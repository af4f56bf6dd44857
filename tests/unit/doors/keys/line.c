/* What sshd reads. */
#include "doors/keys/line.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char line[KEY_LINE_MAX];
static struct wire_emit_reply key;

static enum error
write_line(const char *type, const char *source, int64_t expires)
{
	(void)snprintf(key.type, sizeof key.type, "%s", type);
	(void)snprintf(key.source, sizeof key.source, "%s", source);
	memcpy(key.key, "foobar", 6);
	key.key_size = 6;
	key.expires = expires;
	return key_line_write(line, sizeof line, &key);
}

Test(doors_keys_line, has_the_time_the_address_and_the_key)
{
	cr_assert_eq(write_line("ssh-ed25519", "192.0.2.7", 1700000010), OK);
	cr_expect_str_eq(line,
	    "expiry-time=\"20231114221330Z\",from=\"192.0.2.7\" "
	    "ssh-ed25519 Zm9vYmFy\n");
}

Test(doors_keys_line, has_no_address_where_the_key_is_bound_to_none)
{
	cr_assert_eq(write_line("sk-ssh-ed25519@openssh.com", "", 0), OK);
	cr_expect_str_eq(line,
	    "expiry-time=\"19700101000000Z\" sk-ssh-ed25519@openssh.com "
	    "Zm9vYmFy\n");
}

Test(doors_keys_line, is_one_line_with_one_key_or_none)
{
	cr_expect_eq(write_line("", "", 1), ERR_FORMAT);
	cr_expect_eq(write_line("ssh-rsa AAAA\nssh-rsa", "", 1), ERR_FORMAT);
	cr_expect_eq(write_line("ssh-rsa", "1.2.3.4\" x", 1), ERR_FORMAT);
	cr_expect_eq(write_line("ssh-rsa", "1.2.3.4\n", 1), ERR_FORMAT);
	cr_expect_str_eq(line, "");
	cr_expect_eq(write_line("ssh-rsa", "", -1), ERR_RANGE);
	cr_expect_eq(write_line("ssh-rsa", "", INT64_MAX), ERR_RANGE);
	cr_expect_eq(write_line("ssh-rsa", "", INT64_C(253402300800)),
	    ERR_RANGE, "the year 10000");
	cr_expect_eq(write_line("ssh-rsa", "", INT64_C(253402300799)), OK);
}

Test(doors_keys_line, fits_the_longest_key)
{
	memset(&key, 0, sizeof key);
	memset(key.type, 'a', sizeof key.type - 1);
	memset(key.source, '1', sizeof key.source - 1);
	key.key_size = sizeof key.key;
	cr_expect_eq(key_line_write(line, sizeof line, &key), OK);
}
