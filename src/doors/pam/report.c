#include "doors/pam/pam.h"
#include "os/syslog.h"

void
door_note(const struct door *d, enum log_level level, const char *event,
    const char *reason)
{
	struct log_line l;

	log_start(&l, level, event);
	log_text(&l, "phase", d->phase);
	log_text(&l, "user", d->user);
	log_text(&l, "service", d->service);
	log_text(&l, "address", d->address);
	log_text(&l, "methods", d->methods);
	log_text(&l, "reason", reason);
	syslog_once("pam_otpgate", level, l.text);
}

int
door_refuse_silence(const struct door *d, int code, const char *reason)
{
	door_note(d, LOG_LEVEL_NOTICE, "pam-refused", reason);
	return code;
}

int
door_refuse(const struct door *d, int code, const char *reason)
{
	door_note(d, LOG_LEVEL_WARNING, "pam-refused", reason);
	return code;
}
