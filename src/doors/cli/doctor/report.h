/*
 * What doctor found: each finding with a word that stays the same for ever,
 * how bad it is, what is wrong and what to do.
 *
 * Rules:
 *   - An error MUST be what opens a way around the gate or refuses everybody;
 *     all else is a warning.
 *   - Text that came from outside MUST be escaped before it gets here.
 */
#ifndef DOORS_CLI_DOCTOR_REPORT_H
#define DOORS_CLI_DOCTOR_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#define FINDINGS_MAX 128
#define FINDING_TEXT_MAX 3072
#define FINDING_MEND_MAX 512
#define FINDING_WHOM_MAX 256

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_OK };

struct finding {
	enum severity severity;
	const char *id;
	char text[FINDING_TEXT_MAX];
	char
	    whom[FINDING_WHOM_MAX]; /* of whom it is true; "": of the machine */
	unsigned int more;	    /* of whom it is true as well */
	char mend[FINDING_MEND_MAX];
};

struct report {
	const char *id;	   /* of the check that is at work */
	const char *where; /* of the sshd that it looks at, before each text */
	size_t count;
	struct finding finding[FINDINGS_MAX];
	bool full; /* there was more */
};

/* "error", "warning", "ok". */
const char *severity_word(enum severity s);

/*
 * Adds a finding of the check at work.  whom: "" for the machine; where the
 * same was found of somebody else, whom joins that finding.
 */
void found(struct report *r, enum severity s, const char *whom,
    const char *mend, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* How many findings of that severity there are. */
size_t report_count(const struct report *r, enum severity s);

#endif
