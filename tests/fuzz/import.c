/*
 * The file of an import, from whatever root's command was talked into: nobody
 * gets a broken record by it, nobody who has a factor gets another one, and
 * what is refused changes nothing.
 *
 * An input is four bytes, the count of records and in the highest bit whether
 * bad ones are passed over, and the bytes of the file.
 */
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "fuzz/machine.h"
#include "os/sealed.h"

static struct record before, after;

static void
load(struct machine *m, uint32_t uid, struct record *r)
{
	must(store_load(m->daemon.store, uid, m->now, r) == OK);
}

static void
ask(struct machine *m, enum verb verb, uint32_t records)
{
	const struct wire_import_request q = {
	    .records = records & 0x7fffffff, .skip_bad = records >> 31 != 0};
	uint8_t request[16];
	struct writer w;

	writer_init(&w, request, sizeof request);
	put_request_header(&w, verb);
	if (verb == VERB_import)
		put_import_request(&w, &q);
	machine_ask(m, request, w.used);
}

/* Everybody of whom the file speaks, as far as it can be read. */
static void
judge(struct machine *m, const uint8_t *bytes, size_t size, bool taken)
{
	struct wire_import_record record;
	struct reader r;

	reader_init(&r, bytes, size);
	for (get_import_record(&r, &record); r.error == OK;
	     get_import_record(&r, &record)) {
		load(m, record.uid, &after);
		must(after.state != RECORD_BROKEN);
		must(after.devices <= DEVICES_MAX);
		must(taken || record.uid == MACHINE_USER ||
		    after.state == RECORD_ABSENT);
	}
	load(m, MACHINE_USER, &after);
	must(memcmp(&before, &after, sizeof before) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine *m = machine_start();
	struct reader r;
	uint32_t records;
	bool taken = false;
	int fd;

	reader_init(&r, data, size);
	records = read_u32(&r);
	must(sealed_new(&fd) == OK);
	must(write(fd, r.at, r.left) == (ssize_t)r.left);
	must(sealed_finish(fd) == OK);
	load(m, MACHINE_USER, &before);
	machine_connect(m, 0);
	m->caller.passed = &fd;
	ask(m, VERB_import, records);
	m->caller.passed = NULL;
	(void)close(fd);
	while (m->caller.import != NULL &&
	    (m->caller.import->phase == PHASE_READING ||
		m->caller.import->phase == PHASE_CHECKING))
		ask(m, VERB_stage, 0);
	if (m->caller.import != NULL) {
		taken = m->caller.import->phase == PHASE_READY;
		ask(m, VERB_take, 0);
	}
	must(m->caller.import == NULL && m->daemon.import == NULL);
	judge(m, r.at, r.left, taken);
	machine_end(m);
	return 0;
}
