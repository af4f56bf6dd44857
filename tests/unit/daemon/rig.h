/*
 * A daemon in memory and on a store of its own, whose clock the test sets, and
 * which is asked through answer(), with real bytes, by any uid.
 */
#ifndef UNIT_DAEMON_RIG_H
#define UNIT_DAEMON_RIG_H

#include "daemon/answer.h"
#include "daemon/daemon.h"

#define RIG_NOW INT64_C(1700000010)

struct rig {
	char directory[64];
	char policy[128];
	char conf_d[128];
	char own[160];
	char store[128];
	int64_t now;
	struct config_place place;
	struct daemon daemon;
	struct caller caller; /* of the last connection */
	bool no_turn;	      /* the store gives none */
	int socket[2];	      /* the caller's, whose peer is this process */
};

/* A policy text with both switches on, and more where a test wants it. */
#define POLICY_ON "enabled = true; ssh = true;\n"

/* Makes everything; policy is the text of otpgate.conf. */
void rig_open(struct rig *f, const char *policy);
void rig_close(struct rig *f);

/* Puts text at path, owned by this process, mode 0640. */
void rig_write(const char *path, const char *text);

/* From now on uid asks, over a new connection. */
void rig_connect(struct rig *f, uint32_t uid);

/* Sends w's bytes in one turn of the store; the reply stays in the reader. */
enum status rig_send(
    struct rig *f, struct writer *w, enum verb verb, struct reader *r);

/* send_VERB(): the request of the caller, and the decoded reply. */
#define VERB_RIG(verb, request, reply)                                         \
	enum status send_##verb(struct rig *f, const struct wire_##request *q, \
	    struct wire_##reply *a);
VERB_LIST(VERB_RIG)
#undef VERB_RIG

/* The code of the device that an enroll_reply showed, at the step of now. */
void rig_code(const struct wire_enroll_reply *device, int64_t now,
    char out[static CODE_TEXT_MAX]);

/*
 * Enrolls and confirms a device for uid, as root, with the code of the step
 * before now; now's own is then still good.
 */
void rig_enroll(struct rig *f, uint32_t uid, struct wire_enroll_reply *device);

/* A login of uid with these methods. */
enum status rig_log_in(struct rig *f, uint32_t uid, const char *methods,
    const char *code, struct wire_login_reply *a);

#endif
