#include "base/bytes.h"

#include <criterion/criterion.h>
#include <string.h>

Test(base_bytes, writes_big_endian)
{
	static const uint8_t want[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
	    0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xfe};
	uint8_t bytes[64];
	struct writer w;

	writer_init(&w, bytes, sizeof bytes);
	write_u8(&w, 0x01);
	write_u16(&w, 0x0203);
	write_u32(&w, 0x04050607);
	write_u64(&w, 0x08090a0b0c0d0e0f);
	write_i64(&w, -2);
	cr_assert_eq(w.error, OK);
	cr_assert_eq(w.used, sizeof want);
	cr_assert_arr_eq(bytes, want, sizeof want);
}

Test(base_bytes, reads_back_what_it_writes)
{
	uint8_t bytes[64];
	char text[8];
	uint8_t blob[4];
	size_t size;
	struct writer w;
	struct reader r;

	writer_init(&w, bytes, sizeof bytes);
	write_u8(&w, 0xfe);
	write_u16(&w, 0xfedc);
	write_u32(&w, 0xfedcba98);
	write_u64(&w, 0xfedcba9876543210);
	write_i64(&w, INT64_MIN);
	write_text(&w, "seven77");
	write_blob(&w, "\0\1\2", 3);
	write_exact(&w, "xy", 2);
	reader_init(&r, bytes, w.used);
	cr_assert_eq(read_u8(&r), 0xfe);
	cr_assert_eq(read_u16(&r), 0xfedc);
	cr_assert_eq(read_u32(&r), 0xfedcba98);
	cr_assert_eq(read_u64(&r), 0xfedcba9876543210);
	cr_assert_eq(read_i64(&r), INT64_MIN);
	read_text(&r, text, sizeof text);
	cr_assert_str_eq(text, "seven77");
	read_blob(&r, blob, sizeof blob, &size);
	cr_assert_eq(size, 3);
	cr_assert_arr_eq(blob, "\0\1\2", 3);
	read_exact(&r, blob, 2);
	cr_assert_arr_eq(blob, "xy", 2);
	cr_assert_eq(reader_finish(&r), OK);
}

Test(base_bytes, reads_nothing_past_the_end)
{
	uint8_t bytes[7] = {1, 2, 3, 4, 5, 6, 7};
	struct reader r;

	reader_init(&r, bytes, sizeof bytes);
	cr_assert_eq(read_u64(&r), 0);
	cr_assert_eq(r.error, ERR_SHORT);
	cr_assert_eq(reader_finish(&r), ERR_SHORT);
}

Test(base_bytes, reads_nothing_after_an_error)
{
	uint8_t bytes[4] = {1, 2, 3, 4};
	uint8_t out[2] = {9, 9};
	char text[4] = "xyz";
	size_t size = 9;
	struct reader r;

	reader_init(&r, bytes, sizeof bytes);
	(void)read_u64(&r);
	cr_assert_eq(read_u8(&r), 0);
	read_exact(&r, out, sizeof out);
	cr_assert_eq(out[0], 0);
	cr_assert_eq(out[1], 0);
	read_text(&r, text, sizeof text);
	cr_assert_str_eq(text, "");
	read_blob(&r, out, sizeof out, &size);
	cr_assert_eq(size, 0);
	cr_assert_eq(r.left, 4);
}

Test(base_bytes, tells_of_bytes_that_follow)
{
	struct reader r;

	reader_init(&r, "ab", 2);
	(void)read_u8(&r);
	cr_assert_eq(reader_finish(&r), ERR_TRAILING);
	(void)read_u8(&r);
	cr_assert_eq(reader_finish(&r), OK);
}

Test(base_bytes, reads_an_empty_message)
{
	struct reader r;

	reader_init(&r, "", 0);
	cr_assert_eq(reader_finish(&r), OK);
	(void)read_u8(&r);
	cr_assert_eq(reader_finish(&r), ERR_SHORT);
}

static enum error
blob_error(const char *bytes, size_t size, size_t max)
{
	uint8_t out[16];
	size_t got = 99;
	struct reader r;

	reader_init(&r, bytes, size);
	read_blob(&r, out, max, &got);
	cr_assert(r.error == OK || got == 0);
	return r.error;
}

Test(base_bytes, believes_no_length)
{
	cr_assert_eq(blob_error("\0\4abcd", 6, 4), OK);
	cr_assert_eq(blob_error("\0\0", 2, 4), OK);
	cr_assert_eq(blob_error("\0\5abcd", 6, 4), ERR_LONG);
	cr_assert_eq(blob_error("\0\4abc", 5, 4), ERR_SHORT);
	cr_assert_eq(blob_error("\377\377abcd", 6, 4), ERR_LONG);
	cr_assert_eq(blob_error("\0", 1, 4), ERR_SHORT);
	cr_assert_eq(blob_error("", 0, 4), ERR_SHORT);
}

static enum error
text_error(const char *bytes, size_t size)
{
	char out[5];
	struct reader r;

	memset(out, 'x', sizeof out);
	reader_init(&r, bytes, size);
	read_text(&r, out, sizeof out);
	cr_assert_not_null(memchr(out, '\0', sizeof out));
	cr_assert(r.error == OK || out[0] == '\0');
	return r.error;
}

Test(base_bytes, ends_a_text_where_its_length_says)
{
	cr_assert_eq(text_error("\0\4abcd", 6), OK);
	cr_assert_eq(text_error("\0\5abcde", 7), ERR_LONG);
	cr_assert_eq(text_error("\0\4ab\0d", 6), ERR_FORMAT);
	cr_assert_eq(text_error("\0\4abc\0", 6), ERR_FORMAT);
	cr_assert_eq(text_error("\0\1\0", 3), ERR_FORMAT);
	cr_assert_eq(text_error("\0\0", 2), OK);
}

Test(base_bytes, writes_nothing_past_the_end)
{
	uint8_t bytes[4] = {9, 9, 9, 9};
	struct writer w;

	writer_init(&w, bytes, 3);
	write_u16(&w, 0);
	write_u16(&w, 0);
	cr_assert_eq(w.error, ERR_FULL);
	cr_assert_eq(w.used, 2);
	write_u8(&w, 0);
	cr_assert_eq(w.error, ERR_FULL);
	cr_assert_eq(w.used, 2, "nothing after the first error");
	cr_assert_eq(bytes[2], 9);
	cr_assert_eq(bytes[3], 9);
}

Test(base_bytes, writes_no_blob_that_its_length_cannot_say)
{
	static uint8_t big[65536];
	static uint8_t out[65540];
	struct writer w;

	writer_init(&w, out, sizeof out);
	write_blob(&w, big, sizeof big);
	cr_assert_eq(w.error, ERR_LONG);
	cr_assert_eq(w.used, 0);
	writer_init(&w, out, sizeof out);
	write_blob(&w, big, sizeof big - 1);
	cr_assert_eq(w.error, OK);
	cr_assert_eq(w.used, 65537);
}
