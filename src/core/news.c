#include "core/news.h"

void
news_note(struct news *n, enum news_kind kind, int64_t now)
{
	if (n->count[kind] < UINT8_MAX)
		n->count[kind]++;
	n->last[kind] = now;
}

void
news_drop(struct news *n, const struct news *told)
{
	for (unsigned int i = 0; i < NEWS_KINDS; i++) {
		n->count[i] = (uint8_t)(n->count[i] -
		    (told->count[i] < n->count[i] ? told->count[i]
						  : n->count[i]));
		if (n->count[i] == 0)
			n->last[i] = 0;
	}
}

bool
news_any(const struct news *n)
{
	for (unsigned int i = 0; i < NEWS_KINDS; i++)
		if (n->count[i] != 0)
			return true;
	return false;
}

/* Those kinds alone of which there are any, in their order. */
void
news_write(const struct news *n, struct writer *w)
{
	unsigned int kinds = 0;

	for (unsigned int i = 0; i < NEWS_KINDS; i++)
		kinds += n->count[i] != 0;
	write_u8(w, (uint8_t)kinds);
	for (unsigned int i = 0; i < NEWS_KINDS; i++) {
		if (n->count[i] == 0)
			continue;
		write_u8(w, (uint8_t)i);
		write_u8(w, n->count[i]);
		write_i64(w, n->last[i]);
	}
}

/* One kind, of which least and those above it are to come. */
static void
read_kind(struct news *n, struct reader *r, unsigned int *least)
{
	unsigned int kind = read_u8(r);
	uint8_t count = read_u8(r);
	int64_t last = read_i64(r);

	if (r->error == OK &&
	    (kind < *least || kind >= NEWS_KINDS || count == 0))
		r->error = ERR_RANGE;
	if (r->error != OK)
		return;
	n->count[kind] = count;
	n->last[kind] = last;
	*least = kind + 1;
}

void
news_read(struct news *n, struct reader *r)
{
	unsigned int least = 0;

	for (unsigned int left = read_u8(r); left > 0 && r->error == OK; left--)
		read_kind(n, r, &least);
}
