/* A code is in its range; a recovery code reads as itself once written. */
#include "core/code.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char written[RECOVERY_TEXT_MAX];
	struct code code, again;
	uint32_t above = 1;

	code_read(&code, text);
	if (code.kind == CODE_TOTP) {
		must(code.digits >= 6 && code.digits <= 8);
		for (uint32_t i = 0; i < code.digits; i++)
			above *= 10;
		must(code.number < above);
	} else if (code.kind == CODE_RECOVERY) {
		code_write_recovery(written, code.recovery);
		code_read(&again, written);
		must(again.kind == CODE_RECOVERY);
		must(memcmp(code.recovery, again.recovery,
			 sizeof code.recovery) == 0);
	}
	free(text);
	return 0;
}
