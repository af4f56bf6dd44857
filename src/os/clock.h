/* The only readings of the clocks. */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970, as the machine believes; steps when it is set. */
int64_t clock_now(void);

/* Milliseconds of a clock that never steps, for deadlines. */
int64_t clock_milliseconds(void);

/* True where the kernel was told that the clock is set right (adjtimex(2)). */
bool clock_is_synchronised(void);

#endif
