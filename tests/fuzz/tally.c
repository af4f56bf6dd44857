/*
 * A tally that decodes is no fuller than a full budget, and encodes to the
 * same bytes; others are left empty.
 */
#include "core/throttle.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tally empty;
	uint8_t bytes[TALLY_SIZE];
	struct tally t;
	size_t used;

	if (tally_decode(&t, data, size) != OK) {
		must(memcmp(&t, &empty, sizeof t) == 0);
		return 0;
	}
	must(t.uses <= DEVICES_MAX && t.networks_seen <= NETWORKS_MAX);
	must(t.throttle.common <= THROTTLE_HALF);
	must(t.throttle.reserved <= THROTTLE_HALF);
	must(throttle_sound(&t.throttle));
	must(t.throttle.recovery <= THROTTLE_RECOVERY);
	must(tally_encode(&t, bytes, sizeof bytes, &used) == OK);
	must(used == size && memcmp(bytes, data, size) == 0);
	return 0;
}
