/* What the lines of other programs' files become, and which become nothing. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/import.h"
#include "doors/cli/import_google.h"
#include "doors/cli/lines.h"

#define HEX "3132333435363738393031323334353637383930"
#define BASE32 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static char path[64];
static struct batch b;
static struct wire_import_record m[4]; /* the records of b */

static void
start(void)
{
	int fd;

	(void)text_copy(path, sizeof path, "/tmp/otpgate-import-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	(void)close(fd);
	cr_assert(batch_open(&b));
}

static void
stop(void)
{
	batch_close(&b);
	(void)unlink(path);
}

TestSuite(cli_import, .init = start, .fini = stop);

static void
put_file(const char *text, size_t size)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, size), (ssize_t)size);
	(void)close(fd);
}

/* Reads the records that the batch would hand over. */
static void
read_back(void)
{
	static uint8_t bytes[8192];
	struct reader r;
	ssize_t size;

	cr_assert(batch_seal(&b));
	size = pread(b.fd, bytes, sizeof bytes, 0);
	cr_assert_geq(size, 0);
	reader_init(&r, bytes, (size_t)size);
	for (uint32_t i = 0; i < b.records; i++) {
		cr_assert_lt(i, 4);
		get_import_record(&r, &m[i]);
	}
	cr_assert_eq(reader_finish(&r), OK);
}

static void
read_oath(const char *text)
{
	batch_close(&b);
	cr_assert(batch_open(&b));
	put_file(text, strlen(text));
	cr_assert(import_read_oath(&b, path));
	read_back();
}

/* ---- users.oath ---- */

Test(cli_import, takes_each_type_of_oath_that_follows_the_time)
{
	static const struct {
		const char *type;
		uint8_t period, digits;
	} rows[] = {{"HOTP/T30", 30, 6}, {"HOTP/T30/6", 30, 6},
	    {"HOTP/T30/7", 30, 7}, {"HOTP/T30/8", 30, 8}, {"HOTP/T60", 60, 6},
	    {"HOTP/T60/6", 60, 6}, {"HOTP/T60/7", 60, 7},
	    {"HOTP/T60/8", 60, 8}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char line[256];

		(void)text_print(
		    line, sizeof line, "%s root - " HEX "\n", rows[i].type);
		read_oath(line);
		cr_assert_eq(b.records, 1, "%s", rows[i].type);
		cr_expect_eq(m[0].period, rows[i].period);
		cr_expect_eq(m[0].digits, rows[i].digits);
		cr_expect_eq(m[0].uid, 0);
		cr_expect_str_eq(m[0].name, "root");
		cr_expect_eq(m[0].secret_size, 20);
		cr_expect_arr_eq(m[0].secret, "12345678901234567890", 20);
		cr_expect_str_eq(m[0].code, "");
		cr_expect_eq(m[0].used, 0);
		cr_expect_eq(m[0].spent, 0);
		cr_expect_eq(m[0].scratch_count, 0);
	}
}

Test(cli_import, takes_what_oath_knows_of_the_last_code_in_local_time)
{
	cr_assert_eq(setenv("TZ", "Europe/Vienna", 1), 0);
	tzset();
	read_oath(
	    "HOTP/T30\troot\t+\t" HEX "\t7\t012345\t2026-01-02T03:04:05L\r\n");
	cr_assert_eq(b.records, 1);
	cr_expect_str_eq(m[0].code, "012345");
	cr_expect_eq(m[0].used, 1767319445, "02:04:05 UTC");
}

Test(cli_import, passes_over_comments_and_empty_lines)
{
	read_oath("# HOTP/T30 root - 00\n\n   \n\t\nHOTP/T30 root - " HEX);
	cr_expect_eq(b.records, 1);
	cr_expect_eq(b.bad, 0);
	cr_expect_eq(b.remark[0].line, 5);
}

