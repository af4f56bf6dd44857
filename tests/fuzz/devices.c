/*
 * Devices that decode are within their limits, and seal and open to the same;
 * none open for another user than theirs.
 */
#include "fuzz/fuzz.h"
#include "fuzz/seal_text.h"
#include "store/devices.h"

static struct record from, to;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seal *seal;
	uint8_t bytes[DEVICES_SIZE];
	size_t used;

	if (seal == NULL)
		must(seal_read(&seal, SEAL_TEXT, SEAL_FILE_SIZE) == OK);
	from.uid = to.uid = SEAL_USER;
	if (devices_decode(seal, &from, data, size) == OK) {
		must(from.devices <= DEVICES_MAX);
		must(devices_encode(seal, &from, bytes, &used) == OK);
		must(devices_decode(seal, &to, bytes, used) == OK);
		must(to.devices == from.devices);
		for (uint32_t i = 0; i < to.devices; i++)
			must(
			    memcmp(&from.device[i].secret, &to.device[i].secret,
				sizeof to.device[i].secret) == 0);
		to.uid++;
		must(from.devices == 0 ||
		    devices_decode(seal, &to, bytes, used) != OK);
	}
	record_wipe(&from);
	record_wipe(&to);
	return 0;
}
