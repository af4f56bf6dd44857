/*
 * Trusted keys: a code once, and then logins by that key, unasked, until its
 * time is over or something ends it.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "login.h"
#include "machine.h"
#include "peer.h"
#include "run.h"
#include "sshd.h"
#include "vectors/keys.def"

TestSuite(trust, .timeout = 120);

#define HERE "127.0.0.1"
#define ELSEWHERE "127.0.0.2"
#define KEYS "/usr/libexec/otpgate/keys"

/* ---- people with a key that is in no list ---- */

static const char *
make_key(const struct user *u, const char *type, const char *bits)
{
	const char *path =
	    text_format(MACHINE_RUN "/trust-%s-%s", u->name, type);

	run_fine(COMMAND("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "",
	    "-C", "x", "-f", path));
	return path;
}

static struct user
user_with_key(void)
{
	struct user u = user_enrolled();

	snprintf(u.key, sizeof(u.key), "%s", make_key(&u, "ed25519", "256"));
	return u;
}

/* otpgate trust, by u's own process, with that code and key. */
static struct result
vouch_for(const struct user *u, const char *code, const char *public_key)
{
	return run_as(u->uid,
	    COMMAND("env", "SSH_CONNECTION=" HERE " 40000 " HERE " 22",
		text_format("OTPGATE_CODE=%s", code), "otpgate", "trust", "-",
		"--json"),
	    public_key);
}

/* Vouches for u's key with the next code; what it printed. */
static const char *
vouch(struct user *u)
{
	struct result r = vouch_for(u, user_code(u), user_public_key(u));

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	return r.out->bytes;
}

static struct user
user_trusted(void)
{
	struct user u = user_with_key();

	vouch(&u);
	return u;
}

/* The id in what vouch() printed. */
static const char *
id_of(const char *json)
{
	const char *at = strstr(json, "\"id\": ");

	cr_assert_not_null(at);
	return text_format("%.*s", (int)strspn(at + 6, "0123456789"), at + 6);
}

/* Whether sshd takes u's key from that address. */
static bool
is_let_in(const struct user *u, const char *from, int port)
{
	struct result r = run(COMMAND("ssh", "-F", "none", "-i", u->key, "-p",
	    text_format("%d", port), "-b", from, "-o", "IdentitiesOnly=yes",
	    "-o", "BatchMode=yes", text_format("%s@" HERE, u->name), IN));

	return r.status == 0 && strcmp(r.out->bytes, "in\n") == 0;
}

static void
expect_in_by_key(const struct user *u)
{
	cr_assert(is_let_in(u, HERE, SSHD_GUARDED));
}

static void
expect_out_by_key(const struct user *u)
{
	cr_assert_not(login_works(u, BY_KEY, SSHD_GUARDED));
}

/* ---- what it is for ---- */

/* As a person does it, in a session that knows its own address. */
Test(trust, a_key_is_vouched_for_in_a_session_and_opens_the_next_ones)
{
	struct user u = user_with_key();
	const char *code = user_code(&u);
	struct channel c;

	user_put(&u, "id.pub", user_public_key(&u));
	expect_out_by_key(&u);
	c = ATTEMPT(.user = &u,
	    .what = text_format(
		"OTPGATE_CODE=%s otpgate trust id.pub --for 2h", user_code(&u)),
	    .answers = {code});
	cr_assert_eq(c.status, 0, "%s", c.err->bytes);
	cr_assert(text_has(c.out->bytes, "from 127.0.0.1:"));
	expect_in_by_key(&u);
}

Test(trust, a_shell_opens_unasked)
{
	struct user u = user_trusted();
	struct channel c = ATTEMPT(.user = &u, .how = BY_KEY,
	    .want = WANT_SHELL, .input = "echo in; exit 3\n");

	cr_assert_eq(c.status, 3);
	cr_assert(text_has(c.out->bytes, "in\n"));
	cr_assert_eq(channel_prompts(&c), 0);
}

static const char *
options_of(const struct user *u)
{
	return text_format("ssh -F none -i %s -o IdentitiesOnly=yes"
			   " -o BatchMode=yes",
	    u->key);
}

