#include "front/terminal/column.h"

#include <stdint.h>
#include <string.h>

#include "base/core/text.h"

static size_t width_of(const char *s)
{
	return text_columns(s, strlen(s));
}

void column_widen(size_t *width, const char *s, size_t most)
{
	size_t n = width_of(s);

	if (n > *width && n <= most)
		*width = n;
}

void column_put(struct buf *out, const char *s, size_t width)
{
	text_safe(out, s, strlen(s), SIZE_MAX);
	for (size_t n = width_of(s); n < width; n++)
		buf_addc(out, ' ');
	buf_adds(out, "  ");
}
