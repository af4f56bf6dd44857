/*
 * How many connections each user holds.
 *
 * Strangers of one uid must not shut out others: every uid has a limit of its
 * own, and within it logins that wait for a code count apart from connections
 * that say nothing.  Root's doors act for many users, and so does the one that
 * sshd asks for keys: their connections have only the limit of all.
 */
#ifndef DAEMON_QUOTA_H
#define DAEMON_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#define QUOTA_CONNECTIONS 48 /* of one uid, the doors' apart */
#define QUOTA_WAITING 16     /* logins of one user that wait for a code */
#define QUOTA_SESSIONS 4     /* of these, of one connection of sshd */
#define QUOTA_ALL 4096	     /* connections in all */
#define QUOTA_ROOT 256	     /* of these, kept for root */
#define QUOTA_CROWD 1024     /* so many are looked at more closely */

struct quota;

/* keys: the uid of the account that runs `keys`. */
struct quota *quota_new(uint32_t keys);
void quota_free(struct quota **q);

/*
 * Counts one connection of uid.  False, and nothing counted, when the uid or
 * all have their fill, or memory is out.
 */
bool quota_enter(struct quota *q, uint32_t uid);
void quota_leave(struct quota *q, uint32_t uid);

/*
 * True from QUOTA_CROWD connections on: only uids of the machine's own users
 * have a place then (os/peer.h), for the limits are each uid's.
 */
bool quota_crowded(const struct quota *q);

/* Logins of uid that wait for a code. */
uint32_t quota_waiting(const struct quota *q, uint32_t uid);

/* One more, one less.  False when memory is out. */
bool quota_wait(struct quota *q, uint32_t uid);
void quota_wait_over(struct quota *q, uint32_t uid);

#endif
