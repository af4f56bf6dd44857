/* A seal key for tests: known to all, and so never one that seals anything. */
#ifndef FUZZ_SEAL_TEXT_H
#define FUZZ_SEAL_TEXT_H

#define SEAL_TEXT                           \
	"otpgate-seal 1 "                   \
	"000102030405060708090a0b0c0d0e0f " \
	"000102030405060708090a0b0c0d0e0f"  \
	"101112131415161718191a1b1c1d1e1f\n"
#define SEAL_USER 1000 /* whose devices are sealed with it */

#endif
