/* A network is of a family, and any other address within it is of it too. */
#include <arpa/inet.h>

#include "core/network.h"
#include "fuzz/fuzz.h"

static void
neighbour(const struct network *n)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t address[16] = {0};
	struct network same;

	memcpy(address, n->prefix, sizeof n->prefix);
	address[n->family == 4 ? 3 : 15] = 9;
	must(inet_ntop(n->family == 4 ? AF_INET : AF_INET6, address, text,
		 sizeof text) != NULL);
	must(network_of(&same, text) == OK && network_same(n, &same));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct network n;

	if (network_of(&n, text) == OK) {
		must(n.family == 4 || n.family == 6);
		neighbour(&n);
	} else {
		must(n.family == 0 && !network_same(&n, &n));
	}
	free(text);
	return 0;
}
