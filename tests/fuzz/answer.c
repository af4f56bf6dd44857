/*
 * Connections and datagrams of anybody: see machine.h for what must hold.
 *
 * An input is a row of WHO, SIZE, DATAGRAM: with its highest bit WHO makes a
 * new connection of root, the user or a stranger, and it moves the clock on.
 */
#include "fuzz/fuzz.h"
#include "fuzz/machine.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t uids[4] = {0, MACHINE_USER, 1001, MACHINE_USER};
	uint8_t request[WIRE_REQUEST_MAX];
	struct machine *m = machine_start();
	struct reader in;

	reader_init(&in, data, size);
	while (in.left > 0) {
		uint8_t who = read_u8(&in);
		size_t count;

		read_blob(&in, request, sizeof request, &count);
		if (in.error != OK)
			break;
		m->now += who / 4 % 32 * 10;
		if (who >= 128)
			machine_connect(m, uids[who % 4]);
		machine_ask(m, request, count);
	}
	machine_end(m);
	return 0;
}
