/*
 * Proves under valgrind that no branch and no address depends on a secret.
 *
 * Each secret, each number that was typed and the key of the recovery codes
 * are marked undefined; memcheck then reports every branch and every address
 * that follows from one of them, in our objects and in libcrypto.  Only what
 * the answer tells is marked defined again, and is compared with what has to
 * come out.
 *
 *	valgrind --error-exitcode=9 ./constant_time         has to end with 0
 *	valgrind --error-exitcode=9 ./constant_time leak    has to end with 9
 *
 * A plain program: a test of Criterion's does not end with that exit status.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "base/secret.h"
#include "core/base32.h"
#include "core/match.h"
#include "core/recovery.h"

#define NOW INT64_C(1700000000)
#define WINDOW 1
#define LOOKAHEAD 1

static unsigned int failed;

static void
expect(const char *what, uint64_t want, uint64_t got)
{
	if (want == got)
		return;
	failed++;
	fprintf(stderr, "%s: %" PRIu64 ", want %" PRIu64 "\n", what, got, want);
}

static void
make_undefined(const void *bytes, size_t size)
{
	(void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, size);
}

static void
make_defined(const void *bytes, size_t size)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(bytes, size);
}

/* True when memcheck holds that bytes follow from something undefined. */
static bool
is_undefined(const void *bytes, size_t size)
{
	uint8_t bits[RECOVERY_HASH];
	bool some = false;

	if (size > sizeof bits || VALGRIND_GET_VBITS(bytes, bits, size) != 1)
		return false;
	for (size_t i = 0; i < size; i++)
		some = some || bits[i] != 0;
	return some;
}

/* Eight devices of every algorithm, of 6, 7 and 8 digits. */
static void
devices_make(struct device devices[static DEVICES_MAX], uint8_t first)
{
	memset(devices, 0, DEVICES_MAX * sizeof devices[0]);
	for (uint32_t i = 0; i < DEVICES_MAX; i++) {
		struct device *d = &devices[i];

		d->id = i + 1;
		d->confirmed = true;
		d->form.algorithm = i % ALGORITHM_COUNT;
		d->form.digits = 6 + i / ALGORITHM_COUNT;
		d->form.period = i % 2 == 0 ? 30 : 60;
		d->secret.size = i == 7 ? SECRET_MAX : SECRET_NEW;
		for (size_t k = 0; k < d->secret.size; k++)
			d->secret.bytes[k] = (uint8_t)(first + 31 * i + k);
	}
}

static struct match_field
field_make(const struct device devices[static DEVICES_MAX], uint64_t back)
{
	struct match_field field = {.devices = DEVICES_MAX};

	for (uint32_t i = 0; i < DEVICES_MAX; i++) {
		field.device[i] = &devices[i];
		field.range[i] =
		    match_range(&devices[i].form, NOW, WINDOW, LOOKAHEAD);
		field.range[i].spent = totp_step(&devices[i].form, NOW) - back;
	}
	return field;
}

/*
 * The code of device i's step, typed while the steps up to back before now's
 * are spent; step 0 is a code that nobody has.
 */
static void
check_match(struct totp *t, uint32_t i, uint64_t step, uint64_t back)
{
	struct device devices[DEVICES_MAX];
	struct match match[DEVICES_MAX];
	struct match_field field;
	struct code code = {.kind = CODE_TOTP};
	enum error e;

	devices_make(devices, (uint8_t)(7 * i + 1));
	field = field_make(devices, back);
	code.digits = devices[i].form.digits;
	e = totp_code(
	    t, &devices[i].form, &devices[i].secret, step, &code.number);
	expect("totp_code", OK, e);
	if (step == 0)
		code.number = 123456;
	make_undefined(&code.number, sizeof code.number);
	for (uint32_t k = 0; k < DEVICES_MAX; k++)
		make_undefined(devices[k].secret.bytes, devices[k].secret.size);
	e = match_code(t, &field, &code, match);
	expect("match_code", OK, e);
	expect("followed", true, is_undefined(&match[i], sizeof match[i]));
	make_defined(match, sizeof match);
	for (uint32_t k = 0; k < DEVICES_MAX; k++) {
		bool spent = step <= field.range[k].spent;
		uint64_t hit = k == i ? step : 0;

		expect("fresh", spent ? 0 : hit, match[k].fresh);
		expect("used", spent ? hit : 0, match[k].used);
	}
}

