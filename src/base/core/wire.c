#include "base/core/wire.h"

#include <string.h>

static const unsigned char magic[5] = {'m', 'a', 'i', 'r', 'u'};

enum {
	FIELD_HEADER = 6
};

static void put_be(unsigned char *p, uint64_t n, size_t bytes)
{
	for (size_t i = bytes; i > 0; i--) {
		p[i - 1] = (unsigned char)(n & 0xff);
		n >>= 8;
	}
}

static uint64_t get_be(const unsigned char *p, size_t bytes)
{
	uint64_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | p[i];
	return n;
}

size_t wire_begin(struct buf *out, enum wire_type type)
{
	unsigned char header[WIRE_HEADER] = {0};
	size_t at = out->len;

	memcpy(header, magic, sizeof(magic));
	header[5] = WIRE_VERSION;
	put_be(header + 6, (uint64_t)type, 2);
	buf_add(out, header, sizeof(header));
	return at;
}

void wire_end(struct buf *out, size_t header_at)
{
	if (out->failed)
		return;
	put_be(
	    out->data + header_at + 8, out->len - header_at - WIRE_HEADER, 4);
}

void wire_put(struct buf *out, enum wire_tag tag, const void *p, size_t len)
{
	unsigned char header[FIELD_HEADER];

	if (len > WIRE_MAX_BODY) {
		out->failed = 1;
		return;
	}
	put_be(header, (uint64_t)tag, 2);
	put_be(header + 2, len, 4);
	buf_add(out, header, sizeof(header));
	buf_add(out, p, len);
}

void wire_puts(struct buf *out, enum wire_tag tag, const char *s)
{
	wire_put(out, tag, s, strlen(s));
}

void wire_putn(struct buf *out, enum wire_tag tag, uint64_t n)
{
	unsigned char bytes[8];

	put_be(bytes, n, sizeof(bytes));
	wire_put(out, tag, bytes, sizeof(bytes));
}

int wire_parse(const unsigned char *p, size_t len, struct wire_frame *f,
    size_t *used, struct err *e)
{
	size_t known = len < sizeof(magic) ? len : sizeof(magic);
	size_t body;

	/* Check the first bytes as they come: a foreign program may never send
	 * twelve. */
	if (memcmp(p, magic, known) != 0)
		return err_set(e, ERR_FOREIGN, "this is no message of mairu's");
	if (len < WIRE_HEADER)
		return 0;
	body = (size_t)get_be(p + 8, 4);
	if (body > WIRE_MAX_BODY)
		return err_set(e, ERR_LIMIT,
		    "a message of %zu bytes is over the limit", body);
	if (len - WIRE_HEADER < body)
		return 0;
	f->version = p[5];
	f->type = (uint16_t)get_be(p + 6, 2);
	f->body = p + WIRE_HEADER;
	f->len = body;
	*used = WIRE_HEADER + body;
	return 1;
}

void wire_iter_init(struct wire_iter *it, const void *body, size_t len)
{
	it->p = body;
	it->end = it->p + len;
}

int wire_next(struct wire_iter *it, struct wire_field *f)
{
	size_t left = (size_t)(it->end - it->p);
	size_t len;

	if (left == 0)
		return 0;
	if (left < FIELD_HEADER)
		return ERR_FORMAT;
	len = (size_t)get_be(it->p + 2, 4);
	if (len > left - FIELD_HEADER)
		return ERR_FORMAT;
	f->tag = (uint16_t)get_be(it->p, 2);
	f->p = it->p + FIELD_HEADER;
	f->len = len;
	it->p = f->p + len;
	return 1;
}

int wire_num(const struct wire_field *f, uint64_t *n)
{
	if (f->len == 0 || f->len > 8)
		return ERR_FORMAT;
	*n = get_be(f->p, f->len);
	return 0;
}

/* In two's complement. */
void wire_put_ahead(struct buf *out, int64_t seconds)
{
	wire_putn(out, WIRE_F_AHEAD, (uint64_t)seconds);
}

int wire_ahead(const struct wire_field *f, int64_t *seconds)
{
	uint64_t n = 0;
	int r = f->len == sizeof(n) ? wire_num(f, &n) : ERR_FORMAT;

	memcpy(seconds, &n, sizeof(n));
	return r;
}

int wire_text(const struct wire_field *f, char *out, size_t cap)
{
	if (f->len >= cap)
		return ERR_LIMIT;
	if (f->len > 0 && memchr(f->p, '\0', f->len) != NULL)
		return ERR_FORMAT;
	if (f->len > 0)
		memcpy(out, f->p, f->len);
	out[f->len] = '\0';
	return 0;
}
