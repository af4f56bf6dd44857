/*
 * Restricted keys stay restricted: what sshd's ForceCommand would silently
 * replace, the gate looks up and obeys.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "login.h"
#include "machine.h"
#include "run.h"
#include "sshd.h"

TestSuite(keys, .timeout = 120);

#define ONLY "command=\"echo only; echo \\\"asked: $SSH_ORIGINAL_COMMAND\\\"\" "

/* A user whose key stands behind these options. */
static struct user
user_with_key(const char *options)
{
	struct user u = user_enrolled();

	user_add_key(&u, options);
	return u;
}

/* The same login through a plain sshd and the guarded one. */
static void
expect_same(const struct user *u, struct attempt a)
{
	struct channel plain, gated;

	a.user = u;
	a.how = BY_KEY;
	a.port = sshd_start(SSHD_DEBIAN);
	plain = attempt(&a);
	a.port = SSHD_GUARDED;
	gated = attempt(&a);
	cr_assert_str_eq(gated.out->bytes, plain.out->bytes);
	cr_assert_str_eq(gated.err->bytes, plain.err->bytes);
	cr_assert_eq(gated.status, plain.status);
}

static void
expect_refused_key(const struct user *u, int port)
{
	struct channel c =
	    ATTEMPT(.user = u, .how = BY_KEY, .port = port, .what = IN);

	expect_refused(&c, "key");
}

/* ---- authorized_keys ---- */

Test(keys, a_key_without_options_runs_what_is_asked)
{
	struct user u = user_with_key("");

	expect_same(&u, (struct attempt){.what = "echo in; exit 3"});
}

Test(keys, the_environment_is_that_of_a_plain_login_by_key)
{
	struct user u = user_with_key("");

	expect_same(&u,
	    (struct attempt){.what = "unset SSH_CLIENT SSH_CONNECTION; env"});
}

Test(keys, a_command_of_the_key_runs_in_place_of_what_is_asked)
{
	struct user u = user_with_key(ONLY);

	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, a_command_of_the_key_runs_in_place_of_a_shell)
{
	struct user u = user_with_key(ONLY);

	expect_same(
	    &u, (struct attempt){.want = WANT_SHELL, .input = "echo shell\n"});
}

/* The same where the drop-in names no list: there it would be a full shell. */
Test(keys, it_is_the_names_of_the_lists_that_keep_a_key_bound)
{
	struct user u = user_with_key(ONLY);
	int port = sshd_start(
	    sshd_gate_changed(COMMAND(" --keys=.ssh/authorized_keys2", "",
		" --keys=.ssh/authorized_keys", " --unlisted-keys=shell")));
	struct channel c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port,
	    .want = WANT_SHELL, .input = "echo un''bound\n");

	cr_assert_str_eq(c.out->bytes, "unbound\n", "%s", c.err->bytes);
	c = ATTEMPT(.user = &u, .how = BY_KEY, .want = WANT_SHELL,
	    .input = "echo un''bound\n");
	cr_assert_str_eq(c.out->bytes, "only\nasked: \n", "%s", c.err->bytes);
}

Test(keys, a_command_of_the_key_runs_in_place_of_sftp)
{
	struct user u = user_with_key(ONLY);

	expect_same(
	    &u, (struct attempt){.want = WANT_SUBSYSTEM, .what = "sftp"});
}

Test(keys, a_command_behind_other_options_counts)
{
	struct user u = user_with_key("restrict,no-pty," ONLY);

	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, a_command_in_capital_letters_counts)
{
	struct user u = user_with_key("COMMAND=\"echo only\" ");

	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, quotes_in_the_command_of_a_key_are_read_as_sshd_does)
{
	struct user u =
	    user_with_key("command=\"printf '%s,' \\\"a  b\\\" '\\\\' c\" ");

	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, an_empty_command_of_a_key_is_not_the_clients)
{
	struct user u = user_with_key("command=\"\" ");

	expect_same(&u, (struct attempt){.what = "id", .input = "id\n"});
}