Test(trust, sftp_and_scp_open_unasked)
{
	struct user u = user_trusted();
	const char *there = text_format("%s@" HERE ":copy", u.name);
	const char *copy = text_format("%s/copy", u.home);

	run_fine(COMMAND("sh", "-c",
	    text_format("printf 'pwd\\n' | sftp -F none -i %s"
			" -o IdentitiesOnly=yes -b - %s@" HERE,
		u.key, u.name)));
	run_fine(COMMAND("scp", "-F", "none", "-i", u.key, "-o",
	    "IdentitiesOnly=yes", "-o", "BatchMode=yes", "/etc/hostname",
	    there));
	cr_assert_str_eq(machine_get(copy), machine_get("/etc/hostname"));
	cr_assert_eq(unlink(copy), 0);
	run_fine(COMMAND("scp", "-O", "-F", "none", "-i", u.key, "-o",
	    "IdentitiesOnly=yes", "-o", "BatchMode=yes", "/etc/hostname",
	    there));
	cr_assert_str_eq(machine_get(copy), machine_get("/etc/hostname"));
}

Test(trust, rsync_and_git_open_unasked)
{
	struct user u = user_trusted();
	const char *copy = text_format("%s/copy", u.home);
	struct result made = run_as(u.uid,
	    COMMAND(
		"git", "init", "-q", "--bare", text_format("%s/r.git", u.home)),
	    NULL);

	cr_assert_eq(made.status, 0, "%s", made.err->bytes);
	run_fine(COMMAND("rsync", "-e", options_of(&u), "/etc/hostname",
	    text_format("%s@" HERE ":copy", u.name)));
	cr_assert_str_eq(machine_get(copy), machine_get("/etc/hostname"));
	run_fine(
	    COMMAND("env", text_format("GIT_SSH_COMMAND=%s", options_of(&u)),
		"git", "ls-remote",
		text_format("ssh://%s@" HERE "%s/r.git", u.name, u.home)));
}

/* A line of a file that restricts it counts, for sshd reads files first. */
Test(trust, a_key_that_a_file_binds_to_a_command_stays_bound)
{
	struct user u = user_enrolled();
	struct channel c;

	user_add_key(&u, "command=\"echo only\" ");
	vouch(&u);
	c = ATTEMPT(.user = &u, .how = BY_KEY, .what = "id");
	cr_assert_str_eq(c.out->bytes, "only\n");
}

/* ---- whom it does not let in ---- */

Test(trust, another_address_does_not_get_in)
{
	struct user u = user_trusted();

	cr_assert(is_let_in(&u, HERE, SSHD_GUARDED));
	cr_assert_not(is_let_in(&u, ELSEWHERE, SSHD_GUARDED));
}

Test(trust, another_user_does_not_get_in_by_it)
{
	struct user u = user_trusted(), other = user_enrolled();

	snprintf(other.key, sizeof(other.key), "%s", u.key);
	expect_out_by_key(&other);
}

Test(trust, root_can_bind_it_to_a_network_or_to_none)
{
	struct user u = user_with_key();
	const char *file = text_format("%s.pub", u.key);

	run_fine(COMMAND(
	    "otpgate", "trust", file, u.name, "--from", "127.0.0.2/31"));
	cr_assert_not(is_let_in(&u, HERE, SSHD_GUARDED));
	cr_assert(is_let_in(&u, ELSEWHERE, SSHD_GUARDED));
	run_fine(COMMAND("otpgate", "trust", file, u.name, "--from", "any"));
	cr_assert(is_let_in(&u, HERE, SSHD_GUARDED));
}

static void
expect_no_trust(const struct result *r, const char *sentence)
{
	cr_assert_eq(r->status, 1);
	cr_assert_str_eq(r->out->bytes, "");
	cr_assert(text_has(r->err->bytes, sentence), "%s", r->err->bytes);
}

Test(trust, a_wrong_code_vouches_for_nothing)
{
	struct user u = user_with_key();
	struct result r =
	    vouch_for(&u, user_wrong_code(&u), user_public_key(&u));

	expect_no_trust(&r, "this code is wrong");
	expect_out_by_key(&u);
}

Test(trust, a_code_vouches_once)
{
	struct user u = user_with_key();
	const char *code = user_code(&u);
	const char *other = text_format("%s.pub", make_key(&u, "ecdsa", "256"));
	struct result r = vouch_for(&u, code, user_public_key(&u));

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	r = vouch_for(&u, code, machine_get(other));
	expect_no_trust(&r, "used already");
}

Test(trust, a_code_of_a_login_vouches_for_nothing_more)
{
	struct user u = user_with_key();
	const char *code = user_code(&u);
	struct result r;

	expect_in_with(&u, code);
	r = vouch_for(&u, code, user_public_key(&u));
	expect_no_trust(&r, "used already");
}

