#ifndef MAIRU_FRONT_TERMINAL_STYLE_H
#define MAIRU_FRONT_TERMINAL_STYLE_H

/*
 * The few styles of text for a person.  They only repeat what the words say:
 * a screen without colour shows the same text.
 */

#include "base/core/buf.h"
#include "front/terminal/screen.h"

enum style {
	STYLE_PLAIN,
	STYLE_GOOD,   /* all is well */
	STYLE_WARN,   /* something may be wanted of the person */
	STYLE_BAD,    /* something is wrong */
	STYLE_STRONG, /* to be found at once: a heading, what is to be copied */
	STYLE_LAST = STYLE_STRONG
};

/* What turns it on, and off; "" where there is no colour. */
const char *style_on(const struct screen *s, enum style style);
const char *style_off(const struct screen *s, enum style style);

/* Appends text between them; it is sanitised already. */
void style_put(struct buf *out, const struct screen *s, enum style style,
    const char *text);

#endif
