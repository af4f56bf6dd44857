/*
 * otpauth:// URIs, as the authenticator apps read them out of a QR code: the
 * key-uri format of Google Authenticator, which the common apps share.
 */
#ifndef CORE_OTPAUTH_H
#define CORE_OTPAUTH_H

#include <stddef.h>

#include "base/error.h"
#include "core/record.h"

#define OTPAUTH_MAX 640 /* bytes of a URI, its NUL among them */

/*
 * Writes otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=...&algorithm=...
 * &digits=...&period=... into out.  Issuer and account are percent-encoded
 * (RFC 3986 section 2.1, all but the unreserved characters); colons in either
 * would end the label early and are encoded too.  An empty issuer leaves out
 * "ISSUER:" and "&issuer=".  ERR_LONG when it does not fit, ERR_RANGE when the
 * device has no secret or a form that is none of ours; out is then empty.  The
 * caller wipes out: it holds the secret.
 */
enum error otpauth_write(char *out, size_t size, const char *issuer,
    const char *account, const struct device *device);

#endif
