#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doors/cli/import_google.h"

#define PERIOD 30 /* where no STEP_SIZE is given */
#define DIGITS 6  /* of all its codes */

/* A file while it is read. */
struct reading {
	struct wire_import_record *m;
	bool totp;	  /* it said so */
	const char *note; /* of the line that was read last */
};

/* ---- the secret ---- */

/* The five bits of c, as the module reads it; 32 for none. */
static unsigned int
base32_value(char c)
{
	if (c == '0')
		return 'O' - 'A';
	if (c == '1')
		return 'L' - 'A';
	if (c == '8')
		return 'B' - 'A';
	if (c >= '2' && c <= '7')
		return (unsigned int)(c - '2') + 26;
	if (c >= 'a' && c <= 'z')
		return (unsigned int)(c - 'a');
	return c >= 'A' && c <= 'Z' ? (unsigned int)(c - 'A') : 32;
}

/* Not RFC 4648: blanks and hyphens, letters that look alike, bits left over. */
static const char *
take_secret(struct reading *g, const char *text)
{
	unsigned int bits = 0, count = 0;

	for (; *text != '\0'; text++) {
		unsigned int v = base32_value(*text);

		if (strchr(" \t-", *text) != NULL)
			continue;
		if (v == 32)
			return "the secret is not base32";
		bits = (bits << 5 | v) & 0xfff;
		count += 5;
		if (count < 8)
			continue;
		if (g->m->secret_size == sizeof g->m->secret)
			return "the secret is longer than 64 bytes";
		count -= 8;
		g->m->secret[g->m->secret_size++] =
		    (uint8_t)(bits >> count & 0xff);
	}
	return g->m->secret_size == 0 ? "the secret is missing" : NULL;
}

/* ---- options ---- */

static const char *
take_nothing(struct reading *g, char *value)
{
	(void)g;
	(void)value;
	return NULL;
}

static const char *
take_totp(struct reading *g, char *value)
{
	(void)value;
	g->totp = true;
	return NULL;
}

static const char *
take_counter(struct reading *g, char *value)
{
	(void)g;
	(void)value;
	return "its codes follow a counter and not the time; set up a new "
	       "device for the user";
}

static const char *
take_disabled(struct reading *g, char *value)
{
	(void)g;
	(void)value;
	return "it is switched off for this user";
}

static const char *
take_step_size(struct reading *g, char *value)
{
	if (strcmp(value, "30") != 0 && strcmp(value, "60") != 0)
		return "a code stands for other than 30 or 60 seconds";
	g->m->period = value[0] == '3' ? 30 : 60;
	return NULL;
}

/* The steps that were used; all before them count as used too. */
static const char *
take_used(struct reading *g, char *value)
{
	char *rest = NULL;

	for (char *word = strtok_r(value, " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		uint64_t step;

		if (text_number(word, 0, INT64_MAX, &step) != OK)
			return "a code that was used has a time that is none";
		if (g->m->spent < (int64_t)step)
			g->m->spent = (int64_t)step;
	}
	return NULL;
}

static const char *
take_skew(struct reading *g, char *value)
{
	if (strcmp(value, "0") != 0 && strcmp(value, "-0") != 0)
		g->note = "the clock of this device is off, which was allowed "
			  "for; here it has to be set right";
	return NULL;
}

/* What is not here may be something that has to be obeyed. */
static const struct {
	const char *name;
	const char *(*take)(struct reading *g, char *value);
} options[] = {
    {"TOTP_AUTH", take_totp},
    {"HOTP_COUNTER", take_counter},
    {"OTP_DISABLED", take_disabled},
    {"STEP_SIZE", take_step_size},
    {"DISALLOW_REUSE", take_used},
    {"TIME_SKEW", take_skew},
    {"RATE_LIMIT", take_nothing},
    {"WINDOW_SIZE", take_nothing},
    {"RESETTING_TIME_SKEW", take_nothing},
};

/* LAST0 to LAST9: the logins of a period of grace. */
static bool
is_grace(const char *name)
{
	return text_starts(name, "LAST") && strlen(name) == 5 &&
	    name[4] >= '0' && name[4] <= '9';
}

static const char *
take_option(struct reading *g, char *text)
{
	size_t length = strcspn(text, " \t");
	char *value = text + length + strspn(text + length, " \t");

	if (text[length] != '\0')
		text[length] = '\0';
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (strcmp(text, options[i].name) == 0)
			return options[i].take(g, value);
	return is_grace(text) ? NULL : "it is no option that is known";
}

/* ---- scratch codes ---- */

static const char *
take_scratch(struct reading *g, const char *text)
{
	struct wire_import_record *m = g->m;
	uint64_t number;

	if (text_number(text, SCRATCH_MIN, SCRATCH_MAX, &number) != OK)
		return "it is no option and no scratch code of eight digits";
	if (m->scratch_count == RECOVERY_COUNT)
		return "there are more than ten scratch codes";
	m->scratch[m->scratch_count++].number = (uint32_t)number;
	return NULL;
}

/* ---- the file ---- */

static const char *
take_line(struct reading *g, struct lines *l)
{
	if (l->number == 1)
		return take_secret(g, l->line);
	if (l->line[0] == '\0')
		return NULL;
	if (text_starts(l->line, "\" "))
		return take_option(g, l->line + 2);
	return take_scratch(g, l->line);
}

void
google_read_lines(struct batch *b, const char *file, struct lines *l,
    struct wire_import_record *m)
{
	struct reading g = {.m = m};
	uint32_t bad = b->bad;
	const char *why;

	m->period = PERIOD;
	m->digits = DIGITS;
	while (lines_next(l, &why)) {
		g.note = NULL;
		if (why == NULL)
			why = take_line(&g, l);
		if (why != NULL)
			batch_refuse(b, file, l->number, why);
		if (g.note != NULL)
			batch_note(b, file, l->number, g.note);
	}
	if (l->number == 0)
		batch_refuse(b, file, 0, "it is empty");
	else if (bad == b->bad && !g.totp)
		batch_refuse(b, file, 0, "it does not say TOTP_AUTH");
	else if (bad == b->bad)
		batch_add(b, file, 1, m);
}