Test(trust, weak_keys_and_other_things_are_refused)
{
	struct user u = user_with_key();
	const char *code = user_code(&u);
	const char *rsa = text_format("%s.pub", make_key(&u, "rsa", "1024"));
	const struct {
		const char *text, *sentence;
	} refused[] = {
	    {machine_get(rsa), "weak"},
	    {"ssh-dss " KEY_DSA, "weak"}, /* ssh-keygen of 10.0 makes none */
	    {machine_get(u.key), "private key"},
	    {text_format("command=\"date\" %s", user_public_key(&u)),
		"before the key"},
	    {text_format("cert-authority %s", user_public_key(&u)),
		"authority"},
	    {"", "no key"},
	};
	struct result r;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		r = vouch_for(&u, code, refused[i].text);
		expect_no_trust(&r, refused[i].sentence);
	}
	r = vouch_for(&u, code, user_public_key(&u));
	cr_assert_eq(r.status, 0, "the code was not spent: %s", r.err->bytes);
}

Test(trust, without_a_second_factor_or_an_address_there_is_none)
{
	struct user u = user_with_key(), plain = user_new("/bin/bash");
	struct result r = vouch_for(&plain, "123456", user_public_key(&u));

	expect_no_trust(&r, "otpgate enroll");
	r = run_as(u.uid,
	    COMMAND("env", "-u", "SSH_CONNECTION",
		text_format("OTPGATE_CODE=%s", user_code(&u)), "otpgate",
		"trust"),
	    user_public_key(&u));
	expect_no_trust(&r, "--from");
	r = run_as(u.uid,
	    COMMAND("otpgate", "trust", "-", "--from", "0.0.0.0/0"),
	    user_public_key(&u));
	expect_no_trust(&r, "only root");
}

/* ---- what ends it ---- */

Test(trust, a_user_ends_his_own)
{
	struct user u = user_with_key(), other = user_enrolled();
	const char *id = id_of(vouch(&u));
	struct result r =
	    run_as(other.uid, COMMAND("otpgate", "trust", "revoke", id), NULL);

	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, "no trusted key"));
	expect_in_by_key(&u);
	r = run_as(u.uid, COMMAND("otpgate", "trust", "list"), NULL);
	cr_assert(text_has(r.out->bytes, "SHA256:"));
	r = run_as(u.uid, COMMAND("otpgate", "trust", "revoke", id), NULL);
	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	expect_out_by_key(&u);
}

Test(trust, root_sees_and_ends_all)
{
	struct user u = user_with_key();
	const char *id = id_of(vouch(&u));
	const char *list =
	    run_fine(COMMAND("otpgate", "trust", "list", "--json"));

	cr_assert(text_has(list, text_format("\"user\": \"%s\"", u.name)));
	run_fine(COMMAND("otpgate", "trust", "revoke", id));
	expect_out_by_key(&u);
	list = run_fine(COMMAND("otpgate", "trust", "list", u.name, "--json"));
	cr_assert_str_eq(list, "[]\n");
}

/* otpgate WORDS by u's own process, with the next code. */
static void
do_own(struct user *u, const char *words)
{
	struct result r = run_as(u->uid,
	    COMMAND("sh", "-c",
		text_format("OTPGATE_CODE=%s otpgate %s", user_code(u), words)),
	    NULL);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
}

Test(trust, clear_ends_it)
{
	struct user u = user_trusted();

	run_fine(COMMAND("otpgate", "clear", u.name, "--yes"));
	expect_out_by_key(&u);
	user_enroll(&u);
	expect_out_by_key(&u);
}

Test(trust, remove_ends_it)
{
	struct user u = user_trusted();

	do_own(&u, "remove --yes");
	expect_out_by_key(&u);
	user_enroll(&u);
	expect_out_by_key(&u);
}

Test(trust, recovery_ends_it)
{
	struct user u = user_trusted();

	do_own(&u, "recovery");
	expect_out_by_key(&u);
}

