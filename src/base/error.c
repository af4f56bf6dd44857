#include "base/error.h"

#define ERROR_CASE(name, text) \
	case name:             \
		return text;

const char *
error_text(enum error e)
{
	switch (e) {
		ERROR_LIST(ERROR_CASE)
	}
	return "unknown error";
}
