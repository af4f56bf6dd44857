/*
 * Rule: a list that is not understood MUST count as a password.
 */
#include "core/methods.h"

#include <stddef.h>
#include <string.h>

/* A word of a list: where it starts and how long it is. */
struct word {
	const char *at;
	size_t length;
};

/* The word that starts at text; it ends before a comma or at the end. */
static struct word
word_at(const char *text)
{
	return (struct word){text, strcspn(text, ",")};
}

/* The word after w, or one of NULL when w was the last. */
static struct word
word_next(struct word w)
{
	if (w.at[w.length] == '\0')
		return (struct word){NULL, 0};
	return word_at(w.at + w.length + 1);
}

static bool
word_is(struct word w, const char *name)
{
	return w.length == strlen(name) && memcmp(w.at, name, w.length) == 0;
}

/* Names of methods as RFC 4250 section 4.6.1 has them, and sshd's "/pam". */
static bool
word_well_formed(struct word w)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.@/+";

	return w.length > 0 && w.length < METHOD_MAX &&
	    strspn(w.at, allowed) >= w.length;
}

static bool
word_passwordless(struct word w)
{
	static const char gssapi[] = "gssapi-";
	const size_t length = sizeof gssapi - 1;

	return word_is(w, "publickey") || word_is(w, "hostbased") ||
	    (w.length > length && memcmp(w.at, gssapi, length) == 0);
}

/* True when name is w, or what stands before a "/" in w. */
static bool
word_named(struct word w, struct word name)
{
	return name.length > 0 && name.length <= w.length &&
	    memcmp(w.at, name.at, name.length) == 0 &&
	    (name.length == w.length || w.at[name.length] == '/');
}

/* True when w stands in named. */
static bool
word_listed(struct word w, const char *named)
{
	struct word name = word_at(named);

	while (name.at != NULL && !word_named(w, name))
		name = word_next(name);
	return name.at != NULL;
}

enum login_class
methods_classify(const char *list, const char *believed)
{
	if (strnlen(list, METHODS_MAX) == METHODS_MAX)
		return LOGIN_PASSWORD;
	for (struct word w = word_at(list); w.at != NULL; w = word_next(w))
		if (!word_well_formed(w) || !word_passwordless(w) ||
		    !word_listed(w, believed))
			return LOGIN_PASSWORD;
	return LOGIN_PASSWORDLESS;
}

bool
methods_intersect(const char *list, const char *named)
{
	for (struct word w = word_at(list); w.at != NULL; w = word_next(w))
		if (word_listed(w, named))
			return true;
	return false;
}

bool
methods_known(const char *word)
{
	static const char *const known[] = {"password", "publickey",
	    "keyboard-interactive", "keyboard-interactive/pam", "hostbased",
	    "gssapi-with-mic", "gssapi-keyex"};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(word, known[i]) == 0)
			return true;
	return false;
}
