#include "base/config/region.h"

enum {
	MAX_LABEL = 63, /* RFC 1035, section 2.3.4 */
};

static int is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int region_is(const char *s, size_t len)
{
	if (len == 0 || len > MAX_LABEL || !is_letter(s[0]) ||
	    s[len - 1] == '-')
		return 0;
	for (size_t i = 1; i < len; i++)
		if (!is_letter(s[i]) && !is_digit(s[i]) &&
		    (s[i] != '-' || s[i - 1] == '-'))
			return 0;
	return 1;
}
