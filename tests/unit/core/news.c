#include "core/news.h"

#include <criterion/criterion.h>
#include <string.h>

Test(core_news, counts_what_happens)
{
	struct news n = {0};

	cr_assert_not(news_any(&n));
	news_note(&n, NEWS_TRUSTED, 100);
	news_note(&n, NEWS_TRUSTED, 200);
	cr_assert(news_any(&n));
	cr_expect_eq(n.count[NEWS_TRUSTED], 2);
	cr_expect_eq(n.last[NEWS_TRUSTED], 200);
	cr_expect_eq(n.count[NEWS_ADDED], 0);
	for (int i = 0; i < 1000; i++)
		news_note(&n, NEWS_TRUSTED, 300 + i);
	cr_expect_eq(n.count[NEWS_TRUSTED], UINT8_MAX);
	cr_expect_eq(n.last[NEWS_TRUSTED], 1299);
}

Test(core_news, keeps_what_came_after_it_was_told)
{
	struct news n = {0}, told;

	news_note(&n, NEWS_RECOVERY_USED, 100);
	news_note(&n, NEWS_CLEARED, 100);
	told = n;
	news_note(&n, NEWS_RECOVERY_USED, 200);
	news_drop(&n, &told);
	cr_expect_eq(n.count[NEWS_RECOVERY_USED], 1);
	cr_expect_eq(n.last[NEWS_RECOVERY_USED], 200);
	cr_expect_eq(n.count[NEWS_CLEARED], 0);
	cr_expect_eq(n.last[NEWS_CLEARED], 0);
	news_drop(&n, &n);
	cr_expect_not(news_any(&n));
}

static size_t
write_all(const struct news *n, uint8_t out[static 128])
{
	struct writer w;

	writer_init(&w, out, 128);
	news_write(n, &w);
	cr_assert_eq(w.error, OK);
	return w.used;
}

Test(core_news, come_back_as_they_were_written)
{
	struct news n = {0}, back;
	uint8_t bytes[128];
	struct reader r;

	cr_assert_eq(write_all(&n, bytes), 1);
	for (unsigned int kind = 0; kind < NEWS_KINDS; kind++) {
		for (unsigned int i = 0; i <= kind; i++)
			news_note(&n, (enum news_kind)kind, 100 + i);
		memset(&back, 0, sizeof back);
		reader_init(&r, bytes, write_all(&n, bytes));
		news_read(&back, &r);
		cr_assert_eq(reader_finish(&r), OK);
		cr_assert_eq(memcmp(&back, &n, sizeof n), 0);
	}
}

Test(core_news, refuse_bytes_that_they_do_not_write)
{
	static const uint8_t texts[][22] = {
	    {NEWS_KINDS + 1},	/* too many */
	    {1, NEWS_KINDS, 1}, /* of a kind that is none */
	    {1, 0, 0},		/* none of it */
	    {2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, /* twice the same */
	    {2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, /* in another order */
	};
	static const size_t sizes[] = {1, 11, 11, 21, 21};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct news n = {0};
		struct reader r;

		reader_init(&r, texts[i], sizes[i]);
		news_read(&n, &r);
		cr_expect_neq(reader_finish(&r), OK, "%zu", i);
	}
}
