/*
 * A store or a seal key that cannot be trusted: never does it mean that nobody
 * has a secret.  What was there is there again when it is put back.
 */
#include <criterion/criterion.h>

#include "machine.h"
#include "run.h"
#include "world.h"

TestSuite(store, .init = world_restore, .timeout = 120);
TestSuite(seal_key, .init = world_restore, .timeout = 120);

#define DB MACHINE_STORE
#define KEY MACHINE_SEAL_KEY

/* Runs line while otpgated is stopped, and mends it at the end. */
static void
expect_shut(const char *line, const char *complaint)
{
	struct pair p = pair_new();
	long from = machine_log_mark();
	struct result r;

	machine_daemon_stop("TERM");
	world_break("rm -rf /run/testbed/good; mkdir /run/testbed/good; "
		    "cp -a /var/lib/otpgate /run/testbed/good/var; "
		    "cp -a " KEY " /run/testbed/good/key");
	world_break(line);
	machine_daemon_start(COMMAND("env"));
	pair_expect_shut(&p, "the store of second factors cannot be read");
	machine_log_await(from, "event=store-refused", complaint);
	r = run(COMMAND("otpgate", "status"));
	cr_assert(text_has(r.out->bytes, complaint) ||
		text_has(r.err->bytes, complaint),
	    "%s%s", r.out->bytes, r.err->bytes);
	cr_assert_eq(run(COMMAND("otpgate", "users")).status, 1);
	world_break_stopped("rm -rf /var/lib/otpgate " KEY "*; "
			    "cp -a /run/testbed/good/var /var/lib/otpgate; "
			    "cp -a /run/testbed/good/key " KEY);
	pair_expect_served(&p);
}

/* Python knows SQLite; the write-ahead log is folded in when it closes. */
#define SQL(text)                                                              \
	"/usr/bin/python3 -c \"import sqlite3; "                               \
	"c = sqlite3.connect('" DB "'); c.execute('" text "'); c.commit()\"; " \
	"chown otpgate " DB

/* Another machine's store and key, beside ours. */
#define OTHER                                             \
	"mv /var/lib/otpgate /run/testbed/aside; mv " KEY \
	" /run/testbed/aside.key; otpgate init; "

#define BAD_STORE(name, line, complaint)      \
	Test(store, name)                     \
	{                                     \
		expect_shut(line, complaint); \
	}

BAD_STORE(missing, "rm " DB "*", "is not there")
BAD_STORE(empty, "rm -f " DB "-*; : >" DB, "is damaged")
BAD_STORE(not_a_database, "rm -f " DB "-*; seq 10000 >" DB, "is damaged")
BAD_STORE(truncated, "rm -f " DB "-*; truncate -s 5000 " DB, "is damaged")
BAD_STORE(
    cut_in_its_first_page, "rm -f " DB "-*; truncate -s 50 " DB, "is damaged")
BAD_STORE(damaged_in_the_middle,
    "dd if=/dev/urandom of=" DB " bs=512 seek=8 count=8 conv=notrunc", "")
BAD_STORE(of_another_id_than_the_keys,
    "rm -rf /run/testbed/aside*; " OTHER "rm " KEY
    "; mv /run/testbed/aside.key " KEY,
    "does not belong to the seal key")
BAD_STORE(of_another_version, SQL("PRAGMA user_version = 99"),
    "was made by another version of otpgate")
BAD_STORE(owned_by_somebody_else, "chown root " DB, "not safe")
BAD_STORE(readable_by_others, "chmod 0644 " DB, "not safe")
BAD_STORE(a_symbolic_link, "mv " DB " /var/lib/otpgate/real; ln -s real " DB,
    "not safe")
BAD_STORE(with_a_second_name, "ln " DB " /var/lib/otpgate/second",
    "has a second name")
BAD_STORE(a_directory, "rm " DB "*; mkdir " DB, "not safe")
BAD_STORE(
    a_fifo, "rm " DB "*; mkfifo -m 0600 " DB "; chown otpgate " DB, "not safe")
BAD_STORE(a_database_of_something_else,
    "rm " DB "*; " SQL("CREATE TABLE user (uid)") "; chmod 0600 " DB, "")

#define BAD_KEY(name, line, complaint)        \
	Test(seal_key, name)                  \
	{                                     \
		expect_shut(line, complaint); \
	}

BAD_KEY(missing, "rm " KEY, "is not there")
BAD_KEY(of_another_store,
    "rm -rf /run/testbed/aside*; " OTHER
    "rm -rf /var/lib/otpgate; mv /run/testbed/aside /var/lib/otpgate",
    "does not belong to the seal key")
BAD_KEY(empty, ": >" KEY, "is damaged")
BAD_KEY(garbage, "seq 100 >" KEY, "is damaged")
BAD_KEY(with_a_byte_changed, "sed -i 'y/abcdef0123/bcdefa1230/' " KEY, "")
BAD_KEY(readable_by_others, "chmod 0644 " KEY, "not safe")
BAD_KEY(owned_by_somebody_else, "chown nobody " KEY, "not safe")
BAD_KEY(a_symbolic_link, "mv " KEY " " KEY ".real; ln -s " KEY ".real " KEY,
    "not safe")

