#include "fuzz/machine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/recovery.h"
#include "core/steps.h"
#include "fuzz/fuzz.h"
#include "fuzz/seal_text.h"
#include "os/random.h"

#define POLICY "otpgate.conf"
#define POLICY_DIR "conf.d"
#define OWN_POLICY POLICY_DIR "/90-otpgate.conf" /* is not there */
#define STORE "otpgate.db"

/* ---- in the place of chance ---- */

static uint8_t drawn;

/* Stands before that of os/: inputs must do the same each time. */
enum error
random_bytes(void *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)out)[i] = drawn++;
	return OK;
}

static int64_t
machine_now(void *context)
{
	return ((struct machine *)context)->now;
}

/* ---- making it ---- */

static void
sink(enum log_level level, const char *line)
{
	(void)level;
	for (; *line != '\0'; line++)
		must(*line >= ' ' && *line <= '~');
}

static void
write_policy(void)
{
	FILE *f = fopen(POLICY, "w");

	must(mkdir(POLICY_DIR, 0750) == 0 || errno == EEXIST);
	must(f != NULL && fputs("enabled = true; ssh = true;\n", f) > 0);
	must(fclose(f) == 0);
}

static void
enroll_user(struct machine *m)
{
	struct daemon *d = &m->daemon;
	struct device device = {
	    .label = "app", .form = {.digits = 6, .period = 30}};
	uint8_t hash[RECOVERY_COUNT][RECOVERY_HASH];
	struct record r;

	must(secret_set(&device.secret, (const uint8_t *)MACHINE_SECRET,
		 sizeof MACHINE_SECRET - 1) == OK);
	must(store_load(d->store, MACHINE_USER, m->now, &r) == OK);
	must(store_add_device(d->store, &r, &device) == OK);
	must(store_confirm_device(d->store, &r, device.id) == OK);
	for (uint8_t i = 0; i < RECOVERY_COUNT; i++) {
		uint8_t code[RECOVERY_BYTES];

		memset(code, i, sizeof code);
		must(recovery_hash(hash[i], seal_recovery_key(d->seal),
			 MACHINE_USER, code) == OK);
	}
	must(scratch_hash(hash[RECOVERY_COUNT - 1], seal_recovery_key(d->seal),
		 MACHINE_USER, MACHINE_SCRATCH) == OK);
	must(store_set_recovery(d->store, &r, hash, RECOVERY_COUNT) == OK);
	record_wipe(&r);
}

static void
machine_make(struct machine *m)
{
	const struct time_source time = {machine_now, m};
	const struct config_place place = {.file = POLICY,
	    .directory = POLICY_DIR,
	    .owner = geteuid(),
	    .own_path = OWN_POLICY};
	struct seal *seal = NULL;

	log_open(sink);
	m->now = MACHINE_NOW;
	write_policy();
	(void)unlink(STORE);
	(void)unlink(STORE "-wal");
	must(seal_read(&seal, SEAL_TEXT, SEAL_FILE_SIZE) == OK);
	must(store_create(STORE, seal) == OK);
	seal_free(&seal);
	must(daemon_open(&m->daemon, &place, time) == OK);
	daemon_take_store(&m->daemon, SEAL_TEXT, SEAL_FILE_SIZE, STORE);
	must(m->daemon.store_good && store_begin(m->daemon.store) == OK);
	must(daemon_read_policy(&m->daemon, true, NULL) == OK);
	enroll_user(m);
	must(store_commit(m->daemon.store) == OK);
}

struct machine *
machine_start(void)
{
	static struct machine m;

	if (m.daemon.store == NULL)
		machine_make(&m);
	drawn = 0;
	m.now = MACHINE_NOW;
	must(store_begin(m.daemon.store) == OK);
	machine_connect(&m, MACHINE_USER);
	return &m;
}

void
machine_end(struct machine *m)
{
	import_end(&m->caller.import);
	store_rollback(m->daemon.store);
}

void
machine_connect(struct machine *m, uint32_t uid)
{
	import_end(&m->caller.import);
	memset(&m->caller, 0, sizeof m->caller);
	m->tried = 0;
	m->caller.peer.uid = uid;
	m->caller.peer.pid = 1;
	m->caller.fd = -1;
}

/* ---- what may never be ---- */

/* True when number is d's code at a step around now that is not spent. */
static bool
device_has(const struct machine *m, const struct record *r,
    const struct device *d, const struct code *code)
{
	const struct use *use = tally_find(&r->tally, d->id);
	uint64_t step = totp_step(&d->form, m->now);

	for (uint64_t s = step - 1; s <= step + 1; s++) {
		uint32_t right;

		must(totp_code(m->daemon.totp, &d->form, &d->secret, s,
			 &right) == OK);
		if ((use == NULL || !steps_spent(use, s)) &&
		    right == code->number && d->form.digits == code->digits)
			return true;
	}
	return false;
}

/* True when text opened what r was before. */
static bool
opens(const struct machine *m, const struct record *r, const char *text)
{
	struct code code;
	int index = -1;

	code_read(&code, text);
	for (uint32_t i = 0; code.kind == CODE_TOTP && i < r->devices; i++)
		if (r->device[i].confirmed &&
		    device_has(m, r, &r->device[i], &code))
			return true;
	if (code.kind == CODE_TOTP && code.digits == SCRATCH_DIGITS)
		must(scratch_find(r, seal_recovery_key(m->daemon.seal),
			 code.number, &index) == OK);
	if (code.kind == CODE_RECOVERY)
		must(recovery_find(r, seal_recovery_key(m->daemon.seal),
			 code.recovery, &index) == OK);
	return index >= 0 && (r->tally.recovery_used & 1U << index) == 0;
}

