#include "term/news.h"

#include <criterion/criterion.h>
#include <string.h>

static char text[NEWS_TEXT_MAX];

Test(term_news, are_nothing_where_nothing_happened)
{
	static const struct wire_login_reply reply;

	cr_assert_str_eq(news_words(text, &reply), "");
}

Test(term_news, tell_what_how_often_and_when)
{
	const struct wire_login_reply reply = {.news_count = 2,
	    .news = {
		{NEWS_ADDED, 1, 1700000000}, {NEWS_TRUSTED, 3, 1700000060}}};

	cr_assert_str_eq(news_words(text, &reply),
	    "your second factor changed since your last login with a code:\n"
	    "  a device was added on 2023-11-14 22:13 UTC\n"
	    "  a key was trusted to log in without a code 3 times, last on "
	    "2023-11-14 22:14 UTC\n"
	    "if that was not you, tell your administrator");
}

/* All kinds at once have room, and a kind that is none is left out. */
Test(term_news, have_words_for_each_kind)
{
	struct wire_login_reply reply = {.news_count = NEWS_KINDS};
	unsigned int lines = 0;

	for (uint8_t i = 0; i < NEWS_KINDS; i++)
		reply.news[i] =
		    (struct wire_news){i, UINT8_MAX, INT64_C(253402300799)};
	(void)news_words(text, &reply);
	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	cr_expect_eq(lines, NEWS_KINDS + 1);
	cr_expect_null(strstr(text, "(null)"));
	cr_expect_not_null(strstr(text, "tell your administrator"));
	reply.news[0].kind = NEWS_KINDS;
	(void)news_words(text, &reply);
	cr_expect_null(strstr(text, "a device was added"));
}