/* ---- one record ---- */

TestSuite(record, .init = world_restore, .timeout = 120);

/* Changes one byte of a column of u's row. */
static void
damage(const struct user *u, const char *column)
{
	machine_put(MACHINE_RUN "/damage.py",
	    text_format("import sqlite3\n"
			"c = sqlite3.connect('" DB "')\n"
			"q = 'SELECT %s FROM user WHERE uid = %u'\n"
			"b = bytearray(c.execute(q).fetchone()[0])\n"
			"b[len(b) // 2] ^= 1\n"
			"c.execute('UPDATE user SET %s = ? WHERE uid = %u',"
			" (bytes(b),))\n"
			"c.commit()\n",
		column, u->uid, column, u->uid),
	    0600);
	world_break_stopped("/usr/bin/python3 /run/testbed/damage.py; "
			    "chown otpgate " DB);
}

static void
expect_record_shut(const char *column)
{
	struct pair p = pair_new();
	struct user other = user_enrolled();
	const char *code;
	struct channel c;

	damage(&p.enrolled, column);
	c = ATTEMPT(.user = &p.enrolled, .what = IN);
	expect_refused(&c, "your second factor cannot be read");
	cr_assert_eq(channel_prompts(&c), 0);
	c = ATTEMPT(.user = &p.enrolled, .how = BY_KEY, .what = IN);
	expect_in(&c);
	code = user_code(&other);
	c = ATTEMPT(.user = &other, .what = IN, .answers = {code});
	expect_in(&c);
	cr_assert(
	    text_has(run_fine(COMMAND("otpgate", "users")), p.enrolled.name));
	/* An administrator ends it, and it can be set up again. */
	run_fine(COMMAND("otpgate", "clear", p.enrolled.name, "--yes"));
	user_enroll(&p.enrolled);
	pair_expect_served(&p);
}

Test(record, that_does_not_decrypt)
{
	expect_record_shut("devices");
}

Test(record, whose_recovery_codes_were_edited)
{
	expect_record_shut("recovery");
}

/* Runs lines of Python on the database c, while otpgated is stopped. */
static void
edit(const char *lines)
{
	machine_put(MACHINE_RUN "/edit.py",
	    text_format("import sqlite3, struct\n"
			"c = sqlite3.connect('" DB "')\n"
			"%s"
			"c.commit()\n",
		lines),
	    0600);
	world_break_stopped("/usr/bin/python3 /run/testbed/edit.py; "
			    "chown otpgate " DB);
}

static void
expect_unreadable(const struct user *u)
{
	struct channel c = ATTEMPT(.user = u, .what = IN);

	expect_refused(&c, "your second factor cannot be read");
	cr_assert_eq(channel_prompts(&c), 0);
}

/* Else the code that was given would open once more. */
Test(record, whose_last_step_was_lowered)
{
	struct user u = user_enrolled();
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .what = IN, .answers = {code});

	expect_in(&c);
	edit(text_format(
	    "step = struct.pack('>Q', %lld)\n"
	    "less = struct.pack('>Q', %lld)\n"
	    "for name, key in ('user', 'uid'), ('journal', 'seq'):\n"
	    "    q = 'SELECT %%s, tally FROM %%s WHERE uid = %u' %% (key, "
	    "name)\n"
	    "    for i, t in c.execute(q).fetchall():\n"
	    "        q = 'UPDATE %%s SET tally = ? WHERE %%s = ?' %% (name, "
	    "key)\n"
	    "        if t and step in t:\n"
	    "            c.execute(q, (t.replace(step, less), i))\n",
	    (long long)(u.phone.next - 1), (long long)(u.phone.next - 2),
	    u.uid));
	expect_unreadable(&u);
}

/* Spent codes with hashes that are another user's, or none's. */
Test(record, with_the_recovery_codes_of_another_user)
{
	struct user u = user_enrolled(), other = user_enrolled();

	edit(text_format(
	    "c.execute('UPDATE user SET recovery = (SELECT recovery "
	    "FROM user WHERE uid = %u) WHERE uid = %u')\n",
	    other.uid, u.uid));
	expect_unreadable(&u);
}

/* Sealed for one user, it is worth nothing to another. */
Test(record, moved_to_another_user)
{
	struct user u = user_enrolled(), other = user_enrolled();

	edit(text_format("c.execute('UPDATE user SET devices = (SELECT devices "
			 "FROM user WHERE uid = %u) WHERE uid = %u')\n",
	    other.uid, u.uid));
	expect_unreadable(&u);
}

/* Neither its bytes nor its letters, in no file of the store. */
Test(record, holds_no_secret_that_can_be_read)
{
	struct user u = user_enrolled();

	machine_put(MACHINE_RUN "/search.py",
	    text_format("import base64, glob\n"
			"text = b'%s'\n"
			"for name in glob.glob('/var/lib/otpgate/*'):\n"
			"    data = open(name, 'rb').read()\n"
			"    assert text not in data, name\n"
			"    assert base64.b32decode(text) not in data, name\n",
		u.phone.secret),
	    0600);
	run_fine(COMMAND("/usr/bin/python3", MACHINE_RUN "/search.py"));
}
