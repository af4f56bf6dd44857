/*
 * Files of other programs, which users can write: each line becomes a record
 * that can be handed over, or is named, and none does both.
 *
 * An input is a users.oath or, after a NUL, a .google_authenticator.
 */
#include <fcntl.h>
#include <unistd.h>

#include "doors/cli/import.h"
#include "doors/cli/import_google.h"
#include "doors/cli/lines.h"
#include "fuzz/fuzz.h"

#define FILE_NAME "input"

static struct batch b;
static struct wire_import_record record;

static void
put_file(const uint8_t *data, size_t size)
{
	int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	must(close(fd) == 0);
}

static void
read_google(void)
{
	struct lines l;

	memset(&record, 0, sizeof record);
	must(lines_open(&l, AT_FDCWD, FILE_NAME, false, 65536) == NULL);
	google_read_lines(&b, FILE_NAME, &l, &record);
	must(lines_close(&l));
	must(b.records + (b.bad > 0) == 1);
}

/* What was gathered can be read by whom it is for. */
static void
judge(void)
{
	static uint8_t bytes[1 << 20];
	struct reader r;
	ssize_t size;

	must(batch_seal(&b));
	size = pread(b.fd, bytes, sizeof bytes, 0);
	must(size >= 0);
	reader_init(&r, bytes, (size_t)size);
	for (uint32_t i = 0; i < b.records; i++) {
		get_import_record(&r, &record);
		must(record.secret_size > 0 && record.spent >= 0);
	}
	must(reader_finish(&r) == OK);
	for (size_t i = 0; i < b.remarks; i++)
		must(b.remark[i].record == BATCH_NONE ||
		    b.remark[i].text == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool google = size > 0 && data[0] == '\0';

	must(batch_open(&b));
	put_file(data + google, size - google);
	if (google)
		read_google();
	else
		must(import_read_oath(&b, FILE_NAME));
	judge();
	batch_close(&b);
	return 0;
}
