#ifndef MAIRU_FRONT_TERMINAL_STYLE_H
#define MAIRU_FRONT_TERMINAL_STYLE_H

/*
 * Text styles.  They only repeat what the words say: a screen without colour
 * shows the same text.
 */

#include "base/core/buf.h"
#include "front/terminal/screen.h"

enum style {
	STYLE_PLAIN,
	STYLE_GOOD,   /* all is well */
	STYLE_WARN,   /* the user may have to act */
	STYLE_BAD,    /* something is wrong */
	STYLE_STRONG, /* stands out: a heading, text to copy */
	STYLE_LAST = STYLE_STRONG
};

/* Sequences that turn a style on and off; "" without colour. */
const char *style_on(const struct screen *s, enum style style);
const char *style_off(const struct screen *s, enum style style);

/* Appends text in a style; it must be sanitised already. */
void style_put(struct buf *out, const struct screen *s, enum style style,
    const char *text);

#endif
