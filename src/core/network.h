/*
 * Addresses of clients, and the networks that they belong to.
 */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define ADDRESS_MAX 64 /* bytes of an address as text, its NUL among them */
#define ADDRESS_BYTES 16

/*
 * An address, as network_of() takes it, as IPv6 has it, an IPv4 one mapped
 * (RFC 4291 section 2.5.5.2).  ERR_FORMAT, out then being undefined.
 */
enum error address_read(uint8_t out[static ADDRESS_BYTES], const char *address);

/* True for one that is mapped. */
bool address_is_ipv4(const uint8_t address[static ADDRESS_BYTES]);

/* An IPv4 /24 or an IPv6 /64: what one household or one office has. */
struct network {
	uint8_t family; /* 4, 6, or 0: none */
	uint8_t prefix[8];
};

/*
 * The network of address, "192.0.2.7", "2001:db8::1" or "fe80::1%eth0"; an
 * IPv4 address mapped into IPv6 counts as IPv4.  ERR_FORMAT, and family 0, for
 * anything else.
 */
enum error network_of(struct network *out, const char *address);

/* True when both are the same network, and are one. */
bool network_same(const struct network *a, const struct network *b);

#endif
