#include "os/clock.h"

#include <string.h>
#include <sys/timex.h>
#include <time.h>

int64_t
clock_now(void)
{
	struct timespec t = {0, 0};

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}

int64_t
clock_milliseconds(void)
{
	struct timespec t = {0, 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
clock_is_synchronised(void)
{
	struct timex t;
	int state;

	memset(&t, 0, sizeof t); /* no mode: it only reads */
	state = adjtimex(&t);
	return state >= 0 && state != TIME_ERROR &&
	    (t.status & STA_UNSYNC) == 0;
}
