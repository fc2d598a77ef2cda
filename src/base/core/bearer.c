#include "base/core/bearer.h"

#include <string.h>

#define SCHEME "Bearer "
#define BASE64URL                                                              \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

int bearer_is(const char *text)
{
	size_t n = strlen(text);

	if (strncmp(text, SCHEME, sizeof(SCHEME) - 1) != 0 || n >= BEARER_MAX)
		return 0;
	text += sizeof(SCHEME) - 1;
	if (strspn(text, BASE64URL) != BEARER_MAC)
		return 0;
	text += BEARER_MAC;
	if (*text == '\0')
		return 1;
	n = *text == '.' ? strspn(text + 1, BASE64URL) : 0;
	return n > 0 && text[n + 1] == '\0';
}
