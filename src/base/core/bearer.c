#include "base/core/bearer.h"

#include <string.h>

#include "base/core/text.h"

#define HOST   "http://127.0.0.1:"
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

long bearer_port(const char *url)
{
	size_t digits;
	long port;

	if (strncmp(url, HOST, sizeof(HOST) - 1) != 0)
		return 0;
	url += sizeof(HOST) - 1;
	digits = strspn(url, "0123456789");
	return strcmp(url + digits, BEARER_TARGET) == 0 &&
		       text_number(url, digits, 1, 65535, &port) == 0
		   ? port
		   : 0;
}

int bearer_goes(const char *token, const char *url)
{
	return token != NULL && url != NULL && bearer_is(token) &&
	       bearer_port(url) != 0;
}