static const struct {
	const char *line, *why;
} oath[] = {
    {"HOTP root - " HEX, "counter"},
    {"HOTP/E/8 root - " HEX, "counter"},
    {"HOTP/T300 root - " HEX, "no type"},
    {"hotp/t30 root - " HEX, "no type"},
    {"HOTP/T30", "user is missing"},
    {"HOTP/T30 no-such-user - " HEX, "no such user"},
    {"HOTP/T30 root", "PIN is missing"},
    {"HOTP/T30 root 1234 " HEX, "has a PIN"},
    {"HOTP/T30 root - ", "secret is missing"},
    {"HOTP/T30 root - 3", "not hexadecimal"},
    {"HOTP/T30 root - " HEX "0g", "not hexadecimal"},
    {"HOTP/T30 root - " HEX HEX HEX HEX, "longer than 64 bytes"},
    {"HOTP/T30 root - " HEX " -1", "no number"},
    {"HOTP/T30 root - " HEX " 0 12345", "other digits"},
    {"HOTP/T30 root - " HEX " 0 12345x", "other digits"},
    {"HOTP/T30/8 root - " HEX " 0 123456", "other digits"},
    {"HOTP/T30 root - " HEX " 0 123456 2026-01-02", "time"},
    {"HOTP/T30 root - " HEX " 0 123456 2026-01-02T03:04:05", "time"},
    {"HOTP/T30 root - " HEX " 0 123456 1901-01-02T03:04:05L", "time"},
    {"HOTP/T30 root - " HEX " 0 123456 2026-01-02T03:04:05L x", "seven"},
};

Test(cli_import, names_each_line_of_oath_that_cannot_be_taken)
{
	for (size_t i = 0; i < sizeof oath / sizeof oath[0]; i++) {
		char text[512];

		(void)text_print(
		    text, sizeof text, "# first\n%s\n", oath[i].line);
		read_oath(text);
		cr_expect_eq(b.records, 0, "%s", oath[i].line);
		cr_assert_eq(b.bad, 1, "%s", oath[i].line);
		cr_expect_eq(b.remark[0].line, 2);
		cr_expect_not_null(strstr(b.remark[0].text, oath[i].why),
		    "%s: %s", oath[i].line, b.remark[0].text);
	}
}

Test(cli_import, names_lines_that_are_no_text_and_reads_on)
{
	static char text[3 * LINE_MAX_BYTES];
	static const char nul[] = "HOTP/T30 root\0 - " HEX "\n"
				  "HOTP/T30 root - " HEX "\n";

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\n';
	put_file(text, sizeof text);
	cr_assert(import_read_oath(&b, path));
	put_file(nul, sizeof nul - 1);
	cr_assert(import_read_oath(&b, path));
	cr_assert_eq(b.remarks, 3);
	cr_expect_eq(b.bad, 2);
	cr_expect_eq(b.remark[0].line, 1);
	cr_expect_eq(b.remark[1].line, 1);
	cr_expect_eq(b.records, 1, "the line behind it");
}

Test(cli_import, believes_no_file_that_others_can_read_or_write)
{
	struct lines l;

	cr_redirect_stderr();
	cr_assert_eq(chmod(path, 0620), 0);
	cr_expect_not(import_read_oath(&b, path));
	cr_assert_eq(chmod(path, 0602), 0);
	cr_expect_not(import_read_oath(&b, path));
	cr_assert_eq(chmod(path, 0640), 0);
	cr_expect_not(import_read_oath(&b, path));
	cr_assert_eq(chmod(path, 0604), 0);
	cr_expect_not(import_read_oath(&b, path));
	cr_assert_eq(chmod(path, 0600), 0);
	cr_expect(import_read_oath(&b, path));
	cr_expect_not(import_read_oath(&b, "/dev/null"));
	cr_expect_not(import_read_oath(&b, "/tmp"));
	cr_expect_not(import_read_oath(&b, "/tmp/no-such-file"));
	cr_expect_not_null(
	    lines_open(&l, AT_FDCWD, "/proc/self", false, 65536));
}

