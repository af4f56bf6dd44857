/*
 * seeds DIRECTORY
 *
 * Writes the seeds that are of a format of otpgate's own, with its own
 * encoders, so that they follow each change of them: into the folders answer,
 * devices, message and tally of DIRECTORY.  The other seeds are files of
 * corpus/.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "base/text.h"
#include "core/seen.h"
#include "core/steps.h"
#include "fuzz/fuzz.h"
#include "fuzz/machine.h"
#include "fuzz/seal_text.h"
#include "store/devices.h"

static const char *directory;

static void
save(const char *harness, const char *name, const void *bytes, size_t size)
{
	char path[4096];
	FILE *f;

	must(text_print(path, sizeof path, "%s/%s", directory, harness) == OK);
	(void)mkdir(path, 0755);
	must(text_print(path, sizeof path, "%s/%s/%s", directory, harness,
		 name) == OK);
	f = fopen(path, "w");
	must(f != NULL && fwrite(bytes, 1, size, f) == size);
	must(fclose(f) == 0);
}

/* ---- what people ask ---- */

/* The code of MACHINE_SECRET when an input begins. */
static void
right_code(char out[static CODE_TEXT_MAX])
{
	const struct totp_form form = {.digits = 6, .period = 30};
	struct totp *totp = totp_new();
	struct secret secret;
	uint32_t code;

	must(totp != NULL);
	must(secret_set(&secret, (const uint8_t *)MACHINE_SECRET,
		 sizeof MACHINE_SECRET - 1) == OK);
	must(totp_code(totp, &form, &secret, totp_step(&form, MACHINE_NOW),
		 &code) == OK);
	must(text_print(out, CODE_TEXT_MAX, "%06u", code) == OK);
	totp_free(&totp);
}

/* The required policy, with the user as an administrator and a code of his. */
static void
demand(struct wire_draft_request *draft, uint32_t uid, const char *proof)
{
	must(text_copy(draft->key, sizeof draft->key, "policy") == OK);
	must(text_copy(draft->value, sizeof draft->value, "required") == OK);
	must(text_copy(draft->proof, sizeof draft->proof, proof) == OK);
	draft->told = 1;
	draft->member_count = 1;
	draft->member[0].value = draft->admin = uid;
}

/* An Ed25519 key; its size. */
static size_t
public_key(uint8_t out[static PUBKEY_MAX])
{
	static const uint8_t key[] = "\0\0\0\013ssh-ed25519\0\0\0\040"
				     "0123456789abcdef0123456789abcdef";

	memcpy(out, key, sizeof key - 1);
	return sizeof key - 1;
}

/* word goes where the verb takes a word: a code, methods or an option. */
static void
put_question(struct writer *w, enum verb verb, uint32_t uid, const char *word)
{
	struct wire_login_request login = {.uid = uid,
	    .service = SERVICE_SSH,
	    .kind = KIND_SHELL,
	    .methods = "password"};
	struct wire_user_request user = {.uid = uid, .name = "alice"};
	struct wire_enroll_request enroll = {.uid = uid, .account = "alice"};
	struct wire_confirm_request confirm = {.uid = uid};
	struct wire_explain_request explain = {.uid = uid, .name = "alice"};
	struct wire_draft_request draft = {.key = "window"};
	struct wire_reload_request reload = {
	    .group = {{.name = "staff", .gid = 50}}, .group_count = 1};
	struct wire_code_request code;
	struct wire_list_request list = {.from = uid};
	struct wire_trust_request trust = {
	    .uid = uid, .name = "alice", .address = "192.0.2.7"};
	struct wire_trusted_request trusted = {.uid = uid};
	struct wire_revoke_request revoke = {.uid = uid, .id = 1};
	struct wire_vouched_request vouched = {.uid = uid, .name = "alice"};
	struct wire_emit_request emit = {.uid = uid, .name = "alice"};

	put_request_header(w, verb);
	switch (verb) {
	case VERB_login:
		must(text_copy(login.code, sizeof login.code, word) == OK);
		put_login_request(w, &login);
		return;
	case VERB_code:
		must(text_copy(code.code, sizeof code.code, word) == OK);
		put_code_request(w, &code);
		return;
	case VERB_enroll:
		must(text_copy(enroll.proof, sizeof enroll.proof, word) == OK);
		put_enroll_request(w, &enroll);
		return;
	case VERB_confirm:
		must(text_copy(confirm.code, sizeof confirm.code, word) == OK);
		put_confirm_request(w, &confirm);
		return;
	case VERB_explain:
		must(text_copy(explain.methods, sizeof explain.methods, word) ==
		    OK);
		put_explain_request(w, &explain);
		return;
	case VERB_draft:
		if (word[0] != '\0' && word[1] != '\0')
			demand(&draft, uid, word);
		else
			must(text_copy(draft.value, sizeof draft.value, word) ==
			    OK);
		put_draft_request(w, &draft);
		return;
	case VERB_reload:
		put_reload_request(w, &reload);
		return;
	case VERB_list:
		put_list_request(w, &list);
		return;
	case VERB_trust:
		must(text_copy(trust.proof, sizeof trust.proof, word) == OK);
		trust.key_size = public_key(trust.key);
		put_trust_request(w, &trust);
		return;
	case VERB_trusted:
		put_trusted_request(w, &trusted);
		return;
	case VERB_revoke:
		put_revoke_request(w, &revoke);
		return;
	case VERB_vouched:
		vouched.key_size = public_key(vouched.key);
		put_vouched_request(w, &vouched);
		return;
	case VERB_emit:
		must(pubkey_fingerprint(emit.fingerprint, trust.key,
			 public_key(trust.key)) == OK);
		put_emit_request(w, &emit);
		return;
	case VERB_status:
	case VERB_recovery:
	case VERB_clear:
	case VERB_unlock:
		must(text_copy(user.proof, sizeof user.proof, word) == OK);
		put_user_request(w, &user);
		return;
	default:
		return;
	}
}

