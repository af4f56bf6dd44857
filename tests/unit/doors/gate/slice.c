/* Strings within bytes, and what sshd does not tell apart. */
#include "doors/gate/slice.h"

#include <criterion/criterion.h>

static struct slice
slice_of(const void *bytes, size_t size)
{
	return (struct slice){bytes, size};
}

Test(doors_gate_slice, reads_strings_one_after_the_other)
{
	static const uint8_t bytes[] = "\0\0\0\2ab\0\0\0\0\0\0\0\1c";
	struct reader r;

	reader_init(&r, bytes, sizeof bytes - 1);
	cr_expect(slice_is(slice_read(&r), "ab"));
	cr_expect(slice_is(slice_read(&r), ""));
	cr_expect(slice_is(slice_read(&r), "c"));
	cr_expect_eq(reader_finish(&r), OK);
}

Test(doors_gate_slice, is_empty_where_the_bytes_are_cut)
{
	static const uint8_t bytes[] = "\0\0\0\2ab";

	for (size_t size = 0; size < sizeof bytes - 1; size++) {
		struct reader r;

		reader_init(&r, bytes, size);
		cr_expect(slice_is(slice_read(&r), ""));
		cr_expect_eq(r.error, ERR_SHORT, "%zu", size);
	}
}

Test(doors_gate_slice, is_compared_by_its_bytes_alone)
{
	cr_expect(slice_same(slice_of("ab", 2), slice_of("abc", 2)));
	cr_expect(slice_same(slice_of(NULL, 0), slice_of("a", 0)));
	cr_expect_not(slice_same(slice_of("ab", 2), slice_of("ab", 1)));
	cr_expect_not(slice_same(slice_of("ab", 2), slice_of("ac", 2)));
	cr_expect_not(slice_is(slice_of("ab", 2), "abc"));
}

Test(doors_gate_slice, loses_one_nul_behind_a_text)
{
	cr_expect(slice_is(slice_text(slice_of("ab", 2)), "ab"));
	cr_expect(slice_is(slice_text(slice_of("ab", 3)), "ab"));
	cr_expect_eq(slice_text(slice_of("a\0", 3)).size, 2);
	cr_expect_eq(slice_text(slice_of("", 1)).size, 0);
	cr_expect_eq(slice_text(slice_of(NULL, 0)).size, 0);
}

Test(doors_gate_slice, loses_every_zero_before_a_number)
{
	cr_expect(slice_is(slice_number(slice_of("ab", 2)), "ab"));
	cr_expect(slice_is(slice_number(slice_of("\0\0ab", 4)), "ab"));
	cr_expect_eq(slice_number(slice_of("\0\0", 2)).size, 0);
	cr_expect_eq(slice_number(slice_of(NULL, 0)).size, 0);
}