/* Users write files that root's command reads. */
Test(cli_import, reads_no_file_that_is_larger_than_it_may_be)
{
	struct lines l;

	put_file("four", 4);
	cr_assert_null(lines_open(&l, AT_FDCWD, path, false, 4));
	cr_assert(lines_close(&l));
	cr_expect_not_null(lines_open(&l, AT_FDCWD, path, false, 3));
}

/* ---- .google_authenticator ---- */

static void
read_google(const char *text)
{
	struct wire_import_record record;
	struct lines l;

	batch_close(&b);
	cr_assert(batch_open(&b));
	put_file(text, strlen(text));
	memset(&record, 0, sizeof record);
	cr_assert_null(lines_open(&l, AT_FDCWD, path, false, 65536));
	google_read_lines(&b, "F", &l, &record);
	cr_assert(lines_close(&l));
	read_back();
}

Test(cli_import, takes_all_of_a_google_authenticator)
{
	read_google(BASE32 "\n\" RATE_LIMIT 3 30 1700000000\n"
			   "\" WINDOW_SIZE 17\n\" STEP_SIZE 60\n"
			   "\" DISALLOW_REUSE 56666666 56666668 56666667\n"
			   "\" RESETTING_TIME_SKEW\n\" LAST0 192.0.2.1 1\n"
			   "\" TOTP_AUTH\n12345678\n99999999\n");
	cr_assert_eq(b.records, 1);
	cr_expect_eq(b.bad, 0);
	cr_expect_eq(m[0].period, 60);
	cr_expect_eq(m[0].digits, 6);
	cr_expect_eq(m[0].secret_size, 20);
	cr_expect_arr_eq(m[0].secret, "12345678901234567890", 20);
	cr_expect_eq(m[0].spent, 56666668);
	cr_expect_eq(m[0].scratch_count, 2);
	cr_expect_eq(m[0].scratch[0].number, 12345678);
	cr_expect_eq(m[0].scratch[1].number, 99999999);
}

/* The module is not strict with base32, and phones got what it reads. */
Test(cli_import, reads_base32_as_the_module_does)
{
	static const struct {
		const char *text, *bytes;
		size_t size;
	} rows[] = {
	    {"GEZDGNBVGY3TQOJQ", "1234567890", 10},
	    {"gezd gnbv-gy3t qojq", "1234567890", 10},
	    {"01880188", "\x72\xc2\x17\x2c\x21", 5},
	    {"GEZDGNBVGY3TQOJQ7", "1234567890", 10}, /* bits are left over */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256];

		(void)text_print(
		    text, sizeof text, "%s\n\" TOTP_AUTH\n", rows[i].text);
		read_google(text);
		cr_assert_eq(b.records, 1, "%s", rows[i].text);
		cr_expect_eq(m[0].secret_size, rows[i].size);
		cr_expect_arr_eq(m[0].secret, rows[i].bytes, rows[i].size);
	}
}

Test(cli_import, takes_who_has_a_clock_that_is_off_and_says_so)
{
	read_google(BASE32 "\n\" TIME_SKEW -3\n\" TOTP_AUTH\n");
	cr_expect_eq(b.records, 1);
	cr_expect_eq(b.bad, 0);
	cr_assert(b.remark[0].note);
	cr_expect_eq(b.remark[0].line, 2);
	read_google(BASE32 "\n\" TIME_SKEW 0\n\" TOTP_AUTH\n");
	cr_expect_eq(b.remarks, 1);
}

