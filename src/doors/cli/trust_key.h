/*
 * The text of a public key file, as ssh-keygen(1) makes it, and lengths of
 * time.  Pure.
 */
#ifndef DOORS_CLI_TRUST_KEY_H
#define DOORS_CLI_TRUST_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "core/pubkey.h"

/* Bytes of a file that is looked at: the longest key, and a long comment. */
#define KEY_TEXT_MAX 8192

enum key_text {
	KEY_TEXT_NONE,	    /* no line holds anything */
	KEY_TEXT_FOREIGN,   /* what is there is no key in OpenSSH's form */
	KEY_TEXT_PRIVATE,   /* it is a private key */
	KEY_TEXT_OPTIONS,   /* something stands before the key */
	KEY_TEXT_AUTHORITY, /* it names a certificate authority */
	KEY_TEXT_MANY,	    /* more than one key */
	KEY_TEXT_LONG,	    /* longer than any key that is taken */
	KEY_TEXT_GOOD,
	KEY_TEXT_COUNT
};

/*
 * Reads the one key of text, of which blank lines and those that begin with
 * "#" are passed over, and whose comment says nothing.  What is within the key
 * is not looked at.
 */
enum key_text key_text_read(
    const char *text, uint8_t out[static PUBKEY_MAX], size_t *size);

/* Why it is none: a sentence. */
const char *key_text_words(enum key_text state);

/*
 * Seconds that "90m", "8h" or "2d" stand for, at least one.  ERR_FORMAT,
 * ERR_RANGE.
 */
enum error time_text_read(const char *text, uint32_t *seconds);

#endif