/* ---- asking ---- */

#define VERB_QUESTION(verb, request, reply) struct wire_##request verb;
#define VERB_ANSWERED(verb, request, reply) struct wire_##reply verb;
static union {
	VERB_LIST(VERB_QUESTION)
} question;
static union {
	VERB_LIST(VERB_ANSWERED)
} answered;

static void
read_question(enum verb verb, struct reader *r)
{
#define VERB_READ(verb, request, reply)           \
	case VERB_##verb:                         \
		get_##request(r, &question.verb); \
		break;
	switch (verb) {
		VERB_LIST(VERB_READ)
	default:
		break;
	}
#undef VERB_READ
}

static void
read_answer(enum verb verb, struct reader *r)
{
#define VERB_READ(verb, request, reply)         \
	case VERB_##verb:                       \
		get_##reply(r, &answered.verb); \
		break;
	switch (verb) {
		VERB_LIST(VERB_READ)
	default:
		must(false);
	}
#undef VERB_READ
}

static void
expect_login(const struct machine *m, const struct record *before,
    const struct wire_login_reply *a, const char *code)
{
	const struct wire_login_request *login = &m->caller.challenge.login;

	must(a->verdict < VERDICT_COUNT && a->reason < REASON_COUNT);
	must(m->tried <= TRIES);
	must(m->caller.peer.uid == 0 || login->uid == m->caller.peer.uid);
	must(a->verdict != VERDICT_PASS || before->state == RECORD_ABSENT ||
	    methods_classify(
		login->methods, daemon_policy(&m->daemon)->passwordless) ==
		LOGIN_PASSWORDLESS ||
	    opens(m, before, code));
}

/* Only root, or a code, adds to a factor that counts. */
static void
judge_change(const struct machine *m, const struct record *before,
    const char *proof, uint32_t uid)
{
	must(m->caller.peer.uid == 0 ||
	    (uid == m->caller.peer.uid &&
		(before->state == RECORD_ABSENT || opens(m, before, proof))));
}

/* Only root asks about others. */
static void
judge_own(const struct machine *m, uint32_t uid)
{
	must(m->caller.peer.uid == 0 || uid == m->caller.peer.uid);
}

/* Only a code, or force, makes the policy required. */
static void
judge_draft(const struct machine *m, const struct record *before)
{
	const struct wire_draft_request *q = &question.draft;

	must(m->caller.peer.uid == 0);
	must((answered.draft.state == DRAFT_GOOD) ==
	    (answered.draft.text[0] != '\0'));
	must(answered.draft.state != DRAFT_GOOD ||
	    strcmp(q->key, "policy") != 0 ||
	    strcmp(q->value, "required") != 0 || q->force ||
	    opens(m, before, q->proof));
}

static void
judge(struct machine *m, enum verb verb, const struct record *before)
{
	switch (verb) {
	case VERB_login:
		m->tried += question.login.code[0] != '\0';
		expect_login(m, before, &answered.login, question.login.code);
		return;
	case VERB_code:
		m->tried++;
		expect_login(m, before, &answered.code, question.code.code);
		return;
	case VERB_enroll:
		if (answered.enroll.secret[0] != '\0')
			judge_change(m, before, question.enroll.proof,
			    question.enroll.uid);
		return;
	case VERB_recovery:
		if (answered.recovery.code_count > 0)
			judge_change(m, before, question.recovery.proof,
			    question.recovery.uid);
		return;
	case VERB_draft:
		judge_draft(m, before);
		return;
	case VERB_trust:
		if (answered.trust.key.id != 0) {
			must(before->state == RECORD_GOOD);
			judge_change(m, before, question.trust.proof,
			    question.trust.uid);
		}
		return;
	case VERB_trusted:
		must(question.trusted.all == 0 || m->caller.peer.uid == 0);
		judge_own(m, question.trusted.uid);
		return;
	case VERB_revoke:
		must(question.revoke.all == 0 || m->caller.peer.uid == 0);
		judge_own(m, question.revoke.uid);
		return;
	case VERB_vouched:
		judge_own(m, question.vouched.uid);
		return;
	case VERB_connection:
		judge_own(m, question.connection.uid);
		return;
	case VERB_status:
	case VERB_confirm:
		return;
	default:
		must(m->caller.peer.uid == 0);
	}
}

/*
 * Every verb but code and draft begins with the uid that it is about, or is
 * root's.
 */
static uint32_t
about(const struct machine *m, enum verb verb)
{
	if (verb == VERB_draft)
		return question.draft.admin;
	return verb == VERB_code ? m->caller.challenge.login.uid
				 : question.login.uid;
}

void
machine_ask(struct machine *m, const uint8_t *request, size_t size)
{
	static uint8_t bytes[WIRE_REPLY_MAX];
	static struct record before;
	struct reader r;
	struct writer w;
	enum status status;
	enum verb verb;

	memset(&question, 0, sizeof question);
	reader_init(&r, request, size);
	(void)get_request_header(&r, &verb);
	read_question(verb, &r);
	must(
	    store_load(m->daemon.store, about(m, verb), m->now, &before) == OK);
	writer_init(&w, bytes, sizeof bytes);
	answer(&m->daemon, &m->caller, request, size, &w);
	if (m->caller.logged)
		log_end(&m->caller.line);
	must(w.error == OK);
	reader_init(&r, bytes, w.used);
	must(get_reply_header(&r, verb, &status) == OK);
	if (status == STATUS_OK) {
		read_answer(verb, &r);
		judge(m, verb, &before);
	}
	must(reader_finish(&r) == OK);
	record_wipe(&before);
}
