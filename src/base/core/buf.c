#include "base/core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/bytes.h"

enum {
	FIRST_BLOCK = 256
};

/* Every block has one byte more than cap says, for the NUL of buf_str() and
 * of vsnprintf(). */
static void drop_block(struct buf *b)
{
	if (b->data)
		bytes_wipe(b->data, b->cap + 1);
	free(b->data);
	b->data = NULL;
	b->cap = 0;
}

/* Makes room for n more bytes, or fails the buffer. */
static int make_room(struct buf *b, size_t n)
{
	size_t need, cap;
	unsigned char *data;

	if (b->failed)
		return 0;
	if (b->data && n <= b->cap - b->len)
		return 1;
	if (b->len > b->max || n > b->max - b->len)
		goto fail;
	need = b->len + n;
	cap = b->cap > b->max / 2 ? b->max : 2 * b->cap;
	if (cap < FIRST_BLOCK)
		cap = b->max < FIRST_BLOCK ? b->max : FIRST_BLOCK;
	if (cap < need)
		cap = need;
	if (cap == SIZE_MAX)
		goto fail;
	data = malloc(cap + 1);
	if (!data)
		goto fail;
	if (b->data)
		memcpy(data, b->data, b->len);
	drop_block(b);
	b->data = data;
	b->cap = cap;
	return 1;
fail:
	b->failed = 1;
	return 0;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

void buf_release(struct buf *b)
{
	drop_block(b);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	/* Wipe the whole block: bytes reserved and written but never committed
	 * are past len. */
	if (b->data)
		bytes_wipe(b->data, b->cap + 1);
	b->len = 0;
	b->failed = 0;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	if (!len || !make_room(b, len))
		return;
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void buf_adds(struct buf *b, const char *str)
{
	buf_add(b, str, strlen(str));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		b->failed = 1;
	else if (make_room(b, (size_t)n)) {
		(void)vsnprintf(
		    (char *)b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

unsigned char *buf_reserve(struct buf *b, size_t len)
{
	return make_room(b, len) ? b->data + b->len : NULL;
}

void buf_commit(struct buf *b, size_t len)
{
	if (b->failed)
		return;
	if (len > b->cap - b->len)
		b->failed = 1;
	else
		b->len += len;
}

void buf_consume(struct buf *b, size_t len)
{
	size_t rest;

	if (len > b->len)
		len = b->len;
	if (!len)
		return;
	rest = b->len - len;
	memmove(b->data, b->data + len, rest);
	bytes_wipe(b->data + rest, len);
	b->len = rest;
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	bytes_wipe(b->data + len, b->len - len);
	b->len = len;
}

const char *buf_str(struct buf *b)
{
	if (b->failed || !b->data)
		return "";
	b->data[b->len] = '\0';
	return (const char *)b->data;
}