Test(keys, the_exit_status_of_a_keys_command_arrives)
{
	struct user u = user_with_key("command=\"echo only; exit 9\" ");

	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, other_keys_of_the_file_are_not_mistaken_for_it)
{
	struct user u = user_with_key(""), other = user_with_key("");

	user_put(&u, ".ssh/authorized_keys",
	    text_format("# %s\n%s\n\n  " ONLY "%s\n", user_public_key(&u),
		user_public_key(&other), user_public_key(&u)));
	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, two_lines_of_one_key_that_disagree_are_refused)
{
	struct user u = user_with_key("");

	user_put(&u, ".ssh/authorized_keys",
	    text_format("from=\"10.0.0.0/8\" %s\n" ONLY "%s\n",
		user_public_key(&u), user_public_key(&u)));
	expect_refused_key(&u, SSHD_GUARDED);
}

Test(keys, two_lines_of_one_key_that_agree_are_fine)
{
	struct user u = user_with_key("");

	user_put(&u, ".ssh/authorized_keys",
	    text_format("from=\"10.0.0.0/8\"," ONLY "%s\n" ONLY "%s\n",
		user_public_key(&u), user_public_key(&u)));
	expect_same(&u, (struct attempt){.what = "id"});
}

Test(keys, a_key_in_no_file_that_the_gate_knows_is_refused)
{
	struct user u = user_with_key("");
	const char *elsewhere = text_format("/etc/ssh/elsewhere-%s", u.name);
	int port =
	    sshd_start("AuthorizedKeysFile /etc/ssh/elsewhere-%u\n" SSHD_GATE);

	machine_put(elsewhere, text_format("%s\n", user_public_key(&u)), 0644);
	user_put(&u, ".ssh/authorized_keys", "");
	expect_refused_key(&u, port);
}

Test(keys, a_restricted_key_and_a_password_stay_restricted)
{
	struct user u = user_with_key(ONLY);
	int port =
	    sshd_start("AuthenticationMethods publickey,password\n" SSHD_GATE);
	const char *code = user_code(&u);
	struct channel c = ATTEMPT(.user = &u, .how = BY_KEY_AND_PASSWORD,
	    .port = port, .what = "id", .answers = {code});

	cr_assert_str_eq(c.out->bytes, "only\nasked: id\n");
}

/* ---- spellings of a key that sshd takes for the same ---- */

/*
 * A line that binds u's key, with these bytes (as printf(1) takes them) in
 * place of the first 15, binds it as with sshd alone; it must be found, for
 * this drop-in lets keys run anything that it does not find.
 */
static void
expect_bound(const char *start)
{
	struct user u = user_with_key("");
	int port = sshd_start(sshd_gate_changed(COMMAND("--fallback=publickey",
	    "--fallback=publickey --unlisted-keys=shell")));
	const char *line = run_fine(COMMAND("sh", "-e", "-c",
	    "set -- $1; { printf \"$0\"; "
	    "printf %s \"$2\" | base64 -d | tail -c +16; } | base64 -w 0",
	    start, user_public_key(&u)));
	struct channel c;

	user_put(&u, ".ssh/authorized_keys",
	    text_format(ONLY "ssh-ed25519 %s\n", line));
	if (!login_works(&u, BY_KEY, port))
		cr_skip_test("this sshd refuses a key that is spelt so");
	c = ATTEMPT(.user = &u, .how = BY_KEY, .port = port, .what = "id");
	cr_assert_str_eq(c.out->bytes, "only\nasked: id\n", "%s%s",
	    c.out->bytes, c.err->bytes);
}

Test(keys, a_key_whose_type_is_written_short_stays_bound)
{
	expect_bound("\\0\\0\\0\\007eD25519");
}

Test(keys, a_key_whose_type_ends_with_a_zero_stays_bound)
{
	expect_bound("\\0\\0\\0\\014ssh-ed25519\\0");
}

/* ---- certificates ---- */

/*
 * Signs u's key with an authority of its own; the authority's public key.
 * Afterwards ssh offers the certificate.
 */