static void
check_matches(struct totp *t)
{
	struct device devices[DEVICES_MAX];

	devices_make(devices, 0);
	for (uint32_t i = 0; i < DEVICES_MAX; i++) {
		uint64_t now = totp_step(&devices[i].form, NOW);

		check_match(t, i, 0, 2);
		for (uint64_t step = now - WINDOW; step <= now + LOOKAHEAD;
		     step++) {
			check_match(t, i, step, 2); /* fresh */
			check_match(t, i, step, 0); /* used, up to now's */
		}
	}
}

/* A set-up writes the secret; its text is as secret as it is. */
static void
check_base32(void)
{
	static const char want[] = "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT";
	char text[BASE32_SIZE(SECRET_NEW)];
	uint8_t secret[SECRET_NEW];

	for (size_t i = 0; i < sizeof secret; i++)
		secret[i] = (uint8_t)i;
	make_undefined(secret, sizeof secret);
	expect("base32_encode", OK,
	    base32_encode(text, sizeof text, secret, sizeof secret));
	make_defined(text, sizeof text);
	expect("base32", 0, (uint64_t)strcmp(text, want));
}

static void
check_recovery(void)
{
	uint8_t key[RECOVERY_KEY] = {1};
	uint8_t code[RECOVERY_BYTES] = {2};
	uint8_t plain[RECOVERY_HASH];
	uint8_t hidden[RECOVERY_HASH];
	bool equal;

	expect("hash", OK, recovery_hash(plain, key, 1000, code));
	make_undefined(key, sizeof key);
	make_undefined(code, sizeof code);
	expect("hash", OK, recovery_hash(hidden, key, 1000, code));
	expect("followed", true, is_undefined(hidden, sizeof hidden));
	equal = secret_equal(hidden, plain, sizeof hidden);
	make_defined(&equal, sizeof equal);
	expect("equal", true, equal);
}

/* What was typed may be a scratch code, and is as secret. */
static void
check_scratch(void)
{
	uint8_t key[RECOVERY_KEY] = {1};
	uint32_t number = 12345678;
	uint8_t plain[RECOVERY_HASH];
	uint8_t hidden[RECOVERY_HASH];
	bool equal;

	expect("hash", OK, scratch_hash(plain, key, 1000, number));
	make_undefined(key, sizeof key);
	make_undefined(&number, sizeof number);
	expect("hash", OK, scratch_hash(hidden, key, 1000, number));
	expect("followed", true, is_undefined(hidden, sizeof hidden));
	equal = secret_equal(hidden, plain, sizeof hidden);
	make_defined(&equal, sizeof equal);
	expect("equal", true, equal);
}

/* What must never be done, so that this test is seen to notice it. */
static void
leak(struct totp *t)
{
	struct device devices[DEVICES_MAX];
	uint32_t code;

	devices_make(devices, 0);
	make_undefined(devices[0].secret.bytes, devices[0].secret.size);
	expect("totp_code", OK,
	    totp_code(t, &devices[0].form, &devices[0].secret, 1, &code));
	if (code < 100000)
		fputs("the code starts with a zero\n", stderr);
}

int
main(int argc, char **argv)
{
	struct totp *t;

	if (RUNNING_ON_VALGRIND == 0) {
		fputs(
		    "constant_time proves nothing outside valgrind\n", stderr);
		return 1;
	}
	t = totp_new();
	if (t == NULL)
		return 1;
	if (argc > 1 && strcmp(argv[1], "leak") == 0)
		leak(t);
	check_matches(t);
	check_base32();
	check_recovery();
	check_scratch();
	totp_free(&t);
	return failed == 0 ? 0 : 1;
}
