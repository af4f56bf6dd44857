/*
 * News: what happened to somebody's factor since the login that was told last.
 * The owner hears of it once, so that what somebody else did does not go
 * unnoticed.
 */
#ifndef CORE_NEWS_H
#define CORE_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The numbers are stored, and cross the socket: append, never reorder. */
enum news_kind {
	NEWS_ADDED,	     /* one more device counts */
	NEWS_RENEWED,	     /* a device has another secret */
	NEWS_REMOVED,	     /* a device that counted is gone */
	NEWS_RECOVERY_USED,  /* a recovery code, or a scratch code */
	NEWS_RECOVERY_DRAWN, /* new ones took the places of the old */
	NEWS_TRUSTED,	     /* a public key lets in without a code */
	NEWS_CLEARED,	     /* root took the factor away */
	NEWS_UNLOCKED,	     /* root gave all tries back */
	NEWS_KINDS
};

struct news {
	uint8_t count[NEWS_KINDS]; /* 255: that often, or more often */
	int64_t last[NEWS_KINDS];  /* seconds since 1970; 0 without a count */
};

/* It has happened now. */
void news_note(struct news *n, enum news_kind kind, int64_t now);

/* Takes away what was told; what came since stays. */
void news_drop(struct news *n, const struct news *told);

/* True when there are any. */
bool news_any(const struct news *n);

/* As bytes, and back: ERR_RANGE for what news_write() does not write. */
void news_write(const struct news *n, struct writer *w);
void news_read(struct news *n, struct reader *r);

#endif
