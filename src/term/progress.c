#include "term/progress.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define BAR 30 /* characters of the bar itself */

void
progress_start(struct progress *p, FILE *out, const char *what)
{
	*p = (struct progress){
	    .out = isatty(fileno(out)) ? out : NULL, .what = what};
}

/* In plain ASCII: whoever reads it may have any terminal. */
void
progress_show(struct progress *p, uint64_t done, uint64_t total, int64_t now)
{
	char bar[BAR + 1];
	uint64_t filled;

	if (p->out == NULL || total == 0 ||
	    (p->shown && now - p->drawn < PROGRESS_EVERY))
		return;
	if (done > total)
		done = total;
	filled = done * BAR / total;
	memset(bar, ' ', BAR);
	memset(bar, '#', filled);
	bar[BAR] = '\0';
	(void)fprintf(p->out, "\r%s [%s] %3" PRIu64 " %%", p->what, bar,
	    done * 100 / total);
	(void)fflush(p->out);
	p->drawn = now;
	p->shown = true;
}

void
progress_end(struct progress *p)
{
	/* The same length in blanks: not every terminal can clear a line. */
	if (p->shown)
		(void)fprintf(
		    p->out, "\r%*s\r", (int)strlen(p->what) + BAR + 9, "");
	if (p->shown)
		(void)fflush(p->out);
	p->shown = false;
}
