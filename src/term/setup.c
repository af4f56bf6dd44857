#include "term/setup.h"

#include "base/text.h"

#define SHOWN_MAX 512
#define ROWS_KEPT 1 /* for the question below the QR code */

const char *
algorithm_word(unsigned int algorithm)
{
	static const char *const words[] = {
	    [ALGORITHM_SHA1] = "SHA1",
	    [ALGORITHM_SHA256] = "SHA256",
	    [ALGORITHM_SHA512] = "SHA512",
	};

	return algorithm < ALGORITHM_COUNT ? words[algorithm] : "unknown";
}

static void
show_key(FILE *out, const char *key)
{
	(void)fputs("    key       ", out);
	for (size_t i = 0; key[i] != '\0'; i++) {
		if (i % 4 == 0)
			(void)putc(' ', out);
		(void)putc(key[i], out);
	}
	(void)putc('\n', out);
}

static void
show_text(FILE *out, const char *name, const char *value)
{
	char shown[SHOWN_MAX];

	(void)fprintf(out, "    %-9s  %s\n", name,
	    text_escape_utf8(shown, sizeof shown, value));
}

static void
show_qr(FILE *out, const struct wire_enroll_reply *r,
    const struct qr_screen *screen)
{
	struct qr q = {r->qr_side, r->qr, r->qr_size};
	enum error e = qr_draw(out, &q, screen, ROWS_KEPT);
	size_t columns, rows;

	if (e == OK)
		return;
	if (e != ERR_RANGE) {
		(void)fputs("There is no QR code of it: type the key into the "
			    "app.\n\n",
		    out);
		return;
	}
	qr_least(&q, screen, &columns, &rows);
	(void)fprintf(out,
	    "This window is too small for the QR code, which takes %zu columns "
	    "and %zu\nrows: type the key into the app, or make the window "
	    "larger and begin again.\n\n",
	    columns, rows + ROWS_KEPT);
}

void
setup_show(FILE *out, const struct wire_enroll_reply *r,
    const struct qr_screen *screen)
{
	show_key(out, r->secret);
	show_text(out, "issuer", r->issuer);
	show_text(out, "account", r->account);
	(void)fprintf(out,
	    "    %-9s  time-based (TOTP)\n"
	    "    %-9s  %u\n"
	    "    %-9s  %u seconds\n"
	    "    %-9s  %s\n\n",
	    "type", "digits", r->device.digits, "period", r->device.period,
	    "algorithm", algorithm_word(r->device.algorithm));
	show_qr(out, r, screen);
}

void
setup_show_recovery(FILE *out, const struct wire_recovery_reply *r)
{
	if (r->code_count == 0)
		return;
	(void)fputs("\nYour recovery codes. Each opens one login in place of "
		    "a code, for the day that\nthe app is lost. Keep them "
		    "safe, away from it; they are not shown again.\n\n",
	    out);
	for (size_t i = 0; i < r->code_count; i++)
		(void)fprintf(out, "    %s%s", r->code[i].text,
		    i % 2 == 1 || i + 1 == r->code_count ? "\n" : "");
	(void)putc('\n', out);
	if (r->devices == 1)
		(void)fputs("A second device is a good backup; to set one up, "
			    "run: otpgate enroll\n",
		    out);
}
