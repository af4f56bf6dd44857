#include "term/news.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

/* UTC: a door of root's must not read a user's zone. */
static const char *
day_of(int64_t seconds, char out[static 32])
{
	time_t when = (time_t)seconds;
	struct tm utc;

	if (gmtime_r(&when, &utc) == NULL ||
	    strftime(out, 32, "%Y-%m-%d %H:%M UTC", &utc) == 0)
		out[0] = '\0';
	return out;
}

/* One line, of room bytes at most. */
static void
write_line(char *out, size_t room, const struct wire_news *n)
{
	static const char *const happened[NEWS_KINDS] = {
	    [NEWS_ADDED] = "a device was added",
	    [NEWS_RENEWED] = "a device got a new secret",
	    [NEWS_REMOVED] = "a device was removed",
	    [NEWS_RECOVERY_USED] = "a recovery code was used",
	    [NEWS_RECOVERY_DRAWN] = "new recovery codes were made",
	    [NEWS_TRUSTED] = "a key was trusted to log in without a code",
	    [NEWS_CLEARED] = "an administrator cleared it",
	    [NEWS_UNLOCKED] = "an administrator unlocked it",
	};
	char day[32];

	if (n->kind >= NEWS_KINDS)
		return;
	if (n->count == 1)
		(void)text_print(out, room, "\n  %s on %s", happened[n->kind],
		    day_of(n->last, day));
	else
		(void)text_print(out, room, "\n  %s %u times, last on %s",
		    happened[n->kind], n->count, day_of(n->last, day));
}

const char *
news_words(char out[static NEWS_TEXT_MAX], const struct wire_login_reply *reply)
{
	out[0] = '\0';
	if (reply->news_count == 0)
		return out;
	(void)text_copy(out, NEWS_TEXT_MAX,
	    "your second factor changed since your last login with a code:");
	for (size_t i = 0; i < reply->news_count; i++) {
		size_t used = strlen(out);

		write_line(out + used, NEWS_TEXT_MAX - used, &reply->news[i]);
	}
	(void)text_print(out + strlen(out), NEWS_TEXT_MAX - strlen(out),
	    "\nif that was not you, tell your administrator");
	return out;
}