static const char *
certify(struct user *u, const char *const options[])
{
	const char *ca = text_format(MACHINE_RUN "/ca-%s", u->name);
	const char *public = text_format("%s.pub", u->key);
	const char *argv[24] = {"ssh-keygen", "-q", "-s", ca, "-I", "test"};
	size_t n = 6;

	run_fine(
	    COMMAND("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca));
	while (*options != NULL)
		argv[n++] = *options++;
	argv[n] = public;
	run_fine(argv);
	ca = machine_get(text_format("%s.pub", ca));
	return text_format("%.*s", (int)strcspn(ca, "\n"), ca);
}

/* Logs in with ssh(1), which sends the certificate, and runs id. */
static struct result
by_certificate(const struct user *u, int port)
{
	return run(COMMAND("ssh", "-F", "none", "-o", "BatchMode=yes", "-o",
	    text_format("CertificateFile=%s-cert.pub", u->key), "-i", u->key,
	    "-p", text_format("%d", port), "-l", u->name, "127.0.0.1", "id"));
}

static void
trust_authority(const struct user *u, const char *options, const char *ca)
{
	user_put(u, ".ssh/authorized_keys",
	    text_format("cert-authority%s %s\n", options, ca));
}

Test(keys, a_certificate_without_a_command_runs_what_is_asked)
{
	struct user u = user_with_key("");
	const char *ca = certify(&u, COMMAND("-n", u.name));
	struct result r;

	trust_authority(&u, "", ca);
	r = by_certificate(&u, SSHD_GUARDED);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.out->bytes, u.name));
}

Test(keys, a_certificates_force_command_runs_in_place_of_what_is_asked)
{
	struct user u = user_with_key("");
	const char *ca =
	    certify(&u, COMMAND("-n", u.name, "-O", "force-command=echo only"));
	struct result r;

	trust_authority(&u, "", ca);
	r = by_certificate(&u, SSHD_GUARDED);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(r.out->bytes, "only\n");
}

Test(keys, a_command_of_the_authoritys_line_counts)
{
	struct user u = user_with_key("");
	const char *ca = certify(&u, COMMAND("-n", u.name));
	struct result r;

	trust_authority(&u, ",command=\"echo only\"", ca);
	r = by_certificate(&u, SSHD_GUARDED);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert_str_eq(r.out->bytes, "only\n");
}

Test(keys, a_command_of_a_principals_line_counts)
{
	struct user u = user_with_key("");
	const char *ca = certify(&u, COMMAND("-n", "role"));
	struct result r;
	int port;

	user_put(&u, ".ssh/authorized_keys", "");
	user_put(&u, ".ssh/principals", "command=\"echo only\" role\n");
	machine_put(text_format("/etc/ssh/ca-%s", u.name),
	    text_format("%s\n", ca), 0644);
	port = sshd_start(
	    text_format("TrustedUserCAKeys /etc/ssh/ca-%s\n"
			"AuthorizedPrincipalsFile .ssh/principals\n%s",
		u.name, SSHD_GATE));
	r = by_certificate(&u, port);
	cr_assert_not(text_has(r.out->bytes, "uid="), "%s", r.out->bytes);
	cr_assert(
	    r.status == GATE_REFUSED || strcmp(r.out->bytes, "only\n") == 0,
	    "%s", r.err->bytes);
}

/* ---- accounts with a ForceCommand of their own ---- */

Test(keys, internal_sftp_forced_by_the_site_works_for_keys)
{
	struct user u = user_with_key("");
	int port = sshd_start(text_format("%sMatch User %s\n"
					  "ForceCommand internal-sftp\n",
	    SSHD_DEBIAN, u.name));
	struct result r = run_input(
	    COMMAND("sftp", "-q", "-b", "-", "-F", "none", "-i", u.key, "-P",
		text_format("%d", port), text_format("%s@127.0.0.1", u.name)),
	    "pwd\n");

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	cr_assert(text_has(r.out->bytes, u.home));
}
