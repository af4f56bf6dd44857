/* What a set-up at a login asks otpgated for. */
#ifndef DOORS_WISH_H
#define DOORS_WISH_H

#include <stdint.h>

#include "wire/message.h"

/*
 * Fills *out, which is zero, for the user of that name: whom it is for, and
 * what the app is to call it.  A name that is too long there gives way to the
 * uid, and a host that is not known stays "", for otpgated knows one too.
 */
void wish_fill(struct wire_enroll_request *out, uint32_t uid, const char *user);

#endif
