#include "core/network.h"

#include <arpa/inet.h>
#include <string.h>

/* ::ffff:0:0/96 */
static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

/* The zone behind a "%" (RFC 4007 section 11): a name of an interface. */
static bool
zone_well_formed(const char *zone)
{
	for (const char *c = zone; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || *c == '%')
			return false;
	return zone[0] != '\0';
}

enum error
address_read(uint8_t out[static ADDRESS_BYTES], const char *address)
{
	char text[ADDRESS_MAX];
	size_t length = strcspn(address, "%");

	if (length >= sizeof text)
		return ERR_FORMAT;
	memcpy(text, address, length);
	text[length] = '\0';
	if (address[length] == '%') {
		if (!zone_well_formed(address + length + 1))
			return ERR_FORMAT;
		return inet_pton(AF_INET6, text, out) == 1 ? OK : ERR_FORMAT;
	}
	memcpy(out, mapped, sizeof mapped);
	return inet_pton(AF_INET, text, out + sizeof mapped) == 1 ||
		inet_pton(AF_INET6, text, out) == 1
	    ? OK
	    : ERR_FORMAT;
}

bool
address_is_ipv4(const uint8_t address[static ADDRESS_BYTES])
{
	return memcmp(address, mapped, sizeof mapped) == 0;
}

enum error
network_of(struct network *out, const char *address)
{
	uint8_t bytes[ADDRESS_BYTES];

	memset(out, 0, sizeof *out);
	if (address_read(bytes, address) != OK)
		return ERR_FORMAT;
	if (address_is_ipv4(bytes)) {
		out->family = 4;
		memcpy(out->prefix, bytes + sizeof mapped, 3);
	} else {
		out->family = 6;
		memcpy(out->prefix, bytes, 8);
	}
	return OK;
}

bool
network_same(const struct network *a, const struct network *b)
{
	return a->family != 0 && a->family == b->family &&
	    memcmp(a->prefix, b->prefix, sizeof a->prefix) == 0;
}
