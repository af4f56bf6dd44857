/*
 * Refusing a session of sftp in its own words: such a session has no terminal,
 * and what is on its standard error nobody sees.
 *
 *	client:  INIT	  request, id		request, id		...
 *	gate:	 VERSION  STATUS, id, the text	STATUS, id, the text
 *
 * This is version 3 of draft-ietf-secsh-filexfer-02, which every client speaks.
 *
 * Rules:
 *   - Nothing but VERSION and STATUS MUST be said: no file is ever touched.
 *   - Of what comes only lengths, types and ids MUST be looked at.
 */
#ifndef DOORS_GATE_SFTP_H
#define DOORS_GATE_SFTP_H

#include <stdint.h>

#define SFTP_REQUESTS 16 /* that are answered before it ends */
#define SFTP_TEXT_MAX 512

/*
 * Answers INIT and the requests that follow, from in to out, with text, which
 * is put on one line and cut where it is longer than SFTP_TEXT_MAX.  Ends with
 * the input, with the reader of out, with what is no packet, after
 * SFTP_REQUESTS, or at deadline (clock_milliseconds).
 */
void sftp_refuse(int in, int out, const char *text, int64_t deadline);

#endif
