#include "daemon/daemon.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "daemon/groups.h"

enum error
daemon_open(
    struct daemon *d, const struct config_place *place, struct time_source time)
{
	memset(d, 0, sizeof *d);
	d->place = *place;
	d->time = time;
	d->keys_uid = PEER_NOBODY;
	option_defaults(&d->config.policy);
	if (gethostname(d->host, sizeof d->host) != 0)
		d->host[0] = '\0';
	d->host[sizeof d->host - 1] = '\0';
	d->origins = origins_new(ANCESTOR_PROC);
	d->proofs = proofs_new();
	if (d->origins == NULL || d->proofs == NULL)
		return ERR_MEMORY;
	d->totp = totp_new();
	return d->totp != NULL ? OK : ERR_CRYPTO;
}

void
daemon_close(struct daemon *d)
{
	store_close(&d->store);
	seal_free(&d->seal);
	totp_free(&d->totp);
	origins_free(&d->origins);
	proofs_free(&d->proofs);
	memset(d, 0, sizeof *d);
}

const struct policy *
daemon_policy(const struct daemon *d)
{
	return &d->config.policy;
}

int64_t
daemon_now(const struct daemon *d)
{
	return d->time.now(d->time.context);
}

/* ---- the store ---- */

static const char *
store_trouble(enum error why)
{
	switch (why) {
	case ERR_ABSENT:
		return "is not there; restore it together with its other half "
		       "(store and seal key), or run 'otpgate init' on a new "
		       "machine";
	case ERR_UNSAFE:
		return "has an owner or a mode that is not safe, has a second "
		       "name (a hard link: find / -xdev -samefile FILE), or is "
		       "no regular file";
	case ERR_FORMAT:
	case ERR_SHORT:
	case ERR_LONG:
		return "is damaged: empty, cut off or something else; restore "
		       "it from a backup";
	case ERR_FOREIGN:
		return "does not belong to the seal key; restore both from the "
		       "same backup";
	case ERR_VERSION:
		return "was made by another version of otpgate; install that "
		       "one";
	case ERR_BUSY:
		return "is in use by another otpgated";
	default:
		return "cannot be read";
	}
}

void
daemon_refuse_store(struct daemon *d, const char *path, enum error why)
{
	d->store_good = false;
	(void)text_print(d->store_detail, sizeof d->store_detail, "%s %s", path,
	    store_trouble(why));
	log_message(LOG_LEVEL_ERROR, "store-refused",
	    "%s: while two-factor is on, password logins are refused",
	    d->store_detail);
}

void
daemon_take_store(
    struct daemon *d, const char *key_text, size_t size, const char *path)
{
	enum error e = seal_read(&d->seal, key_text, size);

	if (e != OK) {
		daemon_refuse_store(d, "the seal key", e);
		return;
	}
	e = store_open(&d->store, path, d->seal);
	if (e != OK) {
		daemon_refuse_store(d, path, e);
		return;
	}
	d->store_detail[0] = '\0';
	d->store_good = true;
}

/* ---- the policy ---- */

/* The first complaint, without its newline: the rest is in the log. */
static void
note_policy(struct daemon *d, const char *complaint)
{
	size_t length = strcspn(complaint, "\n");

	(void)text_print(d->policy_detail, sizeof d->policy_detail, "%.*s",
	    (int)length, complaint);
}

static void
log_complaints(const char *complaint, const char *consequence)
{
	const char *at = complaint;

	while (*at != '\0') {
		size_t length = strcspn(at, "\n");

		log_message(
		    LOG_LEVEL_ERROR, "policy-refused", "%.*s", (int)length, at);
		at += length;
		at += *at == '\n';
	}
	log_message(LOG_LEVEL_ERROR, "policy-refused", "%s", consequence);
}

/* The policy that was kept last; NULL when there is none.  free() it. */
static struct config *
kept_policy(struct daemon *d)
{
	char *text = malloc(STORE_POLICY_MAX);
	struct config *kept = malloc(sizeof *kept);

	if (text == NULL || kept == NULL || !d->store_good ||
	    store_kept_policy(d->store, text, STORE_POLICY_MAX) != OK ||
	    config_parse(kept, text) != OK) {
		free(kept);
		kept = NULL;
	}
	free(text);
	return kept;
}

/* Decides for password-less logins while the files are bad. */
static void
use_kept_policy(struct daemon *d)
{
	struct config *kept = kept_policy(d);

	if (kept != NULL)
		d->config = *kept;
	free(kept);
}

static void
keep_policy(struct daemon *d)
{
	char *text, *kept;

	if (!d->store_good)
		return;
	text = malloc(STORE_POLICY_MAX);
	kept = malloc(STORE_POLICY_MAX);
	if (text != NULL && kept != NULL &&
	    config_render(&d->config.policy, text, STORE_POLICY_MAX) == OK &&
	    (store_kept_policy(d->store, kept, STORE_POLICY_MAX) != OK ||
		strcmp(text, kept) != 0) &&
	    store_keep_policy(d->store, text) != OK)
		log_message(LOG_LEVEL_WARNING, "policy-not-kept",
		    "the policy is in force, but could not be kept in the "
		    "store");
	free(text);
	free(kept);
}

static bool
is_on(const struct policy *p)
{
	return p->enabled && p->ssh;
}

/*
 * What the policy is to the one that was kept last.  A file that got lost can
 * turn it all off, or let everybody in without a code: that must not pass
 * unseen.
 */
static const char *
policy_event(struct daemon *d)
{
	const struct policy *p = daemon_policy(d);
	struct config *kept = kept_policy(d);
	const char *event = "policy";

	if (kept != NULL && is_on(&kept->policy) && !is_on(p))
		event = "policy-turned-off";
	else if (kept != NULL && kept->policy.mode == POLICY_REQUIRED &&
	    p->mode != POLICY_REQUIRED)
		event = "policy-relaxed";
	free(kept);
	return event;
}

static void
log_policy(struct daemon *d)
{
	const struct policy *p = daemon_policy(d);
	const char *event = policy_event(d);
	struct log_line l;

	log_start(&l,
	    strcmp(event, "policy") == 0 ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING,
	    event);
	log_text(&l, "enabled", p->enabled ? "true" : "false");
	log_text(&l, "ssh", p->ssh ? "true" : "false");
	log_text(
	    &l, "policy", p->mode == POLICY_REQUIRED ? "required" : "optional");
	log_end(&l);
}

enum error
daemon_read_policy(struct daemon *d, bool first, char *complaint)
{
	struct config *fresh = malloc(sizeof *fresh);
	enum error e = ERR_MEMORY;

	if (fresh == NULL)
		return e;
	e = config_load(fresh, &d->place);
	if (complaint != NULL)
		(void)text_copy(
		    complaint, CONFIG_COMPLAINT_MAX, fresh->complaint);
	if (e == OK) {
		d->config = *fresh;
		d->policy_good = true;
		d->policy_detail[0] = '\0';
		log_policy(d);
		groups_log_unknown(daemon_policy(d), &d->groups);
		keep_policy(d);
	} else {
		note_policy(d, fresh->complaint);
		log_complaints(fresh->complaint,
		    d->policy_good
			? "the policy that was running stays in force"
			: "password logins are refused");
		if (first)
			use_kept_policy(d);
	}
	free(fresh);
	return e;
}