Test(trust, renew_ends_it)
{
	struct user u = user_trusted();
	struct result r = run_as(u.uid,
	    COMMAND("env", text_format("OTPGATE_CODE=%s", user_code(&u)),
		"otpgate", "renew", "--json"),
	    NULL);

	cr_assert_eq(r.status, 0, "%s", r.err->bytes);
	snprintf(u.phone.secret, sizeof(u.phone.secret), "%s",
	    text_json(r.out->bytes, "secret"));
	u.phone.next = 0;
	expect_in_by_key(&u);
	run_fine(COMMAND("otpgate", "confirm", u.name, user_code(&u)));
	expect_out_by_key(&u);
}

/* ---- who is handed keys ---- */

/* What otpgated says to peer about u's key. */
static enum status
ask_emitted(uid_t peer, const struct user *u, const char *fingerprint,
    struct wire_emit_reply *reply)
{
	struct wire_emit_request q = {.uid = u->uid};
	enum status status;
	struct ask a = peer_ask(peer);

	snprintf(q.name, sizeof(q.name), "%s", u->name);
	snprintf(q.fingerprint, sizeof(q.fingerprint), "%s", fingerprint);
	cr_assert_eq(ask_emit(&a, &q, reply, &status), OK);
	ask_close(&a);
	return status;
}

Test(trust, only_the_account_of_keys_and_root_are_handed_one)
{
	struct user u = user_with_key();
	const char *fingerprint = text_json(vouch(&u), "fingerprint");
	uid_t keys = (uid_t)strtoul(
	    run_fine(COMMAND("id", "-u", "otpgate-keys")), NULL, 10);
	struct wire_emit_reply reply;

	cr_assert_eq(ask_emitted(keys, &u, fingerprint, &reply), STATUS_OK);
	cr_assert_eq(reply.found, 1);
	cr_assert_eq(
	    ask_emitted(u.uid, &u, fingerprint, &reply), STATUS_NOT_ALLOWED);
	cr_assert_eq(
	    ask_emitted(SOME_UID, &u, fingerprint, &reply), STATUS_NOT_ALLOWED);
	cr_assert_eq(peer_try(keys, &u, user_code(&u)), REASON_UNDECIDED,
	    "it may ask for nothing else");
}

/* ---- the site's own command ---- */

/* A command that lets in what it is told to; its path. */
static const char *
site_command(const struct user *u, const char *line)
{
	const char *path = text_format("/usr/local/bin/site-%s", u->name);

	machine_put(path,
	    text_format("#!/bin/sh\n[ \"$1\" = %s ] && echo '%s'\nexit 0\n",
		u->name, line),
	    0755);
	return path;
}

static int
sshd_with_site(const char *command)
{
	return sshd_start(sshd_gate_changed(COMMAND("keys %u %f",
	    text_format("keys %%u %%f --then %s %%u", command),
	    " --fallback=publickey", " --unlisted-keys=shell")));
}

Test(trust, the_site_s_command_speaks_after_ours)
{
	struct user u = user_trusted(), other = user_with_key();
	int port =
	    sshd_with_site(site_command(&other, user_public_key(&other)));

	cr_assert(is_let_in(&u, HERE, port));
	cr_assert(is_let_in(&other, HERE, port));
	cr_assert_not(is_let_in(&other, HERE, SSHD_GUARDED));
	cr_assert_not(is_let_in(&u, ELSEWHERE, port));
}

/* sshd looks at ours alone, so ours looks at the site's. */
Test(trust, a_site_s_command_that_others_can_write_is_not_run)
{
	struct user u = user_with_key();
	const char *path = site_command(&u, user_public_key(&u));
	int port = sshd_with_site(path);

	cr_assert(is_let_in(&u, HERE, port));
	cr_assert_eq(chmod(path, 0777), 0);
	cr_assert_not(is_let_in(&u, HERE, port));
	cr_assert_eq(chmod(path, 0755), 0);
	cr_assert(is_let_in(&u, HERE, port));
}

Test(trust, keys_says_how_it_is_to_be_called)
{
	struct result r = run(COMMAND(KEYS, "--help"));

	cr_assert_eq(r.status, 0);
	cr_assert(text_has(r.out->bytes, "--then"));
	r = run(COMMAND(KEYS, "root"));
	cr_assert_eq(r.status, 2);
	r = run(COMMAND(KEYS, "root", "SHA256:x", "--then"));
	cr_assert_eq(r.status, 2);
	cr_assert_str_eq(r.out->bytes, "");
	r = run(COMMAND(KEYS, "nobody-of-that-name", "SHA256:x"));
	cr_assert_eq(r.status, 1);
	cr_assert_str_eq(r.out->bytes, "");
}
