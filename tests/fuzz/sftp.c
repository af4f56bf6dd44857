/*
 * Whatever a client of sftp sends, it reads VERSION and then STATUS, whole
 * packets with the sentence, and no more of them than the limit.
 */
#include "doors/gate/sftp.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "fuzz/fuzz.h"

#define TEXT "no"

static void
must_be_status(struct reader *r)
{
	char text[sizeof TEXT - 1];

	must(read_u32(r) == 19 && read_u8(r) == 101);
	(void)read_u32(r); /* id */
	must(read_u32(r) == 3 && read_u32(r) == sizeof text);
	read_exact(r, text, sizeof text);
	must(memcmp(text, TEXT, sizeof text) == 0 && read_u32(r) == 0);
	must(r->error == OK);
}

static void
must_be_refusal(const uint8_t *bytes, size_t size)
{
	struct reader r;
	int count = 0;

	if (size == 0)
		return;
	reader_init(&r, bytes, size);
	must(read_u32(&r) == 5 && read_u8(&r) == 2 && read_u32(&r) == 3);
	for (; r.left > 0; count++)
		must_be_status(&r);
	must(count <= SFTP_REQUESTS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t answer[4096];
	int in = memfd_create("in", MFD_CLOEXEC), out[2];
	ssize_t n;

	must(in >= 0 && pipe(out) == 0);
	must(write(in, data, size) == (ssize_t)size);
	must(lseek(in, 0, SEEK_SET) == 0);
	sftp_refuse(in, out[1], TEXT, INT64_MAX);
	(void)close(in);
	(void)close(out[1]);
	n = read(out[0], answer, sizeof answer);
	(void)close(out[0]);
	must(n >= 0);
	must_be_refusal(answer, (size_t)n);
	return 0;
}
