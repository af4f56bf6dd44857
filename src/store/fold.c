/*
 * Rules:
 *   - A tally that was journalled after the cut MUST stay in force: only what
 *     is a user's newest is moved, and only up to the cut.
 *   - The rows, the journal and the mark of how far it is folded MUST change
 *     in one transaction.
 */
#include "store/store.h"

#include "store/query.h"

/* Folds what the journal holds up to number cut. */
static enum error
fold_to(struct store *s, int64_t cut)
{
	static const enum sql steps[] = {
	    SQL_FOLD_USERS, SQL_FOLD_LATEST, SQL_FOLD_JOURNAL, SQL_FOLDED};
	struct query q;
	enum error e = OK;

	for (size_t i = 0; e == OK && i < sizeof steps / sizeof steps[0]; i++) {
		query_start(&q, s, steps[i]);
		query_integer(&q, cut);
		e = query_run(&q);
	}
	return e;
}

enum error
store_fold(struct store *s, uint32_t rows, uint64_t *left)
{
	int64_t cut = s->journalled;
	enum error e = ERR_UNSET;

	*left = store_unfolded(s);
	if (*left == 0 || rows == 0)
		return OK;
	if (*left > rows)
		cut = s->folded + rows;
	e = store_begin(s);
	if (e != OK)
		return e;
	e = fold_to(s, cut);
	if (e != OK)
		store_rollback(s);
	else
		e = store_commit(s);
	if (e != OK)
		return e;
	s->folded = cut;
	*left = store_unfolded(s);
	return OK;
}

uint64_t
store_unfolded(const struct store *s)
{
	return (uint64_t)(s->journalled - s->folded);
}
