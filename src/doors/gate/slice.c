#include "doors/gate/slice.h"

#include <string.h>

struct slice
slice_read(struct reader *r)
{
	struct slice s = {NULL, 0};
	uint32_t size = read_u32(r);

	if (r->error == OK && size > r->left)
		r->error = ERR_SHORT;
	if (r->error != OK)
		return s;
	s.at = r->at;
	s.size = size;
	r->at += size;
	r->left -= size;
	return s;
}

struct slice
slice_text(struct slice s)
{
	if (s.size > 0 && s.at[s.size - 1] == '\0')
		s.size--;
	return s;
}

struct slice
slice_number(struct slice s)
{
	while (s.size > 0 && s.at[0] == 0) {
		s.at++;
		s.size--;
	}
	return s;
}

bool
slice_same(struct slice a, struct slice b)
{
	return a.size == b.size &&
	    (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool
slice_is(struct slice s, const char *text)
{
	return slice_same(s, (struct slice){(const void *)text, strlen(text)});
}
