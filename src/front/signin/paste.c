#include "front/signin/paste.h"

#include <string.h>

enum {
	CTRL_D = 0x04,
	BACKSPACE = 0x08,
	CTRL_U = 0x15,
	CTRL_W = 0x17,
	ESC = 0x1b,
	DEL = 0x7f,
	PARAM_MAX = 9999,
	/* ESC [ 200 ~ and ESC [ 201 ~ */
	BRACKET_BEGINS = 200,
	BRACKET_ENDS = 201
};

void paste_init(struct paste *p)
{
	*p = (struct paste){.text = BUF_INIT(PASTE_MAX)};
}

void paste_clear(struct paste *p)
{
	buf_clear(&p->text);
	p->entered = p->blank = 0;
}

void paste_release(struct paste *p)
{
	buf_release(&p->text);
	paste_init(p);
}

/* The bytes of a multi-byte key, which are not text. */
static void feed_sequence(struct paste *p, unsigned char c)
{
	if (p->at == PASTE_ESCAPE) {
		p->at = c == '['   ? PASTE_CSI
			: c == 'O' ? PASTE_SS3
				   : PASTE_PLAIN;
		p->param = 0;
		return;
	}
	if (p->at == PASTE_CSI && c >= '0' && c <= '9') {
		p->param = p->param * 10 + (unsigned)(c - '0');
		if (p->param > PARAM_MAX)
			p->param = PARAM_MAX;
		return;
	}
	if (p->at == PASTE_CSI && c >= 0x20 && c < 0x40)
		return;
	if (p->at == PASTE_CSI && c == '~' && p->param == BRACKET_BEGINS)
		p->bracketed = 1;
	else if (p->at == PASTE_CSI && c == '~' && p->param == BRACKET_ENDS)
		p->bracketed = 0;
	p->at = PASTE_PLAIN;
}

/* Handles an editing key; 0 if it is not one. */
static int feed_edit(struct paste *p, unsigned char c)
{
	switch (c) {
	case BACKSPACE:
	case DEL:
		if (p->text.len > 0 && !p->text.failed)
			buf_truncate(&p->text, p->text.len - 1);
		return 1;
	case CTRL_U:
	case CTRL_W:
		paste_clear(p);
		return 1;
	default:
		return 0;
	}
}

static int is_address(const struct buf *text)
{
	for (size_t i = 0; i + 3 <= text->len; i++)
		if (memcmp(text->data + i, "://", 3) == 0)
			return 1;
	return 0;
}

static void feed_text(struct paste *p, unsigned char c)
{
	if (c == ' ' || c == '\t') {
		/* Not the blank of a wrapped line. */
		p->blank |= p->text.len > 0 && !p->entered;
		return;
	}
	if (c < ' ' || c == DEL)
		return;
	if (p->blank && p->text.len > 0 && !is_address(&p->text))
		buf_addc(&p->text, ' ');
	p->blank = p->entered = 0;
	buf_addc(&p->text, (char)c);
}

/* 1 at the end of input. */
static int feed_one(struct paste *p, unsigned char c)
{
	if (p->at != PASTE_PLAIN) {
		feed_sequence(p, c);
	} else if (c == ESC) {
		p->at = PASTE_ESCAPE;
	} else if (!p->bracketed && c == CTRL_D) {
		if (p->text.len == 0 && !p->text.failed)
			return 1;
		p->entered = 1;
	} else if (c == '\r' || c == '\n') {
		if (!p->bracketed && (p->text.len > 0 || p->text.failed))
			p->entered = 1;
	} else if (p->bracketed || !feed_edit(p, c)) {
		feed_text(p, c);
	}
	return 0;
}

enum paste_result paste_feed(struct paste *p, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (feed_one(p, (unsigned char)s[i]))
			return PASTE_DONE;
	if (!p->entered)
		return PASTE_MORE;
	if (!p->text.failed)
		return PASTE_ENTER;
	paste_clear(p);
	return PASTE_LONG;
}
