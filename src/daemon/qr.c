#include "daemon/qr.h"

#include <qrencode.h>
#include <string.h>

enum error
qr_make(const char *text, uint8_t *out, size_t max, size_t *size, uint8_t *side)
{
	/* The lowest correction: a screen has no dirt, and smaller fits. */
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	enum error e = ERR_LONG;
	size_t modules;

	*size = 0;
	*side = 0;
	if (code == NULL)
		return ERR_SYSTEM;
	modules = (size_t)code->width * (size_t)code->width;
	if ((modules + 7) / 8 <= max && code->width <= UINT8_MAX) {
		memset(out, 0, (modules + 7) / 8);
		for (size_t i = 0; i < modules; i++)
			if ((code->data[i] & 1) != 0)
				out[i / 8] |= (uint8_t)(0x80 >> i % 8);
		*size = (modules + 7) / 8;
		*side = (uint8_t)code->width;
		e = OK;
	}
	explicit_bzero(code->data, modules);
	QRcode_free(code);
	return e;
}
