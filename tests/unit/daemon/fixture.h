/*
 * A daemon in memory and on a store of its own, whose clock the test sets, and
 * which is asked through answer(), with real bytes, by any uid.
 */
#ifndef UNIT_DAEMON_FIXTURE_H
#define UNIT_DAEMON_FIXTURE_H

#include "daemon/answer.h"
#include "daemon/daemon.h"

#define FIXTURE_NOW INT64_C(1700000010)

struct fixture {
	char directory[64];
	char policy[128];
	char conf_d[128];
	char own[160];
	char store[128];
	int64_t now;
	struct config_place place;
	struct daemon daemon;
	struct caller caller; /* of the last connection */
};

/* A policy text with both switches on, and more where a test wants it. */
#define POLICY_ON "enabled = true; ssh = true;\n"

/* Makes everything; policy is the text of otpgate.conf. */
void fixture_open(struct fixture *f, const char *policy);
void fixture_close(struct fixture *f);

/* Puts text at path, owned by this process, mode 0640. */
void fixture_write(const char *path, const char *text);

/* From now on uid asks, over a new connection. */
void fixture_connect(struct fixture *f, uint32_t uid);

/* Sends w's bytes in one turn of the store; the reply stays in the reader. */
enum status fixture_send(
    struct fixture *f, struct writer *w, enum verb verb, struct reader *r);

/* send_VERB(): the request of the caller, and the decoded reply. */
#define VERB_FIXTURE(verb, request, reply)         \
	enum status send_##verb(struct fixture *f, \
	    const struct wire_##request *q, struct wire_##reply *a);
VERB_LIST(VERB_FIXTURE)
#undef VERB_FIXTURE

/* The code of the device that an enroll_reply showed, at the step of now. */
void fixture_code(const struct wire_enroll_reply *device, int64_t now,
    char out[static CODE_TEXT_MAX]);

/*
 * Enrolls and confirms a device for uid, as root, with the code of the step
 * before now; now's own is then still good.
 */
void fixture_enroll(
    struct fixture *f, uint32_t uid, struct wire_enroll_reply *device);

/* A login of uid with these methods. */
enum status fixture_log_in(struct fixture *f, uint32_t uid, const char *methods,
    const char *code, struct wire_login_reply *a);

#endif
