/* A mount that is found is one above the path, and no longer one is there. */
#include "doors/cli/doctor/mounts.h"
#include "fuzz/fuzz.h"

#define PATH "/home/a"

static bool
is_above(const char *place)
{
	return strcmp(place, "/") == 0 || strcmp(place, "/home") == 0 ||
	    strcmp(place, "/home/") == 0 || strcmp(place, PATH) == 0 ||
	    strcmp(place, PATH "/") == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const char *at = text;
	struct mount hit, each;
	bool found = mounts_find(text, PATH, &hit);

	must(!found || is_above(hit.place));
	while (mounts_next(&at, &each)) {
		must(strpbrk(each.type, " \n") == NULL);
		must(!is_above(each.place) ||
		    (found && strlen(hit.place) >= strlen(each.place)));
		(void)mount_is_remote(&each);
		(void)mount_hides(&each, 1);
	}
	free(text);
	return 0;
}
