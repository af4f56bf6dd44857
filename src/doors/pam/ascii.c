#include "doors/pam/ascii.h"

void
ascii_only(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0xc0)
			*to++ = '?';
		else if ((c >= ' ' && c < 0x7f) || c == '\n')
			*to++ = *text;
	}
	*to = '\0';
}
