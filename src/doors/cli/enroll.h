/*
 * What enroll has in common with enrolling many.
 */
#ifndef DOORS_CLI_ENROLL_H
#define DOORS_CLI_ENROLL_H

#include <stdbool.h>

#include "doors/cli/grammar.h"
#include "term/json.h"
#include "wire/message.h"

/*
 * Takes what was said of the device: label, digits, period, algorithm.  False,
 * after a complaint, when one of them cannot be.
 */
bool enroll_form(const struct given *g, struct wire_enroll_request *q);

/*
 * What the app is to call it: name, on this host.  False when the name is too
 * long for a QR code.
 */
bool enroll_account(struct wire_enroll_request *q, const char *name);

/* The new device, with its secret, as an object. */
void enroll_json(struct json *j, const struct wire_enroll_reply *a);

#endif
