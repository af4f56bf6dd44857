/* Text that every client shows as it is. */
#ifndef DOORS_PAM_ASCII_H
#define DOORS_PAM_ASCII_H

/*
 * Makes text plain ASCII, in place: a letter of another alphabet (UTF-8)
 * becomes one "?", and a control character but the newline goes.
 */
void ascii_only(char *text);

#endif