/* ---- conversations ---- */

#define ROOT 0x80     /* comes */
#define USER 0x81     /* comes */
#define STRANGER 0x82 /* comes */
#define SAME 0x00     /* goes on */
#define LATER 0x0c    /* goes on, 30 seconds later */

#define RIGHT "right" /* stands for the code that is right at the start */
#define RECOVERY "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"

#define LINES 8
static const struct conversation {
	const char *name;
	struct line {
		uint8_t who;
		enum verb verb;
		const char *word;
	} line[LINES];
} conversations[] = {
    {"prompt",
	{{USER, VERB_login, ""}, {SAME, VERB_code, "000000"},
	    {SAME, VERB_code, RIGHT}}},
    {"at-once", {{USER, VERB_login, RIGHT}}},
    {"used", {{USER, VERB_login, RIGHT}, {USER, VERB_login, RIGHT}}},
    {"late",
	{{LATER, VERB_login, RIGHT}, {USER | LATER, VERB_login, RIGHT},
	    {USER | LATER, VERB_login, RIGHT}}},
    {"wrong",
	{{USER, VERB_login, "000000"}, {SAME, VERB_code, "000001"},
	    {SAME, VERB_code, "000002"}, {SAME, VERB_code, RIGHT}}},
    {"recovery", {{USER, VERB_login, RECOVERY}, {USER, VERB_login, RECOVERY}}},
    {"scratch",
	{{USER, VERB_login, "12345678"}, {USER, VERB_login, "12345679"},
	    {USER, VERB_login, "12345678"}}},
    {"renew",
	{{USER, VERB_status, ""}, {SAME, VERB_enroll, RIGHT},
	    {SAME, VERB_confirm, "000000"}, {SAME, VERB_recovery, ""},
	    {LATER, VERB_recovery, RECOVERY}}},
    {"new",
	{{STRANGER, VERB_login, ""}, {STRANGER, VERB_enroll, ""},
	    {SAME, VERB_confirm, "000000"}}},
    {"root",
	{{ROOT, VERB_health, ""}, {SAME, VERB_list, ""},
	    {SAME, VERB_explain, "publickey,password"}, {SAME, VERB_policy, ""},
	    {SAME, VERB_draft, "3"}, {SAME, VERB_reload, ""},
	    {SAME, VERB_unlock, ""}, {SAME, VERB_clear, ""}}},
    {"required",
	{{ROOT, VERB_draft, "000000"}, {SAME, VERB_draft, RIGHT},
	    {SAME, VERB_draft, RIGHT}}},
    {"trust",
	{{USER, VERB_trust, ""}, {SAME, VERB_trust, RIGHT},
	    {SAME, VERB_vouched, ""}, {ROOT, VERB_emit, ""},
	    {USER, VERB_trusted, ""}, {SAME, VERB_revoke, ""},
	    {ROOT, VERB_trust, ""}, {SAME, VERB_emit, ""}}},
    {"forbidden",
	{{USER, VERB_list, ""}, {STRANGER, VERB_status, ""},
	    {USER, VERB_draft, "3"}}},
};

static void
put_line(struct writer *w, const struct line *l)
{
	uint8_t bytes[WIRE_REQUEST_MAX];
	char right[CODE_TEXT_MAX];
	struct writer question;
	bool stranger = l->who >= ROOT && l->who % 4 == STRANGER % 4;

	right_code(right);
	writer_init(&question, bytes, sizeof bytes);
	put_question(&question, l->verb, stranger ? 1001 : MACHINE_USER,
	    strcmp(l->word, RIGHT) == 0 ? right : l->word);
	write_u8(w, l->who);
	write_blob(w, bytes, question.used);
	must(question.error == OK && w->error == OK);
	save("message", verb_word(l->verb), bytes, question.used);
}

