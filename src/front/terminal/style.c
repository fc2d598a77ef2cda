#include "front/terminal/style.h"

/* The eight colours that every terminal has, as configured by its user. */
static const char *const begins[] = {
    [STYLE_PLAIN] = "",
    [STYLE_GOOD] = "\033[32m",
    [STYLE_WARN] = "\033[33m",
    [STYLE_BAD] = "\033[31m",
    [STYLE_STRONG] = "\033[1m",
};

const char *style_on(const struct screen *s, enum style style)
{
	return s->colour ? begins[style] : "";
}

const char *style_off(const struct screen *s, enum style style)
{
	return s->colour && style != STYLE_PLAIN ? "\033[0m" : "";
}

void style_put(
    struct buf *out, const struct screen *s, enum style style, const char *text)
{
	buf_adds(out, style_on(s, style));
	buf_adds(out, text);
	buf_adds(out, style_off(s, style));
}
