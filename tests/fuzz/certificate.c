/* All that a certificate gives is of its own bytes. */
#include "doors/gate/certificate.h"
#include "doors/gate/keyline.h"
#include "fuzz/fuzz.h"

static void
within(const struct key *key, struct slice s)
{
	must(s.at >= key->bytes && s.size <= key->size);
	must((size_t)(s.at - key->bytes) <= key->size - s.size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate certificate;
	struct keyoptions options;
	struct key key;

	if (key_copy(&key, data, size) != OK)
		return 0;
	if (certificate_read(&certificate, &key) == OK) {
		must(certificate_is(&key));
		within(&key, certificate.authority);
		within(&key, certificate.principals);
		if (principal_line_read(
			&options, "command=\"x\" alice", &certificate) == OK)
			must(certificate_names(&certificate, "alice") &&
			    strcmp(options.command, "x") == 0);
		free(options.command);
	} else {
		must(certificate.command == NULL);
	}
	certificate_free(&certificate);
	key_free(&key);
	return 0;
}
