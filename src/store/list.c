#include "store/store.h"

#include <string.h>

#include "store/query.h"

enum error
store_list(struct store *s, uint32_t from, uint32_t *uids, uint32_t *count)
{
	struct query q;

	*count = 0;
	query_start(&q, s, SQL_LIST);
	query_integer(&q, from);
	query_integer(&q, STORE_PAGE);
	while (*count < STORE_PAGE && query_row(&q))
		uids[(*count)++] = (uint32_t)row_integer(&q, 0);
	return query_end(&q);
}

static enum error
count_of(struct store *s, const char *key, uint64_t *out)
{
	struct query q;
	int64_t n = 0;
	enum error e = ERR_UNSET;

	query_start(&q, s, SQL_META);
	query_text(&q, key);
	if (query_row(&q))
		n = row_integer(&q, 0);
	e = query_end(&q);
	*out = e == OK && n > 0 ? (uint64_t)n : 0;
	return e;
}

enum error
store_count(struct store *s, uint64_t *users)
{
	return count_of(s, "users", users);
}

enum error
store_count_enrolled(struct store *s, uint64_t *users)
{
	return count_of(s, "enrolled", users);
}

enum error
store_keep_policy(struct store *s, const char *text)
{
	struct query q;

	if (strlen(text) >= STORE_POLICY_MAX)
		return ERR_LONG;
	query_start(&q, s, SQL_KEEP_POLICY);
	query_text(&q, text);
	return query_run(&q);
}

enum error
store_kept_policy(struct store *s, char *out, size_t size)
{
	struct query q;
	enum error e = ERR_ABSENT;
	enum error end;

	out[0] = '\0';
	query_start(&q, s, SQL_META);
	query_text(&q, "policy");
	if (query_row(&q))
		e = row_text(&q, 0, out, size);
	end = query_end(&q);
	return end == OK ? e : end;
}
