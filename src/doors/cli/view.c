#include "doors/cli/view.h"

#include <inttypes.h>
#include <pwd.h>
#include <time.h>

#include "base/text.h"
#include "doors/cli/say.h"
#include "term/setup.h"

const char *
view_name(const struct wire_user *u, char out[static NAME_MAX_BYTES])
{
	const struct passwd *account =
	    u->name[0] == '\0' ? getpwuid(u->uid) : NULL;

	if (u->name[0] != '\0')
		(void)text_copy(out, NAME_MAX_BYTES, u->name);
	else if (account == NULL ||
	    text_copy(out, NAME_MAX_BYTES, account->pw_name) != OK)
		(void)text_print(out, NAME_MAX_BYTES, "%u", u->uid);
	return out;
}

const char *
view_time(int64_t seconds, char out[static VIEW_TIME_MAX])
{
	time_t when = (time_t)seconds;
	struct tm local;

	if (seconds == 0)
		(void)text_copy(out, VIEW_TIME_MAX, "never");
	else if (localtime_r(&when, &local) == NULL ||
	    strftime(out, VIEW_TIME_MAX, "%Y-%m-%d %H:%M", &local) == 0)
		(void)text_copy(out, VIEW_TIME_MAX, "unknown");
	return out;
}

const char *
view_skew(int32_t seconds, char out[static VIEW_SKEW_MAX])
{
	(void)text_print(
	    out, VIEW_SKEW_MAX, seconds == 0 ? "%d s" : "%+d s", seconds);
	return out;
}

const char *
view_state(const struct wire_user *u)
{
	if (u->state == RECORD_BROKEN)
		return "broken";
	if (u->locked != 0)
		return "locked";
	if (u->state != RECORD_GOOD)
		return "none";
	return u->tries == 0 ? "no tries" : "good";
}

struct table *
view_users(FILE *out, bool wide)
{
	/* the narrow table is the wide one without its end */
	static const char *const headings[] = {"USER", "STATE", ">DEVICES",
	    "SINCE", "LAST USE", ">FAILED", ">TRIES", "FROM", ">SKEW", NULL};
	static const char *const narrow[] = {"USER", "STATE", ">DEVICES",
	    "SINCE", "LAST USE", ">FAILED", ">TRIES", NULL};

	return table_new(out, wide ? headings : narrow);
}

enum error
view_user(struct table *t, const struct wire_user *u)
{
	char skew[VIEW_SKEW_MAX];
	char name[NAME_MAX_BYTES], since[VIEW_TIME_MAX], last[VIEW_TIME_MAX];
	char devices[16], failed[16], tries[16];
	const char *const cells[] = {view_name(u, name), view_state(u), devices,
	    view_time(u->since, since), view_time(u->last, last), failed, tries,
	    u->last_from, u->last != 0 ? view_skew(u->skew, skew) : ""};

	since[VIEW_DAY] = '\0';
	(void)text_print(devices, sizeof devices, "%u", u->devices);
	(void)text_print(failed, sizeof failed, "%" PRIu32, u->failed);
	(void)text_print(tries, sizeof tries, "%" PRIu32, u->tries);
	return table_row(t, cells);
}

void
view_brake(const struct wire_status_reply *a, const char *word)
{
	char wait[32];

	if (a->user.failed > 0)
		say_fact("Wrong codes", "%" PRIu32 " since the last right one",
		    a->user.failed);
	if (a->user.locked != 0)
		say_fact("Locked",
		    "by too many wrong codes, until a recovery code is used or "
		    "root runs: otpgate unlock %s",
		    word);
	else if (a->wait > 0)
		say_fact("Tries left", "none; the next one comes in %s",
		    text_duration(wait, sizeof wait, a->wait));
	else
		say_fact("Tries left", "%" PRIu32, a->user.tries);
}

static enum error
add_device(struct table *t, const struct wire_device *d)
{
	char since[VIEW_TIME_MAX], last[VIEW_TIME_MAX], skew[VIEW_SKEW_MAX];
	char form[64];
	const char *const cells[] = {d->label,
	    d->confirmed != 0 ? "confirmed" : "pending",
	    view_time(d->created, since), view_time(d->last, last),
	    d->last != 0 ? view_skew(d->skew, skew) : "", form};

	since[VIEW_DAY] = '\0';
	(void)text_print(form, sizeof form, "%s, %u digits, %u s",
	    algorithm_word(d->algorithm), d->digits, d->period);
	return table_row(t, cells);
}

void
view_devices(FILE *out, const struct wire_device *device, size_t count)
{
	static const char *const headings[] = {
	    "DEVICE", "STATE", "SINCE", "LAST USE", ">SKEW", "CODES", NULL};
	struct table *t = table_new(out, headings);
	enum error e = t == NULL ? ERR_MEMORY : OK;

	for (size_t i = 0; i < count && e == OK; i++)
		e = add_device(t, &device[i]);
	table_end(&t);
	if (e != OK)
		complain("%s", error_text(e));
}

/* ---- JSON ---- */

void
view_json_user(struct json *j, const char *key, const struct wire_user *u)
{
	static const char *const states[] = {
	    [RECORD_BROKEN] = "broken",
	    [RECORD_ABSENT] = "absent",
	    [RECORD_GOOD] = "good",
	};
	char name[NAME_MAX_BYTES];

	json_open_object(j, key);
	json_text(j, "name", view_name(u, name));
	json_number(j, "uid", u->uid);
	json_text(j, "state",
	    u->state < RECORD_STATE_COUNT ? states[u->state] : NULL);
	json_number(j, "devices", u->devices);
	json_number(j, "recovery_left", u->recovery_left);
	json_truth(j, "locked", u->locked != 0);
	json_number(j, "failed", u->failed);
	json_number(j, "tries", u->tries);
	json_time(j, "since", u->since);
	json_time(j, "last", u->last);
	json_text(
	    j, "last_from", u->last_from[0] != '\0' ? u->last_from : NULL);
	json_number(j, "skew", u->skew);
	json_close_object(j);
}

void
view_json_device(struct json *j, const char *key, const struct wire_device *d)
{
	json_open_object(j, key);
	json_number(j, "id", d->id);
	json_text(j, "device", d->label);
	json_truth(j, "confirmed", d->confirmed != 0);
	json_text(j, "algorithm", algorithm_word(d->algorithm));
	json_number(j, "digits", d->digits);
	json_number(j, "period", d->period);
	json_time(j, "since", d->created);
	json_time(j, "last", d->last);
	json_number(j, "skew", d->skew);
	json_close_object(j);
}

void
view_json_status(struct json *j, const struct wire_status_reply *a)
{
	json_truth(j, "enabled", a->enabled != 0);
	json_truth(j, "ssh", a->ssh != 0);
	json_truth(j, "required", a->required != 0);
	json_text(j, "detail", a->detail[0] != '\0' ? a->detail : NULL);
	json_number(j, "wait", a->wait);
	view_json_user(j, "user", &a->user);
	json_open_list(j, "devices");
	for (size_t i = 0; i < a->device_count; i++)
		view_json_device(j, NULL, &a->device[i]);
	json_close_list(j);
}
