#include "front/terminal/fold.h"

#include <string.h>

#include "base/core/text.h"

enum {
	NARROWEST = 20 /* columns for the text */
};

/* Where the trailing command begins, or the end of the text. */
static size_t command_at(const char *text, size_t len)
{
	static const char *const signs[] = {"Run: ", "run: ", "See: "};

	for (size_t at = len; at-- > 0;)
		for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
			size_t n = strlen(signs[i]);

			if (len - at >= n &&
			    memcmp(text + at, signs[i], n) == 0)
				return at;
		}
	return len;
}

/* The length up to the next blank; from the command on, all of it. */
static size_t word(const char *text, size_t len, size_t at, size_t command)
{
	size_t end = at;

	if (at >= command)
		return len - at;
	while (end < len && text[end] != ' ')
		end++;
	return end - at;
}

void fold_put(struct buf *out, const char *text, size_t len, size_t indent,
    size_t columns)
{
	size_t command = command_at(text, len), used = indent, at = 0;

	if (columns < indent + NARROWEST) {
		buf_add(out, text, len);
		return;
	}
	while (at < len) {
		size_t n = word(text, len, at, command);
		size_t wide = text_columns(text + at, n);

		if (at > 0 && used + 1 + wide > columns) {
			buf_addc(out, '\n');
			for (used = 0; used < indent; used++)
				buf_addc(out, ' ');
		} else if (at > 0) {
			buf_addc(out, ' ');
			used++;
		}
		buf_add(out, text + at, n);
		used += wide;
		at += n + 1;
	}
}