static const struct {
	const char *text, *why;
	uint32_t line;
} google[] = {
    {"", "empty", 0},
    {"\n\" TOTP_AUTH\n", "secret is missing", 1},
    {"ABC9\n\" TOTP_AUTH\n", "not base32", 1},
    {"ABCD====\n\" TOTP_AUTH\n", "not base32", 1},
    {BASE32 "\n", "TOTP_AUTH", 0},
    {BASE32 "\n\" HOTP_COUNTER 1\n\" TOTP_AUTH\n", "counter", 2},
    {BASE32 "\n\" TOTP_AUTH\n\" OTP_DISABLED\n", "switched off", 3},
    {BASE32 "\n\" TOTP_AUTH\n\" STEP_SIZE 45\n", "30 or 60", 3},
    {BASE32 "\n\" TOTP_AUTH\n\" STEP_SIZE\n", "30 or 60", 3},
    {BASE32 "\n\" TOTP_AUTH\n\" DISALLOW_REUSE 1 x\n", "none", 3},
    {BASE32 "\n\" TOTP_AUTH\n\" DISALLOW_REUSE -1\n", "none", 3},
    {BASE32 "\n\" TOTP_AUTH\n\" NEW_OPTION 1\n", "no option", 3},
    {BASE32 "\n\" TOTP_AUTH\n\" TOTP_AUTHX\n", "no option", 3},
    {BASE32 "\n\" TOTP_AUTH\n1234567\n", "no scratch code", 3},
    {BASE32 "\n\" TOTP_AUTH\n01234567\n", "no scratch code", 3},
    {BASE32 "\n\" TOTP_AUTH\n123456789\n", "no scratch code", 3},
    {BASE32 "\n\" TOTP_AUTH\n\"TOTP_AUTH\n", "no scratch code", 3},
    {BASE32 "\n\" TOTP_AUTH\n10000001\n10000002\n10000003\n10000004\n"
	    "10000005\n10000006\n10000007\n10000008\n10000009\n10000010\n"
	    "10000011\n",
	"more than ten", 13},
    {BASE32 BASE32 BASE32 BASE32 "\n\" TOTP_AUTH\n", "longer than 64", 1},
};

Test(cli_import, names_each_line_of_google_that_cannot_be_taken)
{
	for (size_t i = 0; i < sizeof google / sizeof google[0]; i++) {
		read_google(google[i].text);
		cr_expect_eq(b.records, 0, "%s", google[i].text);
		cr_assert_eq(b.bad, 1, "%s", google[i].text);
		cr_expect_eq(
		    b.remark[0].line, google[i].line, "%s", google[i].text);
		cr_expect_not_null(strstr(b.remark[0].text, google[i].why),
		    "%s: %s", google[i].text, b.remark[0].text);
	}
}

Test(cli_import, takes_a_file_that_is_named_for_its_owner)
{
	put_file(BASE32 "\n\" TOTP_AUTH\n", sizeof BASE32 + 12);
	cr_assert(import_read_google(&b, path));
	if (geteuid() == 0) {
		/* root's, and no user has the name of that file */
		cr_expect_eq(b.bad, 1);
		return;
	}
	read_back();
	cr_expect_eq(b.records, 1);
	cr_expect_eq(m[0].uid, geteuid());
}

/* ---- what is said ---- */

Test(cli_import, tells_all_in_the_order_of_the_lines)
{
	const char *file = batch_name(&b, "a\nb");
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct wire_import_record record;

	memset(&record, 0, sizeof record);
	cr_assert_not_null(out);
	batch_add(&b, file, 1, &record);
	batch_refuse(&b, file, 2, "second");
	for (uint32_t i = 1; i < 600; i++)
		batch_add(&b, file, 2 + i, &record);
	batch_note(&b, file, 700, "last");
	batch_refuse(&b, file, 0, "whole");
	batch_refuse_record(&b, 599, "third");
	batch_refuse_record(&b, 0, "first");
	batch_refuse_record(&b, 600, "of nobody");
	batch_tell(&b, out);
	cr_assert_eq(fclose(out), 0);
	cr_expect_str_eq(text,
	    "a\\x0ab:1: first\n"
	    "a\\x0ab:2: second\n"
	    "a\\x0ab:601: third\n"
	    "a\\x0ab:700: note: last\n"
	    "a\\x0ab: whole\n");
	cr_expect_eq(b.bad, 4);
	free(text);
}
