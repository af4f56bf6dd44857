/*
 * What somebody typed at the prompt: a code, a recovery code or neither.
 */
#ifndef CORE_CODE_H
#define CORE_CODE_H

#include <stdint.h>

#define CODE_TEXT_MAX 64 /* bytes of an answer that is looked at, with NUL */

#define RECOVERY_COUNT 10 /* codes of one set */
#define RECOVERY_BYTES 15 /* 120 bits each */
#define RECOVERY_HASH 32  /* HMAC-SHA256 */

/* What an import brought in the place of recovery codes: eight digits. */
#define SCRATCH_DIGITS 8
#define SCRATCH_MIN 10000000
#define SCRATCH_MAX 99999999
/* "ABCD-EFGH-IJKL-MNOP-QRST-UVWX" and NUL */
#define RECOVERY_TEXT_MAX 30

enum code_kind {
	CODE_MALFORMED, /* neither; costs nothing, opens nothing */
	CODE_TOTP,
	CODE_RECOVERY
};

struct code {
	enum code_kind kind;
	uint32_t digits; /* CODE_TOTP: how many were typed, 6 to 8 */
	uint32_t number; /* CODE_TOTP: their value */
	uint8_t recovery[RECOVERY_BYTES]; /* CODE_RECOVERY */
};

/*
 * Reads text.  6 to 8 ASCII digits, with blanks between them or around them
 * as some apps show them, are a TOTP code; 24 characters of base32 in either
 * case, with hyphens or blanks between, are a recovery code; 0, 1 and 8 are
 * not letters of base32 and make it malformed.  The caller wipes *out.
 */
void code_read(struct code *out, const char *text);

/*
 * What code_read() takes text for, where the code itself is not wanted.
 */
enum code_kind code_kind_of(const char *text);

/* Writes a recovery code in groups of four; out holds RECOVERY_TEXT_MAX. */
void code_write_recovery(
    char *out, const uint8_t recovery[static RECOVERY_BYTES]);

#endif
