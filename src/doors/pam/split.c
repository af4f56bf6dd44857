/*
 * Password and code typed as one string, for clients that know one question
 * alone: the code is taken off before the password is looked at, and checked
 * after that, so that nobody without the password spends the budget.
 *
 * Rules:
 *   - It MUST NOT take anything off the password of somebody who is not going
 *     to be asked for a code.
 *   - It MUST NOT tell anybody anything, and let nobody in: not even whether a
 *     user is there.  So it asks everybody the same, and leaves no line in the
 *     log.
 */
#include "doors/pam/split.h"

#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/code.h"
#include "doors/pam/describe.h"
#include "places.h"

#define KEPT "otpgate_split"
#define QUESTION "Password, with your code (if you have one) right behind it: "
#define RECOVERY_LENGTH (RECOVERY_TEXT_MAX - 1)

static void
end_kept(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	explicit_bzero(data, sizeof(struct split));
	free(data);
}

const struct split *
split_find(const struct door *d)
{
	const void *data = NULL;

	if (pam_get_data(d->pamh, KEPT, &data) != PAM_SUCCESS)
		return NULL;
	return data;
}

/* libpam ends what is put over. */
void
split_end(const struct door *d)
{
	(void)pam_set_data(d->pamh, KEPT, NULL, NULL);
}

/* ---- where the code begins ---- */

/* True when what text ends in, length bytes, is such a code as written. */
static bool
ends_in(const char *text, size_t length, enum code_kind kind)
{
	size_t all = strlen(text);
	const char *tail = text + all - length;

	if (length == 0 || all < length)
		return false;
	if (kind == CODE_TOTP)
		return strspn(tail, "0123456789") == length &&
		    code_kind_of(tail) == CODE_TOTP;
	/* As it is printed: a password may well end in 24 letters. */
	for (size_t i = 0; i < length; i++)
		if ((i % 5 == 4) != (tail[i] == '-'))
			return false;
	return code_kind_of(tail) == CODE_RECOVERY;
}

/* Bytes of the code that text ends in. */
static size_t
code_length(const char *text, size_t digits)
{
	if (ends_in(text, RECOVERY_LENGTH, CODE_RECOVERY))
		return RECOVERY_LENGTH;
	return ends_in(text, digits, CODE_TOTP) ? digits : 0;
}

/* ---- taking it off ---- */

/* Sets the password that later lines see to its first length bytes. */
static int
cut_password(struct door *d, const char *typed, size_t length)
{
	char *rest = strndup(typed, length);
	int r;

	if (rest == NULL)
		return PAM_BUF_ERR;
	r = pam_set_item(d->pamh, PAM_AUTHTOK, rest);
	explicit_bzero(rest, length);
	free(rest);
	return r;
}

/* True when a code will be asked for; *digits: of each one. */
static bool
is_challenged(struct door *d, size_t *digits)
{
	struct wire_login_request request;
	struct wire_digits_reply reply = {0};
	enum status status = STATUS_REFUSED;

	*digits = 0;
	if (door_find_user(d) != PAM_SUCCESS ||
	    ask_open(&d->ask, PATH_SOCKET) != OK)
		return false;
	describe_login(d, false, "", &request);
	if (ask_digits(&d->ask, &request, &reply, &status) == OK &&
	    status == STATUS_OK)
		*digits = reply.digits;
	ask_close(&d->ask);
	return status == STATUS_OK && reply.challenged != 0;
}

static int
split(struct door *d, struct split *out)
{
	const char *typed;
	size_t length, all, digits;

	if (pam_get_authtok(d->pamh, PAM_AUTHTOK, &typed, QUESTION) !=
		PAM_SUCCESS ||
	    typed == NULL)
		return PAM_CONV_ERR;
	if (!is_challenged(d, &digits))
		return PAM_SUCCESS;
	all = strlen(typed);
	length = code_length(typed, digits);
	if (text_copy(out->code, sizeof out->code, typed + all - length) != OK)
		return PAM_BUF_ERR;
	return length == 0 ? PAM_SUCCESS : cut_password(d, typed, all - length);
}

/* The line that checks finds this also where nothing was to be taken off. */
int
split_run(struct door *d)
{
	struct split *kept;
	int r;

	split_end(d); /* of a try before this one */
	kept = calloc(1, sizeof *kept);
	if (kept == NULL)
		return PAM_BUF_ERR;
	r = split(d, kept);
	if (r == PAM_SUCCESS)
		r = pam_set_data(d->pamh, KEPT, kept, end_kept);
	if (r != PAM_SUCCESS) {
		end_kept(d->pamh, kept, 0);
		return r;
	}
	return PAM_IGNORE;
}