static void
save_conversation(const struct conversation *c)
{
	uint8_t bytes[LINES * WIRE_REQUEST_MAX];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	for (size_t i = 0; i < LINES && c->line[i].verb != VERB_NONE; i++)
		put_line(&w, &c->line[i]);
	save("answer", c->name, bytes, w.used);
}

/* ---- answers, and what the store keeps ---- */

static void
save_replies(void)
{
	uint8_t bytes[WIRE_REPLY_MAX];
	struct writer w;

#define VERB_REPLY(verb, request, reply)                        \
	{                                                       \
		static struct wire_##reply answer;              \
		writer_init(&w, bytes, sizeof bytes);           \
		put_reply_header(&w, VERB_##verb, STATUS_OK);   \
		put_##reply(&w, &answer);                       \
		save("message", #verb "-reply", bytes, w.used); \
	}
	VERB_LIST(VERB_REPLY)
}

/* A full list of one more: its last entry twice, counted at bytes[at]. */
static void
save_overfull(const char *harness, uint8_t *bytes, size_t used, size_t at)
{
	size_t entry = (used - at - 1) / bytes[at];

	save(harness, "full", bytes, used);
	memcpy(bytes + used, bytes + used - entry, entry);
	bytes[at]++;
	save(harness, "overfull", bytes, used + entry);
}

static void
save_full_list(void)
{
	static struct wire_list_reply page = {.user_count = WIRE_PAGE};
	uint8_t bytes[WIRE_REPLY_MAX];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	put_reply_header(&w, VERB_list, STATUS_OK);
	put_list_reply(&w, &page);
	save_overfull("message", bytes, w.used, 8);
}

static void
save_devices(void)
{
	static struct record r = {.uid = SEAL_USER, .devices = DEVICES_MAX};
	uint8_t bytes[DEVICES_SIZE * 2];
	struct seal *seal = NULL;
	size_t size;

	for (uint32_t i = 0; i < DEVICES_MAX; i++)
		r.device[i] = (struct device){.id = i + 1,
		    .confirmed = true,
		    .label = "phone",
		    .form = {ALGORITHM_SHA512, 8, 60},
		    .secret = {.size = SECRET_NEW}};
	must(seal_read(&seal, SEAL_TEXT, SEAL_FILE_SIZE) == OK);
	must(devices_encode(seal, &r, bytes, &size) == OK);
	seal_free(&seal);
	save_overfull("devices", bytes, size, 1);
}

static void
save_tallies(void)
{
	static struct tally t;
	uint8_t bytes[TALLY_SIZE];
	size_t size;

	tally_init(&t, MACHINE_NOW);
	must(tally_encode(&t, bytes, sizeof bytes, &size) == OK);
	save("tally", "new", bytes, size);
	steps_spend(tally_use(&t, 2), 56666667);
	steps_spend(tally_use(&t, 2), 56666671);
	network_remember(&t, "192.0.2.7", MACHINE_NOW);
	network_remember(&t, "2001:db8::1", MACHINE_NOW);
	must(tally_encode(&t, bytes, sizeof bytes, &size) == OK);
	save("tally", "used", bytes, size);
}

/* Users as an import brings them, in front of them how many. */
static void
save_imports(void)
{
	struct wire_import_record m = {.uid = 2000,
	    .name = "bob",
	    .digits = 6,
	    .period = 30,
	    .secret_size = SECRET_NEW,
	    .code = "123456",
	    .used = MACHINE_NOW - 60,
	    .scratch_count = 2,
	    .scratch = {{10000000}, {99999999}}};
	uint8_t bytes[4096];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	write_u32(&w, 3);
	put_import_record(&w, &m);
	bytes[3] = 0;
	save("message", "import-record", bytes + 3, w.used - 3);
	bytes[3] = 3;
	m.uid = MACHINE_USER;
	put_import_record(&w, &m);
	m.uid = 2000;
	m.secret[0] = 1;
	m.spent = MACHINE_NOW / 30;
	m.scratch_count = 0;
	put_import_record(&w, &m);
	must(w.error == OK);
	save("import", "three", bytes, w.used);
	bytes[0] = 0x80;
	save("import", "three-skipping", bytes, w.used);
	bytes[0] = 0;
	bytes[3] = 2;
	save("import", "too-many", bytes, w.used);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	directory = argv[1];
	for (size_t i = 0; i < sizeof conversations / sizeof conversations[0];
	     i++)
		save_conversation(&conversations[i]);
	save_replies();
	save_full_list();
	save_devices();
	save_tallies();
	save_imports();
	return 0;
}
