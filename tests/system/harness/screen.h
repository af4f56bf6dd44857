/*
 * What a person sees on a terminal, and what a camera in front of it reads:
 * the screen is painted, on a dark and on a light ground, and zbarimg(1) scans
 * the pictures.
 *
 * Beside oathtool(1), otpauth of npm reads the same URI: a second app that is
 * not ours, and not written with ours in mind.
 */
#ifndef SYSTEM_SCREEN_H
#define SYSTEM_SCREEN_H

#include <stdint.h>

#include "terminal.h"
#include "user.h"

/*
 * The text of the QR code that stands whole on t's screen now.  "" when no
 * picture of it can be scanned; fails where one of the two can and the other
 * one cannot, or they differ.
 */
const char *screen_scan(const struct terminal *t);

/* The rows of the screen, as text, a newline behind each. */
const char *screen_text(const struct terminal *t);

/* The key in groups of four on the screen, as one word. */
const char *screen_key(const struct terminal *t);

/* Takes the secret of an otpauth URI, and all that belongs to it. */
void phone_scan(struct phone *p, const char *uri);

/* The code that otpauth of npm makes of uri, for that step of p's time. */
const char *app_code(const char *uri, const struct phone *p, int64_t step);

#endif
